"""One photo's stored pixels: from the cache of its folder, or from its file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.core.data.catalog import Sample
from workbench.core.data.photo_cache import PhotoCache
from workbench.core.errors import ImageError
from workbench.core.images.loader import open_file, open_image
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.messages import Message


class Loaded(NamedTuple):
    """A sample's stored pixels, and where the photo cache has exactly these, if it does."""

    pixels: NDArray[np.uint8]
    file: Path | None = None
    start: int = 0


def load_pixels(
    file: Path, sample: Sample, preprocessing: Preprocessing, cache: PhotoCache | None
) -> Loaded | Message:
    """The stored pixels of a sample, from the photo cache of its folder or else from its file.

    Returns:
        The pixels, or why there are none; also where the file is another than the one that was read.
    """
    rule, side = preprocessing.brightness, preprocessing.decode or preprocessing.resize
    try:
        photo = cache.photo(sample.path, rule) if cache is not None else None
        image = None
        if photo is None or preprocessing.cuts_a_strip(photo.width, photo.height):
            image = open_image(file, short_side=side, brightness=rule)
        digest = photo.digest if photo is not None else _digest_of(file)
    except ImageError as error:
        return error.message
    if digest != sample.digest:
        return Message("changed_since_read", {"name": file.name})
    if image is not None:
        return Loaded(preprocessing.pixels(image))
    assert photo is not None  # else the file was opened
    if cache is not None and photo.segment and preprocessing.keeps(photo.pixels):
        return Loaded(photo.pixels, cache.file(photo.segment), photo.start)
    return Loaded(preprocessing.pixels(Image.fromarray(photo.pixels)))


def _digest_of(file: Path) -> str:
    with open_file(file) as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
