"""The recipe that stands between a photo and a network."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional

from tests.bad_files import turned
from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.config.recipe import preprocessing_for
from workbench.core.config.training_config import TrainingConfig
from workbench.core.images.preprocessing import CUT, ROWS_FROM, WHOLE_FROM, Preprocessing

HALF = (0.5, 0.5, 0.5)
RECIPE = Preprocessing(256, 224, 3, HALF, HALF, "bicubic")


@pytest.fixture(scope="module")
def photos(drawn_pair: Path) -> list[Path]:
    return sorted((drawn_pair / "val" / "apples").glob("*.jpg"))[:6]


def test_pixels_are_those_of_torchvision_on_the_same_image(photos: list[Path]) -> None:
    for path in photos:
        with Image.open(path) as opened:
            image = opened.convert("RGB")
        # torchvision rounds the long side down; ours goes to the nearest pixel.
        width, height = RECIPE.stored_size(*image.size)
        theirs = functional.resize(image, [height, width], InterpolationMode.BICUBIC, antialias=True)
        ours = RECIPE.pixels(image)
        assert ours.shape == (height, width, 3)
        assert min(height, width) == 256
        assert np.array_equal(ours, np.asarray(theirs))


def test_the_crop_is_the_middle() -> None:
    stored = np.arange(256 * 301 * 3, dtype=np.uint32).reshape(256, 301, 3)
    cropped = RECIPE.crop_pixels(stored)  # type: ignore[arg-type]
    assert np.array_equal(cropped, stored[16:240, 38:262])


@pytest.mark.parametrize(
    "size", [(500, 375), (375, 500), (1, 1), (10, 3000), (10_000, 10), (31, 32), (256, 256)]
)
def test_every_shape_becomes_the_same_square(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "photo.png"
    Image.new("RGB", size, (10, 200, 30)).save(path)
    loaded = RECIPE.load(path)
    assert loaded.shape == (224, 224, 3)
    assert loaded.dtype == np.uint8
    assert loaded.flags.writeable
    assert loaded.reshape(-1, 3).tolist() == [[10, 200, 30]] * 224 * 224


def test_older_recipes_keep_only_the_middle_of_a_long_strip() -> None:
    strip = np.zeros((10, 10_000, 3), np.uint8)
    strip[:, 4980:5020] = 255
    stored = RECIPE.pixels(Image.fromarray(strip))
    assert stored.shape == (256, 256 * CUT, 3)
    assert stored[:, 64:-64].min() == 255  # the filter looks a little beyond the part's ends


def test_an_upright_photo_and_its_sideways_twin_are_equal(photos: list[Path], tmp_path: Path) -> None:
    with Image.open(photos[0]) as opened:
        image = opened.convert("RGB")
    loaded = []
    for orientation in range(1, 9):
        path = tmp_path / f"{orientation}.png"
        path.write_bytes(turned(image, orientation, "PNG"))
        loaded.append(RECIPE.load(path))
    assert all(np.array_equal(loaded[0], other) for other in loaded)


def test_grey_values_are_luma() -> None:
    recipe = Preprocessing(8, 8, 1, (0.5,), (0.5,), "bilinear")
    stored = recipe.pixels(Image.new("RGB", (8, 8), (255, 128, 0)))
    assert stored.shape == (8, 8, 1)
    assert abs(int(stored[0, 0, 0]) - (0.299 * 255 + 0.587 * 128)) <= 1


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32, torch.float16])
def test_normalise_standardises_each_channel(dtype: torch.dtype) -> None:
    recipe = Preprocessing(8, 8, 3, (0.1, 0.2, 0.3), (0.5, 0.6, 0.7), "bilinear")
    batch = torch.randint(0, 256, (4, 3, 8, 8), dtype=torch.uint8).to(dtype)
    batch = batch.to(memory_format=torch.channels_last)
    before = batch.clone()
    found = recipe.normalise(batch)
    expected = functional.normalize(before.float() / 255, [0.1, 0.2, 0.3], [0.5, 0.6, 0.7])
    assert found.dtype == torch.float32
    assert torch.allclose(found, expected, atol=1e-5)
    assert torch.equal(batch, before)
    assert found.is_contiguous(memory_format=torch.channels_last)


def test_the_recipe_survives_json() -> None:
    assert Preprocessing.from_dict(json.loads(json.dumps(RECIPE.to_dict()))) == RECIPE


def test_transfer_takes_what_the_weights_expect() -> None:
    row = architecture_of("efficientnet_lite0")
    assert row.weights is not None
    recipe = preprocessing_for(row, TrainingConfig())
    assert (recipe.resize, recipe.crop, recipe.channels) == (256, 224, 3)
    assert recipe.mean == row.weights.mean
    assert recipe.interpolation == row.weights.interpolation
    grey = preprocessing_for(row, TrainingConfig(channels=1, input_size=96))
    assert (grey.crop, grey.channels) == (96, 1)
    assert grey.mean == pytest.approx((sum(row.weights.mean) / 3,))


def test_from_scratch_uses_the_whole_short_side() -> None:
    row = architecture_of("efficientnet_lite0")
    recipe = preprocessing_for(row, TrainingConfig(mode="scratch", input_size=48))
    assert recipe == Preprocessing(48, 48, 3, HALF, HALF, "bilinear", 256, WHOLE_FROM, ROWS_FROM)


@pytest.mark.parametrize(
    "changed",
    [
        {"crop": 300},
        {"crop": 0},
        {"channels": 2},
        {"mean": (0.5,)},
        {"std": (0.5, 0.0, 0.5)},
        {"interpolation": "x"},
    ],
)
def test_a_recipe_that_cannot_be_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Preprocessing.from_dict({**RECIPE.to_dict(), **changed})
