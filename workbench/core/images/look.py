"""What a photo looks like in few bytes, and whether two of these are the same picture.

A *look* is the photo in grey, squashed to a small square. Two photos show the same picture where one look
can be laid over the other: moved and stretched by the few per cent that a crop takes off, with another
brightness and contrast, and then equal everywhere. The fit is Lucas and Kanade's (1981), by Gauss–Newton
steps on the edges of the box and on brightness and contrast together; what is then left over decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.core.images.overlay import Bools, Floats, aligned, areas, softened
from workbench.core.jobs import never
from workbench.core.threads import in_threads

SIDE = 20
"""Width and height of a look, in pixels."""

LOOK_VERSION = 1
"""Raised whenever a photo may get another look than before."""

Looks = NDArray[np.uint8]

_STEPS = 5
_TOGETHER = 512
_FLATTEST = 3.0  # standard deviation of the grey values; below, there is nothing to compare
_FIT, _DETAIL, _SPOT = 0.95, 0.945, 0.60
_LEAST_FIT, _TOGETHER_AT_LEAST = 0.94, 1.79
_LIKELY_FIT, _LIKELY_DETAIL = 0.90, 0.80


def look_of(pixels: NDArray[np.uint8]) -> Looks:
    """The look of a photo: (SIDE, SIDE), grey, 0 to 255.

    Args:
        pixels: Upright, colour, (height, width, 3), 0 to 255.
    """
    grey = Image.fromarray(pixels).convert("L")
    return np.asarray(grey.resize((SIDE, SIDE), Image.Resampling.BILINEAR))


def is_flat(looks: Looks) -> Bools:
    """Which looks show nothing: of one colour all over. Shape (n,) for (n, SIDE, SIDE)."""
    flat: Bools = looks.std(axis=(1, 2)) < _FLATTEST
    return flat


@dataclass(frozen=True)
class Fit:
    """How well looks can be laid over others, an array of shape (n,) for each.

    Attributes:
        share: Of the variance of the first look that the second explains, at most 1.
        detail: Correlation of what is left when both are blurred and the blur is taken away, -1 to 1.
        spot: The largest difference of any small area, in variances of the first look.
        boxes: (n, 4): left, right, top and bottom of the first look within the second, as shares.
        gain: Contrast of the first look over that of the second.
    """

    share: Floats
    detail: Floats
    spot: Floats
    boxes: Floats
    gain: Floats

    @property
    def is_likely(self) -> Bools:
        """Whether both may show the same picture: a closer look tells."""
        likely: Bools = (self.share >= _LIKELY_FIT) & (self.detail >= _LIKELY_DETAIL)
        return likely

    @property
    def is_same(self) -> Bools:
        """Whether both show the same picture, as far as looks can tell."""
        alike = (self.share >= _FIT) & (self.detail >= _DETAIL) & (self.spot <= _SPOT)
        together = self.share + self.detail - self.spot / 2 >= _TOGETHER_AT_LEAST
        same: Bools = alike | (together & (self.share >= _LEAST_FIT))
        return same


def fitted(first: Looks, second: Looks, boxes: Floats) -> Fit:
    """Lays the second looks over the first.

    Args:
        first, second: (n, SIDE, SIDE).
        boxes: Where about the first lies within the second, (n, 4), see `Fit`.
    """

    def laid(begin: int) -> tuple[Floats, ...]:
        rows = slice(begin, begin + _TOGETHER)
        return _fitted(softened(first[rows]), softened(second[rows]), boxes[rows])

    parts = list(in_threads(laid, range(0, len(first), _TOGETHER), stop=never, chunk=1))
    if not parts:
        none = np.empty(0, np.float32)
        return Fit(none, none, none, np.empty((0, 4), np.float32), none)
    return Fit(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _fitted(first: Floats, second: Floats, boxes: Floats) -> tuple[Floats, ...]:
    laid = aligned(first, second, boxes, _STEPS)
    count = np.maximum(laid.covered.sum(axis=(1, 2)), 1)
    mean = np.where(laid.covered, first, 0).sum(axis=(1, 2)) / count
    variance = np.where(laid.covered, (first - mean[:, None, None]) ** 2, 0).sum(axis=(1, 2)) / count
    variance = np.maximum(variance, _FLATTEST**2)
    squares = laid.rest**2
    share = 1 - squares.sum(axis=(1, 2)) / count / variance
    # Turned into its negative, or next to nothing blown up: no fit at all.
    share = np.where((laid.gain <= 0.3) | (laid.gain >= 3.3), -1, share)
    spot = areas(squares, SIDE // 6).max(axis=(1, 2)) / variance
    detail = _correlation(_edges(first), _edges(laid.predicted), laid.agrees)
    return _floats(share), detail, _floats(spot), laid.boxes, laid.gain


def _floats(values: NDArray[np.floating]) -> Floats:
    return np.asarray(values, np.float32)


def _edges(looks: Floats) -> Floats:
    """What is left of looks less their mean over 5 × 5 pixels."""
    return _floats(looks - areas(np.pad(looks, ((0, 0), (2, 2), (2, 2)), mode="edge"), 5))


def _correlation(first: Floats, second: Floats, usable: Bools) -> Floats:
    weight = usable.astype(np.float32)
    product = (first * second * weight).sum(axis=(1, 2))
    lengths = ((first**2 * weight).sum(axis=(1, 2))) * ((second**2 * weight).sum(axis=(1, 2)))
    return np.asarray(product / np.sqrt(np.maximum(lengths, 1e-3)), np.float32)
