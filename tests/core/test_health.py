"""What checks find in folders with planted faults, and that they are quiet where there are none."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from tests.core.training_help import catalog_of, drive
from workbench.core.data.catalog import Catalog
from workbench.core.health.checks import Finding, examine
from workbench.core.health.evidence import Evidence
from workbench.core.health.traits import NAMES, Traits, examine_photos
from workbench.words.findings import told

Change = Callable[[Image.Image], Image.Image]


def traits_of(catalog: Catalog) -> Traits:
    found: Traits = drive(examine_photos(catalog))[1]
    return found


def found_in(folder: Path) -> list[Finding]:
    catalog = catalog_of(folder)
    return examine(Evidence(catalog, traits_of(catalog)))


def named(findings: list[Finding], check: str) -> list[Finding]:
    return [each for each in findings if each.check == check]


@pytest.fixture
def folder(drawn_pair: Path, tmp_path: Path) -> Path:
    """Two classes of thirty photos, as they were drawn."""
    for name in ("apples", "leaves"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for photo in sorted((drawn_pair / "train" / name).iterdir())[:30]:
            (tmp_path / "photos" / name / photo.name).write_bytes(photo.read_bytes())
    return tmp_path / "photos"


def change(path: Path, how: Change, *, quality: int = 90) -> None:
    image = Image.open(io.BytesIO(path.read_bytes())).convert("RGB")
    how(image).save(path, "JPEG", quality=quality)


QUALITY: dict[str, Change] = {
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(8)),
    "dark": lambda image: ImageEnhance.Brightness(ImageOps.autocontrast(image)).enhance(0.15),
    "burnt": lambda image: ImageOps.autocontrast(image.convert("L"), (0, 75)).convert("RGB"),
    "blank": lambda image: Image.new("RGB", image.size, (90, 90, 90)),
    "tiny": lambda image: image.resize((40, 30)),
}


@pytest.mark.parametrize("kind", QUALITY)
def test_photos_that_stand_out_are_found_and_no_others(kind: str, folder: Path) -> None:
    photos = sorted((folder / "apples").iterdir())
    before = {sample for each in named(found_in(folder), kind) for sample in each.samples}
    for photo in (photos[3], photos[17]):
        change(photo, QUALITY[kind])
    (finding,) = named(found_in(folder), kind)
    planted = {f"apples/{photos[3].name}", f"apples/{photos[17].name}"}
    assert set(finding.samples) - before == planted
    assert (finding.remedy, finding.values["count"]) == ("leave_out", len(finding.samples))


def test_photos_of_which_a_part_is_lost_are_found(folder: Path) -> None:
    assert named(found_in(folder), "damaged") == []
    photo = folder / "leaves" / "004.jpg"
    content = photo.read_bytes()
    kept = len(content) // 2
    photo.write_bytes(content[:kept] + bytes(len(content) - kept - 2) + b"\xff\xd9")
    (finding,) = named(found_in(folder), "damaged")
    assert finding.samples == ("leaves/004.jpg",)
    assert (finding.severity, finding.remedy) == ("warning", "leave_out")
    assert "a part seems to be lost: 1" in told(finding)


def test_where_all_photos_are_so_none_stands_out(folder: Path) -> None:
    for photo in folder.rglob("*.jpg"):
        change(photo, lambda image: ImageOps.expand(image.resize((80, 60)), border=200, fill="white"))
    assert not [each for each in found_in(folder) if each.check in ("burnt", "dark", "blurred")]


def test_clean_folders_are_quiet(folder: Path) -> None:
    found = found_in(folder)
    assert {each.check for each in found} <= {"copies", "blurred"}
    assert sum(len(each.samples) for each in named(found, "blurred")) <= 2, "drawn out of focus"


SHORTCUTS: dict[str, tuple[Change, int, str]] = {
    "border": (lambda image: ImageOps.expand(image, border=30, fill="teal"), 90, "The colour of its border"),
    "compression": (lambda image: image, 40, "How strongly its file is compressed"),
    "shape": (lambda image: image.resize((300, 220)), 90, "Its shape (how wide, how high)"),
    "brightness": (lambda image: ImageEnhance.Brightness(image).enhance(0.3), 90, "How bright a photo is"),
}


@pytest.mark.parametrize("kind", SHORTCUTS)
def test_a_shortcut_is_found(kind: str, folder: Path) -> None:
    how, quality, words = SHORTCUTS[kind]
    for photo in (folder / "apples").iterdir():
        change(photo, how, quality=quality)
    for photo in (folder / "leaves").iterdir():
        change(photo, lambda image: image)
    sentences = [told(each) for each in named(found_in(folder), "shortcuts")]
    assert any(sentence.startswith(f"{words} alone tells the classes apart") for sentence in sentences)


def test_copies_are_counted_less_the_first(folder: Path) -> None:
    photos = sorted((folder / "apples").iterdir())
    before = sum(len(each.samples) for each in named(found_in(folder), "copies"))
    for number in range(3):
        (folder / "apples" / f"copy {number}.jpg").write_bytes(photos[0].read_bytes())
    (finding,) = named(found_in(folder), "copies")
    assert len(finding.samples) == before + 3


def test_unequal_classes_are_named(folder: Path) -> None:
    for photo in sorted((folder / "apples").iterdir())[5:]:
        photo.unlink()
    (finding,) = named(found_in(folder), "unequal")
    assert told(finding).startswith("“leaves” has 30 photos, “apples” has 5.")


def test_traits_are_found_once_and_are_what_numpy_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = catalog_of(folder)
    first = traits_of(catalog)
    monkeypatch.setattr("workbench.core.health.traits.traits_of", None)  # is not asked again
    again = traits_of(catalog)
    assert first.samples == again.samples
    np.testing.assert_array_equal(first.values, again.values)
    sample = catalog.samples[0]
    with Image.open(folder / sample.path) as opened:
        tables = opened.quantization  # type: ignore[attr-defined]
        numbers = [number for table in tables.values() for number in table]
    assert first.column("compression")[0] == pytest.approx(np.mean(numbers))
    size = (folder / sample.path).stat().st_size
    assert first.column("bytes_a_pixel")[0] == pytest.approx(size / sample.width / sample.height)
    assert first.values.shape == (len(catalog.samples), len(NAMES))


@pytest.mark.parametrize("damage", [b"", b"hello"])
def test_damaged_traits_are_found_again(folder: Path, profile: Path, damage: bytes) -> None:
    catalog = catalog_of(folder)
    first = traits_of(catalog)
    (file,) = (profile / "cache" / "traits").iterdir()
    file.write_bytes(damage)
    np.testing.assert_array_equal(first.values, traits_of(catalog).values)


def test_a_photo_that_has_gone_has_no_traits(folder: Path) -> None:
    catalog = catalog_of(folder)
    gone = catalog.samples[4]
    (folder / gone.path).unlink()
    assert set(traits_of(catalog).samples) == {sample.id for sample in catalog.samples} - {gone.id}
