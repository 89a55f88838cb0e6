"""What Pillow leaves of a PNG: the lower half of 16 bits, the gamma, files with damaged metadata."""

from __future__ import annotations

import struct
import zlib
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

_HEAD = b"\x89PNG\r\n\x1a\n"
_NEEDED = frozenset((b"tRNS", b"iCCP", b"sRGB", b"gAMA", b"eXIf", b"acTL"))
_GAMMA = 1 / 2.2
_USUAL = 0.1  # the gamma of a screen, give or take so large a part of it
_DEEP = ("RGB;16B", "RGBA;16B", "LA;16B")


def is_deep(image: Image.Image) -> bool:
    """Whether an opened, not yet loaded image is a PNG of 16 bits that Pillow would cut to 8."""
    tile = getattr(image, "tile", [])
    return image.format == "PNG" and bool(tile) and tile[0][3] in _DEEP


def deep_samples(image: Any, again: Any) -> tuple[NDArray[np.uint16], NDArray[np.uint16] | None]:
    """The samples of a PNG of 16 bits, grey or colour, and its alpha.

    Its rows are unpacked twice: once for the upper bytes, once for the lower ones.

    Args:
        image, again: The same file, opened twice with Pillow, and not loaded.

    Returns:
        Shape (height, width) or (height, width, 3), and (height, width) or None.
    """
    raw = image.tile[0][3]
    if raw == "LA;16B":
        both = _unpacked(image, "RGBA")
        return _joined(both[..., 0], both[..., 1]), _joined(both[..., 2], both[..., 3])
    whole = _joined(_unpacked(image, raw), _unpacked(again, raw.replace("16B", "16L")))
    if raw == "RGBA;16B":
        return whole[..., :3], whole[..., 3]
    key = image.info.get("transparency")
    if not isinstance(key, tuple):
        return whole, None
    return whole, np.where((whole == np.array(key, np.uint16)).all(axis=2), 0, 65535).astype(np.uint16)


def linear_light(image: Image.Image) -> NDArray[np.uint8] | None:
    """A table of 256 from the values of a PNG with an unusual gamma to those of a screen; else None.

    A profile or the statement that it is sRGB goes before the gamma.
    """
    gamma = image.info.get("gamma")
    if image.format != "PNG" or not gamma or "icc_profile" in image.info or "srgb" in image.info:
        return None
    if abs(gamma / _GAMMA - 1) < _USUAL or not 0.01 < gamma < 100:
        return None
    light = (np.arange(256) / 255) ** (1 / gamma)
    return np.asarray(np.rint(255 * light**_GAMMA), np.uint8)


def mended(file: BinaryIO) -> tuple[bytes, str] | None:
    """A PNG without its remarks, where one of them is damaged or far too large to be read; else None.

    The picture and its transparency stay as they are: what these say has to be whole. Its colour profile goes
    where Pillow would not unpack it.

    Returns:
        The file's content, and what is to be said of it: `damaged_remark` or `profile_unusable`.
    """
    file.seek(0)
    if file.read(8) != _HEAD:
        return None
    kept, left_out, said = [_HEAD], 0, "damaged_remark"
    while len(start := file.read(8)) == 8:
        length, name = struct.unpack(">I4s", start)
        if length > 1 << 31:
            return None
        body = file.read(length + 4)
        if len(body) < length + 4:
            return None
        is_remark = bool(name[0] & 0x20)
        is_whole = zlib.crc32(body[:length], zlib.crc32(name)) == struct.unpack(">I", body[length:])[0]
        if is_remark and not (is_whole and name in _NEEDED):
            left_out += 1
        elif name == b"iCCP" and _is_too_large(body[:length]):
            left_out, said = left_out + 1, "profile_unusable"
        elif not is_whole:
            return None
        else:
            kept += [start, body]
        if name == b"IEND":
            return (b"".join(kept), said) if left_out else None
    return None


def _is_too_large(profile: bytes) -> bool:
    packed = profile[profile.find(b"\0") + 2 :]
    unpacking = zlib.decompressobj()
    try:
        unpacking.decompress(packed, PngImagePlugin.MAX_TEXT_CHUNK)
    except zlib.error:
        return False  # which Pillow passes over
    return bool(unpacking.unconsumed_tail)


def _joined(high: NDArray[np.uint8], low: NDArray[np.uint8]) -> NDArray[np.uint16]:
    return np.asarray(high.astype(np.uint16) << 8 | low, np.uint16)


def _unpacked(image: Any, raw: str) -> NDArray[np.uint8]:
    image._mode = raw.partition(";")[0]
    image.tile = [(*image.tile[0][:3], raw)]
    return np.asarray(image)
