"""Camera raw photos, where the extra `raw` (rawpy, that is LibRaw) is installed."""

from __future__ import annotations

import importlib
from typing import Any, BinaryIO

from PIL import Image


def _rawpy() -> Any:
    try:
        return importlib.import_module("rawpy")
    except ImportError:
        return None


RAWPY: Any = _rawpy()


def developed(file: BinaryIO, short_side: int | None) -> tuple[Image.Image, int, int] | None:
    """A raw photo about as the camera would show it: upright, in sRGB, with its white balance.

    Args:
        file: The whole raw file.
        short_side: At half the size, where that is at least so long.

    Returns:
        The image, and the photo's width and height; None where the extra is missing or cannot read it.
    """
    if RAWPY is None:
        return None
    file.seek(0)
    try:
        with RAWPY.imread(file) as photo:
            sizes = photo.sizes
            width, height = sizes.iwidth, sizes.iheight
            halved = short_side is not None and min(width, height) >= 2 * short_side
            pixels = photo.postprocess(
                use_camera_wb=True, no_auto_bright=True, half_size=halved, output_bps=8
            )
    except (RAWPY.LibRawError, ValueError):
        return None
    if (pixels.shape[1] > pixels.shape[0]) != (width > height):
        width, height = height, width
    if pixels.ndim == 3 and pixels.shape[2] == 1:  # a sensor without colours
        pixels = pixels[..., 0]
    return Image.fromarray(pixels).convert("RGB"), width, height
