"""Augmentation: what each row does, held against NumPy, Pillow and torchvision's own kernels."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch import Generator, Tensor
from torchvision.transforms.v2 import functional as vision

from workbench.core.augmentation import kernels
from workbench.core.augmentation.augmentation_rows import (
    AUGMENTATIONS,
)
from workbench.core.augmentation.pipeline import Pipeline, preview
from workbench.core.augmentation.trivial import CHANGES, trivial_augment
from workbench.core.config.presets import PRESETS
from workbench.core.config.training_config import TrainingConfig

ROWS = [row.key for row in AUGMENTATIONS]
BATCH_ROWS = [
    key for key in ROWS if key not in ("random_resized_crop", "alternating_flip", "mixup", "cutmix")
]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def seeded(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def photos(count: int = 16, channels: int = 3, side: int = 32) -> Tensor:
    """Colourful waves with an edge and fine checks, so that every change shows."""
    y, x = torch.meshgrid(torch.linspace(0, 1, side), torch.linspace(0, 1, side), indexing="ij")
    phase = torch.arange(count)[:, None, None, None] * 0.7 + torch.arange(channels)[None, :, None, None] * 1.9
    waves = 0.5 + 0.45 * torch.sin(7 * x + 4 * y * y + phase)
    waves = torch.where(x + y > 1.3, 1 - waves, waves)
    checks = 25 * ((torch.arange(side)[:, None] + torch.arange(side)) % 2)
    return (waves * 230 + checks).to(torch.uint8)


def apply(strengths: dict[str, float], batch: Tensor, seed: int = 0) -> Tensor:
    return Pipeline(strengths, classes=3, crop=batch.shape[-1])(batch, seeded(seed))


# Every row of the pipeline


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("key", BATCH_ROWS)
def test_a_row_changes_pixels_and_nothing_else(key: str, channels: int) -> None:
    batch = photos(channels=channels)
    before = batch.clone()
    result = apply({key: 1.0}, batch)
    assert result.shape == batch.shape
    assert result.dtype == torch.uint8
    assert torch.equal(batch, before), "the batch itself was changed"
    if (key, channels) == ("grayscale", 1):
        assert torch.equal(result, batch)
        return
    assert (result != batch).flatten(1).any(1).sum() >= 4


@pytest.mark.parametrize("key", BATCH_ROWS)
def test_a_row_is_decided_by_its_generator_alone(key: str) -> None:
    batch = photos()
    torch.manual_seed(1)
    first = apply({key: 1.0}, batch, seed=5)
    torch.manual_seed(2)
    state = torch.get_rng_state()
    assert torch.equal(apply({key: 1.0}, batch, seed=5), first)
    assert torch.equal(torch.get_rng_state(), state), "the global generator was used"
    if key != "grayscale":  # at full strength every photo is grey
        assert not torch.equal(apply({key: 1.0}, batch, seed=6), first)


@pytest.mark.parametrize("key", ROWS)
def test_strength_0_changes_nothing(key: str) -> None:
    pipeline = Pipeline({key: 0.0}, classes=3, crop=32)
    batch, targets = photos(), torch.eye(16)
    assert torch.equal(pipeline(batch, seeded()), batch)
    assert pipeline.boxes(4, seeded(), np.full((4, 2), 40)) is None
    assert not pipeline.mixes
    images, same = pipeline.mix(batch.float(), targets, seeded())
    assert torch.equal(images, batch.float())
    assert torch.equal(same, targets)


@pytest.mark.parametrize("key", [key for key in BATCH_ROWS if key != "grayscale"])
def test_copies_of_one_photo_come_out_different(key: str) -> None:
    result = apply({key: 1.0}, photos(1).repeat(16, 1, 1, 1))
    assert len(torch.unique(result.flatten(1), dim=0)) >= (2 if "flip" in key else 4)


@pytest.mark.parametrize("preset", list(PRESETS.keys()))
@pytest.mark.parametrize("shape", [(1, 3, 32, 32), (5, 1, 28, 28), (3, 3, 48, 64)])
def test_presets_take_any_batch(preset: str, shape: tuple[int, ...]) -> None:
    batch = torch.randint(0, 256, shape, dtype=torch.uint8, generator=seeded())
    result = apply(PRESETS.of(preset).strengths, batch)
    assert result.shape == batch.shape
    assert result.dtype == torch.uint8


# Against NumPy


@pytest.mark.parametrize(("key", "axis"), [("horizontal_flip", 2), ("vertical_flip", 1)])
def test_flips_equal_numpy_flips_of_half_the_photos(key: str, axis: int) -> None:
    batch = photos(200)
    result = apply({key: 1.0}, batch).numpy()
    flipped = np.array(
        [np.array_equal(new, np.flip(old, axis)) for new, old in zip(result, batch.numpy(), strict=True)]
    )
    kept = np.array([np.array_equal(new, old) for new, old in zip(result, batch.numpy(), strict=True)])
    assert np.all(flipped ^ kept)
    assert 70 <= flipped.sum() <= 130


def test_shift_moves_by_whole_pixels_and_mirrors_the_edge() -> None:
    batch = photos(32)
    result = apply({"shift": 1.0}, batch).numpy()
    for new, old in zip(result, batch.numpy(), strict=True):
        padded = np.pad(old, ((0, 0), (8, 8), (8, 8)), mode="symmetric")
        windows = np.lib.stride_tricks.sliding_window_view(padded, (32, 32), axis=(1, 2))
        assert (windows == new[:, None, None]).all((0, 3, 4)).any(), "not a whole-pixel shift"


def test_noise_has_the_deviation_that_its_strength_says() -> None:
    batch = torch.full((400, 3, 16, 16), 128, dtype=torch.uint8)
    deviations = apply({"noise": 1.0}, batch).float().flatten(1).std(1)
    assert 0 <= float(deviations.min()) < 2
    assert 28 < float(deviations.max()) < 32
    assert abs(float(deviations.mean()) - 15) < 1.5


def test_erasing_covers_one_rectangle_with_the_mean_colour() -> None:
    batch = photos(64, side=40)
    result = apply({"random_erasing": 1.0}, batch)
    for new, old in zip(result, batch, strict=True):
        rows = np.flatnonzero((new != old).any(0).any(1).numpy())
        columns = np.flatnonzero((new != old).any(0).any(0).numpy())
        patch = new[:, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        mean = old.double().mean((1, 2)).floor()
        assert (patch == mean[:, None, None]).all()
        assert patch[0].numel() <= 0.36 * 1600
    untouched = (apply({"random_erasing": 0.25}, photos(200)) == photos(200)).flatten(1).all(1)
    assert 125 <= int(untouched.sum()) <= 175


# Against torchvision

ONE = torch.ones(1)
STILL = dict.fromkeys(("angle", "shift_x", "shift_y", "shear_x", "shear_y", "tilt_x", "tilt_y"), 0 * ONE)


def inside(images: Tensor, margin: int = 14) -> Tensor:
    return images[..., margin:-margin, margin:-margin]


@pytest.mark.parametrize("degrees", [-30.0, 12.0, 45.0])
@pytest.mark.parametrize("zoom", [0.9, 1.3])
def test_warp_turns_and_zooms_as_torchvision_does(degrees: float, zoom: float) -> None:
    images = photos(1, side=64).float()
    matrix = kernels.homographies(**{**STILL, "angle": ONE * math.radians(degrees)}, zoom=ONE * zoom)
    expected = vision.affine(
        images, -degrees, [0, 0], zoom, [0.0, 0.0], interpolation=vision.InterpolationMode.BILINEAR
    )
    assert (inside(kernels.warp(images, matrix)) - inside(expected)).abs().max() < 0.1


def test_warp_slants_and_shifts_as_torchvision_does() -> None:
    images = photos(1, side=64).float()
    matrix = kernels.homographies(**{**STILL, "shift_x": ONE * 5, "shift_y": ONE * -3}, zoom=ONE)
    expected = vision.affine(images, 0.0, [5, -3], 1.0, [0.0, 0.0])
    assert (inside(kernels.warp(images, matrix)) - inside(expected)).abs().max() < 0.01
    matrix = kernels.homographies(**{**STILL, "shear_x": ONE * math.tan(math.radians(20))}, zoom=ONE)
    bilinear = vision.InterpolationMode.BILINEAR
    slants = [
        vision.affine(images, 0.0, [0, 0], 1.0, [s, 0.0], interpolation=bilinear) for s in (-20.0, 20.0)
    ]
    assert min(float((inside(kernels.warp(images, matrix)) - inside(s)).abs().max()) for s in slants) < 0.1


def test_warp_tilts_as_torchvision_does() -> None:
    images = photos(1, side=64).float()
    matrix = kernels.homographies(**{**STILL, "tilt_x": ONE * 0.004, "tilt_y": ONE * -0.002}, zoom=ONE)
    corners = torch.tensor([[-32.0, -32, 1], [32, -32, 1], [32, 32, 1], [-32, 32, 1]])
    source = corners @ matrix[0].T
    source = source[:, :2] / source[:, 2:] + 32
    expected = vision.perspective(
        images,
        source.tolist(),
        (corners[:, :2] + 32).tolist(),
        interpolation=vision.InterpolationMode.BILINEAR,
    )
    assert (inside(kernels.warp(images, matrix)) - inside(expected)).abs().max() < 0.5


@pytest.mark.parametrize("factor", [0.4, 1.0, 1.6])
def test_light_and_colour_are_torchvisions(factor: float) -> None:
    images = photos(4).float()
    ones, factors = torch.ones(4), torch.full((4,), factor)
    usual = {"brightness": ones, "contrast": ones, "saturation": ones, "hue": 0 * ones}
    for name in ("brightness", "contrast", "saturation"):
        adjust = getattr(vision, f"adjust_{name}")
        result = kernels.recolour(images, **{**usual, name: factors})
        assert (result / 255 - adjust(images / 255, factor)).abs().max() < 2e-3
    grey = kernels.recolour(images, **{**usual, "saturation": 0 * ones})
    assert (grey - vision.rgb_to_grayscale(images, num_output_channels=3)).abs().max() < 0.05
    single = kernels.recolour(images[:, :1], **{**usual, "contrast": factors})
    assert (single / 255 - vision.adjust_contrast(images[:, :1] / 255, factor)).abs().max() < 2e-3


def test_a_third_of_a_turn_of_hue_swaps_the_channels() -> None:
    images = photos(2).float()
    ones = torch.ones(2)
    result = kernels.recolour(images, ones, ones, ones, ones * 2 * math.pi / 3)
    assert (result - images.roll(1, 1)).abs().max() < 0.01


def test_sharpness_is_torchvisions() -> None:
    images = photos(3)
    for factor in (0.0, 0.5, 2.5):
        result = kernels.sharpen(images.float(), torch.full((3,), factor))
        assert (
            result - vision.adjust_sharpness(images, factor).float()
        ).abs().max() < 2.5  # it rounds in between


def test_blur_is_torchvisions_for_each_sample() -> None:
    images = photos(3).float()
    result = kernels.blur(images, torch.tensor([0.0, 0.8, 2.0]), 2.0)
    assert (result[0] - images[0]).abs().max() < 1e-3
    for index, sigma in ((1, 0.8), (2, 2.0)):
        expected = vision.gaussian_blur(images[index], [13, 13], [sigma, sigma])
        assert (result[index] - expected).abs().max() < 0.01


def test_trivial_augment_makes_torchvisions_changes() -> None:
    images = photos(2)
    size = torch.tensor([0.5, -0.5])

    def change(index: int) -> Tensor:
        return trivial_augment(images, torch.full((2,), index), size)

    assert len(CHANGES) == 14
    assert torch.equal(change(0), images)
    for index, adjust in ((6, "brightness"), (7, "saturation"), (8, "contrast")):
        for sample, factor in ((0, 1.495), (1, 0.505)):
            expected = getattr(vision, f"adjust_{adjust}")(images[sample], factor)
            assert (change(index)[sample].int() - expected.int()).abs().max() <= 1
    assert torch.equal(change(10), vision.posterize(images, 5))
    assert torch.equal(change(11), vision.solarize(images, 127.5))
    assert torch.equal(change(12), vision.autocontrast(images))
    assert torch.equal(change(13), vision.equalize(images))


# Boxes


def test_boxes_lie_inside_and_have_the_areas_and_aspects_of_the_paper() -> None:
    shapes = np.tile(np.array([[200, 300], [300, 200], [256, 256]]), (500, 1))
    pipeline = Pipeline({"random_resized_crop": 1.0}, classes=3, crop=32)
    boxes = pipeline.boxes(len(shapes), seeded(), shapes)
    assert boxes is not None
    assert boxes.shape == (1500, 4)
    assert boxes.dtype == np.float64
    top, left, height, width = boxes.T
    assert boxes.min() >= 0
    assert (top + height).max() <= 1 + 1e-12
    assert (left + width).max() <= 1 + 1e-12
    area, aspect = height * width, width * shapes[:, 1] / (height * shapes[:, 0])
    assert 0.08 <= area.min() < 0.12
    assert area.max() <= 1
    assert aspect.min() >= 0.75 - 1e-9
    assert aspect.max() <= 4 / 3 + 1e-9
    assert abs(np.log(aspect)).mean() > 0.1
    again = pipeline.boxes(len(shapes), seeded(), shapes)
    assert again is not None
    assert np.array_equal(again, boxes)
    other = pipeline.boxes(len(shapes), seeded(1), shapes)
    assert other is not None
    assert not np.array_equal(other, boxes)


def test_a_little_strength_keeps_nearly_the_whole_photo() -> None:
    boxes = Pipeline({"random_resized_crop": 0.1}, classes=3, crop=32).boxes(
        300, seeded(), np.full((300, 2), 224)
    )
    assert boxes is not None
    assert (boxes[:, 2] * boxes[:, 3]).min() >= 0.9


def test_a_very_long_photo_gets_its_middle() -> None:
    boxes = Pipeline({"random_resized_crop": 0.1}, classes=3, crop=32).boxes(
        1, seeded(), np.array([[100, 1000]])
    )
    assert boxes is not None
    np.testing.assert_allclose(boxes[0], [0, (1 - 0.4 / 3) / 2, 1, 0.4 / 3])


# Mixing


def test_mixup_blends_images_and_targets_alike() -> None:
    pipeline = Pipeline({"mixup": 1.0}, classes=16, crop=32)
    assert pipeline.mixes
    images, targets = photos().float(), torch.eye(16)
    mixed, asked = pipeline.mix(images, targets, seeded())
    np.testing.assert_allclose(asked.sum(1), 1, rtol=1e-6)
    own = asked.diagonal()
    assert len(own.unique()) > 8
    expected = own[:, None, None, None] * images + (1 - own)[:, None, None, None] * images.roll(1, 0)
    assert (mixed - expected).abs().max() < 0.01


def test_cutmix_asks_for_each_class_by_its_area() -> None:
    images = torch.arange(8.0)[:, None, None, None].expand(8, 3, 20, 30).clone()
    pipeline = Pipeline({"cutmix": 1.0}, classes=8, crop=20)
    for seed in range(20):
        mixed, asked = pipeline.mix(images, torch.eye(8), seeded(seed))
        np.testing.assert_allclose(asked.sum(1), 1, rtol=1e-6)
        for index in range(8):
            shares = [(mixed[index, 0] == other).double().mean() for other in range(8)]
            np.testing.assert_allclose(asked[index], shares, atol=1e-6)


def test_mixing_happens_as_often_as_its_strengths_say() -> None:
    images, targets = photos(2, side=8).float(), torch.eye(2)
    pipeline = Pipeline({"mixup": 0.2, "cutmix": 0.3}, classes=2, crop=8)
    generator = seeded()
    changed = sum(not torch.equal(pipeline.mix(images, targets, generator)[1], targets) for _ in range(400))
    assert 160 <= changed <= 230


def test_one_class_is_never_mixed() -> None:
    assert not Pipeline({"mixup": 1.0, "cutmix": 1.0}, classes=1, crop=8).mixes


# The preview


def test_the_preview_shows_what_training_shows() -> None:
    random = np.random.default_rng(0)
    shown = [
        random.integers(0, 256, shape, dtype=np.uint8) for shape in ((60, 90, 3), (90, 60, 3), (40, 40, 3))
    ]
    pictures = preview(shown, TrainingConfig(augmentation="strong"), 32, seed=4)
    assert [picture.shape for picture in pictures] == [(32, 32, 3)] * 3
    assert all(picture.dtype == np.uint8 for picture in pictures)
    same = preview(shown, TrainingConfig(augmentation="strong"), 32, seed=4)
    assert all(np.array_equal(a, b) for a, b in zip(pictures, same, strict=True))
    other = preview(shown, TrainingConfig(augmentation="strong"), 32, seed=5)
    assert not any(np.array_equal(a, b) for a, b in zip(pictures, other, strict=True))


def test_the_preview_without_changes_is_the_middle_of_the_photo() -> None:
    photo = np.random.default_rng(0).integers(0, 256, (32, 48, 3), dtype=np.uint8)
    (picture,) = preview([photo], TrainingConfig(augmentation="none"), 32, seed=0)
    assert np.array_equal(picture, photo[:, 8:40])
    (grey,) = preview([photo], TrainingConfig(augmentation="none", channels=1), 32, seed=0)
    assert grey.shape == (32, 32, 1)
    assert preview([], TrainingConfig(), 32, seed=0) == []


@pytest.mark.gpu
def test_a_gpu_makes_the_same_choices() -> None:
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    strengths = {key: 1.0 for key in BATCH_ROWS if key != "noise"}
    batch = photos(64)
    on_gpu = apply(strengths, batch.cuda()).cpu()
    assert (on_gpu.int() - apply(strengths, batch).int()).abs().float().mean() < 1
    assert apply({"noise": 1.0}, batch.cuda()).is_cuda
