"""Multinomial logistic regression with cross-validated, averaged regularisation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.core.instant.heads import Integers, answerable
from workbench.core.instant.solver import Solutions, solve
from workbench.core.jobs import StopRequested, never
from workbench.core.models.linear_head import Doubles, Floats
from workbench.core.results.probabilities import log_loss, softmax

# C times the mean squared length of a sample: what C means does not hang on the number of features.
_GRID = (0.2, 2.0, 20.0, 200.0, 2000.0)
_ROUGH = 1e-5  # of a step, in nats: enough to tell which C is better
_ROUGHER = 1e-4  # where there are many samples
_SMALL = 1e7  # samples × axes × classes: up to here there is time for `_ROUGH`
FINE = 1e-6
_CHOSEN_WITH = 1.2e9  # samples × axes × classes × folds: beyond, fewer folds say which C is better
_AT_ONCE = 5e5  # weights: the walk remembers some thirty times as many numbers
_PART = 4096  # samples
_MOST = 0.99  # of the sum of squares; the C that is found differs by a hundredth


def choose(
    coordinates: Floats, targets: Integers, folds: Integers, classes: int, stop: StopRequested = never
) -> tuple[float, Solutions]:
    """Walks along a grid of regularisation, downhill from its middle, and averages what suits the folds.

    The walk sees the leading axes alone, which hold nearly all there is to see, at half the cost. Each
    fold has a C at which the heads of the other folds answer for it with the least log loss; the result
    is the geometric mean of these: less at the mercy of few samples than the single best C. The walk
    ends where the mean log loss of the folds rises. What no head can know, samples of a class that lies
    in one fold, does not count.

    Returns:
        C, and a solution for each fold near it to go on from.
    """
    energy = np.cumsum(np.einsum("ij,ij->j", coordinates, coordinates, dtype=np.float64))
    leading = int(np.searchsorted(energy, _MOST * energy[-1])) + 1 if len(energy) else 0
    count = int(folds.max()) + 1
    tried = max(1, min(count, int(_CHOSEN_WITH / max(1, len(targets) * classes * leading))))
    hidden = coordinates.shape[1] - leading
    coordinates = coordinates[:, :leading]
    learned = folds != np.arange(tried)[:, None]
    fair = answerable(targets, folds)
    unit = (float(energy[-1]) if hidden + leading else 0.0) / len(targets) or 1.0
    parts = [(fold, part) for fold in range(tried) if (part := fair & (folds == fold)).any()]
    tolerance = _ROUGH if coordinates.size * classes <= _SMALL else _ROUGHER
    visited: dict[int, tuple[list[float], Solutions]] = {}

    def visit(index: int, start: Solutions) -> float:
        strength = _GRID[index] / unit
        found = solve(coordinates, targets, learned, strength, start, tolerance=tolerance, stop=stop)
        losses = [
            log_loss(
                softmax(found.part(fold).logits(coordinates[part])[:, 0].T.astype(np.float64)), targets[part]
            )
            for fold, part in parts
        ]
        visited[index] = losses, found
        return sum(visited[index][0])

    middle = len(_GRID) // 2
    least = visit(middle, Solutions.zero(classes, tried, coordinates.shape[1]))
    if not parts:
        return _GRID[middle] / unit, visited[middle][1].with_axes(hidden)
    for step in (1, -1):
        # Weaker first; stronger only where weaker was no better.
        index = middle + step
        while 0 <= index < len(_GRID) and (loss := visit(index, visited[index - step][1])) < least:
            least, index = loss, index + step
        if len(visited) > 2:
            break
    order = sorted(visited)
    best = np.argmin([visited[index][0] for index in order], axis=0)
    strength = float(np.exp(np.log([_GRID[order[place]] for place in best]).mean()))
    nearest = min(order, key=lambda index: abs(np.log(_GRID[index] / strength)))
    return strength / unit, visited[nearest][1].with_axes(hidden)


def usual(coordinates: Floats) -> float:
    """The C in the middle of the grid."""
    squares = float(np.einsum("ij,ij->", coordinates, coordinates, dtype=np.float64))
    return _GRID[len(_GRID) // 2] / (squares / len(coordinates) or 1.0)


def finish(
    coordinates: Floats,
    targets: Integers,
    folds: Integers,
    strength: float,
    start: Solutions,
    *,
    tolerance: float = FINE,
    steps: int = 500,
    stop: StopRequested = never,
) -> Solutions:
    """A solution for each fold and, last, one for all samples, at the given C.

    Args:
        start: One for each fold, or one for each fold and one for all samples.
        tolerance, steps, stop: As `solve` takes them.
    """
    learned = learned_by(folds)
    start = start.for_problems(len(learned))
    at_once = max(1, int(_AT_ONCE / (start.weight.shape[0] * start.weight.shape[2] + 1)))
    found = [
        solve(
            coordinates,
            targets,
            learned[first : first + at_once],
            strength,
            start.part(slice(first, first + at_once)),
            tolerance=tolerance,
            steps=steps,
            stop=stop,
        )
        for first in range(0, len(learned), at_once)
    ]
    return Solutions.together(found)


def learned_by(folds: Integers) -> NDArray[np.bool_]:
    """Which samples the heads of each fold and, last, the head for all learn from, (heads, samples)."""
    others = folds != np.arange(int(folds.max()) + 1)[:, None]
    return np.concatenate([others, np.ones((1, len(folds)), dtype=np.bool_)])


def out_of_fold(solutions: Solutions, coordinates: Floats, folds: Integers) -> Doubles:
    """The logits, (samples, classes), for each sample by the solution of its fold."""
    logits = np.empty((len(folds), len(solutions.bias)))
    for fold in range(int(folds.max()) + 1):
        rows = np.flatnonzero(folds == fold)
        for first in range(0, len(rows), _PART):
            some = rows[first : first + _PART]
            logits[some] = solutions.part(fold).logits(coordinates[some])[:, 0].T
    return logits
