"""Images that would fill the memory, and large ones that are fine."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, features

from tests.bad_files import encoded
from tests.core.image_help import pixels, reason
from tests.core.tiff_help import basic, tiff_of
from workbench.core.errors import ImageError
from workbench.core.images.loader import decode, open_image


def png_header(width: int, height: int, data: bytes) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(1, 10**9), (65535, 65535), (10_001, 10_000), (2**31 - 1, 2**31 - 1)])
def test_huge_images_are_refused_before_decoding(size: tuple[int, int]) -> None:
    bomb = zlib.compress(bytes(1_000_000))
    assert reason(png_header(*size, bomb)) == "too_large"


def test_a_text_bomb_in_a_png_is_not_read() -> None:
    text = b"zTXt" + b"Comment\x00\x00" + zlib.compress(bytes(100_000_000), 9)
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    content = encoded(Image.new("RGB", (8, 8)), "PNG")
    decoded = decode(io.BytesIO(content[:33] + chunk + content[33:]), "bomb.png")
    assert decoded.changes == ("damaged_remark", "blank")
    assert decoded.image.size == (8, 8)


def test_the_limit_can_be_set_and_long_strips_are_fine() -> None:
    content = encoded(Image.new("RGB", (10_000, 10), "red"), "PNG")
    assert pixels(content).shape == (10, 10_000, 3)
    with pytest.raises(ImageError, match="10,000 × 10 pixels"):
        decode(io.BytesIO(content), "strip.png", max_pixels=99_999)


@pytest.mark.parametrize("short_side", [None, 64, 256])
def test_a_jpeg_above_the_limit_is_decoded_at_a_part_of_its_size(short_side: int | None) -> None:
    content = encoded(Image.linear_gradient("L").resize((1600, 1200)), "JPEG", quality=95)
    decoded = decode(io.BytesIO(content), "phone.jpg", short_side=short_side, max_pixels=1_000_000)
    assert (decoded.width, decoded.height) == (1600, 1200)
    assert decoded.image.size == {None: (800, 600), 64: (200, 150), 256: (400, 300)}[short_side]
    top, bottom = decoded.image.getpixel((5, 5)), decoded.image.getpixel((5, decoded.image.height - 5))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert bottom[0] - top[0] > 200


def test_a_jpeg_of_108_megapixels_is_used_and_one_of_600_is_not() -> None:
    content = encoded(Image.new("L", (12_000, 9_000), 99), "JPEG", quality=30)
    decoded = decode(io.BytesIO(content), "phone.jpg", short_side=256)
    assert (decoded.width, decoded.height) == (12_000, 9_000)
    assert decoded.image.size == (1500, 1125)
    place = content.index(b"\xff\xc0")
    size = struct.pack(">HH", 25_000, 25_000)
    with pytest.raises(ImageError, match="500 million"):
        decode(io.BytesIO(content[: place + 5] + size + content[place + 9 :]), "panorama.jpg", short_side=256)


def test_a_valid_photo_of_40_megapixels_works() -> None:
    content = encoded(Image.new("L", (8000, 5000), 99), "JPEG")
    decoded = decode(io.BytesIO(content), "large.jpg", short_side=256)
    assert (decoded.width, decoded.height) == (8000, 5000)
    assert decoded.image.size == (1000, 625)


def test_a_small_file_cannot_keep_the_decoder_busy() -> None:
    content = encoded(Image.new("L", (4000, 4000), 90), "JPEG", progressive=True)
    last = content[content.rindex(b"\xff\xda") : -2]
    assert decode(io.BytesIO(content), "slow.jpg", short_side=64).changes == ("blank",)
    bomb = content[:-2] + 3000 * last + content[-2:]
    assert reason(bomb) == "truncated"
    in_a_video_behind = content + 3000 * last
    assert decode(io.BytesIO(in_a_video_behind), "moving.jpg", short_side=64).changes == ("blank",)


@pytest.mark.parametrize("kind", ["gif", "bmp", "ppm", "tiff", "avif"])
def test_a_header_that_promises_too_much_is_refused_in_every_format(kind: str) -> None:
    if kind == "avif" and not features.check("avif"):
        pytest.skip("this Pillow was built without AVIF")
    image = Image.effect_noise((96, 64), 90).convert("RGB")
    size = (65_535, 65_535)
    if kind == "ppm":
        content = bytearray(b"P6\n65535 65535\n255\n" + bytes(1000))
    elif kind == "tiff":
        content = bytearray(tiff_of((basic(*size, [8], 1), [bytes(1000)])))
    else:
        content = bytearray(encoded(image, kind.upper()))
        place = {"gif": 6, "bmp": 18, "avif": content.find(b"ispe") + 8}[kind]
        struct.pack_into({"gif": "<HH", "bmp": "<ii", "avif": ">II"}[kind], content, place, *size)
    assert reason(bytes(content)) == ("truncated" if kind == "avif" else "too_large")


def test_huge_metadata_costs_no_photo() -> None:
    image = Image.effect_noise((96, 64), 90).convert("RGB")
    jpeg = encoded(image, "JPEG")
    expected = pixels(jpeg)
    remark = b"\xff\xfe\xff\xff" + bytes(65533)
    xmp = (b"\xff\xe1\xff\xffhttp://ns.adobe.com/xap/1.0/\0" + b"<rdf>" * 13_200)[:65537]
    for more in (remark, xmp):
        assert len(more) == 65537
        assert np.array_equal(pixels(jpeg[:2] + 1024 * more + jpeg[2:]), expected)


def test_what_follows_a_picture_is_not_read(tmp_path: Path) -> None:
    image = Image.effect_noise((96, 64), 90).convert("RGB")
    path = tmp_path / "disk image.jpg"
    path.write_bytes(encoded(image, "JPEG"))
    expected = np.asarray(open_image(path))
    os.truncate(path, 100_000_000_000)  # of which nothing takes room on the disk
    assert np.array_equal(np.asarray(open_image(path)), expected)


def test_a_profile_that_is_too_large_costs_a_png_its_profile_alone() -> None:
    content = encoded(Image.linear_gradient("L"), "PNG")
    for size, changes in ((100_000_000, ("profile_unusable",)), (2_000_000, ("profile_unusable",))):
        body = b"iCCPbomb\0\0" + zlib.compress(bytes(size), 9)
        chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
        decoded = decode(io.BytesIO(content[:33] + chunk + content[33:]), "bomb.png")
        assert decoded.changes == changes
        assert np.array_equal(np.asarray(decoded.image), pixels(content))
