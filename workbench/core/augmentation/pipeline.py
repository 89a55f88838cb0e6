"""Random changes to batches of training images, each sample changed differently."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Generator, Tensor

from workbench.core.augmentation import kernels
from workbench.core.augmentation.augmentation_rows import augmentations_of, checked
from workbench.core.augmentation.trivial import CHANGES, trivial_augment
from workbench.core.config.training_config import TrainingConfig

_GEOMETRY = ("rotation", "shift", "scale", "shear", "perspective")
_WHOLE_PIXELS = {"shift"}
_CROP_TRIES = 10


class Pipeline:
    """The augmentations of one training run.

    Every random choice comes from the generator that the caller gives (a CPU generator), never from
    the global one: the same generator state gives the same result whatever other threads draw. On a
    GPU the choices are the same as on the CPU, apart from the grain of `noise`.

    Args:
        strengths: 0 to 1 by augmentation key; 0 is off.
        classes: Number of classes; with one class there is nothing to mix.
        crop: Side of the square images in pixels.

    Raises:
        InputError: A key is unknown or a strength lies outside 0 to 1.
    """

    def __init__(self, strengths: Mapping[str, float], *, classes: int, crop: int) -> None:
        self._strengths = checked(strengths)
        self._crop = crop
        self.cuts = "random_resized_crop" in self._strengths
        self.mixes = classes > 1 and not self._strengths.keys().isdisjoint({"mixup", "cutmix"})

    def boxes(
        self, count: int, generator: Generator, shapes: NDArray[np.integer]
    ) -> NDArray[np.float64] | None:
        """The part of each stored image to show, for `random_resized_crop`; None where it is off.

        As in torchvision's RandomResizedCrop (Szegedy et al. 2015): area evenly from a lower bound
        to the whole, aspect 3/4 to 4/3 evenly in its logarithm, ten tries, else the largest
        centred part of fitting aspect.

        Args:
            count: Number of samples N.
            shapes: Height and width of each stored image in pixels, (N, 2).

        Returns:
            Top, left, height, width as shares (0 to 1) of the image's height and width, (N, 4).
        """
        strength = self._strengths.get("random_resized_crop", 0.0)
        if not strength:
            return None
        draws = torch.rand(4, count, _CROP_TRIES, generator=generator, dtype=torch.float64).numpy()
        area = 1 - 0.92 * strength * draws[0]
        image_aspect = (shapes[:, 1] / shapes[:, 0])[:, None]
        relative = (4 / 3) ** (2 * draws[1] - 1) / image_aspect  # the part's aspect over the image's
        heights, widths = np.sqrt(area / relative), np.sqrt(area * relative)
        fits = (heights <= 1) & (widths <= 1)
        first = fits.argmax(1)
        rows = np.arange(count)
        height, width = heights[rows, first], widths[rows, first]
        top, left = draws[2, :, 0] * (1 - height), draws[3, :, 0] * (1 - width)
        result = np.stack([top, left, height, width], 1)
        none_fits = ~fits.any(1)
        result[none_fits] = _centred(shapes[none_fits], 3 / 4, 4 / 3)
        return result

    def turns(self, count: int, generator: Generator) -> Tensor | None:
        """Whose turn it is to be mirrored, for `alternating_flip`; None where it is off.

        Chance decides once for each sample in which of two epochs it is mirrored, so that any two
        epochs in a row show both sides of each (Jordan 2024, arXiv:2404.00498). With a strength
        below 1, so large a share of the samples takes part.

        Args:
            count: Number of samples N of the whole run.

        Returns:
            Bool (2, N), for even and for odd epochs.
        """
        strength = self._strengths.get("alternating_flip", 0.0)
        if not strength:
            return None
        takes_part, first = torch.rand(2, count, generator=generator)
        sides: Tensor = torch.stack((first < 0.5, first >= 0.5)) & (takes_part < strength)
        return sides

    def __call__(self, batch: Tensor, generator: Generator, mirrored: Tensor | None = None) -> Tensor:
        """Changes each image of a batch.

        Args:
            batch: uint8 (N, C, H, W), C = 1 or 3, on any device; it is left as it is.
            mirrored: Bool (N,), whose turn it is to be mirrored; see `turns`.

        Returns:
            uint8, same shape and device.
        """
        draw = _Draw(len(batch), generator, batch.device)
        strengths = self._strengths
        if mirrored is not None:
            batch = kernels.flip(batch, mirrored.to(batch.device, non_blocking=True), -1)
        for key, axis in (("horizontal_flip", -1), ("vertical_flip", -2)):
            if key in strengths:
                batch = kernels.flip(batch, draw.chance(strengths[key] / 2), axis)
        if "trivial_augment" in strengths:
            change = torch.randint(len(CHANGES), (len(batch),), generator=generator)
            size = strengths["trivial_augment"] * (2 * torch.rand(len(batch), generator=generator) - 1)
            batch = trivial_augment(batch, change, size)
        batch = self._in_float(batch, draw)
        if "random_erasing" in strengths:
            batch = _erase(batch, strengths["random_erasing"], draw)
        return batch

    def mix(
        self, images: Tensor, targets: Tensor, generator: Generator | None = None
    ) -> tuple[Tensor, Tensor]:
        """Mixes each sample with its neighbour in the batch, for some batches.

        MixUp (Zhang et al. 2018, arXiv:1710.09412) with Beta(0.4, 0.4) for each sample, or CutMix
        (Yun et al. 2019, arXiv:1905.04899) with one Beta(1, 1) patch; each is chosen for a batch
        with its strength as the probability.

        Args:
            images: Float (N, C, H, W).
            targets: Float (N, K), each row sums to 1.
            generator: Torch's global one where it is None.

        Returns:
            Both, mixed alike, or as they came.
        """
        if not self.mixes:
            return images, targets
        chosen = float(torch.rand((), generator=generator))
        seed = int(torch.randint(2**62, (), generator=generator))
        mixup, cutmix = self._strengths.get("mixup", 0.0), self._strengths.get("cutmix", 0.0)
        scale = 1 / max(1.0, mixup + cutmix)
        if chosen < mixup * scale:
            return _mixup(images, targets, np.random.default_rng(seed))
        if chosen < (mixup + cutmix) * scale:
            return _cutmix(images, targets, np.random.default_rng(seed))
        return images, targets

    def _in_float(self, batch: Tensor, draw: _Draw) -> Tensor:
        """The changes that need fractions: one conversion there, one back."""
        strengths = self._strengths
        bent = strengths.keys() & _GEOMETRY
        if bent == _WHOLE_PIXELS:
            batch = kernels.shift(batch, *self._shifts(draw, batch.shape[-2], batch.shape[-1]))
        bends = bool(bent - _WHOLE_PIXELS)
        tints = "colour_jitter" in strengths or ("grayscale" in strengths and batch.shape[1] == 3)
        if not (bends or tints or not strengths.keys().isdisjoint({"blur", "sharpness", "noise"})):
            return batch
        images = batch.float()
        if bends:
            images = kernels.warp(images, self._homographies(draw, batch.shape[-2], batch.shape[-1]))
        if tints:
            images = self._recolour(images, draw)
        if "blur" in strengths:
            widest = max(1.0, self._crop / 80) * strengths["blur"]
            sigma = draw.uniform(widest / 4, widest) * draw.chance(0.5)
            images = kernels.blur(images, sigma, widest)
        if "sharpness" in strengths:
            factor = torch.exp(math.log(4) * strengths["sharpness"] * draw.uniform(-1, 1))
            images = kernels.sharpen(images, factor)
        if "noise" in strengths:
            deviation = draw.uniform(0, 30 * strengths["noise"])
            images = images + draw.normal(images) * deviation[:, None, None, None]
        return images.round_().clamp_(0, 255).to(torch.uint8)

    def _homographies(self, draw: _Draw, height: int, width: int) -> Tensor:
        strength = {key: self._strengths.get(key, 0.0) for key in _GEOMETRY}
        shift_y, shift_x = self._shifts(draw, height, width)
        slant = math.tan(math.radians(25)) * strength["shear"]
        tilt = strength["perspective"] / 4
        return kernels.homographies(
            angle=draw.uniform(-1, 1) * (math.pi / 4 * strength["rotation"]),
            shift_x=shift_x,
            shift_y=shift_y,
            zoom=torch.exp(math.log(1.5) * strength["scale"] * draw.uniform(-1, 1)),
            shear_x=draw.uniform(-1, 1) * slant,
            shear_y=draw.uniform(-1, 1) * slant,
            tilt_x=draw.uniform(-1, 1) * (tilt / (width / 2)),
            tilt_y=draw.uniform(-1, 1) * (tilt / (height / 2)),
        )

    def _shifts(self, draw: _Draw, height: int, width: int) -> tuple[Tensor, Tensor]:
        """Moves down and to the right in whole pixels: small images stay as sharp as they are."""
        reach = self._strengths.get("shift", 0.0) / 4
        down, right = draw.uniform(-1, 1) * reach * height, draw.uniform(-1, 1) * reach * width
        return down.round(), right.round()

    def _recolour(self, images: Tensor, draw: _Draw) -> Tensor:
        strength = self._strengths.get("colour_jitter", 0.0)
        grey = draw.chance(self._strengths.get("grayscale", 0.0))
        return kernels.recolour(
            images,
            brightness=1 + 0.5 * strength * draw.uniform(-1, 1),
            contrast=1 + 0.5 * strength * draw.uniform(-1, 1),
            saturation=(1 + 0.5 * strength * draw.uniform(-1, 1)) * ~grey,
            hue=0.1 * math.pi * strength * draw.uniform(-1, 1),
        )


class _Draw:
    """One random value a sample, drawn on the CPU and put where the images are."""

    def __init__(self, count: int, generator: Generator, device: torch.device) -> None:
        self._count, self._generator, self._device = count, generator, device

    def uniform(self, low: float, high: float) -> Tensor:
        values = torch.rand(self._count, generator=self._generator) * (high - low) + low
        return values.to(self._device)

    def chance(self, probability: float) -> Tensor:
        return (torch.rand(self._count, generator=self._generator) < probability).to(self._device)

    def normal(self, like: Tensor) -> Tensor:
        """Standard normal values of the shape of `like`, drawn on its device."""
        if self._device.type == "cpu":
            return torch.randn(like.shape, generator=self._generator)
        own = Generator(self._device).manual_seed(int(torch.randint(2**62, (), generator=self._generator)))
        return torch.randn(like.shape, generator=own, device=self._device)


def _erase(batch: Tensor, strength: float, draw: _Draw) -> Tensor:
    """Random erasing (Zhong et al. 2017, arXiv:1708.04896): 2 to 33 % of the area, aspect 0.3 to 3.3."""
    height, width = batch.shape[-2:]
    area = draw.uniform(0.02, 0.33) * draw.chance(strength)
    aspect = torch.exp(draw.uniform(math.log(0.3), math.log(3.3)))
    tall = ((area * aspect).sqrt() * height).round().clamp_max(height)
    wide = ((area / aspect).sqrt() * width).round().clamp_max(width)
    top = (draw.uniform(0, 1) * (height - tall)).round()
    left = (draw.uniform(0, 1) * (width - wide)).round()
    return kernels.erase(batch, top, left, top + tall, left + wide)


def _mixup(images: Tensor, targets: Tensor, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    own = torch.from_numpy(random.beta(0.4, 0.4, len(images))).to(images.device)
    share = own.to(images.dtype)[:, None, None, None]
    weight = own.to(targets.dtype)[:, None]
    return torch.lerp(images.roll(1, 0), images, share), torch.lerp(targets.roll(1, 0), targets, weight)


def _cutmix(images: Tensor, targets: Tensor, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    height, width = images.shape[-2:]
    side = math.sqrt(1 - random.beta(1.0, 1.0)) / 2
    middle_y, middle_x = random.integers(height), random.integers(width)
    top, bottom = max(0, round(middle_y - side * height)), min(height, round(middle_y + side * height))
    left, right = max(0, round(middle_x - side * width)), min(width, round(middle_x + side * width))
    mixed = images.clone()
    mixed[..., top:bottom, left:right] = images.roll(1, 0)[..., top:bottom, left:right]
    own = 1 - (bottom - top) * (right - left) / (height * width)
    return mixed, own * targets + (1 - own) * targets.roll(1, 0)


def _centred(shapes: NDArray[np.integer], narrowest: float, widest: float) -> NDArray[np.float64]:
    """The largest centred part whose aspect (width over height) lies in a range, as in `Pipeline.boxes`."""
    aspect = shapes[:, 1] / shapes[:, 0]
    width = np.minimum(1.0, widest / aspect)
    height = np.minimum(1.0, aspect / narrowest)
    return np.stack([(1 - height) / 2, (1 - width) / 2, height, width], 1)


def preview(
    pixels: Sequence[NDArray[np.uint8]], config: TrainingConfig, crop: int, seed: int
) -> list[NDArray[np.uint8]]:
    """What training may show of some photos, for the window.

    Args:
        pixels: Photos (H, W, 3) of any sizes.
        crop: Side of the result in pixels.
        seed: The same seed gives the same pictures.

    Returns:
        One picture (crop, crop, C) a photo, C = `config.channels`.

    Raises:
        InputError: The configuration's augmentations do not fit.
    """
    if not pixels:
        return []
    generator = Generator().manual_seed(seed)
    pipeline = Pipeline(augmentations_of(config), classes=len(pixels), crop=crop)
    shapes = np.array([photo.shape[:2] for photo in pixels])
    boxes = pipeline.boxes(len(pixels), generator, shapes)
    if boxes is None:
        boxes = _centred(shapes, 1.0, 1.0)
    mode = "L" if config.channels == 1 else "RGB"
    cut = []
    for photo, (top, left, tall, wide) in zip(pixels, boxes, strict=True):
        height, width = photo.shape[:2]
        right, bottom = min(width, (left + wide) * width), min(height, (top + tall) * height)
        image = Image.fromarray(photo).convert(mode)
        cut.append(np.asarray(image.resize((crop, crop), box=(left * width, top * height, right, bottom))))
    batch = torch.from_numpy(np.stack(cut).reshape(len(cut), crop, crop, -1)).permute(0, 3, 1, 2)
    turns = pipeline.turns(len(cut), generator)
    changed = pipeline(batch, generator, None if turns is None else turns[0])
    images, _ = pipeline.mix(changed.float(), torch.eye(len(cut)), generator)
    return list(images.round().to(torch.uint8).permute(0, 2, 3, 1).numpy())
