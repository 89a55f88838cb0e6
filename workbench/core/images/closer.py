"""A closer look at two photos that seem to be the same picture: whether they differ in any one place.

A look of 20 pixels cannot tell what a fixed camera sees from the same view with another small thing in it.
Laid over each other in 64 pixels, copies differ nowhere by more than saving and resizing bring about, most
where edges are; a thing that is only in one of them differs by far more. And wherever both have a grain, that
of a copy is the same grain.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.core.images.overlay import Bools, Floats, Laid, aligned, areas, softened

DETAIL_SIDE = 64
_SMALLEST = 48  # pixels; a smaller photo has no more detail than its look
_STEPS = 3
_SPOT = 3  # pixels
_EDGES = 0.4  # of the slope at a place may be left over there
_DIFFERENCE, _CONTRAST = 16.0, 30.0  # grey levels that copies differ by, and the contrast that holds for
_LEAST = 3.0
_OTHER_EXPOSURE = 0.04
_BLUR = 5  # pixels; what is finer is grain
_PLACE = 8
_GRAIN = 2.0  # grey levels; below, it may come from saving
_SAME_GRAIN = (
    0.75  # correlation of the places' grain, on average: of copies 0.89 and more, of others up to 0.64
)
_FEW_PLACES = 6
_TOGETHER = 64

Details = NDArray[np.uint8]
DetailsOf = Callable[[NDArray[np.int64]], tuple[Details, Bools]]
"""From indices of looks to their photos' details, (n, DETAIL_SIDE, DETAIL_SIDE), and which of these are
of any use: those of small or absent photos are not."""


def details_of(pixels: NDArray[np.uint8]) -> tuple[Details, bool]:
    """A photo in grey, (DETAIL_SIDE, DETAIL_SIDE), and whether it has so much detail.

    Args:
        pixels: As `look_of` takes them.
    """
    grey = Image.fromarray(pixels).convert("L")
    side = (DETAIL_SIDE, DETAIL_SIDE)
    return np.asarray(grey.resize(side, Image.Resampling.BILINEAR)), min(grey.size) >= _SMALLEST


def differs(first: Details, second: Details, boxes: Floats) -> Bools:
    """Which pairs differ somewhere, (n,).

    Args:
        first, second: (n, DETAIL_SIDE, DETAIL_SIDE), the second turned as the first.
        boxes: Where the first lies within the second, (n, 4), as `look.Fit` has found it.
    """
    found = np.empty(len(first), bool)
    for begin in range(0, len(first), _TOGETHER):
        rows = slice(begin, begin + _TOGETHER)
        one = softened(first[rows])
        laid = aligned(one, softened(second[rows]), boxes[rows], _STEPS)
        slope = np.hypot(np.gradient(one, axis=1), np.gradient(one, axis=2))
        left_over = np.abs(areas(laid.rest, _SPOT)) - _EDGES * areas(slope, _SPOT)
        contrast = one.std(axis=(1, 2))
        allowed = np.maximum(_DIFFERENCE * np.minimum(contrast / _CONTRAST, 1), _LEAST)
        # Brightened, colours end at full brightness one after the other, which grey does not know.
        allowed = np.where(np.abs(laid.gain - 1) > _OTHER_EXPOSURE, 2 * allowed, allowed)
        found[rows] = (left_over.max(axis=(1, 2)) > allowed) | _other_grain(one, laid)
    return found


def _other_grain(first: Floats, laid: Laid) -> Bools:
    """Which pairs have a grain that is not the same, (n,): that of noise, sand or leaves."""
    one, other = (_in_places(_grain(each)) for each in (first, laid.predicted))
    lengths = [np.sqrt((each**2).mean(axis=2)) for each in (one, other)]
    told = np.minimum(*lengths) > _GRAIN
    told &= _in_places(laid.covered).all(axis=2)
    alike = (one * other).mean(axis=2) / np.maximum(lengths[0] * lengths[1], 1e-3)
    count = told.sum(axis=1)
    mean = (alike * told).sum(axis=1) / np.maximum(count, 1)
    differ: Bools = (count >= _FEW_PLACES) & (mean < _SAME_GRAIN)
    return differ


def _grain(pictures: Floats) -> Floats:
    edge = _BLUR // 2
    blurred = areas(np.pad(pictures, ((0, 0), (edge, edge), (edge, edge)), mode="edge"), _BLUR)
    return pictures - blurred


def _in_places(pictures: NDArray[Any]) -> NDArray[Any]:
    """Pictures (n, side, side) as (n, places, pixels)."""
    count, across = len(pictures), pictures.shape[1] // _PLACE
    places = pictures.reshape(count, across, _PLACE, across, _PLACE).transpose(0, 1, 3, 2, 4)
    return places.reshape(count, across**2, _PLACE**2)
