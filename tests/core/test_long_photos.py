"""Photos much longer than wide are seen whole, by every way that leads from a file to the network."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.core.cache_help import opened_in
from tests.core.folder_help import scanned
from tests.core.training_help import drive
from workbench.cli.folder_report import lines_of
from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.augmentation.pipeline import Pipeline, preview
from workbench.core.config.recipe import preprocessing_for
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.photo_cache import PhotoCache, small_picture
from workbench.core.data.photo_index import PhotoIndex
from workbench.core.data.pixels import PixelStore
from workbench.core.health import checks
from workbench.core.health.checks import examine
from workbench.core.images.loader import in_memory
from workbench.core.images.preprocessing import ROWS_FROM, WHOLE_FROM, Preprocessing, rows
from workbench.core.paths import cache_dir
from workbench.core.training.batches import TrainingBatches
from workbench.words.findings import told

RECIPE = preprocessing_for(architecture_of("efficientnet_lite0"), TrainingConfig())
SCRATCH = preprocessing_for(architecture_of("custom"), TrainingConfig(mode="scratch", input_size=48))
OLDER = Preprocessing.from_dict(
    {name: value for name, value in RECIPE.to_dict().items() if name not in ("whole_from", "rows_from")}
)
RED, BLUE, GREY = (220, 20, 20), (20, 20, 220), (120, 120, 120)
LONG = [(800, 200), (768, 256), (200, 800), (1920, 1080), (1080, 2400), (3000, 100), (12, 600), (9000, 300)]
"""Width and height: panoramas, a wide screen, a telephone upright, strips, tiny and large."""


def with_ends(size: tuple[int, int], share: float = 0.1) -> Image.Image:
    """Grey, but red at its beginning and blue at its end, along its long side."""
    width, height = size
    pixels = np.full((height, width, 3), GREY, np.uint8)
    if width >= height:
        part = max(1, round(width * share))
        pixels[:, :part], pixels[:, -part:] = RED, BLUE
    else:
        part = max(1, round(height * share))
        pixels[:part], pixels[-part:] = RED, BLUE
    return Image.fromarray(pixels)


def colours(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where a picture (height, width, 3) is red, and where it is blue."""
    values = pixels.astype(int)
    return values[..., 0] - values[..., 2] > 80, values[..., 2] - values[..., 0] > 80


def has_ends(pixels: NDArray[np.uint8], size: tuple[int, int], share: float = 0.1) -> bool:
    """Whether red and blue take their share of a picture of all of a photo, each at its end."""
    red, blue = colours(pixels if size[0] >= size[1] else pixels.transpose(1, 0, 2))
    middle = red.shape[1] // 2
    close = abs(red.mean() - share) < 0.03 and abs(blue.mean() - share) < 0.03
    return bool(close and not red[:, middle:].any() and not blue[:, :middle].any())


def seen_whole(square: NDArray[np.uint8], size: tuple[int, int]) -> bool:
    """Whether a square shows both ends of a photo: squeezed, or in its first row and in its last."""
    if max(size) <= ROWS_FROM * min(size):
        return has_ends(square, size)
    red, blue = colours(square if size[0] >= size[1] else square.transpose(1, 0, 2))
    lines = red.shape[0]
    first, last = red[: lines // 8], blue[-(lines // 8) :]  # parts overlap: an end may show twice
    return bool(
        first[:, 0].all()
        and last[:, -1].all()
        and not red[lines // 2 + lines // 8 :].any()
        and not blue[: lines // 2 - lines // 8].any()
    )


def store_of(folder: Path, recipe: Preprocessing) -> PixelStore:
    catalog = scanned(folder)
    store: PixelStore = drive(PixelStore.build(catalog.roots, catalog.samples, recipe))[1]
    return store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Long photos of two classes, as JPEG and PNG."""
    for number, size in enumerate(LONG):
        path = tmp_path / "photos" / ("a", "b")[number % 2] / f"{size[0]} {size[1]}"
        path.parent.mkdir(parents=True, exist_ok=True)
        with_ends(size).save(path.with_suffix((".jpg", ".png")[number // 2 % 2]), quality=95)
    return tmp_path / "photos"


@pytest.mark.parametrize("recipe", [RECIPE, SCRATCH], ids=["trained", "scratch"])
@pytest.mark.parametrize("size", LONG, ids=str)
def test_both_ends_are_seen(size: tuple[int, int], recipe: Preprocessing) -> None:
    assert seen_whole(recipe.square(with_ends(size)), size)
    assert recipe.square(with_ends(size)).shape == (recipe.crop, recipe.crop, 3)


def test_grey_values_too() -> None:
    recipe = preprocessing_for(architecture_of("efficientnet_lite0"), TrainingConfig(channels=1))
    square = recipe.square(with_ends((600, 300)))
    assert square.shape == (224, 224, 1)
    row = square[112, :, 0].astype(int)
    assert abs(row[10] - row[112]) > 30  # red and blue are darker than this grey
    assert abs(row[213] - row[112]) > 30


@pytest.mark.parametrize("size", [(640, 480), (480, 640), (6000, 4000), (4288, 2848), (300, 300), (31, 33)])
def test_usual_photos_are_seen_as_before(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (size[1] // 8 + 1, size[0] // 8 + 1, 3), np.uint8)
    image = Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)
    assert np.array_equal(RECIPE.square(image), OLDER.square(image))


@pytest.mark.parametrize("size", [(1024, 300), (300, 2000), (2500, 300), (20, 900)], ids=str)
def test_a_model_of_before_still_sees_the_middle_square(size: tuple[int, int], tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (size[1], size[0], 3), np.uint8)
    image = Image.fromarray(noise)
    short = min(256, *size)
    part = 4 * min(size)  # of what is longer, only the middle was kept
    kept = (min(part, size[0]), min(part, size[1]))
    left, top = (size[0] - kept[0]) / 2, (size[1] - kept[1]) / 2
    first = tuple(min(round(short * side / min(size)), 4 * short) for side in size)
    box = (left, top, left + kept[0], top + kept[1])
    if first != size:
        image = image.resize(first, Image.Resampling.BICUBIC, box=box)
    second = tuple(min(round(256 * side / min(first)), 4 * 256) for side in first)
    whole = np.asarray(image.resize(second, Image.Resampling.BICUBIC))
    top, left = (whole.shape[0] - 224) // 2, (whole.shape[1] - 224) // 2
    expected = whole[top : top + 224, left : left + 224]
    assert np.array_equal(OLDER.square(Image.fromarray(noise)), expected)

    for name in ("a", "b"):  # also by way of the cache, which keeps whole photos now
        (tmp_path / name).mkdir()
        Image.fromarray(noise).save(tmp_path / name / f"{name}.png")
    with store_of(tmp_path, OLDER) as store:
        assert np.array_equal(store.crops([0])[0], expected)


def test_evaluation_prediction_and_arrays_see_the_same(folder: Path) -> None:
    catalog = scanned(folder)
    with store_of(folder, RECIPE) as store:
        crops = store.crops(np.arange(len(catalog.samples)))
        for crop, sample in zip(crops, catalog.samples, strict=True):
            path = folder / sample.path
            assert np.array_equal(crop, RECIPE.load(path))
            assert seen_whole(crop, (sample.width, sample.height))
            with Image.open(path) as opened:
                pixels = np.asarray(opened.convert("RGB"))
            given = RECIPE.square(in_memory(pixels))
            # Large JPEGs are decoded at a smaller size.
            assert np.abs(given.astype(int) - crop).mean() < 2


def test_the_cache_has_strips_whole_and_a_second_look_opens_no_file(folder: Path) -> None:
    store_of(folder, RECIPE).close()
    with opened_in(folder) as opened, store_of(folder, RECIPE) as store:
        assert opened == []
        assert len(store) == len(LONG)
    with PhotoCache(folder) as cache:
        for name, shape in (("b/3000 100.jpg", (100, 3000, 3)), ("b/9000 300.png", (256, 4096, 3))):
            strip = cache.photo(name).pixels
            assert strip.shape == shape
            assert has_ends(strip, shape[1::-1])


def test_strips_that_an_older_cache_has_cut_are_decoded_again(folder: Path) -> None:
    scanned(folder)
    (home,) = (cache_dir() / "photos").iterdir()
    index = PhotoIndex(home)
    rows = index.rows(256)
    name = b"b/3000 100.jpg"
    index.put([rows[name]._replace(width=400, height=100)])  # as it was kept: 4 to 1
    index.close()
    with opened_in(folder) as opened, store_of(folder, RECIPE) as store:
        assert opened == [name.decode()]
        place = [sample.path for sample in scanned(folder).samples].index(name.decode())
        assert seen_whole(store.crops([place])[0], (3000, 100))


@pytest.mark.parametrize("strength", [0.05, 0.5])
def test_learning_with_random_parts_shows_the_ends_now_and_then(folder: Path, strength: float) -> None:
    config = {"random_resized_crop": strength}
    with store_of(folder, SCRATCH) as store:
        members = np.arange(len(store))
        batches = TrainingBatches(
            store, members, members, Pipeline(config, classes=2, crop=48), len(members), seed=0
        )
        red, blue = np.zeros(len(members)), np.zeros(len(members))
        for epoch in range(8):
            for batch in batches.epoch(epoch):
                values = batch.pixels.numpy().astype(int)
                rows = batch.targets.numpy()
                red[rows] += (values[:, 0] - values[:, 2] > 80).any((1, 2))
                blue[rows] += (values[:, 2] - values[:, 0] > 80).any((1, 2))
    assert (red > 0).all()
    assert (blue > 0).all()
    if strength < 0.1:
        assert (red + blue > 8).all()


def test_pictures_of_what_training_shows_are_whole_too() -> None:
    photo = np.asarray(with_ends((320, 80)))
    config = TrainingConfig(mode="scratch", augmentation="custom", augmentations={})
    assert seen_whole(preview([photo], config, 160, seed=0)[0], (320, 80))
    squeezed = np.asarray(with_ends((320, 160)))
    assert seen_whole(preview([squeezed], config, 160, seed=0)[0], (320, 160))


def test_thumbnails_keep_their_shape_and_show_both_ends(folder: Path) -> None:
    scanned(folder)
    for path, shape in (("b/1080 2400.png", (160, 72, 3)), ("b/9000 300.png", (5, 160, 3))):
        matching = [each for each in folder.rglob("*") if each.stem == Path(path).stem]
        picture = small_picture(matching[0], 160)
        assert picture.shape == shape
        assert has_ends(picture, shape[1::-1])


def test_long_photos_are_said_with_their_number(folder: Path) -> None:
    (found,) = (each for each in examine(scanned(folder)) if each.check == "long")
    assert len(found.samples) == len([size for size in LONG if max(size) > ROWS_FROM * min(size)])
    assert "Nothing of them is cut off" in told(found)
    assert f"{len(found.samples)} photos" in told(found)
    assert told(found) in lines_of(scanned(folder))
    assert told(found) not in lines_of(scanned(folder), learning=True)


def test_usual_photos_are_not_spoken_of(tmp_path: Path) -> None:
    for name, size in (("a", (400, 300)), ("b", (480, 270))):
        (tmp_path / name).mkdir()
        with_ends(size).save(tmp_path / name / "1.png")
    assert "long" not in {each.check for each in examine(scanned(tmp_path))}


def test_the_recipe_says_it_and_recipes_of_before_do_not() -> None:
    stored = json.loads(json.dumps(RECIPE.to_dict()))
    assert (stored["whole_from"], stored["rows_from"]) == (WHOLE_FROM, ROWS_FROM)
    assert Preprocessing.from_dict(stored) == RECIPE
    assert not {"whole_from", "rows_from"} & OLDER.to_dict().keys()
    assert OLDER.whole_from == OLDER.rows_from == 0


@pytest.mark.parametrize(
    "wrong", [{"whole_from": -1.0}, {"whole_from": 0.5}, {"whole_from": 9.0}, {"rows_from": 1.2}], ids=str
)
def test_a_recipe_that_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="photos cannot be seen"):
        Preprocessing.from_dict({**RECIPE.to_dict(), **wrong})


@pytest.mark.parametrize("length", [2.5, 3, 4.5, 7, 11, 20, 40])
@pytest.mark.parametrize("upright", [False, True])
def test_what_is_no_longer_than_the_photo_is_high_is_whole_in_one_row(length: float, upright: bool) -> None:
    high, side = 30, 224
    long = round(length * high)
    for left in np.linspace(0, long - high, 9).round().astype(int):
        pixels = np.full((high, long, 3), GREY, np.uint8)
        pixels[:, left : left + high] = RED
        image = Image.fromarray(pixels.transpose(1, 0, 2) if upright else pixels)
        square = np.asarray(rows(image, side, Image.Resampling.BILINEAR))
        red, _ = colours(square.transpose(1, 0, 2) if upright else square)
        count = next(k for k in range(2, 8) if k * k - k + 1 >= length or k == 7)
        widths = [red[round(side * (row + 0.5) / count)].sum() for row in range(count)]
        expected = side / min(length, max(count, (length - 1) / count + 1))
        assert max(widths) == pytest.approx(expected, abs=3)


@pytest.mark.parametrize("length", [3, 7, 13])
def test_rows_squeeze_nothing(length: int) -> None:
    """A disc stays a disc."""
    across, down = np.arange(length * 50) - 25, np.arange(50)[:, None] - 25
    disc = np.where((across**2 + down**2 < 20**2)[..., None], RED, GREY).astype(np.uint8)
    red, _ = colours(np.asarray(rows(Image.fromarray(disc), 224, Image.Resampling.BICUBIC)))
    wide, high = red.any(0).sum(), red[: 224 // 2].any(1).sum()
    assert abs(int(wide) - int(high)) <= 3


def test_it_is_told_where_photos_are_seen_in_rows() -> None:
    assert checks._LONG == ROWS_FROM
