"""TIFF: what a page's tags say its samples mean, and the picture that they make."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.core.errors import ImageError
from workbench.core.images import libtiff
from workbench.core.images.brightness import Numbers
from workbench.core.images.brightness_rule import Brightness
from workbench.core.images.colour import Colours, by_profile, from_numbers, laid_on_white, to_rgb
from workbench.core.images.profiles import lab_to_srgb
from workbench.core.images.tiff_fields import (
    COLOUR_MAP,
    FILL_ORDER,
    INKSET,
    NODATA,
    PREDICTOR,
    PROFILE,
    Page,
    first_page,
    further_pages,
    has_more_pictures,
    is_raw,
    main_page,
)
from workbench.core.images.tiff_values import BYTEWISE, alone, samples_of

_OLD_JPEG = 6
_BY_PILLOW = frozenset((2, 3, 4, 6, 7, 32771, 32809, 50001))  # where the compression knows of pixels
_INSIDE = {
    33003: "JPEG 2000",
    33004: "JPEG 2000",
    33005: "JPEG 2000",
    34712: "JPEG 2000",
    34887: "LERC",
    50002: "JPEG XL",
    52546: "JPEG XL",
    22610: "JPEG XR",
    34934: "JPEG XR",
    34933: "PNG",
    34892: "lossy DNG",
    34661: "JBIG",
    34715: "JBIG2",
    34676: "LogLuv",
    34677: "LogLuv",
    32908: "PixarFilm",
    32909: "PixarLog",
    32766: "NeXT",
}
_COLOURS = {0: 1, 1: 1, 2: 3, 3: 1, 4: 1, 5: 4, 6: 3, 8: 3, 9: 3}  # by photometric interpretation
_WHITE_IS_ZERO, _RGB, _PALETTE, _CMYK, _YCBCR, _CIELAB, _ICCLAB = 0, 2, 3, 5, 6, 8, 9
_ASSOCIATED, _ALPHA = 1, (1, 2, 999)  # 999 is what Corel Draw writes


@dataclass(frozen=True)
class TiffPicture:
    """The picture of a TIFF, found and not yet decoded.

    Attributes:
        has_more: There are further pictures, which are not used.
        is_first: Its page is the file's first.
    """

    page: Page
    has_more: bool
    is_first: bool
    is_big: bool

    @property
    def by_pillow(self) -> bool:
        """Whether Pillow decodes it: it then comes upright."""
        return _is_plain(self.page) or self.page.photometric == _YCBCR


def picture_of(file: BinaryIO, name: str) -> TiffPicture:
    """Finds the picture of a TIFF.

    Args:
        name: For the sentence, as it is shown.

    Raises:
        ImageError: It is a raw photo, or of a kind that is not read.
        ValueError, struct.error, …: It is damaged.
    """
    file.seek(0)
    head = file.read(16)
    first, is_big = first_page(file)
    others = list(further_pages(file, first, is_big=is_big))
    if is_raw(head, first, others):
        raise ImageError("unsupported_format.raw_photo", "", name=name)
    page = main_page(first, others)
    _check(page, name)
    return TiffPicture(page, has_more_pictures(page, others), page is first, is_big)


def colours_of(file: BinaryIO, picture: TiffPicture, rule: Brightness | None, name: str) -> Colours:
    """The picture in mode RGB, as it is stored; upright where Pillow decodes it.

    Args:
        name: For the sentence, as it is shown.

    Raises:
        ImageError: It is of a kind that is not read.
        MemoryError: There is too much of it.
        Exception: Of many kinds, where it is damaged.
    """
    page = picture.page
    if picture.by_pillow:
        return _by_pillow(file, picture, rule, name)
    values, profile = samples_of(file, page), _profile(page)
    kind, extra = page.photometric, values[..., _COLOURS[page.photometric] :]
    changes: tuple[str, ...] = ()
    if kind in (0, 1, 4) and page.samples == 3:
        kind, extra, changes = _RGB, values[..., 3:], ("bands_as_colours",)
    alpha, is_associated, more = _alpha(page, extra)
    if more:
        changes = (*changes, "further_bands")
    if kind == _PALETTE:
        shown = by_profile(Image.fromarray(_of_palette(page, values[..., 0])), profile)
    elif kind in (_CIELAB, _ICCLAB):
        shown = Colours(_of_lab(values[..., :3], kind, page.bits))
    elif kind == _CMYK:
        shown = _of_inks(values[..., :4], page.bits, profile)
    else:
        shown = None
    if shown is not None:
        found = (
            shown if alpha is None else laid_on_white(shown, alpha, page.bits, is_associated=is_associated)
        )
    else:
        colours = values[..., :3] if kind == _RGB else values[..., 0]
        numbers = Numbers(np.ascontiguousarray(colours), *_stated(page), _holes(page, colours))
        is_inverted = kind == _WHITE_IS_ZERO
        found = from_numbers(
            numbers, rule, profile, alpha=alpha, is_associated=is_associated, is_inverted=is_inverted
        )
    return Colours(found.image, (*changes, *found.changes), found.depth)


def _check(page: Page, name: str) -> None:
    """Refuses what cannot be shown as what it is.

    Raises:
        ImageError: With the reason.
    """
    if page.compression not in BYTEWISE | _BY_PILLOW:
        inside = _INSIDE.get(page.compression)
        code = "tiff_compression" if inside else "tiff_compression_unknown"
        raise ImageError(
            f"unsupported_format.{code}", "", name=name, inside=inside or "", number=page.compression
        )
    if page.compression == 7 and page.bits > 8:
        raise ImageError("unsupported_format.deep_jpeg", "", name=name)
    colours = _COLOURS.get(page.photometric)
    about = f"photometric {page.photometric}, {page.samples} samples of {page.numbers(258)} bits"
    if colours is None or not page.bits or page.sample_format not in (1, 2, 3):
        raise ImageError("unsupported_format.channels", about, name=name)
    is_grey = page.photometric in (0, 1, 4)
    if page.samples < colours or (is_grey and page.samples > 3):
        raise ImageError("unsupported_format.bands", about, name=name, count=page.samples)
    if page.photometric == _CMYK and page.number(INKSET, 1) != 1 and page.number(334, 4) != 4:
        raise ImageError("unsupported_format.bands", about, name=name, count=page.samples)
    whole = (_YCBCR, _CMYK, _PALETTE, _CIELAB, _ICCLAB)
    if page.photometric in whole and (page.bits > 16 or page.sample_format == 3):
        raise ImageError("unsupported_format.channels", about, name=name)
    if page.photometric == _YCBCR and (page.bits != 8 or page.samples > 3):
        raise ImageError("unsupported_format.channels", about, name=name)


def _is_plain(page: Page) -> bool:
    """Whether Pillow reads it as it is meant."""
    if page.compression in _BY_PILLOW:
        return True
    usual = page.sample_format == 1 and not page.is_planar and page.number(FILL_ORDER, 1) == 1
    if not usual or not page.numbers(262) or page.number(PREDICTOR, 1) == 3:
        return False
    if page.bits == 8:
        return (page.photometric, page.samples) in ((0, 1), (1, 1), (_RGB, 3), (_CMYK, 4), (_CIELAB, 3))
    return page.bits in (1, 2, 4) and page.photometric in (0, 1) and page.samples == 1


def _by_pillow(file: BinaryIO, picture: TiffPicture, rule: Brightness | None, name: str) -> Colours:
    page = picture.page
    source: BinaryIO = file
    if picture.is_big or not picture.is_first or (page.photometric == _YCBCR and page.compression == 1):
        source = io.BytesIO(alone(file, page))
    source.seek(0)
    before = libtiff.complaints()
    image = Image.open(source, formats=["TIFF"])  # to close it would close the file that was given
    try:
        image.load()  # upright, too
    except OSError as error:
        if page.compression != _OLD_JPEG or error.errno is not None:
            raise
        values = {"name": name, "inside": "old JPEG", "number": _OLD_JPEG}  # of which few kinds are read
        raise ImageError("unsupported_format.tiff_compression", repr(error), **values) from error
    if source is not file and (profile := _profile(page)):
        image.info["icc_profile"] = profile
    found = to_rgb(image, rule)
    if libtiff.complaints() > before:
        found = replace(found, changes=("looks_damaged", *found.changes))
    return found


def _profile(page: Page) -> bytes | None:
    found = page.values.get(PROFILE)
    return bytes(found) if isinstance(found, bytes | tuple) and found else None


def _alpha(page: Page, extra: NDArray[Any]) -> tuple[NDArray[Any] | None, bool, bool]:
    """What says how opaque a pixel is, whether its colours carry that already, and whether there are more."""
    count = extra.shape[2]
    meanings = page.extra[-count:] if count else ()
    if count == 1 and not page.extra and page.photometric == _RGB:
        meanings = (2,)  # many programs leave the tag out
    place = next((index for index, meaning in enumerate(meanings) if meaning in _ALPHA), None)
    if place is None:
        return None, False, count > 0
    return extra[..., place], meanings[place] == _ASSOCIATED, count > 1


def _stated(page: Page) -> tuple[tuple[float, float] | None, bool]:
    """What the tags call black and white, and whether that is certain."""
    full = float((1 << page.bits) - 1)
    if page.sample_format == 1 and page.bits not in (16, 32, 64):
        return (0.0, full), True
    lows, highs = (page.numbers(340) or page.numbers(280)), (page.numbers(341) or page.numbers(281))
    if not highs:
        return None, False
    low, high = float(lows[0]) if lows else 0.0, float(highs[0])
    if not low < high or (page.sample_format != 3 and high >= full):  # the type's own limit says nothing
        return None, False
    return (low, high), False


def _holes(page: Page, values: NDArray[Any]) -> NDArray[np.bool_] | None:
    """Where GDAL's tag says that nothing was measured."""
    text = page.text(NODATA).strip()
    if not text or page.bits <= 8:
        return None
    try:
        nothing = float(text)
    except ValueError:
        return None
    found = np.isclose(values, nothing, rtol=1e-6, atol=0) if values.dtype.kind == "f" else values == nothing
    return found if found.ndim == 2 else np.asarray(found.all(axis=2))


def _of_palette(page: Page, indices: NDArray[Any]) -> NDArray[np.uint8]:
    table = np.array(page.numbers(COLOUR_MAP), np.uint32)
    entries = 1 << page.bits
    if len(table) < 3 * entries:
        raise ValueError("the palette is cut off")
    table = table[: 3 * entries].reshape(3, entries).T
    is_deep = table.max() > 255  # as it should be, and in some files is not
    return np.asarray((table >> 8 if is_deep else table).astype(np.uint8)[indices])


def _of_lab(values: NDArray[Any], kind: int, bits: int) -> Image.Image:
    """CIELAB of 8 or 16 bits; a and b signed (CIELab) or around the middle (ICCLab)."""
    whole = values.astype(np.int64)
    most = 255 if bits == 8 else 65535 if kind == _CIELAB else 65280
    light = whole[..., 0] * (255 / most)
    others = whole[..., 1:] >> (bits - 8)
    if kind == _ICCLAB:
        others = others ^ 128
    lab = np.dstack([np.clip(np.rint(light), 0, 255).astype(np.uint8), (others & 255).astype(np.uint8)])
    return lab_to_srgb(Image.frombytes("LAB", (lab.shape[1], lab.shape[0]), lab.tobytes(), "raw", "LAB"))


def _of_inks(values: NDArray[Any], bits: int, profile: bytes | None) -> Colours:
    full = (1 << bits) - 1
    inks = np.rint(values * (255.0 / full)).astype(np.uint8)
    image = Image.frombytes("CMYK", (inks.shape[1], inks.shape[0]), inks.tobytes())
    found = by_profile(image, profile)
    return Colours(found.image, (*(("rescaled",) if bits > 8 else ()), *found.changes))
