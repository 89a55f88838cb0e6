"""Altered copies among photos: how many are found, and how many of those found are none."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageEnhance, ImageOps

from benchmarks.clock import Clock
from workbench.core.images.alike import candidates, components, is_same
from workbench.core.images.closer import details_of
from workbench.core.images.loader import decode
from workbench.core.images.look import look_of
from workbench.core.images.preprocessing import PHOTO_SIDE, brought_down
from workbench.core.threads import thread_count

_QUALITY = 90
_OF_EACH_CIFAR_CLASS = 500

Looks = NDArray[np.uint8]


def _cropped(photo: Image.Image, random: np.random.Generator) -> Image.Image:
    """A tenth off each side's length, anywhere."""
    width, height = (round(0.9 * side) for side in photo.size)
    left, top = int(random.integers(photo.width - width + 1)), int(random.integers(photo.height - height + 1))
    return photo.crop((left, top, left + width, top + height))


def _middle(photo: Image.Image, _: np.random.Generator) -> Image.Image:
    left, top = round(0.05 * photo.width), round(0.05 * photo.height)
    return photo.crop((left, top, photo.width - left, photo.height - top))


ALTERED: dict[str, Callable[[Image.Image, np.random.Generator], Image.Image]] = {
    "saved at quality 60": lambda photo, _: photo,
    "halved": lambda photo, _: photo.resize((photo.width // 2, photo.height // 2), Image.Resampling.BICUBIC),
    "cropped by 10 %, the middle": _middle,
    "cropped by 10 %, anywhere": _cropped,
    "mirrored": lambda photo, _: ImageOps.mirror(photo),
    "brightened by 15 %": lambda photo, _: ImageEnhance.Brightness(photo).enhance(1.15),
    "EXIF changed": lambda photo, _: photo,
}


def originals(data: Path, name: str) -> list[bytes]:
    """The files of one of the shared sets.

    Args:
        name: "cifar10": the first 500 of each class of its training set, which are about its first 5,000 in
            the order in which it was published. "cifar10_airplanes": the first 5,000 by name, all of one
            class, and the one with the most copies.
    """
    if name.startswith("cifar10"):
        with zipfile.ZipFile(data / "cifar10.zip") as archive:
            names = sorted(n for n in archive.namelist() if n.startswith("train/") and n.endswith(".jpg"))
            if name == "cifar10_airplanes":
                names = [each for each in names if each.startswith("train/airplane/")]
            else:
                names = [each for each in names if int(Path(each).stem) < _OF_EACH_CIFAR_CLASS]
            return [archive.read(each) for each in names]
    paths = sorted(path for path in (data / name).rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
    return [path.read_bytes() for path in paths]


def altered(how: str, numbered: tuple[int, bytes]) -> bytes:
    """A photo's file after it was altered and saved as JPEG; its number draws what is drawn."""
    number, content = numbered
    with Image.open(io.BytesIO(content)) as opened:
        out = io.BytesIO()
        exif = Image.Exif()
        if how == "EXIF changed":
            exif[ExifTags.Base.Artist], exif[ExifTags.Base.Orientation] = "somebody", 6
            opened.save(out, "JPEG", quality="keep", exif=exif)
            return out.getvalue()
        photo = ALTERED[how](opened.convert("RGB"), np.random.default_rng(number))
        photo.save(out, "JPEG", quality=60 if how == "saved at quality 60" else _QUALITY)
        return out.getvalue()


def pixels_of(content: bytes) -> NDArray[np.uint8]:
    """A photo as the cache has it."""
    decoded = decode(io.BytesIO(content), "photo.jpg", short_side=PHOTO_SIDE)
    return np.asarray(brought_down(decoded.image, PHOTO_SIDE))


def measure(data: str, name: str) -> dict[str, Any]:
    """Of each kind: how many altered copies are found, and how many of the found pairs are of two photos."""
    files = originals(Path(data), name)
    with ThreadPoolExecutor(thread_count()) as pool:
        photos = _Seen(list(pool.map(pixels_of, files)))
        clock = Clock()
        parts = components(photos.looks, details=photos.details)
        clock.mark("compared")
        recall, wrong = {}, {}
        for how in ALTERED:
            copies = [pixels_of(each) for each in pool.map(partial(altered, how), enumerate(files))]
            pairs = pairs_of(_Seen([*photos.pixels, *copies]))
            # What is one picture among the photos themselves is told apart below.
            across = pairs[(pairs[:, 0] < len(files)) & (pairs[:, 1] >= len(files))] - [0, len(files)]
            right = int((across[:, 0] == across[:, 1]).sum())
            recall[how], wrong[how] = 100 * right / len(files), 100 * (1 - right / len(across))
    # Photos of such a set are not supposed to hold copies; some do (Barz and Denzler 2020 name CIFAR-10's).
    alone = np.unique(parts, return_counts=True)[1] == 1
    beside = 100 * (1 - alone.sum() / len(parts))
    return clock.results(photos=len(files), recall=recall, wrong=wrong, beside=beside)


class _Seen:
    """Photos with their looks, and their details when asked for."""

    def __init__(self, pixels: list[NDArray[np.uint8]]) -> None:
        self.pixels = pixels
        self.looks = np.stack([look_of(each) for each in pixels])

    def details(self, indices: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        made = [details_of(self.pixels[index]) for index in indices.tolist()]
        return np.stack([each for each, _ in made]), np.array([of_use for _, of_use in made])


def pairs_of(seen: _Seen) -> NDArray[np.int64]:
    """Photos that are held to be the same picture, (n, 2), the lower index first."""
    likely = candidates(seen.looks, seen.looks, same=True)
    same = likely.take(is_same(seen.looks, seen.looks, likely, seen.details))
    return np.unique(np.sort(np.stack([same.first, same.second], axis=1), axis=1), axis=0)


def speed(data: str, count: int = 10_000) -> dict[str, Any]:
    """Time that it takes to compare so many photos with each other, and to make their looks, once decoded."""
    with zipfile.ZipFile(Path(data) / "cifar10.zip") as archive:
        names = sorted(n for n in archive.namelist() if n.startswith("train/") and n.endswith(".jpg"))
        step = len(names) // count
        pixels = [pixels_of(archive.read(each)) for each in names[::step][:count]]
    large = [np.asarray(Image.fromarray(each).resize((341, 256))) for each in pixels[:200]]
    clock = Clock()
    for each in large:
        look_of(each)
    clock.mark("looks of 200 large photos")
    one = clock.seconds / len(large)
    looks = np.stack([look_of(each) for each in pixels])
    clock = Clock()
    parts = components(looks)
    clock.mark("compared")
    return clock.results(photos=len(looks), pictures=len(np.unique(parts)), look_seconds=one * len(looks))
