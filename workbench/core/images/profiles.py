"""Colour profiles: what a picture's numbers mean, brought to sRGB."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageChops, ImageCms

_KINDS = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}
_CLOSE = 2  # of 255: a profile that changes no colour by more is sRGB, whatever its name
_KEPT = 256
_SRGB_SPACE = 1  # of the EXIF tag ColorSpace
_D50 = (0.9642, 1.0, 0.8249)
_ADOBE = {
    b"r": (0.60974, 0.31111, 0.01947),
    b"g": (0.20528, 0.62567, 0.06087),
    b"b": (0.14919, 0.06322, 0.74457),
}
_P3_PRIMARIES = 12
_P3 = {b"r": (0.51512, 0.2412, -0.00105), b"g": (0.29198, 0.69225, 0.04189), b"b": (0.1571, 0.06657, 0.78407)}


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


def unwritten_profile(image: Image.Image) -> bytes | None:
    """The profile of a picture that has none, but says otherwise what its numbers mean; else None.

    A JPEG of a camera is in Adobe RGB by the Exif standard (DCF optional colour space) where its colour
    space is not sRGB and its interoperability index is R03. HEIF has a box for it: see ITU-T H.273.
    """
    if image.format == "HEIF":
        coded = image.info.get("nclx_profile") or {}
        return _display_p3() if coded.get("color_primaries") == _P3_PRIMARIES else None
    if image.format not in ("JPEG", "MPO"):
        return None
    try:
        exif = image.getexif()
        if ExifTags.IFD.Exif not in exif:
            return None
        if exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.ColorSpace) == _SRGB_SPACE:
            return None
        return _adobe_rgb() if exif.get_ifd(ExifTags.IFD.Interop).get(1) == "R03" else None
    except Exception:  # noqa: BLE001 - damaged metadata can fail in any way, and then says nothing
        return None


@lru_cache(1)
def _adobe_rgb() -> bytes:
    return _made(_ADOBE, np.array([2.19921875 * 256]))


@lru_cache(1)
def _display_p3() -> bytes:
    steps = np.linspace(0, 1, 1024)
    curve = np.where(steps <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4)
    return _made(_P3, curve * 65535)


def _made(colorants: Mapping[bytes, tuple[float, ...]], curve: NDArray[np.float64]) -> bytes:
    """An ICC profile (version 2, matrix and curve).

    Args:
        colorants: XYZ of red, green and blue under D50.
        curve: Values of the curve in 65535ths, or one: its gamma in 256ths.
    """

    def number(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    white = b"".join(map(number, _D50))
    shape = b"curv\0\0\0\0" + struct.pack(">I", len(curve)) + np.rint(curve).astype(">u2").tobytes()
    entries = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"Made\0" + bytes(78),
        b"cprt": b"text\0\0\0\0None\0",
        b"wtpt": b"XYZ \0\0\0\0" + white,
    }
    for name, colour in colorants.items():
        entries[name + b"XYZ"] = b"XYZ \0\0\0\0" + b"".join(map(number, colour))
        entries[name + b"TRC"] = shape
    table, body = struct.pack(">I", len(entries)), b""
    start = 132 + 12 * len(entries)
    for name, content in entries.items():
        table += name + struct.pack(">II", start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head = struct.pack(">I", start + len(body)) + bytes(4) + struct.pack(">I", 0x02100000)
    head += b"mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28) + white
    return head.ljust(128, b"\0") + table + body


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
