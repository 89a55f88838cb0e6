"""A folder of real photos with damaged, foreign and unusual files planted among them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

SIDEWAYS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""For each EXIF orientation, how an upright picture is turned before it is stored with that orientation."""


@dataclass(frozen=True)
class Planted:
    """A file that was put there on purpose.

    Attributes:
        path: Relative to the folder, `/` between its parts.
        row: The row of the failure catalogue that it stands for.
        reason: What a scan must give as its reason; empty where it may use the file.
    """

    path: str
    row: str
    reason: str = ""


@dataclass
class BadFolder:
    """What `make_bad_folder` made.

    Attributes:
        photos: How many files a scan must find usable, at the least.
        bad: Files that must be left out; with `doubtful`, one file in five.
        doubtful: Files whose damage a decoder may not notice (row A2): left out or used.
        fine: Unusual files that must be used.
    """

    folder: Path
    photos: int = 0
    bad: list[Planted] = field(default_factory=list)
    doubtful: list[Planted] = field(default_factory=list)
    fine: list[Planted] = field(default_factory=list)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """An image as the bytes of a file of the Pillow format `kind`."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def turned(image: Image.Image, orientation: int, kind: str, **options: object) -> bytes:
    """A file that shows `image` upright once its EXIF orientation is followed."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    turn = SIDEWAYS[orientation]
    stored = image if turn is None else image.transpose(turn)
    return encoded(stored, kind, exif=exif, **options)


def cut(content: bytes, share: float) -> bytes:
    """The first part of a file."""
    return content[: int(len(content) * share)]


def _truncated(kind: str) -> Callable[[Image.Image, float], bytes]:
    # From 20 % on: before that, a small GIF may not have reached its header's end.
    return lambda image, luck: cut(encoded(image, kind), 0.2 + 0.7 * luck)


def _zeroed(image: Image.Image, luck: float) -> bytes:
    content = encoded(image, "JPEG")
    half = len(content) // 2
    return content[:half] + bytes(len(content) - half)


def _garbled(image: Image.Image, luck: float) -> bytes:
    content = bytearray(encoded(image, "JPEG"))
    third = len(content) // 3
    content[third : 2 * third] = _noise(image, luck)[:third].ljust(third, b"\x55")
    return bytes(content)


def _noise(image: Image.Image, luck: float) -> bytes:
    return np.random.default_rng(int(luck * 1e9)).integers(1, 250, 5000, np.uint8).tobytes()


def _header_only(image: Image.Image, luck: float) -> bytes:
    return encoded(image, "JPEG")[:20]


_BAD: tuple[tuple[str, str, str, Callable[[Image.Image, float], bytes]], ...] = (
    ("A1", ".jpg", "truncated", _truncated("JPEG")),
    ("A1", ".png", "truncated", _truncated("PNG")),
    ("A1", ".gif", "truncated", _truncated("GIF")),
    ("A1", ".webp", "truncated", _truncated("WEBP")),
    ("A1", ".tif", "truncated", _truncated("TIFF")),
    ("A1", ".bmp", "truncated", _truncated("BMP")),
    ("A1", ".jpeg", "truncated", _header_only),
    ("A2", ".jpg", "", _zeroed),
    ("A2", ".jpg", "", _garbled),
    ("A3", ".jpg", "empty_file", lambda image, luck: b""),
    ("A3", ".jpg", "not_an_image", lambda image, luck: "Liebe Grüße aus dem Museum".encode()),
    ("A3", ".jpg", "not_an_image", lambda image, luck: b"<!DOCTYPE html><html><body>404</body></html>"),
    ("A3", ".png", "not_an_image", _noise),
    ("A4", ".png", "unsupported_format", lambda image, luck: encoded(image, "EPS")),
    ("A4", ".jpg", "unsupported_format", lambda image, luck: b"8BPS\x00\x01" + bytes(500)),
    ("A4", ".jpg", "unsupported_format", lambda image, luck: encoded(image.resize((32, 32)), "ICO")),
    ("A4", ".jpg", "not_an_image", lambda image, luck: encoded(image, "PDF")),
    ("A5", "", "not_an_image", lambda image, luck: b"name,class\n1.jpg,ants\n"),
)
_FINE: tuple[tuple[str, str, Callable[[Image.Image], bytes]], ...] = (
    ("A4", ".jpg", lambda image: encoded(image, "PNG")),
    ("A5", "", lambda image: encoded(image, "JPEG")),
    ("A5", ".JPG", lambda image: encoded(image, "JPEG")),
    ("A5", ".jpg.png.webp", lambda image: encoded(image, "WEBP")),
    *(("A12", ".jpg", lambda image, k=k: turned(image, k, "JPEG")) for k in (3, 6, 8)),
)


def make_bad_folder(source_images: Path, destination: Path, seed: int, *, per_class: int = 40) -> BadFolder:
    """Copies photos into `destination` and plants bad files until they are 20 % of all files.

    With 40 photos a class and two classes, every kind of bad file occurs.

    Args:
        source_images: A folder with one folder of photos for each class.
        destination: Will hold the class folders; need not exist.
        per_class: Most usable photos in a class; a multiple of 4 makes the 20 % exact.
    """
    random = np.random.default_rng(seed)
    made = BadFolder(destination)
    planted = 0
    for class_folder in sorted(path for path in source_images.iterdir() if path.is_dir()):
        target = destination / class_folder.name
        target.mkdir(parents=True)
        sources = sorted(class_folder.iterdir())
        chosen = [sources[i] for i in random.permutation(len(sources))[:per_class]]
        for number, source in enumerate(chosen):
            _put_photo(made, target, source, number)
        for number in range(len(chosen) // 4):
            row, suffix, reason, make = _BAD[planted % len(_BAD)]
            with Image.open(chosen[number]) as image:
                content = make(image.convert("RGB"), float(random.random()))
            name = f"bad {number:03}{suffix}"
            (target / name).write_bytes(content)
            (made.bad if reason else made.doubtful).append(Planted(f"{target.name}/{name}", row, reason))
            planted += 1
    return made


def _put_photo(made: BadFolder, target: Path, source: Path, number: int) -> None:
    made.photos += 1
    if number >= len(_FINE):
        (target / f"{number:03}{source.suffix}").write_bytes(source.read_bytes())
        return
    row, suffix, make = _FINE[number]
    name = f"unusual {number:03}{suffix}"
    with Image.open(source) as image:
        (target / name).write_bytes(make(image.convert("RGB")))
    made.fine.append(Planted(f"{target.name}/{name}", row))
