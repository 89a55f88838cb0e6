"""Copies in a folder of photos: what is one picture is known as one, whatever was done to its file.

Everything is seen through what a scan gives: which samples share a group, and what the checks say.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageDraw, ImageOps

from tests.altered import ALTERED
from tests.core.folder_help import put, scanned, state_of
from workbench.core.data.catalog import Catalog
from workbench.core.data.groups import groups_of
from workbench.core.data.split import make_split
from workbench.core.health.checks import Finding, examine
from workbench.core.paths import cache_dir
from workbench.words.findings import told

APPLE, LEAF = "apples/000.jpg", "leaves/000.jpg"


@pytest.fixture
def folder(drawn_pair: Path, tmp_path: Path) -> Path:
    """A few photos of two classes."""
    for name in ("apples", "leaves"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for photo in sorted((drawn_pair / "train" / name).iterdir())[:6]:
            shutil.copy(photo, tmp_path / "photos" / name)
    return tmp_path / "photos"


def add(folder: Path, name: str, photo: Image.Image, **how: Any) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    photo.save(path, **how)


def opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


def together(catalog: Catalog) -> list[set[str]]:
    """The paths of those that share a group."""
    found: dict[str, set[str]] = {}
    for sample, group in zip(catalog.samples, groups_of(catalog.samples), strict=True):
        found.setdefault(group, set()).add(sample.path)
    return sorted((paths for paths in found.values() if len(paths) > 1), key=sorted)


def findings(catalog: Catalog, check: str) -> list[Finding]:
    return [finding for finding in examine(catalog) if finding.check == check]


@pytest.mark.parametrize("name", ALTERED)
def test_an_altered_copy_is_in_the_photos_group(folder: Path, name: str) -> None:
    add(folder, "apples/copy.jpg", ALTERED[name](opened(folder / APPLE)), quality=88)
    assert together(scanned(folder)) == [{APPLE, "apples/copy.jpg"}]


@pytest.mark.parametrize("ending", ["png", "webp", "tif", "bmp"])
def test_another_format_is_the_same_picture(folder: Path, ending: str) -> None:
    add(folder, f"apples/other.{ending}", opened(folder / APPLE))
    assert together(scanned(folder)) == [{APPLE, f"apples/other.{ending}"}]


def test_other_metadata_are_the_same_picture(folder: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "somebody else"
    with Image.open(folder / APPLE) as image:
        image.save(folder / "apples/signed.jpg", exif=exif, quality="keep")
    exif[ExifTags.Base.Orientation] = 6
    with Image.open(folder / LEAF) as image:
        image.save(folder / "leaves/turned.jpg", exif=exif, quality="keep")
    assert together(scanned(folder)) == [{APPLE, "apples/signed.jpg"}, {LEAF, "leaves/turned.jpg"}]


def test_copies_stay_on_one_side_of_every_split(folder: Path) -> None:
    for number in range(6):
        photo = opened(folder / f"apples/{number:03}.jpg")
        for name in ("half", "mirrored", "brighter"):
            add(folder, f"apples/{number:03} {name}.jpg", ALTERED[name](photo), quality=80)
    catalog = scanned(folder)
    assert len(together(catalog)) == 6
    for seed in range(20):
        split = make_split(catalog, validation_fraction=0.3, seed=seed)
        sides = [{sample.path[:10] for sample in side} for side in (split.training, split.validation)]
        assert not sides[0] & sides[1]


def test_a_resized_photo_in_the_test_set_is_found_out(folder: Path) -> None:
    for name in ("apples", "leaves"):
        (folder / "train").mkdir(exist_ok=True)
        shutil.move(folder / name, folder / "train" / name)
        put(folder, *(f"test/{name}/{number}.png" for number in range(3)))
    add(folder, "test/apples/small.png", ALTERED["half"](opened(folder / "train" / APPLE)))
    (finding,) = findings(scanned(folder), "leaks")
    assert finding.samples == ("test/apples/small.png",)
    assert told(finding).startswith("1 of the 7 photos of the test set are also among the others")


def test_one_picture_in_two_classes_is_asked_about(folder: Path) -> None:
    add(folder, "leaves/also here.png", ImageOps.mirror(opened(folder / APPLE)))
    (finding,) = findings(scanned(folder), "contradictions")
    assert set(finding.samples) == {APPLE, "leaves/also here.png"}
    assert "more than one class" in told(finding)
    assert "“apples” and “leaves”" in told(finding)
    assert "?" in told(finding)


def test_a_placeholder_saved_by_two_servers_is_one_picture(folder: Path) -> None:
    gone = Image.new("RGB", (500, 374), (238, 238, 238))
    ImageDraw.Draw(gone).text(
        (120, 180), "This photo is no longer available", fill=(90, 90, 90), font_size=24
    )
    add(folder, "apples/gone.jpg", gone, quality=95)
    add(folder, "leaves/gone.png", gone.resize((640, 480)))
    assert [set(finding.samples) for finding in findings(scanned(folder), "contradictions")] == [
        {"apples/gone.jpg", "leaves/gone.png"}
    ]


def test_blank_pictures_are_not_taken_for_copies(folder: Path) -> None:
    for name, colour in (("apples/white", "white"), ("leaves/black", "black"), ("leaves/grey", "#777777")):
        add(folder, f"{name}.png", Image.new("RGB", (300, 200), colour))
    catalog = scanned(folder)
    assert together(catalog) == []
    assert findings(catalog, "contradictions") == []


def test_a_fixed_camera_and_a_moving_thing_are_no_copies(folder: Path) -> None:
    coarse = np.random.default_rng(3).integers(40, 190, (6, 8, 3), np.uint8)
    background = Image.fromarray(coarse).resize((640, 480), Image.Resampling.BICUBIC)
    for number in range(8):
        frame = background.copy()
        x = 30 + 70 * number
        ImageDraw.Draw(frame).rectangle((x, 200, x + 50, 260), fill=(240, 140, 20))
        add(folder, f"apples/shot{number}.jpg", frame)
    assert together(scanned(folder)) == []


def test_names_of_altered_copies_are_believed_within_a_class(folder: Path) -> None:
    """Turned by seven degrees, cut into and so on: only the name tells."""
    digits = "0123456789abcdef" * 2
    put(folder, f"apples/IMG_1_jpg.rf.{digits}.png", f"apples/IMG_1_jpg.rf.{digits[::-1]}.png")
    put(folder, f"leaves/IMG_1_jpg.rf.{digits}.png", f"apples/IMG_2_jpg.rf.{digits}.png", "apples/IMG.rf.png")
    assert together(scanned(folder)) == [
        {f"apples/IMG_1_jpg.rf.{digits}.png", f"apples/IMG_1_jpg.rf.{digits[::-1]}.png"}
    ]


def test_a_class_of_one_picture_many_times_is_said_to_be_too_small(folder: Path) -> None:
    photo = opened(folder / APPLE)
    for number in range(5):
        add(folder, f"pears/{number}.jpg", photo.resize((300 + 20 * number, 300)), quality=90 - 5 * number)
    shutil.rmtree(folder / "apples")
    put(folder, *(f"apples/{number}.png" for number in range(4)))
    (finding,) = findings(scanned(folder), "too_small")
    assert finding.values == {"classes": ["pears"]}


def test_what_was_compared_is_not_compared_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(folder, "apples/copy.png", opened(folder / APPLE))
    first = scanned(folder)
    files = list((cache_dir() / "looks").iterdir())
    assert len(files) == 1

    def never(*_: object, **__: object) -> None:
        raise AssertionError("compared again")

    with monkeypatch.context() as patched:
        patched.setattr("workbench.core.data.pictures.components", never)
        assert scanned(folder) == first
    files[0].write_bytes(b"PK damaged")
    assert scanned(folder) == first


def test_a_photo_more_is_compared_with_those_that_are_known(folder: Path) -> None:
    scanned(folder)
    add(folder, "leaves/copy.png", ImageOps.mirror(opened(folder / LEAF)))
    known = scanned(folder)
    shutil.rmtree(cache_dir() / "looks")
    assert scanned(folder) == known
    assert together(known) == [{LEAF, "leaves/copy.png"}]
    (folder / LEAF).unlink()
    assert together(scanned(folder)) == []


def test_the_photos_are_not_touched(folder: Path) -> None:
    add(folder, "apples/copy.png", opened(folder / APPLE))
    before = state_of(folder)
    scanned(folder)
    assert state_of(folder) == before
