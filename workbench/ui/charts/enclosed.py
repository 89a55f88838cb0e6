"""Which of many points a line drawn around them encloses, and which is nearest. No Qt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


def inside(points: Points, corners: Points) -> NDArray[np.bool_]:
    """Whether points lie inside a polygon, which is closed by itself; even-odd where it crosses itself.

    Args:
        points: (N, 2).
        corners: (M, 2), in order.

    Returns:
        Shape (N,).
    """
    found = np.zeros(len(points), dtype=bool)
    if len(corners) < 3:
        return found
    x, y = points[:, 0], points[:, 1]
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y0 != y1:
            crosses = (y0 > y) != (y1 > y)
            found ^= crosses & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return found


def nearest(points: Points, at: tuple[float, float], most: float) -> int:
    """The point nearest to a place; -1 where all are farther than `most`."""
    if not len(points):
        return -1
    distances = np.hypot(points[:, 0] - at[0], points[:, 1] - at[1])
    found = int(distances.argmin())
    return found if distances[found] <= most else -1


def next_towards(points: Points, current: int, direction: tuple[int, int]) -> int:
    """The point that the eye would go to from another one in a direction; the same where there is none.

    Args:
        direction: One step along an axis, y downwards.
    """
    away = points - points[current]
    along = away @ np.array(direction, dtype=np.float64)
    across = np.abs(away @ np.array((direction[1], direction[0]), dtype=np.float64))
    costs = np.where(along > 1e-9, along + 2 * across, np.inf)
    found = int(costs.argmin())
    return found if np.isfinite(costs[found]) else current
