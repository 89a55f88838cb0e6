"""How published files become photos in class folders: nothing in them is trusted but their bytes."""

from __future__ import annotations

import gzip
import io
import re
import struct
import tarfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from workbench.core.data.zip_plan import opened, plan_of

_NAME = re.compile(r"images/(?P<class_name>[\w -]{1,80}?)_\d+\.jpg", re.IGNORECASE)
_CLOTHES = (
    *("T-shirt", "trouser", "pullover", "dress", "coat"),
    *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
)


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


def fashion_mnist(files: list[Path]) -> Iterator[tuple[str, bytes]]:
    """The first pictures of each class of Fashion-MNIST: 600 to learn from, 100 to test with."""
    training, training_classes, test, test_classes = files
    yield from idx_pictures(training, training_classes, _CLOTHES, "train", most=600)
    yield from idx_pictures(test, test_classes, _CLOTHES, "test", most=100)


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
    if len(pixels) != len(indices) or indices.max(initial=0) >= len(names):
        raise ValueError("pictures and classes do not belong together")
    taken = Counter[int]()
    for number, (picture, index) in enumerate(zip(pixels, indices.tolist(), strict=True)):
        if taken[index] < most:
            taken[index] += 1
            buffer = io.BytesIO()
            Image.fromarray(picture).save(buffer, "PNG")
            yield f"{subset}/{names[index]}/{number:05}.png", buffer.getvalue()


def _idx(file: Path, dimensions: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with gzip.open(file) as content:
        zero, kind, count = struct.unpack(">HBB", content.read(4))
        if (zero, kind, count) != (0, 8, dimensions):
            raise ValueError("no IDX file of bytes")
        shape = struct.unpack(f">{count}I", content.read(4 * count))
        return np.frombuffer(content.read(), np.uint8).reshape(shape)
