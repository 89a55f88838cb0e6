"""Turning every mode that an image can have into 8-bit RGB."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

_INTEGER_RANGES = ((0.0, 255.0), (0.0, 4095.0), (0.0, 65535.0))
_FLOAT_RANGES = ((0.0, 1.0), (-1.0, 1.0), *_INTEGER_RANGES)


def to_rgb(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """A new image in mode RGB.

    Transparency lies on white. 16-bit and floating-point values are scaled from the smallest usual
    range that holds them (8, 12 or 16 bits; 0 to 1; −1 to 1), else from their own minimum and
    maximum. CMYK follows its embedded ICC profile where that can be used.

    Args:
        image: Loaded, of any mode.

    Returns:
        The image, and `rescaled` and `not_finite` where they apply (see `Decoded`).
    """
    if image.mode == "F" or image.mode.startswith("I"):
        return _from_numbers(image)
    if image.mode in ("CMYK", "LAB"):
        return _by_profile(image), ()
    if image.has_transparency_data:
        colours = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, colours).convert("RGB"), ()
    return image.convert("RGB"), ()


def _from_numbers(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    ranges = _FLOAT_RANGES if image.mode == "F" else _INTEGER_RANGES
    values = np.array(image, dtype=np.float32)
    changes = ["rescaled"]
    if not np.isfinite(values).all():
        np.nan_to_num(values, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
        changes.append("not_finite")
    low, high = _range_of(values, ranges)
    values -= low
    values *= 255.0 / (high - low)
    return Image.fromarray(np.rint(values, out=values).astype(np.uint8)).convert("RGB"), tuple(changes)


def _range_of(values: NDArray[np.float32], ranges: tuple[tuple[float, float], ...]) -> tuple[float, float]:
    least, most = float(values.min()), float(values.max())
    for low, high in ranges:
        if low <= least and most <= high:
            return low, high
    return least, max(most, least + 1.0)


def _by_profile(image: Image.Image) -> Image.Image:
    screen = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    try:
        if image.mode == "LAB":
            source = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        elif "icc_profile" in image.info:
            source = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        else:
            return image.convert("RGB")
        converted = ImageCms.profileToProfile(image, source, screen, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):  # the profile is damaged or of another kind of image
        return image.convert("RGB")
    assert converted is not None  # only None when converting in place
    return converted
