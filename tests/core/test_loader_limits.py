"""Images that would fill the memory, and large ones that are fine."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from tests.bad_files import encoded
from tests.core.image_help import pixels, reason
from workbench.core.errors import ImageError
from workbench.core.images.loader import decode


def png_header(width: int, height: int, data: bytes) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(1, 10**9), (65535, 65535), (10_001, 10_000), (2**31 - 1, 2**31 - 1)])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_huge_images_are_refused_before_decoding(size: tuple[int, int]) -> None:
    bomb = zlib.compress(bytes(1_000_000))
    assert reason(png_header(*size, bomb)) == "too_large"


def test_a_text_bomb_in_a_png_is_refused() -> None:
    text = b"zTXt" + b"Comment\x00\x00" + zlib.compress(bytes(100_000_000), 9)
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    content = encoded(Image.new("RGB", (8, 8)), "PNG")
    assert reason(content[:33] + chunk + content[33:]) == "truncated"


def test_the_limit_can_be_set_and_long_strips_are_fine() -> None:
    content = encoded(Image.new("RGB", (10_000, 10), "red"), "PNG")
    assert pixels(content).shape == (10, 10_000, 3)
    with pytest.raises(ImageError, match="10,000 × 10 pixels"):
        decode(io.BytesIO(content), "strip.png", max_pixels=99_999)


def test_a_valid_photo_of_40_megapixels_works() -> None:
    content = encoded(Image.new("L", (8000, 5000), 99), "JPEG")
    decoded = decode(io.BytesIO(content), "large.jpg", short_side=256)
    assert (decoded.width, decoded.height) == (8000, 5000)
    assert decoded.image.size == (1000, 625)
