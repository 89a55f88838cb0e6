"""Lays grey pictures over each other: the fit of Lucas and Kanade (1981), for many pairs at once.

Two square pictures of one size are taken to be the same but for a crop (the first is a box of the second),
brightness and contrast. Gauss–Newton steps find the edges of the box.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

_BRIGHTEST = 248.0  # from here on a pixel may be brighter than can be said
_LEAST_SIZE, _FARTHEST = 0.72, 0.14  # of the box: what a crop leaves, how far it lies outside
_SOFTNESS = 0.25  # of a pixel goes to each of its neighbours, so that being interpolated takes nothing away
_ENOUGH = 0.05  # of the pixels: from so many, contrast and brightness can be told


@dataclass(frozen=True)
class Laid:
    """Pictures laid over others; arrays with one entry a pair.

    Attributes:
        boxes: (n, 4): left, right, top and bottom of the first within the second, as shares of its sides.
        gain: Contrast of the first over that of the second, (n,).
        predicted: The first, made of the second, (n, side, side).
        rest: What the first is brighter than that, in grey levels; 0 where it lies outside, and where one is
            as bright as can be, so that it may stand for anything brighter.
        covered: Which pixels of the first lie within the second.
        agrees: Which of these are as bright as can be in both or in none.
    """

    boxes: Floats
    gain: Floats
    predicted: Floats
    rest: Floats
    covered: Bools
    agrees: Bools


def aligned(first: Floats, second: Floats, boxes: Floats, steps: int) -> Laid:
    """Lays pictures over others.

    Args:
        first, second: Softened, (n, side, side).
        boxes: Where about the first lies within the second, (n, 4).
        steps: How many steps are taken.
    """
    bright = first >= _BRIGHTEST
    boxes = boxes.astype(np.float32)
    for _ in range(steps):
        seen, covered = _cut_out(second, boxes)
        boxes = _stepped(first, seen, covered & (bright == (seen >= _BRIGHTEST)), boxes)
    seen, covered = _cut_out(second, boxes)
    seen_bright = seen >= _BRIGHTEST
    gain, offset = _line(first, seen, covered & ~bright & ~seen_bright, covered)
    predicted = gain[:, None, None] * seen + offset[:, None, None]
    rest = first - predicted
    rest = np.where(bright, np.maximum(rest, 0), rest)
    rest = np.where(seen_bright, np.minimum(rest, 0), rest)
    rest = np.where(covered, rest, 0).astype(np.float32)
    return Laid(boxes, gain, predicted, rest, covered, covered & (bright == seen_bright))


def softened(pictures: NDArray[np.uint8]) -> Floats:
    """Pictures less their finest detail, (n, side, side)."""
    values = np.pad(pictures.astype(np.float32), ((0, 0), (1, 1), (1, 1)), mode="edge")
    values = values[:, 1:-1] + _SOFTNESS * (values[:, :-2] + values[:, 2:])
    values = values[:, :, 1:-1] + _SOFTNESS * (values[:, :, :-2] + values[:, :, 2:])
    return np.asarray(values / (1 + 2 * _SOFTNESS) ** 2, np.float32)


def areas(values: Floats, size: int) -> Floats:
    """Means over all areas of `size` × `size` pixels, (n, side + 1 - size, side + 1 - size)."""
    total = np.pad(values, ((0, 0), (1, 0), (1, 0))).cumsum(axis=1, dtype=np.float64).cumsum(axis=2)
    sums = (
        total[:, size:, size:] - total[:, :-size, size:] - total[:, size:, :-size] + total[:, :-size, :-size]
    )
    return np.asarray(sums / size**2, np.float32)


def _cut_out(pictures: Floats, boxes: Floats) -> tuple[Floats, Bools]:
    """The boxes of pictures, (n, side, side), and which of their pixels lie within the picture."""
    side = pictures.shape[1]
    across, in_x = _sampling(boxes[:, 0], boxes[:, 1], side)
    down, in_y = _sampling(boxes[:, 2], boxes[:, 3], side)
    seen = np.asarray(down @ pictures @ across.transpose(0, 2, 1), np.float32)
    return seen, in_y[:, :, None] & in_x[:, None, :]


def _sampling(low: Floats, high: Floats, side: int) -> tuple[Floats, Bools]:
    """Linear interpolation as matrices (n, side, side), and which samples lie within it, (n, side)."""
    place = (np.arange(side, dtype=np.float32) + 0.5) / side
    at = (low[:, None] + (high - low)[:, None] * place) * side - 0.5
    inside: Bools = (at > -0.75) & (at < side - 0.25)
    at = np.clip(at, 0, side - 1)
    weights = np.maximum(1 - np.abs(at[:, :, None] - np.arange(side, dtype=np.float32)), 0)
    return weights.astype(np.float32), inside


def _stepped(first: Floats, seen: Floats, known: Bools, boxes: Floats) -> Floats:
    """The boxes one Gauss–Newton step on."""
    side = first.shape[1]
    place = (np.arange(side, dtype=np.float32) + 0.5) / side
    width = (boxes[:, 1] - boxes[:, 0])[:, None, None]
    height = (boxes[:, 3] - boxes[:, 2])[:, None, None]
    slope_x = np.gradient(seen, axis=2) * side / width
    slope_y = np.gradient(seen, axis=1) * side / height
    columns = np.stack(
        (
            slope_x * (1 - place),
            slope_x * place,
            slope_y * (1 - place)[:, None],
            slope_y * place[:, None],
            seen,
            np.ones_like(seen),
        ),
        axis=1,
    )
    flat = columns.reshape(len(first), 6, -1)
    weighted = flat * known.reshape(len(first), 1, -1)
    scale = np.sqrt(np.maximum((weighted * flat).sum(axis=2), 1e-6))
    weighted /= scale[:, :, None]
    normal = weighted @ (flat / scale[:, :, None]).transpose(0, 2, 1)
    normal[:, range(4), range(4)] += 1e-3
    normal[:, range(4, 6), range(4, 6)] += 1e-6
    target = (weighted @ first.reshape(len(first), -1, 1))[:, :, 0]
    found = np.linalg.solve(normal.astype(np.float64), target.astype(np.float64)[:, :, None])[:, :, 0] / scale
    gain = np.where(np.abs(found[:, 4]) < 0.2, 1.0, found[:, 4])
    moved = boxes + np.clip(found[:, :4] / gain[:, None], -0.05, 0.05)
    moved = np.clip(moved, [-_FARTHEST, _LEAST_SIZE, -_FARTHEST, _LEAST_SIZE],
                    [1 - _LEAST_SIZE, 1 + _FARTHEST, 1 - _LEAST_SIZE, 1 + _FARTHEST])  # fmt: skip
    for low, high in ((0, 1), (2, 3)):
        moved[:, high] = np.maximum(moved[:, high], moved[:, low] + _LEAST_SIZE)
    return np.asarray(moved, np.float32)


def _line(first: Floats, seen: Floats, usable: Bools, covered: Bools) -> tuple[Floats, Floats]:
    """Contrast and brightness by which `seen` comes nearest to `first`, (n,) each."""
    enough = usable.sum(axis=(1, 2), keepdims=True) >= _ENOUGH * first.shape[1] ** 2
    weight = np.where(enough, usable, covered).astype(np.float32)
    count = np.maximum(weight.sum(axis=(1, 2)), 1)
    x, y = ((seen * weight).sum(axis=(1, 2)) / count, (first * weight).sum(axis=(1, 2)) / count)
    dx = (seen - x[:, None, None]) * weight
    variance = np.maximum((dx * (seen - x[:, None, None])).sum(axis=(1, 2)), 1e-3)
    gain = (dx * (first - y[:, None, None])).sum(axis=(1, 2)) / variance
    return np.asarray(gain, np.float32), np.asarray(y - gain * x, np.float32)
