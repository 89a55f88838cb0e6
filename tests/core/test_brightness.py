"""More than 8 bits: one rule for a folder, kept in the recipe, the same at prediction."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.core.cache_help import opened_in
from tests.core.folder_help import scanned
from tests.core.tiff_help import basic, tiff_of, written
from workbench.core.data.catalog import Catalog, Roots
from workbench.core.data.photo_cache import PhotoCache
from workbench.core.data.pixels import PixelStore
from workbench.core.data.split import make_split, own_split
from workbench.core.data.stored_split import StoredSplit
from workbench.core.images.brightness import Depth, Numbers, range_for, rule_of, to_8_bits
from workbench.core.images.loader import decode, in_memory, open_image
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.project.split_file import read_split, write_split

HALF = (0.5, 0.5, 0.5)
RECIPE = Preprocessing(64, 64, 3, HALF, HALF, "bilinear", 64)


def scene(seed: int, top: int = 4095, size: tuple[int, int] = (90, 70)) -> np.ndarray:
    """A blotchy picture that uses about all of 0 to `top`, shape (height, width), uint16."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (6, 8), np.uint8))
    smooth = np.asarray(coarse.resize(size, Image.Resampling.BICUBIC), np.float64)
    return np.rint(smooth / 255 * top).astype(np.uint16)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes of 12-bit photos in 16, in grey."""
    fill(tmp_path / "photos", lambda seed: scene(seed))
    return tmp_path / "photos"


def fill(folder: Path, make: Callable[[int], np.ndarray], count: int = 6) -> None:
    for number in range(2 * count):
        path = folder / "ab"[number % 2] / f"{number}.tif"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(make(number)))


def notes(catalog: Catalog) -> dict[str, dict[str, object]]:
    return {note.code: dict(note.values) for note in catalog.notes}


def seen(folder: Path, path: str) -> np.ndarray:
    """What the cache of a folder holds of a photo after a scan."""
    with PhotoCache(folder) as cache:
        return cache.photo(path).pixels.astype(int)


def test_a_scan_finds_the_range_and_says_it(folder: Path) -> None:
    catalog = scanned(folder)
    assert catalog.brightness == (("uint16", 0.0, 4095.0),)
    assert notes(catalog)["brightness"] == {"count": 12, "black": 0.0, "white": 4095.0}
    assert "changed.rescaled" not in notes(catalog)
    (sentence,) = [note.title for note in catalog.notes if note.code == "brightness"]
    assert "4,095" in sentence


@pytest.mark.parametrize("share", [0.0001, 0.004, 0.03])
def test_one_photo_with_bright_spots_is_as_bright_as_the_rest(folder: Path, share: float) -> None:
    plain = scene(3)
    spoiled = plain.copy()
    count = max(1, int(share * plain.size))
    spoiled.reshape(-1)[np.random.default_rng(1).choice(plain.size, count, replace=False)] = 60_000
    for name, values in (("plain", plain), ("spoiled", spoiled)):
        (folder / "a" / f"{name}.tif").write_bytes(written(values))
    catalog = scanned(folder)
    assert catalog.brightness == (("uint16", 0.0, 4095.0),)
    clean, other = seen(folder, "a/plain.tif"), seen(folder, "a/spoiled.tif")
    assert np.abs(clean - other)[spoiled == plain].max() <= 1
    assert other[spoiled != plain].min() == 255


def test_a_scale_bar_in_every_photo_makes_none_of_them_dark(tmp_path: Path) -> None:
    def barred(seed: int) -> np.ndarray:
        values = scene(seed)
        values[60:64, 20:60] = 65535
        return values

    fill(tmp_path, barred)
    assert scanned(tmp_path).brightness == (("uint16", 0.0, 4095.0),)


def test_dark_photos_among_bright_ones_stay_dark(tmp_path: Path) -> None:
    fill(tmp_path, lambda seed: scene(seed, 60_000 if seed < 8 else 200))
    catalog = scanned(tmp_path)
    assert catalog.brightness == (("uint16", 0.0, 65535.0),)
    assert seen(tmp_path, "b/9.tif").max() <= 1


def test_values_far_from_zero_get_a_range_of_their_own(tmp_path: Path) -> None:
    """A thermal camera: some twenty degrees are but a small part of its 14 bits."""
    fill(tmp_path, lambda seed: scene(seed, 1500) + 7000)
    ((kind, black, white),) = scanned(tmp_path).brightness or ()
    assert kind == "uint16"
    assert 6900 <= black <= 7100
    assert 8400 <= white <= 8700
    assert np.ptp(seen(tmp_path, "a/0.tif")) > 200


@pytest.mark.parametrize("top", [0.2, 1.0, 1.4, 8848.0])
def test_floating_point_photos_share_a_range(tmp_path: Path, top: float) -> None:
    fill(tmp_path, lambda seed: (scene(seed) / 4095 * top * (1 - seed % 3 / 10)).astype(np.float32))
    ((kind, black, white),) = scanned(tmp_path).brightness or ()
    assert (kind, black) == ("float", 0.0)
    assert top * 0.95 <= white <= max(top * 2, 1)


def test_kinds_of_numbers_have_ranges_of_their_own(folder: Path) -> None:
    fill(folder, lambda seed: scene(seed).astype(np.float32) / 4095, count=3)  # replaces half of them
    catalog = scanned(folder)
    assert catalog.brightness == (("float", 0.0, 1.0), ("uint16", 0.0, 4095.0))
    assert [note.values["count"] for note in catalog.notes if note.code == "brightness"] == [6, 6]


def test_what_all_tags_state_goes_before_what_is_measured(tmp_path: Path) -> None:
    for number in range(6):
        path = tmp_path / "ab"[number % 2] / f"{number}.tif"
        path.parent.mkdir(exist_ok=True)
        values = scene(number, 300)
        tags = basic(90, 70, [16], 1, least=0, most=1000)
        path.write_bytes(tiff_of((tags, [values.astype("<u2").tobytes()])))
    assert scanned(tmp_path).brightness == (("uint16", 0.0, 1000.0),)


def test_statistics_of_each_photo_in_its_tags_are_no_range(tmp_path: Path) -> None:
    for number in range(6):
        path = tmp_path / "ab"[number % 2] / f"{number}.tif"
        path.parent.mkdir(exist_ok=True)
        values = scene(number, 2000 + 300 * number)
        tags = basic(90, 70, [16], 1, least=int(values.min()), most=int(values.max()))
        path.write_bytes(tiff_of((tags, [values.astype("<u2").tobytes()])))
    assert scanned(tmp_path).brightness == (("uint16", 0.0, 4095.0),)


def test_a_second_scan_reads_nothing_anew_and_a_new_photo_can_change_the_rule(folder: Path) -> None:
    first = scanned(folder)
    with opened_in(folder) as opened:
        assert scanned(folder) == first
    assert opened == []
    for number in range(6):
        (folder / "a" / f"bright{number}.tif").write_bytes(written(scene(number, 16383)))
    assert scanned(folder).brightness == (("uint16", 0.0, 16383.0),)
    expected = np.rint(scene(0) * (255 / 16383))
    assert np.abs(seen(folder, "a/0.tif")[..., 0] - expected).max() <= 1


# --- the recipe -----------------------------------------------------------------------------------


def store_of(catalog: Catalog, recipe: Preprocessing) -> PixelStore:
    job = PixelStore.build(catalog.roots, catalog.samples, recipe, threads=2)
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value


def test_training_and_prediction_see_the_same(folder: Path) -> None:
    catalog = scanned(folder)
    split = make_split(catalog, validation_fraction=0.2, seed=0)
    assert split.brightness == own_split(catalog).brightness == catalog.brightness
    recipe = replace(RECIPE, brightness=split.brightness)
    again = Preprocessing.from_dict(json.loads(json.dumps(recipe.to_dict())))
    assert again == recipe
    with store_of(catalog, recipe) as store:
        for index, sample in enumerate(catalog.samples):
            assert np.array_equal(store.crops([index])[0], again.load(folder / sample.path))
            with Image.open(folder / sample.path) as image:
                alone = again.square(in_memory(image, brightness=again.brightness))
            assert np.array_equal(store.crops([index])[0], alone)


def test_a_photo_is_as_bright_alone_as_in_its_folder(folder: Path, tmp_path: Path) -> None:
    """A dim one: by itself it would be taken for one of 8 bits, and be shown fifteen times as bright."""
    (tmp_path / "dim.tif").write_bytes(written(scene(5, 250)))
    recipe = replace(RECIPE, brightness=scanned(folder).brightness)
    assert recipe.load(tmp_path / "dim.tif").max() <= 16
    assert RECIPE.load(tmp_path / "dim.tif").max() > 200


def test_a_model_of_another_folder_uses_its_own_range(folder: Path) -> None:
    catalog = scanned(folder)
    wide = replace(RECIPE, brightness=(("uint16", 0.0, 65535.0),))
    with store_of(catalog, wide) as store:
        dark = store.crops(range(len(catalog.samples)))
        assert dark.max() <= 17
    with store_of(catalog, replace(RECIPE, brightness=catalog.brightness)) as store:
        assert store.crops([0]).max() > 200
    assert scanned(folder) == catalog


def test_older_recipes_and_splits_keep_their_way(folder: Path, tmp_path: Path) -> None:
    values = replace(RECIPE, brightness=()).to_dict()
    assert values.pop("brightness") == []
    older = Preprocessing.from_dict(values)
    assert older.brightness is None
    assert older.to_dict() == values
    colour = np.stack([scene(1)] * 3, axis=-1)
    (tmp_path / "colour.tif").write_bytes(written(colour, photometric="rgb"))
    found = np.asarray(open_image(tmp_path / "colour.tif", brightness=None), int)
    assert np.abs(found - (colour >> 8)).max() <= 1  # the upper byte, as it was
    (tmp_path / "grey.tif").write_bytes(written(scene(1)))
    grey = np.asarray(open_image(tmp_path / "grey.tif", brightness=None), int)
    assert np.abs(grey[..., 0] - scene(1) / 4095 * 255).max() <= 1

    split = own_split(scanned(folder))
    write_split(tmp_path / "split.json", split)
    assert read_split(tmp_path / "split.json") == split
    stored = json.loads((tmp_path / "split.json").read_text())
    del stored["brightness"]
    (tmp_path / "split.json").write_text(json.dumps(stored))
    assert read_split(tmp_path / "split.json") == replace(split, brightness=None)


def test_a_store_keeps_the_rule_of_its_split(folder: Path) -> None:
    split = own_split(scanned(folder))
    catalog = Catalog(Roots.of(folder), split.classes, split.samples)
    with store_of(catalog, replace(RECIPE, brightness=split.brightness)) as store:
        stored = StoredSplit.of(split, store)
        assert stored.split.brightness == store.preprocessing.brightness == split.brightness


@pytest.mark.parametrize("wrong", [[["uint16", 5, 5]], [["uint16", 0, float("inf")]], [["uint16", 0]], "no"])
def test_a_rule_that_is_none_is_refused(wrong: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        Preprocessing.from_dict({**RECIPE.to_dict(), "brightness": wrong})


# --- the arithmetic -------------------------------------------------------------------------------


def test_the_rule_does_not_hang_on_the_order_of_photos() -> None:
    depths = [measured(scene(seed, 1000 * (seed + 1))) for seed in range(9)]
    assert rule_of(depths) == rule_of(depths[::-1])
    assert rule_of([]) == ()
    assert range_for(depths[0], ()) == rule_of(depths[:1])[0][1:]


def measured(values: np.ndarray) -> Depth:
    depth = to_8_bits(Numbers(values), ())[2]
    assert depth is not None
    assert Depth.from_dict(json.loads(json.dumps(depth.to_dict()))) == depth
    return depth


@pytest.mark.parametrize("kind", [np.uint16, np.int16, np.uint32, np.int32, np.float32, np.float64])
def test_it_maps_as_written_on_paper(kind: type) -> None:
    values = np.arange(0, 4096, 5).astype(kind).reshape(-1, 10)
    found, changes, depth = to_8_bits(
        Numbers(values), (("float", 0, 2000.0), (np.dtype(kind).name, 0, 2000.0))
    )
    expected = np.clip(np.rint(values.astype(np.float64) * 255 / 2000), 0, 255)
    assert np.abs(found - expected).max() <= 1
    assert changes == ("rescaled",)
    assert depth is not None
    assert (depth.black, depth.white) == (0, 2000)


def test_nothing_but_holes_is_black() -> None:
    for values in (np.full((4, 4), np.nan, np.float32), np.full((4, 4), 7, np.uint16)):
        holes = np.ones((4, 4), bool)
        assert to_8_bits(Numbers(values, holes=holes), ())[0].max() == 0


def test_a_mask_of_two_values_stays_one() -> None:
    values = np.zeros((50, 50), np.uint16)
    values[10:20, 10:12] = 65535
    found = np.asarray(decode(io.BytesIO(written(values)), "mask.tif").image)[..., 0]
    assert np.array_equal(found == 255, values == 65535)
