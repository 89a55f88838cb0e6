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
from PIL import ExifTags, Image, ImageFile

from workbench.core.errors import ImageError, InputError
from workbench.core.images import formats, jpeg, png, raw, tiff
from workbench.core.images.brightness import Depth, Numbers
from workbench.core.images.brightness_rule import BY_ITSELF, Brightness
from workbench.core.images.colour import Colours, from_numbers, has_one_colour, to_rgb
from workbench.core.images.jpeg_damage import looks_damaged
from workbench.core.images.profiles import unwritten_profile
from workbench.core.images.taken import taken_at
from workbench.core.images.tiff_fields import is_tiff
from workbench.core.names import shown

LOADER_VERSION = 3
"""Raised whenever a file may come out otherwise than before, its notes included: caches then begin anew."""

_TINY = 4  # below so many pixels on one side, nothing can be seen
_FEW = 16  # pixels on a side
_MOST_PROGRESSIVE = 250_000_000  # pixels: a progressive JPEG is in memory whole, whatever its scale
_MOST_SCANS = 100  # passes over one JPEG: encoders make 10, and each takes as long as a photo
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
        changes: What a person should know, by the names of the notes `changed.…`: `first_frame` (an
            animation or several pages), `rescaled` (more than 8 bits brought to 8), `not_finite` (NaN or
            infinite values set to 0), `no_data` (values that say that nothing was measured, set to 0),
            `hidden_colours` (transparent everywhere: the colours beneath are shown), `on_black` (white on
            transparent ground), `further_bands` (samples beyond red, green and blue left out),
            `bands_as_colours` (three grey bands taken for them), `profile_unusable` (a colour profile that is
            damaged, or of another kind of image), `damaged_remark` (a text in it is damaged), `developed` (a
            raw photo), `looks_damaged` (it decodes, and a part of it was lost), `tiny` and `blank` (nothing
            can be seen in it).
        depth: Where it had more than 8 bits and its range had to be found out.
        taken: When, in seconds; see `taken_at`.
    """

    image: Image.Image
    width: int
    height: int
    changes: tuple[str, ...] = ()
    depth: Depth | None = None
    taken: float | None = None


def open_image(
    path: Path,
    *,
    short_side: int | None = None,
    max_pixels: int = formats.MAX_PIXELS,
    brightness: Brightness | None = BY_ITSELF,
) -> Image.Image:
    """Opens an image: upright, sRGB, 8 bits, wholly decoded, transparency on white, first frame only.

    Safe to call from several threads.

    Args:
        path: The file; its content counts, not its extension.
        short_side: Where given, a JPEG may be decoded at 1/2, 1/4 or 1/8 of its size, with a short
            side of at least this many pixels.
        max_pixels: Larger images are refused before they are decoded, except JPEGs up to
            `formats.MAX_JPEG_PIXELS`: of these, so large a part of their size is decoded as fits.
        brightness: How more than 8 bits become 8; see `core.images.brightness`.

    Raises:
        ImageError: With reason `missing`, `unreadable`, `empty_file`, `not_an_image`, `not_downloaded`,
            `unsupported_format`, `heic`, `too_large` or `truncated` (damaged anywhere).
    """
    with open_file(path) as file:
        decoded = decode(file, path.name, short_side=short_side, max_pixels=max_pixels, brightness=brightness)
        return decoded.image


@contextlib.contextmanager
def open_file(path: Path) -> Iterator[io.BufferedReader]:
    """Opens a file for reading; whatever the system says against it becomes an `ImageError`."""
    try:
        # Asked first, because opening a named pipe waits for a writer.
        if not stat.S_ISREG(path.stat().st_mode):
            raise ImageError("not_an_image.not_a_file", name=shown(path.name))
        with path.open("rb") as file:
            yield file
    except OSError as error:
        name = shown(path.name)
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            raise ImageError("missing", str(error), name=name) from error
        raise ImageError("unreadable", str(error), name=name) from error


def decode(
    file: BinaryIO,
    name: str,
    *,
    short_side: int | None = None,
    max_pixels: int = formats.MAX_PIXELS,
    brightness: Brightness | None = BY_ITSELF,
) -> Decoded:
    """Decodes an open file from its beginning; see `open_image`, which most callers want.

    Raises:
        ImageError: As `open_image`, less `missing`.
        OSError: The system failed while reading.
    """
    if file.seek(0, os.SEEK_END) == 0:
        raise ImageError("empty_file", name=shown(name))
    request = _Request(name, short_side, max_pixels, brightness)
    try:
        return _decoded(file, request)
    except ImageError as error:
        if error.message.code == "unsupported_format.raw_photo":
            developed = _developed(file, request)
            if developed is not None:
                return developed
        if error.reason != "truncated" or (mended := png.mended(file)) is None:
            raise
    content, said = mended
    decoded = _decoded(io.BytesIO(content), request)
    return replace(decoded, changes=(said, *decoded.changes))


@dataclass(frozen=True)
class _Request:
    """What was asked for; see `open_image`."""

    name: str
    short_side: int | None
    max_pixels: int
    brightness: Brightness | None

    def check(self, width: int, height: int, most: int) -> None:
        """Refuses an image that is too large.

        Raises:
            ImageError: It has more than `most` pixels.
        """
        if width * height > most:
            values = {"name": shown(self.name), "width": width, "height": height}
            raise ImageError("too_large.pixels", "", **values, millions=most / 1e6)


def _decoded(file: BinaryIO, request: _Request) -> Decoded:
    try:
        file.seek(0)
        head = file.read(16)
        file.seek(0)
        if is_tiff(head):
            return _of_tiff(file, request)
        return _of_pillow(file, request)
    except ImageError:
        raise
    except MemoryError as error:
        raise ImageError("too_large.for_memory", str(error), name=shown(request.name)) from error
    except Exception as error:  # a damaged file can fail in any way inside the decoders
        if _is_of_the_system(error):
            raise
        raise formats.explain(request.name, file, repr(error)) from error


def _of_tiff(file: BinaryIO, request: _Request) -> Decoded:
    picture = tiff.picture_of(file, shown(request.name))
    page = picture.page
    request.check(page.width, page.height, request.max_pixels)
    found = tiff.colours_of(file, picture, request.brightness, shown(request.name))
    if not picture.by_pillow:
        found = _turned(found, page.orientation)
    width, height = page.width, page.height
    if page.orientation in _ON_ITS_SIDE:
        width, height = height, width
    return _finished(found, width, height, has_more=picture.has_more)


def _of_pillow(file: BinaryIO, request: _Request) -> Decoded:
    image = Image.open(file, formats=formats.ALLOWED)
    width, height = image.size
    content = jpeg.content_of(file) if image.format in ("JPEG", "MPO") else None
    if content is not None:
        _draft(image, content, request)
    else:
        request.check(width, height, request.max_pixels)
    found = _of_deep_png(image, file, request) if png.is_deep(image) else _loaded(image, request)
    orientation = _orientation(image)
    found = _turned(found, orientation)
    if orientation in _ON_ITS_SIDE:
        width, height = height, width
    if content is not None and looks_damaged(content, image):
        found = replace(found, changes=("looks_damaged", *found.changes))
    finished = _finished(found, width, height, has_more=_has_more_frames(image))
    return replace(finished, taken=taken_at(image))


def _turned(found: Colours, orientation: int) -> Colours:
    if orientation not in _UPRIGHT:
        return found
    return replace(found, image=found.image.transpose(_UPRIGHT[orientation]))


def _draft(image: ImageFile.ImageFile, content: bytes, request: _Request) -> None:
    """Has a JPEG decoded at a part of its size: where so much is not wanted, or not possible.

    Raises:
        ImageError: It is too large even so, or goes over its picture again and again.
    """
    width, height = image.size
    coded = jpeg.coded_part(content)
    if jpeg.scans_of(content, coded) > _MOST_SCANS:
        raise ImageError("truncated", "far too many scans", name=shown(request.name))
    if width * height > request.max_pixels:
        most = _MOST_PROGRESSIVE if coded.is_progressive else formats.MAX_JPEG_PIXELS
        request.check(width, height, most)
    scale = 1
    if request.short_side is not None:
        scale = next((s for s in (8, 4, 2) if min(width, height) >= s * request.short_side), 1)
    while scale < 8 and width * height > request.max_pixels * scale**2:
        scale *= 2
    if scale > 1:
        image.draft(None, (width // scale, height // scale))


def _loaded(image: ImageFile.ImageFile, request: _Request) -> Colours:
    image.load()
    if "icc_profile" not in image.info and (profile := unwritten_profile(image)):
        image.info["icc_profile"] = profile
    table = png.linear_light(image)
    found = to_rgb(image, request.brightness)
    if table is not None and found.depth is None:
        found = replace(found, image=found.image.point(table.tolist() * 3))
    return found


def _of_deep_png(image: ImageFile.ImageFile, file: BinaryIO, request: _Request) -> Colours:
    file.seek(0)
    again = Image.open(io.BytesIO(file.read()), formats=["PNG"])
    file.seek(0)
    samples, alpha = png.deep_samples(image, again)
    profile = image.info.get("icc_profile")
    return from_numbers(Numbers(samples), request.brightness, profile, alpha=alpha, is_tiff=False)


def _finished(found: Colours, width: int, height: int, *, has_more: bool) -> Decoded:
    changes = ("first_frame", *found.changes) if has_more else found.changes
    if min(width, height) < _TINY:
        changes = (*changes, "tiny")
    elif _is_blank(found.image):
        changes = (*changes, "blank")
    found.image.info.clear()  # whoever is given the image must not follow these once more
    return Decoded(found.image, width, height, changes, found.depth)


def _is_blank(image: Image.Image) -> bool:
    # A few pixels tell for most photos, at once.
    few = image.resize((_FEW, _FEW), Image.Resampling.NEAREST)
    return has_one_colour(few) and has_one_colour(image)


def _developed(file: BinaryIO, request: _Request) -> Decoded | None:
    found = raw.developed(file, request.short_side)
    if found is None:
        return None
    image, width, height = found
    return _finished(Colours(image, ("developed",)), width, height, has_more=False)


def in_memory(image: Image.Image | NDArray[Any], *, brightness: Brightness | None = BY_ITSELF) -> Image.Image:
    """What `open_image` would give for an image that is in memory: a Pillow image or an array.

    Args:
        image: Arrays have shape (height, width), (height, width, 3) or (height, width, 4), grey, RGB or
            RGBA, and are uint8 with values from 0 to 255.
        brightness: As in `open_image`.

    Raises:
        InputError: The array is of another kind.
    """
    if not isinstance(image, Image.Image):
        if (
            image.dtype != np.uint8
            or image.ndim not in (2, 3)
            or (image.ndim == 3 and image.shape[2] not in (3, 4))
        ):
            raise InputError("not_an_array_of_pixels", shape=str(image.shape), type=str(image.dtype))
        image = Image.fromarray(image)
    turned = _UPRIGHT.get(_orientation(image))
    found = to_rgb(image, brightness).image
    return found if turned is None else found.transpose(turned)


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
