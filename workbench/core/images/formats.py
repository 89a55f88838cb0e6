"""Which kinds of image are read, and the words for those that are not."""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import warnings
from typing import BinaryIO

from PIL import Image, features

from workbench.core.errors import ImageError
from workbench.core.images import jpeg, kinds, libtiff
from workbench.core.names import shown

MAX_PIXELS = 100_000_000
"""Larger images are refused before they are decoded, JPEGs excepted."""

MAX_JPEG_PIXELS = 500_000_000
"""Larger JPEGs are refused; those above `MAX_PIXELS` are decoded at a part of their size."""

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

# The loader has limits of its own, which it can name. `warnings.catch_warnings` is not thread-safe, so
# Pillow's remarks about damaged files, of which the person hears in plain words, are silenced for good.
Image.MAX_IMAGE_PIXELS = None
logging.getLogger("PIL").setLevel(logging.CRITICAL)
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
libtiff.listen()
_PNG_OF_IOS = b"CgBI"


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


def explain(name: str, file: BinaryIO, cause: str) -> ImageError:
    """Why a file that could not be identified, or not be decoded to its end, cannot be used.

    Args:
        name: The file's name, for the sentence.
        file: Is read anew, from its beginning.
        cause: What Pillow said, for the details.
    """
    head, ending = _ends(file)
    name = shown(name)
    if "HEIF" not in ALLOWED and kinds.is_heif(head):
        return ImageError("heic", cause, name=name)
    if "AVIF" not in ALLOWED and kinds.brand(head) in kinds.AVIF_BRANDS:
        return ImageError("unsupported_format.avif_image", cause, name=name)
    if not kinds.looks_like_image(head):
        code = kinds.kind_of(name, head, ending)
        return ImageError(code or "not_an_image", cause, name=name)
    return ImageError(_variant(head, file, cause) or "truncated", cause, name=name)


def _ends(file: BinaryIO) -> tuple[bytes, bytes]:
    file.seek(0)
    head = file.read(kinds.HEAD)
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 64))
    ending = file.read()
    file.seek(0)
    return head, ending


def _variant(head: bytes, file: BinaryIO, cause: str) -> str:
    """The code of an unusual kind of a format that is read; "" where the file is damaged."""
    if head.startswith(b"\xff\xd8\xff"):
        return jpeg.unread_kind(file)
    if head.startswith(b"\x89PNG") and head[12:16] == _PNG_OF_IOS:
        return "unsupported_format.ios_png"
    if head.startswith(b"BM") and "Unsupported BMP" in cause:
        return "unsupported_format.bitmap"
    return ""
