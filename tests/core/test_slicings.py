"""What photos are divided by, found in real files: folders, tables, cameras, dates, brightness, looks."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image
from sklearn.cluster import KMeans

from tests.core.training_help import catalog_of, drive
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog
from workbench.core.data.scan import scan
from workbench.core.data.table_values import column_values
from workbench.core.health.slicings import slicings_of
from workbench.core.instant.clusters import clusters
from workbench.core.instant.following import Follower
from workbench.core.results.slices import slices_of
from workbench.core.results.slicing import Slicing, Span, Typical

CAMERAS = (("NIKON", "NIKON D850"), ("Canon", "EOS R5"))


def photo(
    path: Path, grey: int, side: int = 64, camera: tuple[str, str] = ("", ""), taken: str = "", seed: int = 0
) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = camera
    if taken:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    noise = np.random.default_rng([seed, grey, side]).integers(-9, 10, (side, side + 8, 3))
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray((grey + noise).clip(0, 255).astype(np.uint8)).save(path, exif=exif, quality=95)


def by(found: tuple[Slicing, ...], key: str) -> Slicing:
    (one,) = [each for each in found if each.by == key]
    return one


def values(catalog: Catalog, slicing: Slicing) -> dict[str, object]:
    return {s.path: slicing.values[slicing.of[s.id]] for s in catalog.samples if s.id in slicing.of}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(16):
        name, inside = ("elm", "oak")[number % 2], ("garden", "wood")[number // 8]
        photo(
            tmp_path / name / inside / f"{number:02}.jpg",
            20 + 12 * number,
            (48, 96)[number // 4 % 2],
            CAMERAS[number // 2 % 2] if number != 5 else ("", ""),
            f"2024:0{3 + number // 8}:{1 + number:02} 10:00:{number:02}",
            number,
        )
    return tmp_path


def test_traits_of_real_files(folder: Path) -> None:
    catalog = drive(scan(folder, reading="folders"))[1]
    found = drive(slicings_of(catalog, catalog.samples))[1]
    assert {each.by for each in found} == {"folder", "camera", "date", "brightness", "side"}
    numbers = {sample.path: int(Path(sample.path).stem) for sample in catalog.samples}
    assert values(catalog, by(found, "folder")) == {
        path: ("garden", "wood")[number // 8] for path, number in numbers.items()
    }
    cameras = values(catalog, by(found, "camera"))
    assert cameras == {
        path: ("NIKON D850", "Canon EOS R5")[number // 2 % 2]
        for path, number in numbers.items()
        if number != 5
    }, "of a photo without one, nothing is said"
    assert values(catalog, by(found, "date")) == {
        path: f"2024-0{3 + number // 8}" for path, number in numbers.items()
    }, "sixteen days are told by their months"
    brightness = values(catalog, by(found, "brightness"))
    for path, number in numbers.items():
        span = brightness[path]
        assert isinstance(span, Span)
        assert (span.place, span.parts) == (number // 4, 4)
        assert span.low - 2 <= 20 + 12 * number <= span.high + 2
    sides = {path: span.low for path, span in values(catalog, by(found, "side")).items()}  # type: ignore[attr-defined]
    assert sides == {path: (48, 96)[number // 4 % 2] for path, number in numbers.items()}


def test_a_file_that_has_gone_has_no_camera(folder: Path) -> None:
    catalog = catalog_of(folder)
    (folder / "elm" / "garden" / "00.jpg").unlink()
    found = drive(slicings_of(catalog, catalog.samples))[1]
    assert len(by(found, "camera").of) == 14
    assert len(by(found, "folder").of) == 16


def test_folders_above_the_classes_and_below(tmp_path: Path) -> None:
    for number in range(8):
        site, name = ("site A", "site B")[number // 4], ("elm", "oak")[number % 2]
        photo(tmp_path / site / name / f"day {number % 4}" / f"{number}.png", 30 * number, seed=number)
    catalog = drive(scan(tmp_path, reading="inside"))[1]
    assert catalog.class_names == ("elm", "oak")
    first, whole = [each for each in drive(slicings_of(catalog, catalog.samples))[1] if each.by == "folder"]
    assert set(first.values) == {"site A", "site B"}
    assert "site A/day 0" in whole.values


def test_columns_of_tables(tmp_path: Path) -> None:
    rows = ["file;species;site;weight;remark"]
    for number in range(24):
        photo(tmp_path / f"{number:03}.png", 10 * number, seed=number)
        site = ("", "marsh", "forest")[number % 3]
        rows.append(f"{number:03}.png;{('elm', 'oak')[number % 2]};{site};{number / 7:.3f};remark {number}")
    (tmp_path / "photos.csv").write_text("\n".join(rows))
    catalog = catalog_of(tmp_path)
    assert catalog.class_names == ("elm", "oak")
    found = {
        each.name: each for each in drive(slicings_of(catalog, catalog.samples))[1] if each.by == "column"
    }
    assert set(found) == {"site", "weight"}, "neither the classes nor what every photo has of its own"
    assert set(found["site"].values) == {"marsh", "forest"}
    assert len(found["site"].of) == 16, "an empty cell says nothing"
    assert [each.place for each in found["weight"].values] == [0, 1, 2, 3]  # type: ignore[union-attr]


def test_tables_that_say_no_class_are_read_too(tmp_path: Path) -> None:
    for number in range(8):
        photo(tmp_path / ("elm", "oak")[number % 2] / f"{number}.png", 10 * number, seed=number)
    (tmp_path / "weather.tsv").write_text(
        "photo\tweather\n" + "\n".join(f"{number}.png\t{('rain', 'sun')[number // 4]}" for number in range(8))
    )
    (tmp_path / "oak" / "notes.csv").write_text("nothing,of,use\nred,green,blue\n")
    paths = [f"{('elm', 'oak')[number % 2]}/{number}.png" for number in range(8)]
    said = column_values(tmp_path, paths)
    assert said == {"weather": {path: ("rain", "sun")[int(path[4]) // 4] for path in paths}}


def test_clusters_are_as_good_as_scikit_learn_s() -> None:
    random = np.random.default_rng(3)
    middles = random.normal(0, 1, (5, 20))
    features = (middles[random.integers(0, 5, 400)] + random.normal(0, 0.15, (400, 20))).astype(np.float32)
    found = clusters(features, 5)
    looks = features - features.mean(axis=0)
    looks /= np.linalg.norm(looks, axis=1, keepdims=True)
    theirs = KMeans(5, n_init=10, random_state=0).fit(looks).labels_
    pairs = {(one, int(other)) for one, other in zip(found.of.tolist(), theirs.tolist(), strict=True)}
    assert len(pairs) == found.count == 5, "the same clusters under other numbers"
    sizes = np.bincount(found.of)
    assert (np.diff(sizes) <= 0).all()
    middle = looks[found.of == 0].mean(axis=0)
    first = int(found.typical(0, 3)[0])
    assert first == np.flatnonzero(found.of == 0)[(looks[found.of == 0] @ middle).argmax()]


@pytest.mark.usefixtures("ready_backbone")
def test_photos_that_look_alike_are_a_cluster_and_a_weak_one_is_found(
    drawn_small: Path, tmp_path: Path
) -> None:
    """Two kinds of drawn photos in each class: where the model is wrong about one kind, it is named."""
    for number, name in enumerate(("apples", "leaves")):
        (tmp_path / "one").mkdir(exist_ok=True)
        (tmp_path / "two").mkdir(exist_ok=True)
        for photo_file in sorted((drawn_small / name).iterdir())[:12]:
            shutil.copy(photo_file, tmp_path / ("one", "two")[number] / photo_file.name)
            with Image.open(photo_file) as opened:
                opened.resize((90, 90)).rotate(180).save(
                    tmp_path / ("two", "one")[number] / f"turned {photo_file.name}"
                )
    catalog = catalog_of(tmp_path)
    config = TrainingConfig(networks="one")
    ids = {sample.id for sample in catalog.samples}
    with Follower(catalog, config) as follower:
        found = drive(follower.by_look(catalog, ids))[1]
        some = drive(follower.by_look(catalog, set(list(ids)[:7])))[1]
    assert some.values == ()
    kind = {sample.id: ("turned" in sample.path) == (sample.path[:3] == "one") for sample in catalog.samples}
    told = [{kind[key] for key, of in found.of.items() if of == cluster} for cluster in (0, 1)]
    assert sorted(map(len, told)) == [1, 1], "leaves in one, apples in the other, whatever their class"
    for value in found.values:
        assert isinstance(value, Typical)
        assert len({kind[each] for each in value.samples}) == 1
    names = list(ids)
    right = np.array([not kind[each] or each.endswith("1.JPG") for each in names], bool)
    (worst,) = slices_of(names, right, names, [found]).standing_out
    assert {kind[names[row]] for row in worst.rows.tolist()} == {True}


def test_only_photos_that_were_asked_for_are_divided(folder: Path) -> None:
    catalog = catalog_of(folder)
    some = replace(catalog, samples=catalog.samples[:6])
    found = drive(slicings_of(catalog, some.samples))[1]
    assert all(set(each.of) <= {sample.id for sample in some.samples} for each in found)
