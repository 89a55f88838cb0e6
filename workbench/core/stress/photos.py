"""Photos as a model's preprocessing finds them, and small pictures of them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Generator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.core.data.catalog import Sample
from workbench.core.data.fair_order import fair_order
from workbench.core.data.stored_split import SampleSet
from workbench.core.errors import ImageError
from workbench.core.images.loader import open_file, open_image
from workbench.core.images.preprocessing import Preprocessing, brought_down
from workbench.core.jobs import StopRequested
from workbench.core.stress.held_out import HeldOut
from workbench.core.threads import in_threads

Pixels = NDArray[np.uint8]

MEMORY = 512 * 2**20
"""Bytes that the photos of a test may take: of very long ones fewer are tested."""
_PICTURE, _QUALITY = 112, 90


def in_turn(photos: SampleSet, seed: int) -> NDArray[np.int64]:
    """Positions in an order of which every beginning is a fair sample; one of photos that belong together."""
    order = fair_order(photos.targets, seed)
    _, first = np.unique(photos.groups[order], return_index=True)
    return np.asarray(order[np.sort(first)], np.int64)


def opened(
    held: HeldOut, positions: NDArray[np.int64], recipe: Preprocessing, stop: StopRequested
) -> Generator[tuple[int, Pixels], None, None]:
    """Photos as the recipe's first step leaves them, (height, width, 3), with their positions.

    Those that cannot be read, or are not the ones any more that the model's folder had, are passed over.

    Raises:
        Stopped: `stop` returned true.
    """

    def load(position: int) -> tuple[int, Pixels | None]:
        sample = held.photos.samples[position]
        return position, photo_of(held.roots.locate(sample), sample, recipe)

    for position, pixels in in_threads(load, positions.tolist(), stop=stop, chunk=2):
        if pixels is not None:
            yield position, pixels


def photo_of(file: Path, sample: Sample, recipe: Preprocessing) -> Pixels | None:
    """One photo; None where it cannot be read, or is another file by now."""
    try:
        with open_file(file) as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != sample.digest:
                return None
        image = open_image(file, short_side=recipe.decode or recipe.resize, brightness=recipe.brightness)
    except ImageError:
        return None
    if recipe.decode and recipe.whole_from:
        image = brought_down(image, recipe.decode)
    return np.asarray(image)


def small(pixels: Pixels) -> bytes:
    """The middle square of a picture, small, as a JPEG file."""
    height, width = pixels.shape[:2]
    side = min(height, width)
    left, top = (width - side) / 2, (height - side) / 2
    image = Image.fromarray(np.ascontiguousarray(np.broadcast_to(pixels, (height, width, 3))))
    content = io.BytesIO()
    image.resize(
        (_PICTURE, _PICTURE), Image.Resampling.LANCZOS, box=(left, top, left + side, top + side)
    ).save(content, "JPEG", quality=_QUALITY, subsampling="4:4:4")
    return content.getvalue()
