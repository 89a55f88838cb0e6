"""Multinomial logistic regression with cross-validated, averaged regularisation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.core.instant.heads import Doubles, Floats, Integers, log_loss, softmax
from workbench.core.instant.solver import Solutions, solve

# C times the mean squared length of a sample: what C means does not hang on the number of features.
_GRID = (0.2, 2.0, 20.0, 200.0, 2000.0)
_ROUGH = 1e-5  # of a step, in nats: enough to tell which C is better
_FINE = 1e-7


def choose(coordinates: Floats, targets: Integers, folds: Integers, classes: int) -> tuple[float, Solutions]:
    """Walks from strong to weak regularisation, and averages what suits the folds.

    Each fold has a C at which the heads of the other folds answer for it with the least log loss; the
    result is the geometric mean of these: less at the mercy of few samples than the single best C. The
    walk ends early where the log loss of all folds together rises.

    Returns:
        C, and a solution for each fold near it to go on from.
    """
    count = int(folds.max()) + 1
    solutions = Solutions.zero(classes, count, coordinates.shape[1])
    learned = folds != np.arange(count)[:, None]
    fair = _answerable(targets, folds)
    unit = float(np.square(coordinates).sum(dtype=np.float64)) / len(targets) or 1.0
    losses: list[list[float]] = []
    visited: list[tuple[float, Solutions]] = []
    for step in _GRID:
        solutions = solve(coordinates, targets, learned, step / unit, solutions, tolerance=_ROUGH)
        visited.append((step / unit, solutions))
        probabilities = softmax(out_of_fold(solutions, coordinates, folds))
        parts = [fair & (folds == fold) for fold in range(count)]
        losses.append([log_loss(probabilities[part], targets[part]) for part in parts if part.any()])
        if len(losses) > 1 and sum(losses[-1]) > sum(losses[-2]):
            break
    if not losses[0]:
        return visited[len(visited) // 2]
    best = np.argmin(np.array(losses), axis=0)
    strength = float(np.exp(np.log([visited[index][0] for index in best]).mean()))
    nearest = min(visited, key=lambda pair: abs(np.log(pair[0] / strength)))
    return strength, nearest[1]


def finish(
    coordinates: Floats, targets: Integers, folds: Integers, strength: float, start: Solutions
) -> Solutions:
    """A solution for each fold and, last, one for all samples, at the given C.

    Args:
        start: One for each fold, or one for each fold and one for all samples.
    """
    count = int(folds.max()) + 1
    if start.bias.shape[1] == count:
        start = start.with_mean()
    learned = np.concatenate([folds != np.arange(count)[:, None], np.ones((1, len(folds)), dtype=bool)])
    return solve(coordinates, targets, learned, strength, start, tolerance=_FINE)


def out_of_fold(solutions: Solutions, coordinates: Floats, folds: Integers) -> Doubles:
    """The logits, (samples, classes), for each sample by the solution of its fold."""
    logits = solutions.logits(coordinates)
    return np.asarray(logits[:, folds, np.arange(len(folds))].T, dtype=np.float64)


def _answerable(targets: Integers, folds: Integers) -> NDArray[np.bool_]:
    """Which samples are answered by a head that has seen their class."""
    classes = int(targets.max()) + 1
    inside = np.zeros((classes, int(folds.max()) + 1), dtype=np.int64)
    np.add.at(inside, (targets, folds), 1)
    return np.asarray(inside.sum(axis=1)[targets] > inside[targets, folds])
