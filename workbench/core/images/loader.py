"""The one place where an image is opened: upright RGB, or an error that says why not.

Scan, training, evaluation, prediction and every preview come through here, so that what a person
sees is what the network learned from.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile, TiffImagePlugin

from workbench.core.errors import ImageError, InputError
from workbench.core.images import formats
from workbench.core.images.colour import to_rgb

LOADER_VERSION = 1
"""Raised whenever a file may come out with other pixels than before: caches then begin anew."""

_HEAD = 32
_TOO_MUCH = (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning)
# How each EXIF orientation is undone. `ImageOps.exif_transpose` also writes the metadata anew, which
# fails on photos whose metadata is damaged elsewhere.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_ITS_SIDE = (5, 6, 7, 8)


@dataclass(frozen=True)
class Decoded:
    """An image and what had to be done to it.

    Attributes:
        image: Upright, mode RGB; smaller than the original where `short_side` allowed it.
        width, height: Of the original, upright, in pixels.
        changes: `first_frame` (an animation or several pages), `rescaled` (16-bit or floating-point
            values brought to 8 bits), `not_finite` (NaN or infinite values set to 0).
    """

    image: Image.Image
    width: int
    height: int
    changes: tuple[str, ...] = ()


def open_image(
    path: Path, *, short_side: int | None = None, max_pixels: int = formats.MAX_PIXELS
) -> Image.Image:
    """Opens an image: upright, RGB, 8 bits, wholly decoded, transparency on white, first frame only.

    Safe to call from several threads.

    Args:
        path: The file; its content counts, not its extension.
        short_side: Where given, a JPEG may be decoded at 1/2, 1/4 or 1/8 of its size, with a short
            side of at least this many pixels.
        max_pixels: Larger images are refused before they are decoded; at most 200 million.

    Raises:
        ImageError: With reason `missing`, `unreadable`, `empty_file`, `not_an_image`,
            `unsupported_format`, `heic`, `too_large` or `truncated` (damaged anywhere).
    """
    with open_file(path) as file:
        return decode(file, path.name, short_side=short_side, max_pixels=max_pixels).image


@contextlib.contextmanager
def open_file(path: Path) -> Iterator[io.BufferedReader]:
    """Opens a file for reading; whatever the system says against it becomes an `ImageError`."""
    try:
        # Asked first, because opening a named pipe waits for a writer.
        if not stat.S_ISREG(path.stat().st_mode):
            raise ImageError("not_an_image.not_a_file", name=formats.shown(path.name))
        with path.open("rb") as file:
            yield file
    except OSError as error:
        name = formats.shown(path.name)
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            raise ImageError("missing", str(error), name=name) from error
        raise ImageError("unreadable", str(error), name=name) from error


def decode(
    file: BinaryIO, name: str, *, short_side: int | None = None, max_pixels: int = formats.MAX_PIXELS
) -> Decoded:
    """Decodes an open file from its beginning; see `open_image`, which most callers want.

    Raises:
        ImageError: As `open_image`, less `missing`.
        OSError: The system failed while reading.
    """
    if file.seek(0, os.SEEK_END) == 0:
        raise ImageError("empty_file", name=formats.shown(name))
    file.seek(0)
    image = _identify(file, name)
    width, height = image.size
    if width * height > max_pixels:
        raise ImageError(
            "too_large.pixels",
            f"the limit is {max_pixels:,}",
            name=formats.shown(name),
            width=width,
            height=height,
        )
    try:
        if short_side is not None and min(image.size) >= 2 * short_side:
            image.draft(None, (short_side, short_side))
        image.load()
        decoded = upright(image)
    except _TOO_MUCH as error:
        raise ImageError("too_large.for_memory", str(error), name=formats.shown(name)) from error
    except Exception as error:  # a damaged file can fail in any way inside the decoders
        if _is_of_the_system(error):
            raise
        raise formats.damaged(name, repr(error)) from error
    turned = (height, width) if _orientation(image) in _ON_ITS_SIDE else (width, height)
    return replace(decoded, width=turned[0], height=turned[1])


def in_memory(image: Image.Image | NDArray[Any]) -> Image.Image:
    """What `open_image` would give for an image that is in memory: a Pillow image or an array.

    Args:
        image: Arrays have shape (height, width), (height, width, 3) or (height, width, 4), grey, RGB or
            RGBA, and are uint8 with values from 0 to 255.

    Raises:
        InputError: The array is of another kind.
    """
    if isinstance(image, Image.Image):
        return upright(image).image
    if (
        image.dtype != np.uint8
        or image.ndim not in (2, 3)
        or (image.ndim == 3 and image.shape[2] not in (3, 4))
    ):
        raise InputError("not_an_array_of_pixels", shape=str(image.shape), type=str(image.dtype))
    return upright(Image.fromarray(image)).image


def upright(image: Image.Image) -> Decoded:
    """An image that is in memory already, made what `open_image` gives: upright, RGB, 8 bits, first frame.

    Args:
        image: Of any mode that Pillow has.
    """
    orientation = _orientation(image)
    rgb, changes = to_rgb(image)
    if _has_more_frames(image):
        changes = ("first_frame", *changes)
    if orientation in _UPRIGHT:
        rgb = rgb.transpose(_UPRIGHT[orientation])
    return Decoded(rgb, rgb.width, rgb.height, changes)


def _identify(file: BinaryIO, name: str) -> ImageFile.ImageFile:
    try:
        return Image.open(file, formats=formats.ALLOWED)
    except _TOO_MUCH as error:
        raise ImageError("too_large", str(error), name=formats.shown(name)) from error
    except Exception as error:  # as in `decode`
        if _is_of_the_system(error):
            raise
        raise _unidentified(file, name, repr(error)) from error


def _unidentified(file: BinaryIO, name: str, cause: str) -> ImageError:
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith((b"II*\x00", b"MM\x00*")):
        file.seek(0)
        try:  # once more, to hear why: `Image.open` keeps the reason to itself
            TiffImagePlugin.TiffImageFile(file)
        except SyntaxError as error:
            if "pixel mode" in str(error) or "samples per pixel" in str(error):
                return ImageError("unsupported_format.channels", str(error), name=formats.shown(name))
        except Exception as error:  # noqa: BLE001 - any other reason is damage, which `explain` says
            cause = repr(error)
    return formats.explain(name, head, cause)


def _is_of_the_system(error: Exception) -> bool:
    # Pillow's own errors about the data are OSErrors, too, but without a number.
    return isinstance(error, OSError) and error.errno is not None


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - damaged metadata says nothing about the picture, which is fine
        return 1


def _has_more_frames(image: Image.Image) -> bool:
    if image.format in ("JPEG", "MPO"):  # the further pictures of an MPO are previews
        return False
    try:
        return bool(getattr(image, "is_animated", False))
    except Exception:  # noqa: BLE001 - there is a second frame, and it is damaged; only the first one is used
        return True
