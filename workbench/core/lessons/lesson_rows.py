"""The public photos that can be fetched for a lesson: one row each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.core.paths import data_dir
from workbench.core.registry import Registry, resolve

Reader = Callable[[list[Path]], Iterator[tuple[str, bytes]]]
"""From the files that were fetched to paths `CLASS/NAME` (or `SET/CLASS/NAME`) with their content."""


@dataclass(frozen=True)
class Part:
    """A file to fetch.

    Attributes:
        url: Where it is.
        md5: Of its content, as torchvision 0.29 has it; no other checksum is published.
    """

    url: str
    md5: str


@dataclass(frozen=True)
class Lesson:
    """Photos that somebody has published.

    Attributes:
        key: Its name on the command line.
        name: Its name for people, and that of the folder.
        sentence: What they show and what they are good for.
        photos, classes: How many are written out.
        size: Bytes to fetch, about.
        licence: Under which they are published.
        read: Import path of what becomes of the files.
    """

    key: str
    name: str
    sentence: str
    photos: int
    classes: int
    size: int
    licence: str
    parts: tuple[Part, ...]
    read: str

    def reader(self) -> Reader:
        """What becomes of the files; loads NumPy and Pillow."""
        function: Reader = resolve(self.read)
        return function

    def at(self, server: str) -> Lesson:
        """The same from another server, for tests and for rooms without internet."""
        moved = (replace(part, url=f"{server}/{part.url.rpartition('/')[2]}") for part in self.parts)
        return replace(self, parts=tuple(moved))


_FASHION = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
_READERS = "workbench.core.lessons.readers:"

LESSONS = Registry(
    "a set of photos",
    Lesson(
        "eurosat",
        "EuroSAT",
        "Fields, forests, rivers and towns from a satellite, 64 pixels wide: easy, for a first lesson.",
        27_000,
        10,
        94_000_000,
        "MIT; contains modified Copernicus Sentinel data",
        (
            Part(
                "https://huggingface.co/datasets/torchgeo/eurosat/resolve/"
                "c877bcd43f099cd0196738f714544e355477f3fd/EuroSAT.zip",
                "c8fa014336c82ac7804f0398fcb19387",
            ),
        ),
        f"{_READERS}zipped_folders",
    ),
    Lesson(
        "fashion_mnist",
        "Fashion-MNIST",
        "Grey clothes, 28 pixels wide: of each kind 600 to learn from and 100 to test with. Shirts and coats "
        "are hard to tell apart.",
        7_000,
        10,
        31_000_000,
        "MIT",
        (
            Part(f"{_FASHION}train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
            Part(f"{_FASHION}train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe"),
            Part(f"{_FASHION}t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79"),
            Part(f"{_FASHION}t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310"),
        ),
        f"{_READERS}fashion_mnist",
    ),
    Lesson(
        "pets",
        "Oxford-IIIT Pets",
        "37 breeds of cats and dogs, about 200 photos each: large photos, and breeds that look alike.",
        7_390,
        37,
        792_000_000,
        "CC BY-SA 4.0",
        (
            Part(
                "https://www.robots.ox.ac.uk/~vgg/data/pets/data/images.tar.gz",
                "5c4f3ee8e5d25df40f4fd59a7f44e54c",
            ),
        ),
        f"{_READERS}named_in_tar",
    ),
)


def lesson_folder(lesson: Lesson) -> Path:
    """Where the photos of a lesson are, or will be."""
    return data_dir() / "Lesson photos" / lesson.name


def is_here(lesson: Lesson) -> bool:
    """Whether its photos have been fetched."""
    return lesson_folder(lesson).is_dir()
