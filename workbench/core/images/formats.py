"""Which kinds of image are read, and the words for those that are not."""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import warnings

from PIL import Image, features

from workbench.core.errors import ImageError

MAX_PIXELS = 100_000_000
"""Larger images are refused before they are decoded."""

_PLUGINS = {
    "JPEG": "Jpeg",  # opens MPO, the two-picture JPEG of some phones, too
    "PNG": "Png",
    "GIF": "Gif",
    "BMP": "Bmp",
    "TIFF": "Tiff",
    "PPM": "Ppm",
    "WEBP": "WebP",
    "AVIF": "Avif",
}
_OPTIONAL = ("webp", "avif")  # a Pillow that was built without these still has their plugins

# `warnings.catch_warnings` is not thread-safe, so Pillow's own size limit is set, and its remarks
# about damaged files, which the person hears of in plain words, are silenced, once for the process.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
logging.getLogger("PIL").setLevel(logging.CRITICAL)
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)

_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
_OURS = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"GIF8",
    b"II*\x00",
    b"MM\x00*",
    b"II+\x00",
    b"MM\x00+",
)
_FOREIGN = {
    b"8BPS": "photoshop_file",
    b"%!PS": "postscript_file",
    b"\xc5\xd0\xd3\xc6": "postscript_file",
    b"\x00\x00\x01\x00": "icon",
    b"\x00\x00\x02\x00": "mouse_pointer",
    b"\x00\x00\x00\x0cjP  ": "jpeg_2000_image",
    b"\xff\x4f\xff\x51": "jpeg_2000_image",
    b"\x00\x00\x00\x0cJXL ": "jpeg_xl_image",
    b"\xff\x0a": "jpeg_xl_image",
    b"II\xbc": "jpeg_xr_image",
    b"SIMPLE  =": "fits_image",
    b"DDS ": "dds_texture",
    b"qoif": "qoi_image",
    b"gimp xcf": "gimp_file",
    b"FUJIFILM": "raw_photo",
    b"\x76\x2f\x31\x01": "openexr_image",
}


def _allowed() -> tuple[str, ...]:
    names = [name for name in _PLUGINS if name.lower() not in _OPTIONAL or features.check(name.lower())]
    # Importing a plugin registers it. Doing it here, once, keeps Pillow from importing all of its
    # plugins while several threads decode.
    for plugin in ("Mpo", *(_PLUGINS[name] for name in names)):
        importlib.import_module(f"PIL.{plugin}ImagePlugin")
    with contextlib.suppress(ImportError):  # the extra `heif` is not installed
        importlib.import_module("pillow_heif").register_heif_opener()
        names.append("HEIF")
    return tuple(names)


ALLOWED = _allowed()
"""Pillow's names of the formats that are read; no other plugin is ever tried."""


def shown(name: str) -> str:
    """A file name as it can be printed: bytes that are no text become a replacement character."""
    return os.fsencode(name).decode("utf-8", "replace")


def looks_like_image(head: bytes) -> bool:
    """Whether a file's first bytes (32 are enough) are those of a format that is read, or HEIC."""
    if head.startswith(_OURS) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        return True
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return True
    if head[:1] == b"P" and head[1:2] in b"123456" and head[2:3].isspace():
        return True
    return _brand(head) in (b"avif", b"avis", *_HEIF_BRANDS)


def explain(name: str, head: bytes, cause: str) -> ImageError:
    """Why a file that no allowed plugin could identify cannot be used.

    Args:
        name: The file's name, for the sentence.
        head: Its first bytes; 32 are enough.
        cause: What Pillow said, for the details.
    """
    name = shown(name)
    if "HEIF" not in ALLOWED and _brand(head) in _HEIF_BRANDS:
        return ImageError("heic", cause, name=name)
    for magic, kind in _FOREIGN.items():
        if head.startswith(magic):
            return ImageError(f"unsupported_format.{kind}", cause, name=name)
    if looks_like_image(head):
        return damaged(name, cause)
    return ImageError("not_an_image", cause, name=name)


def damaged(name: str, cause: str) -> ImageError:
    """The error for a file that begins like an image and cannot be decoded to its end."""
    return ImageError("truncated", cause, name=shown(name))


def _brand(head: bytes) -> bytes:
    return head[8:12] if head[4:8] == b"ftyp" else b""
