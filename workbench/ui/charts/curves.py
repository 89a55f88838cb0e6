"""Arrays made ready to be drawn as curves: no Qt, no surprises from NaN or a million points."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

MOST_POINTS = 5000
Curve = tuple[NDArray[np.float64], NDArray[np.float64]]


def finite(values: ArrayLike) -> NDArray[np.float64]:
    """The values with NaN for everything that is not finite, so that a line has a gap there."""
    array = np.array(values, dtype=np.float64)
    array[~np.isfinite(array)] = np.nan
    return array


def decimated(x: ArrayLike, y: ArrayLike, limit: int = MOST_POINTS) -> Curve:
    """At most `limit` points that look like all of them: the least and the greatest of each stretch.

    Args:
        x: Ascending positions, shape (points,).
        y: Values, shape (points,); what is not finite becomes a gap.
        limit: At least 4.
    """
    xs, ys = np.asarray(x, dtype=np.float64), finite(y)
    if len(xs) <= limit:
        return xs, ys
    blocks = limit // 2
    starts = np.arange(blocks) * len(xs) // blocks
    least, greatest = np.fmin.reduceat(ys, starts), np.fmax.reduceat(ys, starts)
    return np.repeat(xs[starts], 2), np.stack((least, greatest), axis=1).ravel()


def smoothed(y: ArrayLike, width: int) -> NDArray[np.float64]:
    """Mean of each value and those before it, `width` in all; gaps stay gaps and count for nothing."""
    values = finite(y)
    known = np.isfinite(values)
    sums = np.concatenate(([0.0], np.cumsum(np.where(known, values, 0.0))))
    counts = np.concatenate(([0], np.cumsum(known)))
    ends = np.arange(1, len(values) + 1)
    begins = np.maximum(ends - max(width, 1), 0)
    means = (sums[ends] - sums[begins]) / np.maximum(counts[ends] - counts[begins], 1)
    return np.where(known, means, np.nan)


def last_point(curve: Curve) -> tuple[float, float] | None:
    """The last point of a curve that is not a gap."""
    known = np.flatnonzero(np.isfinite(curve[1]))
    return (float(curve[0][known[-1]]), float(curve[1][known[-1]])) if len(known) else None


def whole_ticks(end: float, most: int) -> list[float]:
    """At most `most` + 1 whole numbers from 0 to `end` at steps of 1, 2, 5, 10 and so on."""
    step = 1.0
    for factor in itertools.cycle((2.0, 2.5, 2.0)):
        if end / step <= most:
            break
        step *= factor
    return [number * step for number in range(int(end / step + 1e-9) + 1)]


def spread(positions: Sequence[float], distance: float, low: float, high: float) -> list[float]:
    """Moves positions apart, as little as needed, so that labels at them do not overlap."""
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    placed = [positions[index] for index in order]
    for above in range(1, len(placed)):
        missing = distance - (placed[above] - placed[above - 1])
        if missing > 0:
            placed[above - 1] -= missing / 2
            placed[above] += missing / 2
    if placed and placed[0] < low:
        placed = [max(value, low + rank * distance) for rank, value in enumerate(placed)]
    if placed and placed[-1] > high:
        last = len(placed) - 1
        placed = [min(value, high - (last - rank) * distance) for rank, value in enumerate(placed)]
    result = [0.0] * len(placed)
    for rank, index in enumerate(order):
        result[index] = placed[rank]
    return result
