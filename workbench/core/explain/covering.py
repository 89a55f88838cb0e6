"""What becomes of an answer where part of a picture is covered: checks any explanation, and is one itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

CELLS = 7
"""A picture has so many cells along each side; some are covered with its mean colour."""
FIFTH = round(CELLS * CELLS / 5)

Answers = Callable[[NDArray[np.uint8]], NDArray[np.float64]]
"""From pixels (N, side, side, channels) to probabilities (N, classes)."""
Cells = NDArray[np.bool_]


def hottest(heat: NDArray[np.floating]) -> Cells:
    """The fifth of the cells with the most heat, (CELLS, CELLS).

    Args:
        heat: (height, width), each at least `CELLS`.
    """
    edges = [np.linspace(0, length, CELLS + 1).round().astype(int)[:-1] for length in heat.shape]
    summed = np.add.reduceat(np.add.reduceat(heat.astype(np.float64), edges[0], 0), edges[1], 1)
    found = np.zeros(CELLS * CELLS, bool)
    found[np.argsort(-summed, axis=None, kind="stable")[:FIFTH]] = True
    return found.reshape(CELLS, CELLS)


def covered(pixels: NDArray[np.uint8], cells: Cells) -> NDArray[np.uint8]:
    """A picture with some of its cells in its mean colour, a new array.

    Args:
        pixels: (side, side, channels).
    """
    places = np.arange(len(pixels)) * CELLS // len(pixels)
    mean = pixels.mean(axis=(0, 1)).round().astype(np.uint8)
    return np.where(cells[np.ix_(places, places)][:, :, None], mean, pixels)


def random_fifths(count: int, apart_from: Cells, seed: int = 0) -> list[Cells]:
    """Fifths of the cells, drawn from those that are not of another fifth."""
    random, others = np.random.default_rng(seed), np.flatnonzero(~apart_from)
    found = []
    for _ in range(count):
        cells = np.zeros(CELLS * CELLS, bool)
        cells[random.choice(others, FIFTH, replace=False)] = True
        found.append(cells.reshape(CELLS, CELLS))
    return found


def occlusion(answers: Answers, pixels: NDArray[np.uint8], index: int) -> NDArray[np.float64]:
    """How much the log odds of a class fall with each cell covered, (CELLS, CELLS).

    Zeiler & Fergus, Visualizing and understanding convolutional networks, 2014, section 4.2.

    Args:
        pixels: (side, side, channels).
        index: Of the class.
    """
    pictures = []
    for cell in range(CELLS * CELLS):
        cells = np.zeros(CELLS * CELLS, bool)
        cells[cell] = True
        pictures.append(covered(pixels, cells.reshape(CELLS, CELLS)))
    odds = _log_odds(answers(np.stack([pixels, *pictures]))[:, index])
    fallen: NDArray[np.float64] = (odds[0] - odds[1:]).reshape(CELLS, CELLS)
    return fallen


def _log_odds(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    least = np.finfo(np.float32).eps
    found: NDArray[np.float64] = np.log(np.maximum(probabilities, least)) - np.log(
        np.maximum(1 - probabilities, least)
    )
    return found
