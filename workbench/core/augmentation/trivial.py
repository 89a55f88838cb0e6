"""TrivialAugment (Müller and Hutter, ICCV 2021, arXiv:2103.10158), its wide range of sizes.

One change a sample, drawn evenly from fourteen, of a size drawn evenly up to the paper's largest.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torchvision.transforms.v2 import functional as vision

from workbench.core.augmentation.kernels import homographies, recolour, sharpen, warp

Change = Callable[[Tensor, Tensor], Tensor]
"""From uint8 images (n, C, H, W) and sizes (n,) of −1 to 1 to uint8 images."""


def trivial_augment(images: Tensor, change: Tensor, size: Tensor) -> Tensor:
    """Applies to each sample the change with its index.

    Args:
        images: uint8 (N, C, H, W).
        change: Index (N,) into `CHANGES`, on the CPU.
        size: −1 to 1, shape (N,), on the CPU; changes without direction use its absolute value.
    """
    result = images.clone()
    for index, apply in enumerate(CHANGES):
        members = (change == index).nonzero()[:, 0]
        if len(members):
            sizes = size[members].to(images.device)
            members = members.to(images.device)
            result[members] = apply(images[members], sizes)
    return result


def _bend(**largest: float) -> Change:
    """A geometric change; each keyword of `homographies` with its largest value."""

    def apply(images: Tensor, size: Tensor) -> Tensor:
        zero = torch.zeros_like(size)
        names = ("angle", "shift_x", "shift_y", "shear_x", "shear_y", "tilt_x", "tilt_y")
        arguments = {name: size * largest[name] if name in largest else zero for name in names}
        return _to_uint8(warp(images.float(), homographies(zoom=zero + 1, **arguments)))

    return apply


def _tint(name: str) -> Change:
    """A change of one of `recolour`'s factors by up to 0.99."""

    def apply(images: Tensor, size: Tensor) -> Tensor:
        factors = {key: torch.ones_like(size) for key in ("brightness", "contrast", "saturation")}
        factors[name] = 1 + 0.99 * size
        return _to_uint8(recolour(images.float(), hue=torch.zeros_like(size), **factors))

    return apply


def _sharpen(images: Tensor, size: Tensor) -> Tensor:
    return _to_uint8(sharpen(images.float(), 1 + 0.99 * size))


def _posterize(images: Tensor, size: Tensor) -> Tensor:
    bits = 8 - (6 * size.abs()).round()
    step = torch.exp2(8 - bits).to(torch.uint8)[:, None, None, None]
    return images // step * step


def _solarize(images: Tensor, size: Tensor) -> Tensor:
    threshold = (255 * (1 - size.abs()))[:, None, None, None]
    return torch.where(images >= threshold, 255 - images, images)


def _to_uint8(images: Tensor) -> Tensor:
    return images.round_().clamp_(0, 255).to(torch.uint8)


CHANGES: tuple[Change, ...] = (
    lambda images, size: images,
    _bend(shear_x=0.99),
    _bend(shear_y=0.99),
    _bend(shift_x=32.0),
    _bend(shift_y=32.0),
    _bend(angle=math.radians(135)),
    _tint("brightness"),
    _tint("saturation"),
    _tint("contrast"),
    _sharpen,
    _posterize,
    _solarize,
    lambda images, size: vision.autocontrast(images),
    lambda images, size: vision.equalize(images),
)
