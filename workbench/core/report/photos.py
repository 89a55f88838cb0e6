"""The photos of a report: lists with hashes, and small pictures that carry nothing but their pixels."""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from workbench.core.data.added import ADDED
from workbench.core.data.catalog import Roots, Sample, Split
from workbench.core.data.learned import LearnedPhotos
from workbench.core.errors import ImageError
from workbench.core.files import sha256_of
from workbench.core.images.brightness_rule import BY_ITSELF, Brightness
from workbench.core.images.loader import open_image
from workbench.core.report.facts import LearnedFrom, ListedPhoto, Mistake, PhotoList, SetName
from workbench.core.results.predictions import PredictionTable

MOST_MISTAKES = 24
SIDE = 176
"""Longest side of a thumbnail, px."""
_QUALITY = 82
_SETS: tuple[SetName, ...] = ("training", "validation", "test")
_DIGITS = 32  # of a SHA-256 that a model file keeps
Finder = Callable[[str], tuple[Path, str] | None]
"""From the id of a sample to its file and the digest that it had; None where it has none."""


def lists_of(split: Split, learned: LearnedPhotos | None) -> LearnedFrom:
    """The photos of a run's sets, and which of them its model learned from.

    Args:
        learned: What the model file says; None takes the training set.
    """
    names = {each.id: each.name for each in split.classes}
    own = None if learned is None else {row.tobytes().hex() for row in learned.digests}
    counts: Counter[str] = Counter({each.name: 0 for each in split.classes})
    found = []
    for name in _SETS:
        photos = []
        for sample in getattr(split, name):
            is_learned = name == "training" if own is None else sample.digest[:_DIGITS] in own
            class_name = names.get(sample.class_id or "", "")
            photos.append(ListedPhoto(sample.digest, path_of(sample), class_name, is_learned))
            counts[class_name] += is_learned
        if photos:
            found.append(PhotoList(name, tuple(sorted(photos, key=lambda photo: photo.path))))
    return LearnedFrom(tuple(found), counts=dict(counts))


def digests_of(learned: LearnedPhotos | None) -> LearnedFrom:
    """What a model file says by itself of the photos that its model learned from."""
    if learned is None:
        return LearnedFrom()
    return LearnedFrom(digests=tuple(sorted(row.tobytes().hex() for row in learned.digests)))


def path_of(sample: Sample) -> str:
    """A sample's path within the image folder, or the folder of added photos, with `/` between."""
    path = sample.path.replace(os.sep, "/")
    return f"{ADDED}/{path}" if sample.root == ADDED else path


def finder(roots: Roots, samples: Mapping[str, Sample]) -> Finder:
    """Finds files of samples by their ids."""

    def find(id: str) -> tuple[Path, str] | None:
        sample = samples.get(id)
        if sample is None or sample.root not in roots.folders:
            return None
        return roots.locate(sample), sample.digest

    return find


def worst_mistakes(
    table: PredictionTable,
    find: Finder,
    paths: Mapping[str, str],
    brightness: Brightness | None = BY_ITSELF,
    most: int = MOST_MISTAKES,
) -> tuple[tuple[Mistake, ...], int]:
    """The mistakes that the model was surest of, and how many there are in all.

    Args:
        table: What was predicted; those that count are looked at.
        find: Finds the photos' files.
        paths: What each photo is called, by id.
        brightness: How photos of more than 8 bits become 8.
        most: How many are shown.
    """
    predicted = table.predicted
    rows = np.flatnonzero(table.counts & (predicted != table.targets))
    sure = table.probabilities[rows, predicted[rows]]
    order = rows[np.lexsort((rows, -sure))]
    found = [
        Mistake(
            paths.get(table.samples[row], table.samples[row]),
            table.classes[table.targets[row]],
            table.classes[predicted[row]],
            float(table.probabilities[row, predicted[row]]),
            _thumbnail(find(table.samples[row]), brightness),
        )
        for row in order[:most].tolist()
    ]
    return tuple(found), len(rows)


def _thumbnail(found: tuple[Path, str] | None, brightness: Brightness | None) -> bytes:
    """A small JPEG of a photo; empty where it is gone, cannot be read, or is another one now."""
    if found is None:
        return b""
    file, digest = found
    try:
        if digest and sha256_of(file) != digest:
            return b""
        return small_jpeg(file, brightness)
    except (OSError, ImageError):  # its place in the report says that it is not there
        return b""


def small_jpeg(file: Path, brightness: Brightness | None = BY_ITSELF, side: int = SIDE) -> bytes:
    """A small JPEG made anew from a photo's pixels: no remark, place or profile of the file comes along.

    Raises:
        ImageError: The photo cannot be read.
    """
    image = open_image(file, short_side=side, brightness=brightness)
    image.thumbnail((side, side), Image.Resampling.BICUBIC)
    content = io.BytesIO()
    Image.fromarray(np.asarray(image)).save(content, "JPEG", quality=_QUALITY)
    return content.getvalue()
