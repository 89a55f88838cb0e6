"""Files that decode without a word although a part of them is lost, and sound files that only look so."""

from __future__ import annotations

import io
import itertools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.bad_files import encoded
from tests.core.folder_help import scanned
from workbench.core.images import libtiff
from workbench.core.images.loader import decode

MOST_WRONG = 0.005
END = b"\xff\xd9"
ENCODED: list[dict[str, object]] = [
    {"quality": 85},
    {"quality": 95, "subsampling": 0},
    {"quality": 80, "optimize": True},
    {"quality": 85, "restart_marker_rows": 1},
]
PLAIN = [*ENCODED, {"quality": 85, "progressive": True}, {"quality": 85, "restart_marker_blocks": 3}]


@pytest.fixture(scope="module")
def photos(drawn_pair: Path) -> list[Image.Image]:
    found = []
    for path in sorted((drawn_pair / "train").rglob("*.jpg"))[::9]:
        with Image.open(path) as image:
            found.append(image.convert("RGB"))
    return found


def is_noticed(content: bytes, short_side: int | None = None) -> bool:
    return "looks_damaged" in decode(io.BytesIO(content), "photo.jpg", short_side=short_side).changes


def zeros_at_the_end(content: bytes, share: float) -> bytes:
    kept = int(share * len(content))
    return content[:kept] + bytes(len(content) - kept - 2) + END


def erased_at_the_end(content: bytes, share: float) -> bytes:
    kept = int(share * len(content))
    return content[:kept] + b"\xff" * (len(content) - kept - 2) + END


def an_end_too_early(content: bytes, share: float) -> bytes:
    return content[: int(share * len(content))] + END


def a_lost_sector(content: bytes, share: float) -> bytes:
    start = int(share * len(content))
    return content[:start] + bytes(2048) + content[start + 2048 :]


@pytest.mark.parametrize("lose", [zeros_at_the_end, erased_at_the_end, an_end_too_early, a_lost_sector])
@pytest.mark.parametrize("options", ENCODED, ids=str)
def test_a_lost_part_is_noticed(photos: list[Image.Image], lose: object, options: dict[str, object]) -> None:
    assert callable(lose)
    for photo, share, short_side in itertools.product(photos, (0.25, 0.45, 0.6), (None, 96)):
        content = encoded(photo.resize((480, 360)), "JPEG", **options)
        assert not is_noticed(content, short_side)
        assert is_noticed(lose(content, share), short_side), share


def test_it_is_said_of_the_folder_and_the_photo_is_used(photos: list[Image.Image], tmp_path: Path) -> None:
    for number, photo in enumerate(photos[:6]):
        (tmp_path / "ab"[number % 2]).mkdir(exist_ok=True)
        content = encoded(photo, "JPEG")
        content = zeros_at_the_end(content, 0.5) if number == 3 else content
        (tmp_path / "ab"[number % 2] / f"{number}.jpg").write_bytes(content)
    catalog = scanned(tmp_path)
    assert catalog.counts == {"a": 3, "b": 3}
    (note,) = [note for note in catalog.notes if note.code == "changed.looks_damaged"]
    assert "look damaged" in note.title
    assert "“b/3.jpg”" in note.title


def plain_below(colour: tuple[int, int, int], share: float, size: tuple[int, int]) -> list[Image.Image]:
    """Pictures of which the lower part has one colour, as it was meant."""
    images = []
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8))
    for kind in ("noise", "disc", "text"):
        image = Image.new("RGB", size, colour)
        height = round(size[1] * (1 - share))
        if kind == "noise":
            image.paste(noise.resize((size[0], height)), (0, 0))
        elif kind == "disc":
            ImageDraw.Draw(image).ellipse((size[0] // 4, 0, size[0] // 2, height), fill=(10, 90, 70))
        else:
            ImageDraw.Draw(image).text((4, 0), "A caption", fill=(9, 9, 9))
        images.append(image)
    return images


@pytest.mark.parametrize("options", PLAIN, ids=str)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_white_paper_and_black_bars_are_no_damage(mode: str, options: dict[str, object]) -> None:
    colours = [(255, 255, 255), (0, 0, 0), (200, 30, 40)]
    for colour, share, size in itertools.product(colours, (0.3, 0.9), [(128, 96), (640, 480)]):
        for image in plain_below(colour, share, size):
            assert not is_noticed(encoded(image.convert(mode), "JPEG", **options)), (colour, share, size)


def test_padding_and_what_follows_the_picture_are_no_damage(photos: list[Image.Image]) -> None:
    content = encoded(photos[0], "JPEG")
    zeros = bytes(70_000)
    preview = b"\xff\xe1\xff\xff" + zeros[:65533]
    for sound in (
        content + zeros,
        content[:-2] + zeros + END,  # as some cameras fill up what they write
        content[:2] + preview + content[2:],
        content + content,
    ):
        assert not is_noticed(sound)


def test_real_photos_are_not_called_damaged(data_folder: Path) -> None:
    paths = sorted(path for path in data_folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))[:1500]
    assert len(paths) >= 1000
    noticed = [path for path in paths if is_noticed(path.read_bytes(), 256)]
    assert len(noticed) <= MOST_WRONG * len(paths), noticed


def test_drawn_photos_are_not_called_damaged(drawn_pair: Path, drawn_small: Path) -> None:
    paths = [*drawn_pair.rglob("*.jpg"), *drawn_small.rglob("*.JPG")]
    assert [path for path in paths if is_noticed(path.read_bytes())] == []


# --- what libtiff finds ---------------------------------------------------------------------------


def black_on_white() -> Image.Image:
    values = np.random.default_rng(0).integers(0, 2, (120, 200), np.uint8)
    return Image.fromarray(255 * values).convert("1")


def damaged_fax() -> bytes:
    content = bytearray(encoded(black_on_white(), "TIFF", compression="group4"))
    for place in range(300, 340):
        content[place] ^= 0x5A
    return bytes(content)


@pytest.mark.skipif(os.name == "nt", reason="Pillow keeps its libtiff to itself there")
def test_a_damaged_fax_is_noted_and_libtiff_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    before = libtiff.complaints()
    assert "looks_damaged" in decode(io.BytesIO(damaged_fax()), "fax.tif").changes
    assert libtiff.complaints() > before
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")
    sound = encoded(black_on_white(), "TIFF", compression="group4")
    assert decode(io.BytesIO(sound), "fax.tif").changes == ()


@pytest.mark.skipif(os.name == "nt", reason="Pillow keeps its libtiff to itself there")
def test_without_the_program_libtiff_would_speak(tmp_path: Path) -> None:
    """So that the test above cannot pass for want of something to say."""
    (tmp_path / "fax.tif").write_bytes(damaged_fax())
    code = "import sys; from PIL import Image; Image.open(sys.argv[1]).load()"
    command = [sys.executable, "-c", code, str(tmp_path / "fax.tif")]
    assert "Fax4Decode" in subprocess.run(command, capture_output=True, text=True, timeout=60).stderr


# --- inks -----------------------------------------------------------------------------------------


def ycck(inks: Image.Image) -> bytes:
    """A CMYK picture in the way that Photoshop stores it: three inks as YCbCr, all of them inverted."""
    cyan, magenta, yellow, black = inks.split()
    coded = Image.merge("RGB", (cyan, magenta, yellow)).convert("YCbCr")
    planes = [Image.fromarray(255 - np.asarray(plane)) for plane in coded.split()]
    content = bytearray(encoded(Image.merge("CMYK", (*planes, black)), "JPEG", quality=95))
    content[content.index(b"Adobe") + 11] = 2
    return bytes(content)


def lab(image: Image.Image | np.ndarray) -> np.ndarray:
    """CIELAB under D65, from the definitions (IEC 61966-2-1, CIE 15)."""
    parts = np.asarray(image, float) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    light = linear @ matrix.T / np.array([0.9505, 1.0, 1.089])
    roots = np.where(light > 216 / 24389, np.cbrt(light), (24389 / 27 * light + 16) / 116)
    x, y, z = np.moveaxis(roots, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


@pytest.mark.parametrize("kind", ["CMYK", "YCCK"])
def test_inks_keep_their_colours(photos: list[Image.Image], kind: str) -> None:
    photo = photos[0].resize((160, 120))
    inks = photo.convert("CMYK")
    content = ycck(inks) if kind == "YCCK" else encoded(inks, "JPEG", quality=95)
    with Image.open(io.BytesIO(content)) as opened:
        assert opened.mode == "CMYK"
        assert opened.info["adobe_transform"] == (2 if kind == "YCCK" else 0)
    found = decode(io.BytesIO(content), "print.jpg")
    assert found.changes == ()
    off = np.sqrt(((lab(found.image) - lab(photo)) ** 2).sum(axis=-1))
    assert off.mean() < 5
    assert np.quantile(off, 0.95) < 10


def test_real_inks_are_read_with_their_black(photos: list[Image.Image]) -> None:
    """With black in place of the three inks where it can be: as printing programs separate colours."""
    photo = np.asarray(photos[1].resize((160, 120)), float) / 255
    black = 1 - photo.max(axis=2, keepdims=True)
    inks = np.concatenate([1 - photo - black, black], axis=2)
    stored = Image.fromarray(np.rint(255 * inks).astype(np.uint8), "CMYK")
    plain, coded = (
        decode(io.BytesIO(c), "print.jpg").image for c in (encoded(stored, "JPEG", quality=95), ycck(stored))
    )
    assert np.abs(np.asarray(plain, int) - np.asarray(coded, int)).mean() < 4
    assert np.abs(np.asarray(plain, int) - 255 * photo).mean() < 12
