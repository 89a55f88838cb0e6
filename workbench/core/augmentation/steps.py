"""What the augmentations do: a function for each step, named by its rows.

One takes and gives, by stage:

- `crop`: a `Draw`, strengths, and the shapes of stored images in pixels, (N, 2), to the parts to show:
  top, left, height, width as shares (0 to 1) of the image's height and width, (N, 4);
- `epoch`: a `Draw` and strengths to whose turn it is to be mirrored, bool (2, N), in even and in odd epochs;
- `bytes`, `fractions`, `last`: images (N, C, H, W), C = 1 or 3, of 0 to 255, a `Draw`, strengths and the side
  of the network's input in pixels, to such images. Those of `bytes` and `last` are uint8; a step of
  `fractions` takes uint8 or float images and gives either;
- `mix`: float images (N, C, H, W), targets (N, classes), and a NumPy generator, to both, mixed alike.

Strengths (above 0 to 1) are those of the step's rows that are switched on, by key.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor

from workbench.core.augmentation import kernels
from workbench.core.augmentation.trivial import CHANGES, trivial_augment

Strengths = Mapping[str, float]
_CROP_TRIES = 10


class Draw:
    """One random value a sample, drawn on the CPU and put where the images are.

    Attributes:
        count: Number of samples N.
        generator: Where it draws from, a CPU generator.
    """

    def __init__(self, count: int, generator: Generator, device: torch.device | None = None) -> None:
        self.count, self.generator, self._device = count, generator, device or torch.device("cpu")

    def uniform(self, low: float, high: float) -> Tensor:
        """Evenly between two numbers, (N,)."""
        values = torch.rand(self.count, generator=self.generator) * (high - low) + low
        return values.to(self._device)

    def chance(self, probability: float) -> Tensor:
        """True with a probability, bool (N,)."""
        return (torch.rand(self.count, generator=self.generator) < probability).to(self._device)

    def normal(self, like: Tensor) -> Tensor:
        """Standard normal values of the shape of `like`, drawn on its device."""
        if self._device.type == "cpu":
            return torch.randn(like.shape, generator=self.generator)
        own = Generator(self._device).manual_seed(int(torch.randint(2**62, (), generator=self.generator)))
        return torch.randn(like.shape, generator=own, device=self._device)


def random_part(draw: Draw, strengths: Strengths, shapes: NDArray[np.integer]) -> NDArray[np.float64]:
    """Of each image a random part.

    As in torchvision's RandomResizedCrop (Szegedy et al. 2015): area evenly from a lower bound
    to the whole, aspect 3/4 to 4/3 evenly in its logarithm, ten tries, else the largest
    centred part of fitting aspect.
    """
    count = draw.count
    draws = torch.rand(4, count, _CROP_TRIES, generator=draw.generator, dtype=torch.float64).numpy()
    area = 1 - 0.92 * strengths["random_resized_crop"] * draws[0]
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
    result[none_fits] = centred(shapes[none_fits], 3 / 4, 4 / 3)
    return result


def centred(shapes: NDArray[np.integer], narrowest: float, widest: float) -> NDArray[np.float64]:
    """The largest centred part whose aspect (width over height) lies in a range, as in `random_part`."""
    aspect = shapes[:, 1] / shapes[:, 0]
    width = np.minimum(1.0, widest / aspect)
    height = np.minimum(1.0, aspect / narrowest)
    return np.stack([(1 - height) / 2, (1 - width) / 2, height, width], 1)


def alternating_flip(draw: Draw, strengths: Strengths) -> Tensor:
    """Each sample is mirrored in every second epoch; chance decides once in which.

    Any two epochs in a row then show both sides of each (Jordan 2024, arXiv:2404.00498).

    With a strength below 1, so large a share of the samples takes part.
    """
    takes_part, first = torch.rand(2, draw.count, generator=draw.generator)
    sides: Tensor = torch.stack((first < 0.5, first >= 0.5)) & (takes_part < strengths["alternating_flip"])
    return sides


def horizontal_flip(images: Tensor, draw: Draw, strengths: Strengths, crop: int) -> Tensor:
    """Mirrors up to half of the images left to right."""
    return kernels.flip(images, draw.chance(strengths["horizontal_flip"] / 2), -1)


def vertical_flip(images: Tensor, draw: Draw, strengths: Strengths, crop: int) -> Tensor:
    """Mirrors up to half of the images top to bottom."""
    return kernels.flip(images, draw.chance(strengths["vertical_flip"] / 2), -2)


def trivial(images: Tensor, draw: Draw, strengths: Strengths, crop: int) -> Tensor:
    """One change of random size each; see `trivial_augment`."""
    change = torch.randint(len(CHANGES), (len(images),), generator=draw.generator)
    size = strengths["trivial_augment"] * (2 * torch.rand(len(images), generator=draw.generator) - 1)
    return trivial_augment(images, change, size)


def warp(images: Tensor, draw: Draw, strengths: Strengths, crop: int) -> Tensor:
    """Turns, moves, scales, slants and tilts in one: the image is sampled once. Moving alone stays exact."""
    height, width = images.shape[-2:]
    strength = {
        key: strengths.get(key, 0.0) for key in ("rotation", "shift", "scale", "shear", "perspective")
    }
    reach = strength["shift"] / 4  # in whole pixels: small images stay as sharp as they are
    down, right = draw.uniform(-1, 1) * reach * height, draw.uniform(-1, 1) * reach * width
    shift_y, shift_x = down.round(), right.round()
    if strengths.keys() == {"shift"}:
        return kernels.shift(images, shift_y, shift_x)
    slant = math.tan(math.radians(25)) * strength["shear"]
    tilt = strength["perspective"] / 4
    return kernels.warp(
        images.float(),
        kernels.homographies(
            angle=draw.uniform(-1, 1) * (math.pi / 4 * strength["rotation"]),
            shift_x=shift_x,
            shift_y=shift_y,
            zoom=torch.exp(math.log(1.5) * strength["scale"] * draw.uniform(-1, 1)),
            shear_x=draw.uniform(-1, 1) * slant,
            shear_y=draw.uniform(-1, 1) * slant,
            tilt_x=draw.uniform(-1, 1) * (tilt / (width / 2)),
            tilt_y=draw.uniform(-1, 1) * (tilt / (height / 2)),
        ),
    )


def recolour(images: Tensor, draw: Draw, strengths: Strengths, crop: int) -> Tensor:
    """Brightness, contrast, saturation and hue; some images to grey."""
    if "colour_jitter" not in strengths and images.shape[1] != 3:
        return images
    strength = strengths.get("colour_jitter", 0.0)
    grey = draw.chance(strengths.get("grayscale", 0.0))
    return kernels.recolour(
        images.float(),
        brightness=1 + 0.5 * strength * draw.uniform(-1, 1),
        contrast=1 + 0.5 * strength * draw.uniform(-1, 1),
        saturation=(1 + 0.5 * strength * draw.uniform(-1, 1)) * ~grey,
        hue=0.1 * math.pi * strength * draw.uniform(-1, 1),
    )


def blur(images: Tensor, draw: Draw, strengths: Strengths, crop: int) -> Tensor:
    """Puts half of the images out of focus."""
    widest = max(1.0, crop / 80) * strengths["blur"]
    sigma = draw.uniform(widest / 4, widest) * draw.chance(0.5)
    return kernels.blur(images.float(), sigma, widest)


def sharpen(images: Tensor, draw: Draw, strengths: Strengths, crop: int) -> Tensor:
    """Makes edges softer or crisper."""
    factor = torch.exp(math.log(4) * strengths["sharpness"] * draw.uniform(-1, 1))
    return kernels.sharpen(images.float(), factor)


def noise(images: Tensor, draw: Draw, strengths: Strengths, crop: int) -> Tensor:
    """Adds normal noise of a random deviation."""
    deviation = draw.uniform(0, 30 * strengths["noise"])
    return images.float() + draw.normal(images) * deviation[:, None, None, None]


def erase(images: Tensor, draw: Draw, strengths: Strengths, crop: int) -> Tensor:
    """Random erasing (Zhong et al. 2017, arXiv:1708.04896): 2 to 33 % of the area, aspect 0.3 to 3.3."""
    height, width = images.shape[-2:]
    area = draw.uniform(0.02, 0.33) * draw.chance(strengths["random_erasing"])
    aspect = torch.exp(draw.uniform(math.log(0.3), math.log(3.3)))
    tall = ((area * aspect).sqrt() * height).round().clamp_max(height)
    wide = ((area / aspect).sqrt() * width).round().clamp_max(width)
    top = (draw.uniform(0, 1) * (height - tall)).round()
    left = (draw.uniform(0, 1) * (width - wide)).round()
    return kernels.erase(images, top, left, top + tall, left + wide)


def mixup(images: Tensor, targets: Tensor, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    """MixUp (Zhang et al. 2018, arXiv:1710.09412) with Beta(0.4, 0.4) for each sample."""
    own = torch.from_numpy(random.beta(0.4, 0.4, len(images))).to(images.device)
    share = own.to(images.dtype)[:, None, None, None]
    weight = own.to(targets.dtype)[:, None]
    return torch.lerp(images.roll(1, 0), images, share), torch.lerp(targets.roll(1, 0), targets, weight)


def cutmix(images: Tensor, targets: Tensor, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    """CutMix (Yun et al. 2019, arXiv:1905.04899) with one Beta(1, 1) patch for the batch."""
    height, width = images.shape[-2:]
    side = math.sqrt(1 - random.beta(1.0, 1.0)) / 2
    middle_y, middle_x = random.integers(height), random.integers(width)
    top, bottom = max(0, round(middle_y - side * height)), min(height, round(middle_y + side * height))
    left, right = max(0, round(middle_x - side * width)), min(width, round(middle_x + side * width))
    mixed = images.clone()
    mixed[..., top:bottom, left:right] = images.roll(1, 0)[..., top:bottom, left:right]
    own = 1 - (bottom - top) * (right - left) / (height * width)
    return mixed, own * targets + (1 - own) * targets.roll(1, 0)
