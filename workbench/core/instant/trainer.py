"""The head of mode *instant*, and how it follows when samples come, go or change their class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.core.instant import FOLDS
from workbench.core.instant.basis import MOST_AXES, Basis, Standardised, are_few, decompose
from workbench.core.instant.centroid import blended
from workbench.core.instant.folds import folds_of, is_few
from workbench.core.instant.heads import FittedHead, Integers, averaged
from workbench.core.instant.logistic import FINE, choose, finish, learned_by, out_of_fold
from workbench.core.instant.parts import Rows, one_thread_a_product
from workbench.core.instant.ridge import ridge_along
from workbench.core.instant.solver import Solutions
from workbench.core.jobs import StopRequested, never
from workbench.core.models.linear_head import Floats, softmax

_MOST = 2.5e10  # samples × axes × classes: beyond, there are fewer axes
_SMALL = 3e6  # samples × axes × classes: below, a first fit is quick enough to be done again
_FOLLOWING = 1e-6  # of a step, in nats: half the steps of a first fit
_DRIFT = 0.1  # of the samples; beyond, scale and regularisation are found anew


@dataclass(frozen=True)
class _Past:
    """What a fit leaves for the next one.

    Attributes:
        rows: Row of `coordinates` for each sample, by the hash of its features.
        first: The samples and their classes when basis and regularisation were found.
        strength: The C of logistic regression.
        penalty: The lambda of ridge regression; None where samples are few.
    """

    basis: Basis
    rows: dict[int, int]
    coordinates: Floats
    first: Counter[tuple[int, int]]
    strength: float
    penalty: float | None
    solutions: Solutions


class HeadTrainer:
    """Fits heads to features, and fits them again in a fraction of the time when little has changed.

    A head is the mean of ridge and logistic regression (see `averaged`); where samples are few, logistic
    regression blended with the nearest centroid. Both stand on the same principal axes.

    The first fit finds a basis, the regularisation and a solution for each fold. While no more than a
    tenth of the samples has changed since then, a fit keeps the scale of the features, the basis and the
    regularisation, and walks on from the last solutions. It ends nearly where a first fit with these would
    end: probabilities differ by 0.001 on average. Small sets are fitted from the start.

    Args:
        classes: How many classes there are, at least 2.
        seed: Draws the folds.
    """

    def __init__(self, classes: int, *, seed: int = 0) -> None:
        self._classes = classes
        self._seed = seed
        self._past: _Past | None = None

    def fit(
        self, features: Rows, targets: Integers, groups: Sequence[str], *, stop: StopRequested = never
    ) -> FittedHead:
        """A head for these samples, and out-of-fold probabilities for each.

        Args:
            features: float32 or float16, (samples, features).
            targets: (samples,), each from 0 to the number of classes less one.
            groups: A name for each sample; those of one name are never on both sides of a fold.
            stop: Asked at every step, and some ten times a second.

        Raises:
            WorkbenchError: Some feature is not a finite number.
            Stopped: `stop` returned true; what the trainer knows is what it knew.
        """
        with one_thread_a_product():
            return self._fit(features, targets, groups, stop)

    def _fit(
        self, features: Rows, targets: Integers, groups: Sequence[str], stop: StopRequested
    ) -> FittedHead:
        keys = [hash(features[row : row + 1].tobytes()) for row in range(len(features))]
        folds = folds_of(targets, groups, FOLDS, self._seed)
        samples = Counter(zip(keys, targets.tolist(), strict=True))
        past = self._past
        if past is None or not self._continues(past, samples, folds):
            axes = max(1, min(MOST_AXES, int(_MOST / len(targets) / self._classes)))
            basis, coordinates = decompose(features, axes, stop=stop)
            strength, start = choose(coordinates, targets, folds, self._classes, stop)
            first, tolerance, penalty = samples, FINE, None
        else:
            basis, coordinates, start = _followed(past, keys, features)
            strength, first, tolerance, penalty = past.strength, past.first, _FOLLOWING, past.penalty
        solutions = finish(coordinates, targets, folds, strength, start, tolerance=tolerance, stop=stop)
        own, kind = solutions, "logistic"
        if is_few(len(targets), self._classes):
            own, kind = blended(solutions, coordinates, targets, learned_by(folds)), "blend"
        head = basis.head(own.weight[:, -1], own.bias[:, -1])
        answers = softmax(out_of_fold(own, coordinates, folds))
        fitted = FittedHead(kind, head, answers, folds, strength)
        if kind == "logistic":
            ridge = ridge_along(
                basis, coordinates, targets, groups, self._classes, strength=penalty, stop=stop
            )
            if penalty is None and not are_few(features):  # with all the axes there are
                points = Standardised(features, basis.scale)
                ridge = ridge_along(
                    basis.scale, points, targets, groups, self._classes, strength=ridge.strength, stop=stop
                )
            fitted, penalty = averaged(ridge, fitted), ridge.strength
        rows = {key: row for row, key in enumerate(keys)}
        self._past = _Past(basis, rows, coordinates, first, strength, penalty, solutions)
        return fitted

    def _continues(self, past: _Past, samples: Counter[tuple[int, int]], folds: Integers) -> bool:
        changed = max((samples - past.first).total(), (past.first - samples).total())
        return (
            past.coordinates.size * self._classes > _SMALL
            and changed <= _DRIFT * past.first.total()
            and past.solutions.bias.shape[1] == int(folds.max()) + 2
        )


def _followed(past: _Past, keys: list[int], features: Rows) -> tuple[Basis, Floats, Solutions]:
    """The past with the coordinates of these samples, in their order."""
    basis, known, solutions = past.basis, past.coordinates, past.solutions
    new = [row for row, key in enumerate(keys) if key not in past.rows]
    places = np.array([past.rows.get(key, 0) for key in keys], dtype=np.int64)
    if not new:
        return basis, known[places], solutions
    basis, arrived = basis.extended(features[np.array(new)])
    grown = arrived.shape[1] - known.shape[1]
    coordinates = np.pad(known[places], ((0, 0), (0, grown)))
    coordinates[new] = arrived
    return basis, coordinates, solutions.with_axes(grown)
