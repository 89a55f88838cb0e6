"""The head of mode *instant*, and how it follows when samples come, go or change their class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.core.instant import FOLDS
from workbench.core.instant.basis import MOST_AXES, Basis, are_few, decompose
from workbench.core.instant.centroid import blended
from workbench.core.instant.folds import folds_of, is_few
from workbench.core.instant.heads import FittedHead, Integers, averaged
from workbench.core.instant.logistic import FINE, choose, finish, learned_by, out_of_fold, usual
from workbench.core.instant.parts import Rows, by_rows, one_thread_a_product
from workbench.core.instant.ridge import fit_ridge, ridge_along, ridge_of_folds
from workbench.core.instant.solver import Solutions
from workbench.core.jobs import StopRequested, never
from workbench.core.models.linear_head import Floats
from workbench.core.results.probabilities import softmax

_MOST = 1.2e10  # samples × axes × classes: beyond, there are fewer axes
_SMALL = 3e6  # samples × axes × classes: below, a first fit is quick enough to be done again
_FOLLOWING = 1e-6  # of a step, in nats: half the steps of a first fit
_PART = 1024  # samples
_STEPS = 500
_LARGE = 1e10  # samples × axes × classes: beyond, logistic regression walks a few steps from ridge
_FEW_STEPS = 8
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
        keys = _keys(features, stop)
        folds = folds_of(targets, groups, FOLDS, self._seed)
        samples = Counter(zip(keys, targets.tolist(), strict=True))
        past = self._past
        steps, penalty = _STEPS, None
        few = is_few(len(targets), self._classes)
        if past is None or not self._continues(past, samples, folds):
            of_all = None
            if not few and not are_few(features):  # with all axes, before coordinates take memory
                of_all = fit_ridge(features, targets, groups, self._classes, stop=stop)
            axes = max(1, min(MOST_AXES, int(_MOST / len(targets) / self._classes)))
            basis, coordinates = decompose(features, axes, stop=stop)
            first, tolerance = samples, FINE
            large = not few and coordinates.size * self._classes > _LARGE
            if not large:
                strength, start = choose(coordinates, targets, folds, self._classes, stop)
            if not few:
                ridge = ridge_along(basis, coordinates, targets, groups, self._classes, stop=stop)
                penalty = ridge.strength
            if large:
                strength, steps = usual(coordinates), _FEW_STEPS
                start = ridge_of_folds(coordinates, targets, folds, self._classes, ridge.strength, stop)
            if of_all is not None:
                ridge = of_all
        else:
            basis, coordinates, start = _followed(past, keys, features)
            strength, first, tolerance, penalty = past.strength, past.first, _FOLLOWING, past.penalty
            if not few:
                ridge = ridge_along(
                    basis, coordinates, targets, groups, self._classes, strength=penalty, stop=stop
                )
        solutions = finish(
            coordinates, targets, folds, strength, start, tolerance=tolerance, steps=steps, stop=stop
        )
        own = blended(solutions, coordinates, targets, learned_by(folds)) if few else solutions
        head = basis.head(own.weight[:, -1], own.bias[:, -1])
        answers = softmax(out_of_fold(own, coordinates, folds))
        fitted = FittedHead("blend" if few else "logistic", head, answers, folds, strength)
        if not few:
            fitted = averaged(ridge, fitted, targets)
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


def _keys(features: Rows, stop: StopRequested) -> list[int]:
    """A number for each sample that other features hardly have, too."""
    parts = by_rows(lambda part: [hash(row.tobytes()) for row in features[part]], len(features), most=_PART,
                    stop=stop)  # fmt: skip
    return [key for part in parts for key in part]


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
