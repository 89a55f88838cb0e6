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
        md5: Of its content, as torchvision 0.29 has it (of CIFAR-10, the publisher's page); no other checksum
            is published.
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
_FLOWERS = "https://www.robots.ox.ac.uk/~vgg/data/flowers/102/"
_GTSRB = "https://sid.erda.dk/public/archives/daaeac0d7ce1152aea9b61d9f1e19370/"
_READERS = "workbench.core.lessons.readers:"

LESSONS = Registry(
    "a set of photos",
    Lesson(
        "cifar10",
        "CIFAR-10",
        "Animals and vehicles, 32 pixels wide: of each kind 600 to learn from and 100 to test with. Cats and "
        "dogs are hard to tell apart.",
        7_000,
        10,
        170_000_000,
        "none stated; its authors ask to be cited (Krizhevsky 2009)",
        (
            Part(
                "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530"
            ),
        ),
        f"{_READERS}cifar",
    ),
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
    Lesson(
        "flowers",
        "Oxford Flowers",
        "102 kinds of flowers, large photos: 10 of each to learn from and 10 to choose with, which is few, "
        "and 6,149 to test with.",
        8_189,
        102,
        345_000_000,
        "none stated; photos from the web, whose rights are their makers'",
        (
            Part(f"{_FLOWERS}102flowers.tgz", "52808999861908f626f3c1f4e79d11fa"),
            Part(f"{_FLOWERS}imagelabels.mat", "e0620be6f572b9609742df49c70aed4d"),
            Part(f"{_FLOWERS}setid.mat", "a5357ecc9cb78c4bef273ce3793fc85c"),
        ),
        f"{_READERS}flowers",
    ),
    Lesson(
        "gtsrb",
        "German traffic signs",
        "43 traffic signs from a moving car (GTSRB), 15 to 250 pixels wide: some 30 frames of each sign that "
        "it passed, which belong together.",
        39_270,
        43,
        277_000_000,
        "none stated; free for research, its authors ask to be cited (Stallkamp et al. 2012)",
        (
            Part(f"{_GTSRB}GTSRB-Training_fixed.zip", "513f3c79a4c5141765e10e952eaa2478"),
            Part(f"{_GTSRB}GTSRB_Final_Test_Images.zip", "c7e4e6327067d32654124b0fe9e82185"),
            Part(f"{_GTSRB}GTSRB_Final_Test_GT.zip", "fe31e9c9270bbcd7b84b7f21a9d9d9e5"),
        ),
        f"{_READERS}traffic_signs",
    ),
)


def lesson_folder(lesson: Lesson) -> Path:
    """Where the photos of a lesson are, or will be."""
    return data_dir() / "Lesson photos" / lesson.name


def is_here(lesson: Lesson) -> bool:
    """Whether its photos have been fetched."""
    return lesson_folder(lesson).is_dir()
