"""What is seen is what is there: the file's own tags decide. Each picture is known before it is written."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from tests.bad_files import encoded
from tests.core.pixel_help import CLOSE, known_picture, off, read, refused
from tests.core.tiff_help import basic, packed, tiff_of, written


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    return known_picture()


@pytest.fixture(scope="module")
def grey(photo: np.ndarray) -> np.ndarray:
    return photo[..., 0] // 2 + photo[..., 1] // 2


# --- photometric interpretation, planes, signs, bits ---------------------------------------------


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("bits", [8, 16])
def test_white_is_zero_is_turned_round_at_every_depth(grey: np.ndarray, bits: int, order: str) -> None:
    stored = (255 - grey).astype(np.uint16) * (257 if bits == 16 else 1)
    content = tiff_of(
        (basic(52, 40, [bits], 0), [stored.astype(f"{order}u{bits // 8}").tobytes()]), order=order
    )
    assert off(content, grey) < CLOSE


@pytest.mark.parametrize("bits", [2, 4, 6, 10, 12, 14])
@pytest.mark.parametrize("channels", [1, 3])
def test_samples_of_any_number_of_bits(photo: np.ndarray, grey: np.ndarray, bits: int, channels: int) -> None:
    shown = grey if channels == 1 else photo
    stored = np.rint(shown / 255 * ((1 << bits) - 1)).astype(np.uint32)
    content = tiff_of(
        (basic(52, 40, [bits] * channels, 1 if channels == 1 else 2), [packed(stored.reshape(40, -1), bits)])
    )
    assert off(content, np.rint(stored * 255 / ((1 << bits) - 1))) < 1


@pytest.mark.parametrize("depth", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize(
    "options", [{}, {"compression": "zlib"}, {"compression": "zlib", "predictor": True}], ids=str
)
@pytest.mark.parametrize("layout", ["strips", "tiles"])
@pytest.mark.parametrize("planes", ["contig", "separate"])
def test_planes_strips_and_tiles(
    photo: np.ndarray, depth: type, options: dict[str, object], layout: str, planes: str
) -> None:
    values = {np.uint8: photo, np.uint16: photo.astype(np.uint16) * 257, np.float32: photo / np.float32(255)}[
        depth
    ]
    if depth == np.float32 and "predictor" in options:
        pytest.skip("the writer cannot do that without a further package; see benchmarks/odd_files.py")
    if planes == "separate":
        values = np.moveaxis(values, 2, 0)
    where = {"tile": (16, 32)} if layout == "tiles" else {"rowsperstrip": 7}
    content = written(values, photometric="rgb", planarconfig=planes, **where, **options)
    assert off(content, photo) < 1


@pytest.mark.parametrize("order", ["<", ">"])
def test_big_tiff_of_either_byte_order(photo: np.ndarray, order: str) -> None:
    content = written(photo.astype(np.uint16) * 257, photometric="rgb", bigtiff=True, byteorder=order)
    assert off(content, photo) < 1


def test_signed_bytes_are_not_taken_for_unsigned_ones(grey: np.ndarray) -> None:
    stored = (grey.astype(int) - 128).astype(np.int8)
    content = tiff_of((basic(52, 40, [8], 1, format=2), [stored.tobytes()]))
    assert off(content, grey) < CLOSE


def test_half_precision_and_24_bits(grey: np.ndarray) -> None:
    assert off(written((grey / 255).astype(np.float16)), grey) < 1
    wide = grey.astype(np.uint32) * 65793
    threes = wide.astype("<u4").tobytes()
    stored = b"".join(threes[at : at + 3] for at in range(0, len(threes), 4))
    assert off(tiff_of((basic(52, 40, [24], 1), [stored])), grey) < 1


def test_a_palette_of_8_bits_is_not_black(photo: np.ndarray) -> None:
    indices, table = grid_palette(photo)
    as_meant = [*table[:, 0], *table[:, 1], *table[:, 2]]
    for scale in (257, 1):
        tags = [*basic(52, 40, [8], 3), (320, 3, [int(value) * scale for value in as_meant])]
        assert off(tiff_of((tags, [indices.tobytes()])), table[indices]) < CLOSE


def test_a_palette_with_indices_of_16_bits(photo: np.ndarray) -> None:
    indices, table = grid_palette(photo)
    whole = np.zeros((65536, 3), np.uint16)
    whole[:256] = table.astype(np.uint16) * 257
    tags = [*basic(52, 40, [16], 3), (320, 3, whole.T.reshape(-1).tolist())]
    assert off(tiff_of((tags, [indices.astype("<u2").tobytes()])), table[indices]) < CLOSE


def grid_palette(photo: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Indices and the table of a palette of 3, 3 and 2 bits."""
    indices = (photo[..., 0] >> 5 << 5 | photo[..., 1] >> 5 << 2 | photo[..., 2] >> 6).astype(np.uint8)
    each = np.arange(256)
    table = np.stack([(each >> 5) * 36, (each >> 2 & 7) * 36, (each & 3) * 85], axis=-1).astype(np.uint8)
    return indices, table


@pytest.mark.parametrize("across", [1, 2, 4])
@pytest.mark.parametrize("down", [1, 2])
def test_uncompressed_ycbcr_with_fewer_colours_than_pixels(across: int, down: int) -> None:
    y, x = np.mgrid[0:32, 0:48]
    smooth = np.stack([x * 2, y * 4, 255 - x * 2], axis=-1).clip(0, 255).astype(np.uint8)
    light, blue, red = np.moveaxis(np.asarray(Image.fromarray(smooth).convert("YCbCr")), 2, 0)
    units = []
    for row in range(0, 32, down):
        for column in range(0, 48, across):
            cell = np.s_[row : row + down, column : column + across]
            units.append(light[cell].tobytes() + bytes([int(blue[cell].mean()), int(red[cell].mean())]))
    tags = [*basic(48, 32, [8, 8, 8], 6), (530, 3, [across, down])]
    assert off(tiff_of((tags, [b"".join(units)])), smooth) < 4


def test_cmyk_of_16_bits(photo: np.ndarray) -> None:
    inks = np.asarray(Image.fromarray(photo).convert("CMYK"))
    expected = np.asarray(Image.fromarray(photo).convert("CMYK").convert("RGB"))
    content = tiff_of((basic(52, 40, [16] * 4, 5), [(inks.astype("<u2") * 257).tobytes()]))
    assert off(content, expected) < 1


@pytest.mark.parametrize("kind", [8, 9])
@pytest.mark.parametrize("bits", [8, 16])
def test_lab_in_its_two_kinds_and_depths(kind: int, bits: int) -> None:
    lights, colours = np.linspace(10, 90, 24), np.linspace(-60, 60, 24)
    lab = np.stack(np.broadcast_arrays(lights[:, None], colours, -colours), axis=-1)
    if kind == 8:
        light = lab[..., 0] / 100 * (255 if bits == 8 else 65535)
        others = lab[..., 1:] * (1 if bits == 8 else 256)
    else:
        light = lab[..., 0] / 100 * (255 if bits == 8 else 65280)
        others = (lab[..., 1:] + 128) * (1 if bits == 8 else 256)
    stored = np.dstack([np.rint(light), np.rint(others)]).astype(np.int64)
    content = tiff_of((basic(24, 24, [bits] * 3, kind), [stored.astype(f"<u{bits // 8}").tobytes()]))
    assert off(content, srgb_of_lab(lab)) < CLOSE


def srgb_of_lab(lab: np.ndarray) -> np.ndarray:
    """CIELAB under D50 on an sRGB screen, by the formulas of CIE 15 and IEC 61966-2-1 (Bradford-adapted)."""
    height = (lab[..., 0] + 16) / 116
    parts = np.stack([height + lab[..., 1] / 500, height, height - lab[..., 2] / 200], axis=-1)
    xyz = np.where(parts > 6 / 29, parts**3, (parts - 16 / 116) * 3 * (6 / 29) ** 2) * (0.9642, 1, 0.8249)
    matrix = np.array(
        [[3.13386, -1.61687, -0.49062], [-0.97877, 1.91614, 0.03345], [0.07194, -0.22899, 1.40538]]
    )
    light = np.clip(xyz @ matrix.T, 0, 1)
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


# --- further samples ------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 3, 9])
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_bands_beyond_the_colours_are_left_out_and_said(photo: np.ndarray, count: int, depth: type) -> None:
    scale = 257 if depth == np.uint16 else 1
    bands = np.dstack([photo, *[np.full(photo.shape[:2], 9 * band, np.uint8) for band in range(count)]])
    content = written(bands.astype(depth) * depth(scale), photometric="rgb", extrasamples=[0] * count)
    assert off(content, photo) < 1
    assert "further_bands" in read(content).changes


def test_near_infrared_that_is_called_alpha_hides_nothing(photo: np.ndarray, grey: np.ndarray) -> None:
    infrared = grey // 2 + 40
    for bits, scale in ((8, 1), (16, 257)):
        bands = np.dstack([photo, infrared]).astype(f"<u{bits // 8}") * scale
        content = tiff_of((basic(52, 40, [bits] * 4, 2, extra=2), [bands.astype(f"<u{bits // 8}").tobytes()]))
        assert off(content, photo) < 1
        assert "further_bands" in read(content).changes


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("meaning", [1, 2])
def test_a_real_mask_lays_the_picture_on_white(photo: np.ndarray, bits: int, meaning: int) -> None:
    mask = np.zeros(photo.shape[:2], np.uint8)
    mask[:, 10:] = 255
    mask[:, 9] = 128
    expected = photo * (mask / 255)[..., None] + 255 - mask[..., None]
    colours = np.rint(photo * (mask / 255)[..., None]) if meaning == 1 else photo
    bands = (np.dstack([colours, mask]).astype(int) * (257 if bits == 16 else 1)).astype(f"<u{bits // 8}")
    content = tiff_of((basic(52, 40, [bits] * 4, 2, extra=meaning), [bands.tobytes()]))
    assert off(content, expected) < 1
    assert "further_bands" not in read(content).changes


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("alpha", [0, 2])
def test_a_picture_that_is_transparent_everywhere_keeps_its_colours(
    photo: np.ndarray, kind: str, alpha: int
) -> None:
    hidden = Image.fromarray(np.dstack([photo, np.full(photo.shape[:2], alpha, np.uint8)]))
    content = encoded(hidden, kind, **({"lossless": True, "exact": True} if kind == "WEBP" else {}))
    assert off(content, photo) < 1
    assert "hidden_colours" in read(content).changes


def test_a_white_drawing_on_transparent_ground_lies_on_black(grey: np.ndarray) -> None:
    drawn = np.dstack([np.full((*grey.shape, 3), 255, np.uint8), grey])
    for values in (drawn, drawn[..., [0, 3]]):
        content = encoded(Image.fromarray(values), "PNG")
        assert off(content, grey) < 1
        assert read(content).changes == ("on_black",)
    black = np.dstack([np.zeros((*grey.shape, 3), np.uint8), grey])
    assert off(encoded(Image.fromarray(black), "PNG"), 255 - grey) < 1


def test_three_grey_bands_are_shown_as_colours_and_four_are_refused(photo: np.ndarray) -> None:
    content = written(photo, photometric="minisblack", planarconfig="contig")
    assert off(content, photo) < 1
    assert "bands_as_colours" in read(content).changes
    four = np.dstack([photo, photo[..., :1]])
    assert (
        refused(written(four, photometric="minisblack", planarconfig="contig")) == "unsupported_format.bands"
    )


# --- more than 8 bits -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["TIFF", "PNG"])
@pytest.mark.parametrize("bits", [10, 12, 14, 16])
@pytest.mark.parametrize("channels", [1, 3])
def test_fewer_bits_in_16_are_as_bright_in_grey_as_in_colour(
    photo: np.ndarray, grey: np.ndarray, kind: str, bits: int, channels: int
) -> None:
    shown = grey if channels == 1 else photo
    stored = np.rint(shown / 255 * ((1 << bits) - 1)).astype(np.uint16)
    content = written(stored) if kind == "TIFF" else deep_png(stored)
    assert off(content, shown) < 1
    assert "rescaled" in read(content).changes


def deep_png(
    values: np.ndarray, *, more: bytes = b"", colour: int | None = None, interlace: int = 0
) -> bytes:
    """A PNG of 16 bits, its rows unfiltered."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    channels = 1 if values.ndim == 2 else values.shape[2]
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels] if colour is None else colour
    rows = values.astype(">u2").reshape(len(values), -1)
    body = b"".join(b"\0" + row.tobytes() for row in rows)
    head = struct.pack(">IIBBBBB", values.shape[1], values.shape[0], 16, colour, 0, 0, interlace)
    parts = chunk(b"IHDR", head) + more + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize("channels", [2, 4])
def test_png_of_16_bits_with_transparency(photo: np.ndarray, grey: np.ndarray, channels: int) -> None:
    mask = np.where(np.arange(52) < 10, 0, 65535) + np.zeros((40, 1), int)
    shown = photo if channels == 4 else np.stack([grey] * 3, axis=-1)
    stored = np.dstack([(shown if channels == 4 else grey).astype(int) * 257, mask])
    assert off(deep_png(stored), np.where(mask[..., None] > 0, shown, 255)) < 1


def test_the_tags_own_range_counts(grey: np.ndarray) -> None:
    stored = (grey // 4).astype("<u2") * 8  # up to 504 of a thousand
    content = tiff_of((basic(52, 40, [16], 1, least=0, most=1000), [stored.tobytes()]))
    assert off(content, np.rint(stored * 0.255)) < 1


def test_a_hot_pixel_and_a_scale_bar_do_not_darken_a_photo() -> None:
    y, x = np.mgrid[0:120, 0:160]
    scene = ((np.sin(x / 9) + np.cos(y / 7)) * 900 + 2000).astype(np.uint16)  # 12 bits
    plain = np.asarray(read(written(scene)).image).astype(int)
    hot, barred = scene.copy(), scene.copy()
    hot[60, 80] = 65535
    barred[110:114, 100:150] = 65535
    for spoiled in (hot, barred):
        found = np.asarray(read(written(spoiled)).image).astype(int)
        assert np.abs(found - plain)[spoiled == scene].max() <= 1


@pytest.mark.parametrize("nothing", [-9999.0, -3.4028234663852886e38, 1e20, -32768.0])
@pytest.mark.parametrize("share", [0.004, 0.3, 0.9])
def test_far_outliers_do_not_eat_the_contrast(grey: np.ndarray, nothing: float, share: float) -> None:
    values = grey.astype(np.float32) / 255
    holed = values.copy()
    rows = max(1, round(40 * share))
    holed[:rows, : 52 if share > 0.1 else 8] = nothing
    expected = np.where(holed == np.float32(nothing), 0, grey)
    content = written(holed)
    assert off(content, expected) < 1
    assert "no_data" in read(content).changes


def test_what_gdal_calls_no_data_is_black_at_every_depth(grey: np.ndarray) -> None:
    for values, nothing in ((grey.astype(np.uint16) * 16, 65535), (grey / np.float32(255), 7.5)):
        holed = values.copy()
        holed[:9] = nothing
        content = written(holed, extratags=[(42113, "s", 0, f"{nothing} ", True)])
        expected = grey.copy()
        expected[:9] = 0
        assert off(content, expected) < 1.5
        assert "no_data" in read(content).changes
