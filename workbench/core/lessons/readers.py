"""How published files become photos in class folders: nothing in them is trusted but their bytes."""

from __future__ import annotations

import csv
import gzip
import io
import re
import struct
import tarfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.core.data.zip_plan import opened, plan_of
from workbench.core.lessons.class_names import CLOTHES, FLOWERS, SIGNS, THINGS

_NAME = re.compile(r"images/(?P<class_name>[\w -]{1,80}?)_\d+\.jpg", re.IGNORECASE)
_FLOWER = re.compile(r"jpg/(?P<name>image_(?P<number>\d{5})\.jpg)")
_TRACK = re.compile(r"(?:.*/)?(?P<sign>\d{5})/(?P<track>\d{5})_(?P<frame>\d{5})\.ppm")
_THING = 1 + 3 * 32 * 32
"""Bytes of a picture of CIFAR-10: its class, then 32 x 32 of red, of green and of blue."""


def zipped_folders(files: list[Path]) -> Iterator[tuple[str, bytes]]:
    """A ZIP file with one folder for each class somewhere in it, as EuroSAT has it."""
    (file,) = files
    with file.open("rb") as content, opened(content, file) as archive:
        for member in plan_of(archive, file).files:
            parts = member.path.split("/")
            if len(parts) >= 2:
                yield "/".join(parts[-2:]), archive.read(member.info)


def named_in_tar(files: list[Path]) -> Iterator[tuple[str, bytes]]:
    """A tar file whose photos are named after their class and a number, as Oxford-IIIT Pets has them."""
    (file,) = files
    with tarfile.open(file, "r:gz") as archive:
        for member in archive:
            match = _NAME.fullmatch(member.name)
            if match and member.isfile() and (source := archive.extractfile(member)) is not None:
                name = match[0].rpartition("/")[2]
                yield f"{match['class_name'].replace('_', ' ')}/{name}", source.read()


def cifar(files: list[Path]) -> Iterator[tuple[str, bytes]]:
    """The first pictures of each class of CIFAR-10: 600 to learn from, 100 to test with.

    Of the version for C, which is nothing but bytes; that for Python would have to be unpickled.

    Raises:
        ValueError: It is something else.
    """
    (file,) = files
    wanted = {"data_batch_1.bin": ("train", 600), "test_batch.bin": ("test", 100)}
    with tarfile.open(file, "r:gz") as archive:
        for member in archive:
            subset, most = wanted.pop(member.name.rpartition("/")[2], ("", 0))
            if subset and member.isfile() and (source := archive.extractfile(member)) is not None:
                records = np.frombuffer(source.read(), np.uint8).reshape(-1, _THING)
                pictures = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
                yield from _as_png(pictures, records[:, 0], THINGS, subset, most)
    if wanted:
        raise ValueError(f"there is no {', '.join(wanted)}")


def flowers(files: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Oxford Flowers in its published sets; two tables of MATLAB's say the class and the set of each photo.

    Raises:
        KeyError, ValueError: The tables or a photo that they name are missing.
    """
    photos, classes, sets = files
    subsets = {"trnid": "train", "valid": "validation", "tstid": "test"}
    (indices,) = _matlab(classes, "labels")
    numbers = zip(subsets.values(), _matlab(sets, *subsets), strict=True)
    place = {number: subset for subset, of_subset in numbers for number in of_subset}
    with tarfile.open(photos, "r:gz") as archive:
        for member in archive:
            match = _FLOWER.fullmatch(member.name)
            if match and member.isfile() and (source := archive.extractfile(member)) is not None:
                number = int(match["number"])
                if (subset := place.pop(number, "")) and 1 <= number <= len(indices):
                    yield f"{subset}/{_name(FLOWERS, indices[number - 1] - 1)}/{match['name']}", source.read()
    if place:
        raise ValueError(f"there is no photo {min(place)}")


def _matlab(file: Path, *names: str) -> list[list[int]]:
    """Rows of whole numbers from a MATLAB file."""
    from scipy.io import loadmat  # takes long to import, and only this reader needs it
    from scipy.io.matlab import MatReadError  # as above

    try:
        table = loadmat(file, variable_names=names)
        return [[int(number) for number in table[name].ravel()] for name in names]
    except (MatReadError, AttributeError, TypeError, IndexError) as error:
        raise ValueError(f"no table of MATLAB's: {error!r}") from error


def traffic_signs(files: list[Path]) -> Iterator[tuple[str, bytes]]:
    """GTSRB. Its training photos are frames of some 30 for each sign that was passed, and are named so here.

    With these names the scan keeps the frames of a sign together (`core.data.series`). A table says the test
    photos' classes.

    Raises:
        KeyError, ValueError: A test photo is in no table, a table's photo missing, or a class has no name.
    """
    training, test, classes = files
    with training.open("rb") as content, opened(content, training) as archive:
        for member in plan_of(archive, training).files:
            if match := _TRACK.fullmatch(member.path):
                name = f"{match['track']}_frame{match['frame']}.ppm"
                yield f"train/{_name(SIGNS, int(match['sign']))}/{name}", archive.read(member.info)
    with classes.open("rb") as content, opened(content, classes) as archive:
        rows = csv.DictReader(io.StringIO(archive.read("GT-final_test.csv").decode()), delimiter=";")
        signs = {row["Filename"]: int(row["ClassId"]) for row in rows}
    with test.open("rb") as content, opened(content, test) as archive:
        for member in plan_of(archive, test).files:
            name = member.path.rpartition("/")[2]
            if name.endswith(".ppm"):
                yield f"test/{_name(SIGNS, signs.pop(name))}/{name}", archive.read(member.info)
    if signs:
        raise ValueError(f"there is no {min(signs)}")


def fashion_mnist(files: list[Path]) -> Iterator[tuple[str, bytes]]:
    """The first pictures of each class of Fashion-MNIST: 600 to learn from, 100 to test with."""
    training, training_classes, test, test_classes = files
    yield from idx_pictures(training, training_classes, CLOTHES, "train", most=600)
    yield from idx_pictures(test, test_classes, CLOTHES, "test", most=100)


def idx_pictures(
    pictures: Path, classes: Path, names: Sequence[str], subset: str, *, most: int
) -> Iterator[tuple[str, bytes]]:
    """Grey pictures in the IDX format (LeCun, Cortes and Burges 1998), as PNG.

    Args:
        pictures: gzip of uint8, shape (N, height, width).
        classes: gzip of uint8, shape (N,): an index into `names` each.
        subset: The folder of the set.
        most: So many of each class, the first ones.

    Raises:
        ValueError, EOFError, OSError: They are something else.
    """
    pixels, indices = _idx(pictures, 3), _idx(classes, 1)
    if len(pixels) != len(indices):
        raise ValueError("pictures and classes do not belong together")
    yield from _as_png(pixels, indices, names, subset, most)


def _as_png(
    pictures: NDArray[np.uint8], indices: NDArray[np.uint8], names: Sequence[str], subset: str, most: int
) -> Iterator[tuple[str, bytes]]:
    """The first `most` pictures of each class.

    Args:
        pictures: Shape (N, height, width) or (N, height, width, 3).
        indices: Shape (N,), each into `names`.
    """
    taken = Counter[int]()
    for number, (picture, index) in enumerate(zip(pictures, indices.tolist(), strict=True)):
        if taken[index] < most:
            taken[index] += 1
            buffer = io.BytesIO()
            Image.fromarray(np.ascontiguousarray(picture)).save(buffer, "PNG")
            yield f"{subset}/{_name(names, index)}/{number:05}.png", buffer.getvalue()


def _name(names: Sequence[str], index: int) -> str:
    if not 0 <= index < len(names):
        raise ValueError(f"there is no class {index}")
    return names[index]


def _idx(file: Path, dimensions: int) -> NDArray[np.uint8]:
    with gzip.open(file) as content:
        zero, kind, count = struct.unpack(">HBB", content.read(4))
        if (zero, kind, count) != (0, 8, dimensions):
            raise ValueError("no IDX file of bytes")
        shape = struct.unpack(f">{count}I", content.read(4 * count))
        return np.frombuffer(content.read(), np.uint8).reshape(shape)
