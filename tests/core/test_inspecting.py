"""One photo, looked at closely: its metadata as a camera writes it, and how much of it a network sees."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from workbench.core.errors import ImageError
from workbench.core.images.facts import PhotoFacts
from workbench.core.images.inspecting import facts_of, inspect, seen_by
from workbench.core.images.preprocessing import CUT, Preprocessing, rows

HALF = (0.5, 0.5, 0.5)
NOW = Preprocessing(256, 224, 3, HALF, HALF, "bicubic", 256, 1.55, 2.4)
BEFORE = Preprocessing(256, 224, 3, HALF, HALF, "bicubic", 256)
WHOLE = Preprocessing(224, 224, 3, HALF, HALF, "bilinear")


def written(path: Path, **gps: object) -> Path:
    """A photo with metadata as a camera writes it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Canon", "Canon EOS 80D"
    exif[ExifTags.Base.Orientation] = 6
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = "2024:05:31 14:03:59"
    details[ExifTags.Base.ExposureTime] = IFDRational(1, 250)
    details[ExifTags.Base.FNumber] = IFDRational(56, 10)
    details[ExifTags.Base.ISOSpeedRatings] = 400
    details[ExifTags.Base.FocalLength] = IFDRational(85)
    details[ExifTags.Base.LensModel] = "EF 85 mm\x00"
    where = exif.get_ifd(ExifTags.IFD.GPSInfo)
    where.update({ExifTags.GPS[name]: value for name, value in gps.items()})
    Image.new("RGB", (120, 80), "teal").save(path, exif=exif)
    return path


PLACE = {
    "GPSLatitudeRef": "S", "GPSLatitude": (IFDRational(33), IFDRational(51), IFDRational(2496, 100)),
    "GPSLongitudeRef": "E", "GPSLongitude": (IFDRational(151), IFDRational(12), IFDRational(36)),
}  # fmt: skip


def test_what_a_camera_wrote_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / "photo.jpg", **PLACE)
    found = facts_of(path)
    assert found.position == pytest.approx((-(33 + 51 / 60 + 24.96 / 3600), 151 + 12 / 60 + 36 / 3600))
    assert found.exposure == pytest.approx(float(Fraction(1, 250)))
    assert (found.size, found.format, found.camera) == (path.stat().st_size, "JPEG", "Canon EOS 80D")
    assert (found.lens, found.taken) == ("EF 85 mm", "2024-05-31 14:03:59")
    assert (found.f_number, found.iso, found.focal_length) == (pytest.approx(5.6), 400, 85)


@pytest.mark.parametrize(
    "spoiled",
    [
        {"GPSLatitude": (IFDRational(1, 0), IFDRational(0), IFDRational(0))},
        {"GPSLatitude": (IFDRational(133), IFDRational(0), IFDRational(0))},
        {"GPSLatitude": (IFDRational(33),)},
    ],
)
def test_a_place_that_cannot_be_is_none(tmp_path: Path, spoiled: dict[str, object]) -> None:
    found = facts_of(written(tmp_path / "photo.jpg", **{**PLACE, **spoiled}))
    assert found.position is None
    assert found.iso == 400


def test_a_file_without_metadata_says_nothing(tmp_path: Path) -> None:
    Image.new("L", (20, 10)).save(tmp_path / "a.png")
    assert facts_of(tmp_path / "a.png") == PhotoFacts((tmp_path / "a.png").stat().st_size, "PNG")


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_damaged_metadata_costs_neither_the_photo_nor_the_rest(tmp_path: Path) -> None:
    path = written(tmp_path / "photo.jpg", **PLACE)
    content = bytearray(path.read_bytes())
    at = content.index(b"Exif\x00\x00") + 6
    content[at + 8 : at + 60] = b"\xff" * 52
    path.write_bytes(content)
    found = inspect(path, NOW)
    assert found.facts.size == len(content)
    assert found.pixels.shape == (224, 224, 3)


def test_a_file_that_is_gone_or_no_photo_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("not a photo")
    for name in ("gone.jpg", "text.jpg"):
        with pytest.raises(ImageError):
            inspect(tmp_path / name, NOW)


def drawn(width: int, height: int) -> Image.Image:
    """Each pixel tells where it is: red from left to right, green from top to bottom."""
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return Image.fromarray(np.stack([x, y, np.zeros_like(x)], axis=2).round().astype(np.uint8))


@pytest.mark.parametrize("recipe", [NOW, BEFORE, WHOLE], ids=["now", "before", "whole"])
@pytest.mark.parametrize("size", [(400, 400), (640, 480), (480, 720), (1600, 400), (200, 1900), (300, 290)])
def test_the_share_that_is_cut_away_is_what_the_pixels_lack(
    recipe: Preprocessing, size: tuple[int, int]
) -> None:
    seen = seen_by(recipe, *size)
    square = recipe.square(drawn(*size)).astype(float)
    assert seen.side == len(square)
    across, down = (np.ptp(square[..., channel]) / 255 for channel in (0, 1))
    assert 1 - seen.cut == pytest.approx(across * down, abs=0.03)
    long = max(size) / min(size)
    if recipe is NOW:
        assert seen.how == ("rows" if long > 2.4 else "squeezed" if long > 1.55 else "cut")
    else:
        assert seen.how == "cut"
    if recipe is BEFORE and long > CUT:
        assert seen.cut > 0.8


@pytest.mark.parametrize(("length", "count"), [(2.5, 2), (3.0, 2), (3.5, 3), (7.0, 3), (7.5, 4)])
def test_rows_are_counted_as_they_are_laid(length: float, count: int) -> None:
    size = (round(400 * length), 400)
    assert seen_by(NOW, *size).rows == count
    down = np.asarray(rows(drawn(*size), 224, Image.Resampling.BICUBIC))[:, 112, 1].astype(int)
    assert (np.diff(down) < -60).sum() + 1 == count, "each row begins at the top again"


def test_grey_values_and_notes_are_told(tmp_path: Path) -> None:
    Image.fromarray(np.arange(0, 60_000, 6, dtype=np.uint16).reshape(100, 100)).save(tmp_path / "deep.png")
    grey = Preprocessing(256, 224, 1, (0.5,), (0.5,), "bicubic", 256)
    found = inspect(tmp_path / "deep.png", grey)
    assert found.seen.channels == 1
    assert "rescaled" in found.changes
    assert (found.pixels[..., 0] == found.pixels[..., 2]).all()
    np.testing.assert_array_equal(found.pixels[..., :1], grey.load(tmp_path / "deep.png"))
