"""The arithmetic of augmentation: each sample of a batch gets parameters of its own.

torchvision's transforms draw one set of parameters a call, from the global random generator. These
take the parameters as arrays, one value a sample, so that a whole batch is changed at once, every
sample differently, and nothing depends on hidden state. The tests hold them against torchvision.

Images are float tensors (N, C, H, W) of 0 to 255, C = 1 or 3; parameters are tensors (N,) on the
images' device.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

LUMA = (0.2989, 0.587, 0.114)
"""Weights of red, green and blue in perceived brightness (ITU-R BT.601)."""


def flip(images: Tensor, chosen: Tensor, axis: int) -> Tensor:
    """Mirrors the chosen samples (N,) bool along an axis, exactly; any dtype."""
    return torch.where(chosen[:, None, None, None], images.flip(axis), images)


def shift(images: Tensor, down: Tensor, right: Tensor) -> Tensor:
    """Moves each image by whole pixels, exactly; what comes in from outside mirrors the inside; any dtype.

    As `warp` does with a matrix that only moves, without going through fractions.
    """
    samples, channels, height, width = images.shape
    rows = _mirrored_inside(torch.arange(height, device=images.device) - down.long()[:, None], height)
    columns = _mirrored_inside(torch.arange(width, device=images.device) - right.long()[:, None], width)
    first = torch.arange(samples, device=images.device)[:, None] * height
    pixels = (first + rows)[:, :, None] * width + columns[:, None, :]
    # One row of memory a pixel: a gather of whole rows is the fastest there is.
    flat = images.permute(0, 2, 3, 1).reshape(-1, channels).index_select(0, pixels.view(-1))
    return flat.view(samples, height, width, channels).permute(0, 3, 1, 2)


def _mirrored_inside(places: Tensor, length: int) -> Tensor:
    """Where integer places, some outside of 0 to length − 1, lie inside once mirrored at the edges."""
    folded = places.remainder(2 * length)
    return torch.minimum(folded, 2 * length - 1 - folded)


def homographies(
    *,
    angle: Tensor,
    shift_x: Tensor,
    shift_y: Tensor,
    zoom: Tensor,
    shear_x: Tensor,
    shear_y: Tensor,
    tilt_x: Tensor,
    tilt_y: Tensor,
) -> Tensor:
    """Matrices (N, 3, 3) that take a pixel of the result to where it comes from.

    Coordinates count pixels from the centre of the image.

    Args:
        angle: Anticlockwise turn in radians.
        shift_x, shift_y: Move to the right and down, in pixels.
        zoom: Above 1 is nearer.
        shear_x, shear_y: Tangents of the slant.
        tilt_x, tilt_y: How much the scale changes per pixel: perspective.
    """
    one, zero = torch.ones_like(angle), torch.zeros_like(angle)

    def matrix(*values: Tensor) -> Tensor:
        return torch.stack(values, -1).view(-1, 3, 3)

    cos, sin = angle.cos(), angle.sin()
    move = matrix(one, zero, -shift_x, zero, one, -shift_y, zero, zero, one)
    turn = matrix(cos / zoom, -sin / zoom, zero, sin / zoom, cos / zoom, zero, zero, zero, one)
    slant = matrix(one, shear_x, zero, shear_y, one, zero, tilt_x, tilt_y, one)
    return slant @ turn @ move


def warp(images: Tensor, matrices: Tensor) -> Tensor:
    """Resamples each image (bilinear) through its matrix; what lies outside mirrors the inside."""
    height, width = images.shape[-2:]
    x = torch.arange(width, device=images.device, dtype=images.dtype) - (width - 1) / 2
    y = torch.arange(height, device=images.device, dtype=images.dtype) - (height - 1) / 2
    terms = matrices[..., None]
    across = terms[:, :, 0] * x
    down = terms[:, :, 1] * y + terms[:, :, 2]
    source_x, source_y, depth = (across[:, :, None, :] + down[:, :, :, None]).unbind(1)
    grid = torch.stack([source_x / depth * (2 / width), source_y / depth * (2 / height)], -1)
    return functional.grid_sample(
        images, grid, mode="bilinear", padding_mode="reflection", align_corners=False
    )


def luminance(images: Tensor) -> Tensor:
    """Perceived brightness (N, 1, H, W)."""
    if images.shape[1] == 1:
        return images
    weights = torch.tensor(LUMA, device=images.device, dtype=images.dtype)
    return torch.einsum("nchw,c->nhw", images, weights)[:, None]


def recolour(images: Tensor, brightness: Tensor, contrast: Tensor, saturation: Tensor, hue: Tensor) -> Tensor:
    """Changes light and colour: one 3×3 matrix and one offset a sample.

    Args:
        brightness, contrast, saturation: Factors, 1 changes nothing, with torchvision's meaning.
        hue: Turn about the grey axis in radians. Hue and saturation leave grey images alone.
    """
    samples, channels, height, width = images.shape
    gain = brightness * contrast
    offset = luminance(images).mean((1, 2, 3)) * brightness * (1 - contrast)
    if channels == 1:
        matrix = gain[:, None, None]
    else:
        eye = torch.eye(3, device=images.device, dtype=images.dtype)
        grey = torch.tensor(LUMA, device=images.device, dtype=images.dtype).expand(3, 3)
        chroma = saturation[:, None, None] * eye + (1 - saturation)[:, None, None] * grey
        matrix = gain[:, None, None] * (_turn_hue(hue) @ chroma)
    pixels = images.reshape(samples, channels, height * width)
    result = torch.baddbmm(offset[:, None, None], matrix, pixels)
    return result.view_as(images).clamp_(0, 255)


def blur(images: Tensor, sigma: Tensor, widest: float) -> Tensor:
    """Gaussian blur, each sample with its own standard deviation in pixels, at most `widest`."""
    samples, channels, height, width = images.shape
    radius = min(math.ceil(3 * widest), height - 1, width - 1)
    offsets = torch.arange(-radius, radius + 1, device=images.device, dtype=images.dtype)
    weights = torch.exp(-0.5 * (offsets / sigma.clamp_min(1e-3)[:, None]) ** 2)
    weights = (weights / weights.sum(1, keepdim=True)).repeat_interleave(channels, 0)
    flat = functional.pad(images, [radius] * 4, mode="reflect").flatten(0, 1)[None]
    flat = functional.conv2d(flat, weights[:, None, None, :], groups=samples * channels)
    flat = functional.conv2d(flat, weights[:, None, :, None], groups=samples * channels)
    return flat.view_as(images)


def sharpen(images: Tensor, factor: Tensor) -> Tensor:
    """Moves each sample away from (factor above 1) or towards (below 1) its smoothed self.

    The smoothing is Pillow's and torchvision's: a 3×3 mean with a weight of 5 in the middle; the
    outermost pixels stay as they are.
    """
    smooth = images.clone()
    smooth[..., 1:-1, 1:-1] = (
        9 * functional.avg_pool2d(images, 3, stride=1) + 4 * images[..., 1:-1, 1:-1]
    ) / 13
    return torch.lerp(smooth, images, factor[:, None, None, None]).clamp_(0, 255)


def erase(images: Tensor, top: Tensor, left: Tensor, bottom: Tensor, right: Tensor) -> Tensor:
    """Covers a rectangle of each sample (in pixels, may be empty) with the sample's mean colour."""
    height, width = images.shape[-2:]
    y = torch.arange(height, device=images.device)[None, :, None]
    x = torch.arange(width, device=images.device)[None, None, :]
    rows = (y >= top[:, None, None]) & (y < bottom[:, None, None])
    columns = (x >= left[:, None, None]) & (x < right[:, None, None])
    means = images.float().mean((2, 3), keepdim=True).to(images.dtype)
    return torch.where((rows & columns)[:, None], means, images)


def _turn_hue(angle: Tensor) -> Tensor:
    """Rotations (N, 3, 3) of RGB about the grey axis (Rodrigues' formula)."""
    cos, sin = angle.cos()[:, None, None], angle.sin()[:, None, None] / math.sqrt(3)
    eye = torch.eye(3, device=angle.device, dtype=angle.dtype)
    cross = torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]], device=angle.device, dtype=angle.dtype)
    return cos * eye + sin * cross + (1 - cos) / 3
