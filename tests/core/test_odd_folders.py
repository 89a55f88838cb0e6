"""Folders of unusual photos: what a scan uses, leaves out and says."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.bad_files import encoded
from tests.core.folder_help import put, reasons, scanned, scanned_with_events
from tests.core.pixel_help import known_picture
from tests.core.test_colours import ADOBE, adobe_in_srgb
from tests.core.test_true_cause import PHOTO, raw_files
from tests.core.tiff_help import basic, tiff_of, written
from workbench.core.data.catalog import Catalog
from workbench.core.images import formats, raw
from workbench.core.images.loader import decode

SMOOTH = Image.fromarray(known_picture()).resize((13, 10)).resize((480, 320), Image.Resampling.BICUBIC)
P3_CODED = {
    "color_primaries": 12,
    "transfer_characteristics": 13,
    "matrix_coefficients": 6,
    "full_range_flag": 1,
}


def p3_in_srgb(values: np.ndarray) -> np.ndarray:
    """Display P3 on an sRGB screen, by the published matrix, without a library."""
    parts = values / 255.0
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    matrix = np.array([[1.22494, -0.22494, 0], [-0.04206, 1.04206, 0], [-0.01964, -0.07864, 1.09827]])
    light = np.clip(linear @ matrix.T, 0, 1)
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def notes(catalog: Catalog) -> dict[str, int]:
    return {note.code: note.values["count"] for note in catalog.notes if "count" in note.values}


def test_a_raw_photo_beside_its_jpeg_is_the_same_photo(tmp_path: Path) -> None:
    put(tmp_path, "a/1.png", "b/1.png", "b/IMG_3.png")
    for name in ("a/IMG_1", "a/IMG_2", "b/IMG_1"):
        (tmp_path / f"{name}.JPG").write_bytes(encoded(PHOTO.rotate(len(name)), "JPEG"))
    for name, kind in (
        ("a/IMG_1.dng", "IMG_1.DNG"),
        ("a/img_2.NEF", "DSC_1.NEF"),
        ("b/IMG_3.cr2", "IMG_2.CR2"),
    ):
        (tmp_path / name).write_bytes(raw_files()[kind])
    (tmp_path / "a" / "alone.dng").write_bytes(raw_files()["IMG_1.DNG"])
    catalog = scanned(tmp_path)
    found = reasons(catalog)
    assert {path for path, reason in found.items() if reason == "raw_twin"} == {
        "a/IMG_1.dng",
        "a/img_2.NEF",
        "b/IMG_3.cr2",
    }
    assert catalog.counts == {"a": 3 + ("a/alone.dng" not in found), "b": 3}
    (twin,) = [each for each in catalog.skipped if each.path == "a/img_2.NEF"]
    assert "IMG_2.JPG" in twin.message.title


def test_what_was_done_is_counted(tmp_path: Path) -> None:
    put(tmp_path, "a/1.png", "b/1.png")
    colours = np.asarray(PHOTO)
    bands = np.dstack([colours, colours[..., 0] // 3 + 20])
    hidden = np.dstack([colours, np.zeros(colours.shape[:2], np.uint8)])
    (tmp_path / "a" / "naip.tif").write_bytes(written(bands, photometric="rgb", extrasamples=[2]))
    (tmp_path / "a" / "hidden.png").write_bytes(encoded(Image.fromarray(hidden), "PNG"))
    (tmp_path / "b" / "black.jpg").write_bytes(encoded(Image.new("RGB", (64, 48)), "JPEG"))
    (tmp_path / "b" / "spacer.gif").write_bytes(encoded(Image.new("P", (1, 1)), "GIF"))
    (tmp_path / "b" / "deep.tif").write_bytes(written(colours.astype(np.uint16) * 16, photometric="rgb"))
    catalog = scanned(tmp_path)
    assert notes(catalog) == {
        "brightness": 1,
        "changed.blank": 1,
        "changed.further_bands": 1,
        "changed.hidden_colours": 1,
        "changed.tiny": 1,
    }
    assert all(note.title.endswith(".") for note in catalog.notes)
    (blank,) = [note.title for note in catalog.notes if note.code == "changed.blank"]
    assert "“b/black.jpg”" in blank
    assert scanned(tmp_path) == catalog


def test_the_second_look_at_deep_photos_is_told_and_happens_once(tmp_path: Path) -> None:
    for number in range(8):
        values = np.full((40, 40), 100 + number, np.uint16)
        values[: 5 * (number + 1)] = 300 if number < 4 else 3000
        (tmp_path / "ab"[number % 2]).mkdir(exist_ok=True)
        (tmp_path / "ab"[number % 2] / f"{number}.tif").write_bytes(written(values))
    catalog, events = scanned_with_events(tmp_path)
    assert catalog.brightness == (("uint16", 0.0, 4095.0),)
    again = [event for event in events if event.message.code == "one_brightness"]
    assert again
    assert again[-1].done == again[-1].total
    assert "one_brightness" not in {event.message.code for event in scanned_with_events(tmp_path)[1]}


def test_a_slide_and_its_smaller_copies_are_one_picture(tmp_path: Path) -> None:
    put(tmp_path, "a/1.png", "b/1.png")
    colours = np.asarray(PHOTO)
    whole = (basic(96, 64, [8] * 3, 2), [colours.tobytes()])
    small = (basic(48, 32, [8] * 3, 2, subfile=1), [colours[::2, ::2].tobytes()])
    (tmp_path / "a" / "slide.tif").write_bytes(tiff_of(whole, small, small))
    assert notes(scanned(tmp_path)) == {}


@pytest.mark.skipif("HEIF" not in formats.ALLOWED, reason="pillow-heif is not installed")
@pytest.mark.parametrize("chroma", [420, 444])
@pytest.mark.parametrize("more", ["plain", "P3", "turned", "coded P3", "thumbnail", "10 bits", "burst"])
def test_heic_of_the_kinds_that_phones_make(more: str, chroma: int) -> None:
    import pillow_heif

    image = SMOOTH.copy()
    if more == "P3":
        image.info["icc_profile"] = ADOBE
    if more == "turned":
        exif = Image.Exif()
        exif[0x0112] = 6
        image = image.transpose(Image.Transpose.ROTATE_90)
    made = pillow_heif.from_pillow(image)
    options: dict[str, object] = {"quality": 95, "chroma": chroma}
    if more == "10 bits":
        deep = np.asarray(image).astype(np.uint16) * 257
        made = pillow_heif.from_bytes("RGB;16", image.size, deep.astype("<u2").tobytes())
        options["bit_depth"] = 10
    if more == "thumbnail":
        options["save_all"] = False
        made[0].info["thumbnails"] = [128]
    if more == "burst":
        made.add_from_pillow(image.rotate(180))
        options["primary_index"] = 0
    if more == "coded P3":
        made[0].info["nclx_profile"] = P3_CODED
        options["save_nclx_profile"] = True
    buffer = io.BytesIO()
    if more == "turned":
        image.save(buffer, "HEIF", exif=exif.tobytes(), **options)  # writes it as phones do
    else:
        made.save(buffer, **options)
    found = decode(io.BytesIO(buffer.getvalue()), "IMG_1.HEIC")
    expected = np.asarray(SMOOTH.copy())
    if more == "P3":
        expected = adobe_in_srgb(expected)
    if more == "coded P3":
        expected = np.rint(p3_in_srgb(expected)).astype(np.uint8)
        assert np.abs(expected - np.asarray(SMOOTH, int)).mean() > 1
    assert (found.width, found.height) == (480, 320)
    assert np.abs(np.asarray(found.image).astype(int) - expected).mean() < 6
    assert found.changes == (("first_frame",) if more == "burst" else ())


@pytest.mark.skipif(raw.RAWPY is None, reason="rawpy is not installed")
@pytest.mark.parametrize("short_side", [None, 24])
def test_the_extra_reads_a_raw_photo(short_side: int | None) -> None:
    """A DNG whose sensor saw a green field and a red square in it, and whose preview is black."""
    y, x = np.mgrid[0:96, 0:128]
    inside = (abs(y - 48) < 20) & (abs(x - 64) < 20)
    sensor = np.full((96, 128), 600, np.uint16)
    is_red, is_green = (y % 2 == 0) & (x % 2 == 0), (y + x) % 2 == 1
    sensor[is_red & inside] = 14000
    sensor[is_green & ~inside] = 14000
    tags = [
        *basic(128, 96, [16], 32803),
        (33421, 3, [2, 2]),
        (33422, 1, [0, 1, 1, 2]),
        (50706, 1, [1, 4, 0, 0]),
        (50708, 2, b"Made camera\0"),
        (50714, 4, [512]),
        (50717, 4, [16383]),
    ]
    content = tiff_of((tags, [sensor.astype("<u2").tobytes()]))  # type: ignore[arg-type]
    found = decode(io.BytesIO(content), "IMG_1.DNG", short_side=short_side)
    assert found.changes == ("developed",)
    assert (found.width, found.height) == (128, 96)
    pixels = np.asarray(found.image).astype(int)
    middle, corner = pixels[len(pixels) // 2, pixels.shape[1] // 2], pixels[4, 4]
    assert middle.argmax() == 0
    assert corner.argmax() == 1
