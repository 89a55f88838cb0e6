"""Colour profiles, several pictures in a file, and pictures in which nothing is to be seen."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from tests.bad_files import SIDEWAYS, encoded
from tests.core.pixel_help import CLOSE, known_picture, off, read
from tests.core.tiff_help import basic, tiff_of, written
from workbench.core.images.loader import in_memory


def profile(gamma: float, red: tuple[float, ...], green: tuple[float, ...], blue: tuple[float, ...]) -> bytes:
    """An ICC profile (version 2, matrix and curve) of these colorants, in XYZ under D50."""

    def number(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    entries = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"made\0" + bytes(78),
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": b"XYZ \0\0\0\0" + b"".join(map(number, (0.9642, 1.0, 0.8249))),
    }
    for name, colour in ((b"rXYZ", red), (b"gXYZ", green), (b"bXYZ", blue)):
        entries[name] = b"XYZ \0\0\0\0" + b"".join(map(number, colour))
    for name in (b"rTRC", b"gTRC", b"bTRC"):
        entries[name] = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))
    table, body = struct.pack(">I", len(entries)), b""
    start = 128 + 4 + 12 * len(entries)
    for name, content in entries.items():
        table += name + struct.pack(">II", start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    size = start + len(body)
    head = struct.pack(">I", size) + b"lcms" + struct.pack(">I", 0x02100000) + b"mntrRGB XYZ " + bytes(12)
    head += b"acsp" + bytes(28) + b"".join(map(number, (0.9642, 1.0, 0.8249)))
    return head.ljust(128, b"\0") + table + body


ADOBE = profile(2.2, (0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))


def adobe_in_srgb(values: np.ndarray) -> np.ndarray:
    """What Adobe RGB (1998) looks like on an sRGB screen: by the published matrices, without a library."""
    linear = (values / 255.0) ** 2.2
    to_xyz = np.array([[0.57667, 0.18556, 0.18823], [0.29734, 0.62736, 0.07529], [0.02703, 0.07069, 0.99134]])
    to_srgb = np.array(
        [[3.24045, -1.53714, -0.49853], [-0.96927, 1.87601, 0.04156], [0.05564, -0.20403, 1.05723]]
    )
    light = np.clip(linear @ to_xyz.T @ to_srgb.T, 0, 1)
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    return known_picture()


@pytest.fixture(scope="module")
def grey(photo: np.ndarray) -> np.ndarray:
    return photo[..., 0] // 2 + photo[..., 1] // 2


# --- colour profiles ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG", "WEBP"])
def test_adobe_rgb_is_brought_to_the_screen(photo: np.ndarray, kind: str) -> None:
    smooth = np.asarray(Image.fromarray(photo).resize((13, 10)).resize((104, 80), Image.Resampling.BICUBIC))
    options = {"JPEG": {"quality": 98, "subsampling": 0}, "WEBP": {"lossless": True}}.get(kind, {})
    content = encoded(Image.fromarray(smooth), kind, icc_profile=ADOBE, **options)
    assert off(content, adobe_in_srgb(smooth)) < CLOSE
    assert np.abs(adobe_in_srgb(smooth) - smooth).mean() > 4  # else it would prove nothing


@pytest.mark.parametrize(
    ("space", "index", "follows"), [(65535, "R03", True), (1, "R98", False), (65535, "", False)]
)
def test_a_camera_says_adobe_rgb_in_its_exif(
    photo: np.ndarray, space: int, index: str, follows: bool
) -> None:
    smooth = Image.fromarray(photo).resize((13, 10)).resize((104, 80), Image.Resampling.BICUBIC)
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif.get_ifd(0x8769)[0xA001] = space
    if index:
        exif.get_ifd(0x8769)[0xA005] = {1: index}
    content = encoded(smooth, "JPEG", quality=98, subsampling=0, exif=exif)
    expected = adobe_in_srgb(np.asarray(smooth)) if follows else np.asarray(smooth)
    assert off(content, expected) < CLOSE


def test_adobe_rgb_of_16_bits(photo: np.ndarray) -> None:
    content = written(photo.astype(np.uint16) * 257, photometric="rgb", iccprofile=ADOBE)
    assert off(content, adobe_in_srgb(photo)) < CLOSE


def test_a_screen_profile_changes_nothing_and_a_wrong_one_is_said(photo: np.ndarray) -> None:
    screen = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert off(encoded(Image.fromarray(photo), "PNG", icc_profile=screen), photo) == 0
    for wrong in (b"no profile at all", ADOBE.replace(b"mntrRGB ", b"mntrCMYK")):
        content = encoded(Image.fromarray(photo), "PNG", icc_profile=wrong)
        assert off(content, photo) == 0
        assert read(content).changes == ("profile_unusable",)


def test_a_grey_photo_with_a_profile_for_colours(grey: np.ndarray) -> None:
    content = encoded(Image.fromarray(grey), "PNG", icc_profile=ADOBE)
    assert read(content).changes == ()
    assert off(content, adobe_in_srgb(np.stack([grey] * 3, axis=-1))) < CLOSE


def test_a_png_says_its_gamma(photo: np.ndarray) -> None:
    linear = np.rint(255 * (photo / 255) ** 2.2).astype(np.uint8)
    content = encoded(Image.fromarray(linear), "PNG")
    body = b"gAMA" + struct.pack(">I", 100_000)
    content = content[:33] + struct.pack(">I", 4) + body + struct.pack(">I", zlib.crc32(body)) + content[33:]
    found = np.asarray(read(content).image).astype(int)
    assert np.abs(found - photo)[photo > 60].mean() < CLOSE


# --- several pictures in a file -------------------------------------------------------------------


def test_a_thumbnail_on_the_first_page_is_not_the_picture(photo: np.ndarray) -> None:
    small = photo[::4, ::4]
    thumb = (basic(13, 10, [8] * 3, 2, subfile=1), [small.tobytes()])
    whole = (basic(52, 40, [8] * 3, 2), [photo.tobytes()])
    for content in (tiff_of(thumb, whole), tiff_of(thumb, whole, sub=(1,))):
        assert off(content, photo) == 0
        assert "first_frame" not in read(content).changes


def test_smaller_copies_of_a_page_are_no_further_pages(photo: np.ndarray) -> None:
    small = (basic(26, 20, [8] * 3, 2, subfile=1), [photo[::2, ::2].tobytes()])
    whole = (basic(52, 40, [8] * 3, 2), [photo.tobytes()])
    assert read(tiff_of(whole, small)).changes == ()
    assert read(tiff_of(whole, whole)).changes == ("first_frame",)


def test_a_stack_of_imagej_is_said_to_be_one(grey: np.ndarray) -> None:
    content = written(np.stack([grey.astype(np.uint16) * 16] * 5), imagej=True)
    assert "first_frame" in read(content).changes


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_every_orientation_at_every_depth(photo: np.ndarray, orientation: int, depth: type) -> None:
    turn = SIDEWAYS[orientation]
    stored = np.asarray(Image.fromarray(photo) if turn is None else Image.fromarray(photo).transpose(turn))
    scaled = stored.astype(depth) * depth(257 if depth == np.uint16 else 1)
    tags = [(274, "H", 1, orientation, True)]
    content = written(scaled, photometric="rgb", extratags=tags)
    assert off(content, photo) < 1
    assert (read(content).width, read(content).height) == (52, 40)


def test_a_jpeg_with_a_second_picture_behind_it_shows_the_first(photo: np.ndarray) -> None:
    main, gains = Image.fromarray(photo).resize((208, 160)), Image.new("L", (52, 40), 90)
    buffer = io.BytesIO()
    main.save(buffer, "MPO", save_all=True, append_images=[gains.convert("RGB")], quality=95)
    video = encoded(main, "JPEG", quality=95) + b"\0\0\0\x18ftypmp42" + bytes(5000)
    for content in (buffer.getvalue(), video):
        found = read(content, "phone.jpg")
        assert (found.image.size, found.changes) == ((208, 160), ())
        assert np.abs(np.asarray(found.image).astype(int) - np.asarray(main)).mean() < 3


# --- nothing to be seen ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "BMP"])
def test_blank_and_tiny_pictures_are_noted(kind: str) -> None:
    assert read(encoded(Image.new("RGB", (64, 48)), kind)).changes == ("blank",)
    assert read(encoded(Image.new("RGB", (64, 48), (200, 200, 203)), kind)).changes == ("blank",)
    assert read(encoded(Image.new("RGB", (1, 1)), kind)).changes == ("tiny",)
    assert read(encoded(Image.new("RGB", (600, 1), "red"), kind)).changes == ("tiny",)


def test_what_was_opened_can_be_given_to_a_model_once_more(photo: np.ndarray) -> None:
    """Neither its profile nor its orientation is followed a second time."""
    exif = Image.Exif()
    exif[0x0112] = 6
    content = encoded(Image.fromarray(photo), "PNG", icc_profile=ADOBE, exif=exif)
    opened = read(content).image
    assert opened.size == (40, 52)
    assert np.array_equal(np.asarray(in_memory(opened)), np.asarray(opened))


def test_a_dim_photo_is_not_blank(photo: np.ndarray) -> None:
    assert read(encoded(Image.fromarray(photo // 16), "PNG")).changes == ()
