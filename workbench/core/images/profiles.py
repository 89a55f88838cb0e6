"""Colour profiles: what a picture's numbers mean, brought to sRGB."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageChops, ImageCms

_KINDS = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}
_CLOSE = 2  # of 255: a profile that changes no colour by more is sRGB, whatever its name
_KEPT = 32


def to_srgb(image: Image.Image, profile: bytes) -> Image.Image | None:
    """An image in mode RGB, with the colours that its ICC profile gives to its numbers.

    Args:
        image: Mode L, RGB or CMYK.
        profile: As embedded in the file. The transform is made once for each profile.

    Returns:
        None where the profile is damaged, or of another kind of image.
    """
    try:
        mode, transform = _transform(profile)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    if mode != image.mode:
        if "CMYK" in (mode, image.mode) or (mode == "L" and not _is_grey(image)):
            return None
        image = image.convert(mode)
    return image.convert("RGB") if transform is None else transform.apply(image)


@lru_cache(_KEPT)
def _transform(profile: bytes) -> tuple[str, ImageCms.ImageCmsTransform | None]:
    """The mode that a profile is for, and how to get to sRGB; None where that changes nothing to be seen."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    mode = _KINDS.get(source.profile.xcolor_space)
    if mode is None:
        raise ValueError(f"a profile for {source.profile.xcolor_space!r}")
    screen = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    transform = ImageCms.buildTransform(source, screen, mode, "RGB")
    if mode == "CMYK":
        return mode, transform
    tried = _every_colour(mode)
    found = np.asarray(transform.apply(tried), np.int16)
    changes = np.abs(found - np.asarray(tried.convert("RGB"))).max() > _CLOSE
    return mode, transform if changes else None


def _is_grey(image: Image.Image) -> bool:
    red, green, blue = image.split()
    return not ImageChops.difference(red, green).getbbox() and not ImageChops.difference(red, blue).getbbox()


def _every_colour(mode: str) -> Image.Image:
    steps = np.linspace(0, 255, 17).astype(np.uint8)
    if mode == "L":
        return Image.fromarray(steps[None])
    grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1)
    return Image.fromarray(grid.reshape(17, 289, 3))


def lab_to_srgb(image: Image.Image) -> Image.Image:
    """An image in mode LAB as RGB."""
    found = _lab_transform().apply(image)
    assert found is not None  # only None where it converts in place
    return found


@lru_cache(1)
def _lab_transform() -> ImageCms.ImageCmsTransform:
    screen = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    return ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")), screen, "LAB", "RGB"
    )
