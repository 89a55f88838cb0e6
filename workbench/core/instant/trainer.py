"""The head of mode *instant*, and how it follows when samples come, go or change their class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.core.instant import FOLDS
from workbench.core.instant.basis import Basis, decompose
from workbench.core.instant.centroid import blended
from workbench.core.instant.folds import folds_of, is_few
from workbench.core.instant.heads import FittedHead, Integers
from workbench.core.instant.logistic import FINE, choose, finish, learned_by, out_of_fold
from workbench.core.instant.ridge import fit_ridge
from workbench.core.instant.solver import Solutions
from workbench.core.jobs import StopRequested, never
from workbench.core.models.linear_head import Floats, softmax

LARGEST = 1e9  # samples × features × classes: beyond, a fit would take minutes
_SMALL = 3e6  # samples × axes × classes: below, a first fit is quick enough to be done again
_FOLLOWING = 1e-6  # of a step, in nats: half the steps of a first fit
_DRIFT = 0.1  # of the samples; beyond, scale and regularisation are found anew


@dataclass(frozen=True)
class _Past:
    """What a fit leaves for the next one.

    Attributes:
        rows: Row of `coordinates` for each sample, by the hash of its features.
        first: The samples and their classes when basis and regularisation were found.
    """

    basis: Basis
    rows: dict[int, int]
    coordinates: Floats
    first: Counter[tuple[int, int]]
    strength: float
    solutions: Solutions


class HeadTrainer:
    """Fits heads to features, and fits them again in a fraction of the time when little has changed.

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
        self, features: Floats, targets: Integers, groups: Sequence[str], *, stop: StopRequested = never
    ) -> FittedHead:
        """A head for these samples, and out-of-fold probabilities for each.

        Beyond `LARGEST` that is the head of `fit_ridge`.

        Args:
            features: (samples, features).
            targets: (samples,), each from 0 to the number of classes less one.
            groups: A name for each sample; those of one name are never on both sides of a fold.
            stop: Asked at every step.

        Raises:
            Stopped: `stop` returned true.
        """
        if len(targets) * features.shape[1] * self._classes > LARGEST:
            return fit_ridge(features, targets, groups, self._classes, stop=stop)
        keys = [hash(row.tobytes()) for row in features]
        folds = folds_of(targets, groups, FOLDS, self._seed)
        samples = Counter(zip(keys, targets.tolist(), strict=True))
        if self._past is None or not self._continues(self._past, samples, folds):
            basis, coordinates = decompose(features)
            strength, start = choose(coordinates, targets, folds, self._classes, stop)
            first, tolerance = samples, FINE
        else:
            basis, coordinates, start = _followed(self._past, keys, features)
            strength, first, tolerance = self._past.strength, self._past.first, _FOLLOWING
        solutions = finish(coordinates, targets, folds, strength, start, tolerance=tolerance, stop=stop)
        rows = {key: row for row, key in enumerate(keys)}
        self._past = _Past(basis, rows, coordinates, first, strength, solutions)
        few = is_few(len(targets), self._classes)
        if few:
            solutions = blended(solutions, coordinates, targets, learned_by(folds))
        head = basis.head(solutions.weight[:, -1], solutions.bias[:, -1])
        answers = softmax(out_of_fold(solutions, coordinates, folds))
        return FittedHead("blend" if few else "logistic", head, answers, folds, strength)

    def _continues(self, past: _Past, samples: Counter[tuple[int, int]], folds: Integers) -> bool:
        changed = max((samples - past.first).total(), (past.first - samples).total())
        return (
            past.coordinates.size * self._classes > _SMALL
            and changed <= _DRIFT * past.first.total()
            and past.solutions.bias.shape[1] == int(folds.max()) + 2
        )


def _followed(past: _Past, keys: list[int], features: Floats) -> tuple[Basis, Floats, Solutions]:
    """The past with the coordinates of these samples, in their order."""
    basis, known, solutions = past.basis, past.coordinates, past.solutions
    new = [row for row, key in enumerate(keys) if key not in past.rows]
    places = np.array([past.rows.get(key, 0) for key in keys], dtype=np.int64)
    if not new:
        return basis, known[places], solutions
    basis, arrived = basis.extended(features[new])
    grown = arrived.shape[1] - known.shape[1]
    coordinates = np.pad(known[places], ((0, 0), (0, grown)))
    coordinates[new] = arrived
    return basis, coordinates, solutions.with_axes(grown)
