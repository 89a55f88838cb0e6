"""The sample as an image folder: one folder a class, with a few faults planted as real folders have."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from workbench.sample.photo import draw_photo
from workbench.sample.things import THINGS, thing

_APART = (1, 1)  # another stream of random numbers than a sample's photos, whose keys have two numbers
FEWEST = 4
"""Photos of a class that a sample needs at least, so that faults can be planted."""
_ORIENTATION, _QUARTER_TURN = 0x0112, 6
"""The EXIF tag that turns a photo, and its value for "turn clockwise to see it upright"."""


@dataclass(frozen=True)
class Faults:
    """What is wrong with the sample on purpose; paths are relative to its folder, with forward slashes.

    Attributes:
        duplicates: Pairs of files with the same bytes, the copy first.
        wrong_classes: Files that stand in the wrong folder, each with its true class.
        truncated: A file that ends too early.
        sideways: A photo that is stored turned, with an EXIF note that says so.
    """

    duplicates: tuple[tuple[str, str], ...]
    wrong_classes: tuple[tuple[str, str], ...]
    truncated: str
    sideways: str


def planted_faults(seed: int = 0, per_class: int = 48) -> Faults:
    """The faults that `draw_folder` plants for the same arguments.

    Raises:
        ValueError: `per_class` is too small to plant any.
    """
    if per_class < FEWEST:
        raise ValueError(f"per_class is {per_class}, less than {FEWEST}")
    random = np.random.default_rng([seed, len(THINGS), per_class])
    names = [row.name for row in THINGS]
    order = [names[index] for index in random.permutation(len(names))]
    places = {name: [_path(name, int(index)) for index in random.permutation(per_class)] for name in names}
    wrong = []
    for name in order[:3]:
        strangers = [other for other in names if other not in (name, thing(name).twin)]
        wrong.append((places[name].pop(), strangers[random.integers(len(strangers))]))
    return Faults(
        duplicates=tuple((places[name].pop(), places[name].pop()) for name in order[3:5]),
        wrong_classes=tuple(wrong),
        truncated=places[order[5]].pop(),
        sideways=places[order[0]].pop(),
    )


def is_free(destination: Path) -> bool:
    """Whether a sample may be drawn there: there is nothing yet, or an empty folder."""
    return not destination.exists() or (destination.is_dir() and not any(destination.iterdir()))


def draw_folder(
    destination: Path, *, seed: int = 0, per_class: int = 48
) -> Generator[tuple[int, int], None, None]:
    """Draws a small image folder to try everything with.

    The photos are drawn beside the destination and moved there when all are done: whatever goes
    wrong, and where the generator is closed early, no half sample stays behind.

    Args:
        destination: A folder that does not exist yet or is empty.
        seed: The same seed gives the same files with the same versions of Pillow and NumPy.
        per_class: Photos of each class, at least `FEWEST`.

    Yields:
        After each photo, how many are drawn and how many there will be.

    Raises:
        ValueError: `per_class` is too small.
        FileExistsError: The destination is in use.
        OSError: The disk is full or may not be written to.
    """
    faults = planted_faults(seed, per_class)
    destination = Path(destination).absolute()
    if not is_free(destination):
        raise FileExistsError(str(destination))
    destination.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{destination.name}.", dir=destination.parent) as workshop:
        building = Path(workshop) / destination.name
        yield from _draw_all(building, seed, per_class, faults)
        if destination.exists():
            destination.rmdir()
        os.replace(building, destination)


def draw_another(destination: Path, *, seed: int) -> Path:
    """Draws one more photo of something, unlike any of a sample, into a folder that is there.

    Args:
        seed: At least 0; decides what is on it.

    Raises:
        OSError: The disk is full or may not be written to.
    """
    random = np.random.default_rng([seed, *_APART])
    image = draw_photo(THINGS[random.integers(len(THINGS))], random)
    path = destination / f"new-{seed}.jpg"
    path.write_bytes(_encoded(image, int(random.integers(85, 93)), sideways=False))
    return path


def _draw_all(folder: Path, seed: int, per_class: int, faults: Faults) -> Iterator[tuple[int, int]]:
    paths = [_path(row.name, index) for row in THINGS for index in range(per_class)]
    copies, wrong = dict(faults.duplicates), dict(faults.wrong_classes)
    for row in THINGS:
        (folder / row.name).mkdir(parents=True)

    def draw(number: int) -> None:
        path = paths[number]
        if path in copies:
            return
        row = thing(wrong.get(path, path.partition("/")[0]))
        random = np.random.default_rng([seed, number])
        image = draw_photo(row, random)
        content = _encoded(image, int(random.integers(85, 93)), sideways=path == faults.sideways)
        (folder / path).write_bytes(content[: len(content) * 2 // 5] if path == faults.truncated else content)

    pool = ThreadPoolExecutor(min(8, os.cpu_count() or 1), "sample")
    try:
        for done, _ in enumerate(pool.map(draw, range(len(paths))), 1):
            yield done, len(paths)
    finally:
        pool.shutdown(cancel_futures=True)
    for copy, original in faults.duplicates:
        shutil.copyfile(folder / original, folder / copy)


def _encoded(image: Image.Image, quality: int, *, sideways: bool) -> bytes:
    exif = Image.Exif()
    if sideways:
        image = image.transpose(Image.Transpose.ROTATE_90)
        exif[_ORIENTATION] = _QUARTER_TURN
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, exif=exif)
    return buffer.getvalue()


def _path(name: str, index: int) -> str:
    return f"{name}/{name}-{index + 1:03}.jpg"
