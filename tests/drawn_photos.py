"""Photos for the tests, drawn by the program's own sample generator: every clone has the same ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from workbench.sample.photo import draw_photo
from workbench.sample.things import THINGS

PAIR = ("apples", "leaves")
"""Two classes that are told apart easily, in the order of their folders."""
SUBSETS = {"train": 44, "val": 14}
"""Photos of each class of the pair in each set; drawn from different random numbers."""
LONG_SIDE, SMALL_SIDE = 480, 100
SMALL_EACH = 12


def draw_pair(folder: Path) -> Path:
    """`SUBSET/CLASS/NUMBER.jpg` of the two classes of `PAIR`: short sides of 321 pixels or more."""
    for number, (subset, each) in enumerate(SUBSETS.items()):
        for name in PAIR:
            for index in range(each):
                photo = _photo(name, number, index)
                size = tuple(round(side * LONG_SIDE / max(photo.size)) for side in photo.size)
                _save(
                    photo.resize(size, Image.Resampling.BICUBIC), folder / subset / name / f"{index:03}.jpg"
                )
    return folder


def draw_small(folder: Path, each: int = SMALL_EACH) -> Path:
    """`CLASS/NUMBER.JPG` of all six classes: squares of 100 pixels."""
    for row in THINGS:
        for index in range(each):
            photo = ImageOps.fit(_photo(row.name, len(SUBSETS), index), (SMALL_SIDE, SMALL_SIDE))
            _save(photo, folder / row.name / f"{index:03}.JPG")
    return folder


def _photo(name: str, number: int, index: int) -> Image.Image:
    place = [row.name for row in THINGS].index(name)
    return draw_photo(THINGS[place], np.random.default_rng([number, place, index]))


def _save(photo: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    photo.save(path, "JPEG", quality=90)


def tinted(folder: Path, sizes: dict[str, int]) -> Path:
    """Folders of noise, each in a colour of its own, with so many photos."""
    random = np.random.default_rng(0)
    for channel, (name, size) in enumerate(sizes.items()):
        (folder / name).mkdir(parents=True)
        for number in range(size):
            pixels = random.integers(0, 120, (20, 20, 3), dtype=np.uint8)
            pixels[..., channel % 3] += 100
            Image.fromarray(pixels).save(folder / name / f"{number:03}.png")
    return folder
