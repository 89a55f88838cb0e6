"""Least squares on one-hot targets: the first head, in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from workbench.core.instant.basis import Basis, Scale, Standardised, are_few, decompose, measured
from workbench.core.instant.folds import folds_of, is_few
from workbench.core.instant.heads import FittedHead, HeadSettings, Integers, answerable
from workbench.core.instant.parts import Rows, by_parts, by_rows, one_thread_a_product
from workbench.core.instant.solver import Solutions
from workbench.core.jobs import StopRequested, never
from workbench.core.models.linear_head import Doubles, Floats
from workbench.core.results.probabilities import softmax
from workbench.core.results.temperature import inverse_temperature

_GRID = np.logspace(-2, 2, 9)  # lambda, in units of the mean squared length of a standardised sample
_FACTOR = 10.0  # on answers around 0 and 1; from 7 to 13 where there are samples enough to tell
_TELLING = 5_000_000  # answers: enough to find the factor
_PART = 1024  # samples
_SOME, _SOME_OF_A_CLASS = 1000, 20  # samples: they tell which penalty to take where all would take longer
_ENOUGH = 1000  # groups left out: they tell which penalty is best


def fit_ridge(
    features: Rows,
    targets: Integers,
    groups: Sequence[str],
    classes: int,
    *,
    stop: StopRequested = never,
) -> FittedHead:
    """Fits ridge regression (Hoerl & Kennard, 1970) to one-hot targets.

    The scale of the features and their principal axes are those of all samples, the left out ones too: they
    know no targets. See `ridge_along` for the rest.

    Args:
        features: (samples, features).
        targets: (samples,), each from 0 to `classes` - 1.
        groups: A name for each sample; those of one name are left out together.
        classes: At least 2.
        stop: Asked at every part of the samples.

    Returns:
        The head; `folds` numbers what was left out together.

    Raises:
        WorkbenchError: Some feature is not a finite number.
        Stopped: `stop` returned true.
    """
    with one_thread_a_product():
        if are_few(features):
            return ridge_along(*decompose(features, stop=stop), targets, groups, classes, stop=stop)
        scale = measured(features, stop=stop)
        points = Standardised(features, scale)
        strength = _of_some(features, targets, groups, classes, stop)
        return ridge_along(scale, points, targets, groups, classes, strength=strength, stop=stop)


def _of_some(
    features: Rows, targets: Integers, groups: Sequence[str], classes: int, stop: StopRequested
) -> float | None:
    """The penalty that suits some of the samples, groups whole; None where they would say too little.

    What the penalty has to be hangs on how noisy the features are, and hardly on how many samples there are.
    """
    numbers = _numbered(groups)
    rows = np.flatnonzero(numbers % -(-len(numbers) // _SOME) == 0)
    if len(rows) < _SOME_OF_A_CLASS * classes or 2 * len(rows) >= features.shape[1]:
        return None
    known = features[rows], targets[rows], [groups[row] for row in rows.tolist()]
    return fit_ridge(*known, classes, stop=stop).strength


def ridge_along(
    space: Scale | Basis,
    points: Rows,
    targets: Integers,
    groups: Sequence[str],
    classes: int,
    *,
    strength: float | None = None,
    stop: StopRequested = never,
) -> FittedHead:
    """Fits ridge regression to one-hot targets, on standardised features or their coordinates.

    The penalty is the one of a grid with the least squared error on samples that were left out: each
    group in turn, or each fold of `folds_of` where samples are few. That is Allen's PRESS (1974), exact
    and from a single factorisation (Cawley & Talbot, Fast exact leave-one-out cross-validation of
    sparse least-squares support vector machines, 2004; for several at once, their block of the hat
    matrix). One factor on the answers then makes probabilities of them. Classes weigh the same however
    many samples they have: least squares would all but give up a rare one.

    Args:
        space: Where the points lie.
        points: (samples, axes), the features standardised, or their coordinates in a basis.
        strength: The penalty, where it is known already.
        targets, groups, classes, stop: As `fit_ridge` takes them.

    Returns, raises:
        As `fit_ridge` does.
    """
    samples = len(targets)
    folds = folds_of(targets, groups) if is_few(samples, classes) else _numbered(groups)
    fair = answerable(targets, folds)
    problem = _Problem.of(points, targets, classes, stop)
    solution = _best(problem, folds, fair, stop) if strength is None else problem.at(strength)
    answers = solution.answers(_parts_of(folds), stop)
    told = np.flatnonzero(fair)
    told = told[:: max(1, len(told) * classes // _TELLING)]
    factor = inverse_temperature(answers[told], targets[told], expected=_FACTOR)
    head = space.head(solution.weight * np.float32(factor), solution.bias * np.float32(factor))
    answers *= factor
    settings = HeadSettings(solution.strength, float(factor))
    return FittedHead("ridge", head, softmax(answers), folds, solution.strength, settings)


def ridge_of_folds(
    points: Floats, targets: Integers, folds: Integers, classes: int, strength: float, stop: StopRequested
) -> Solutions:
    """Ridge regression without each fold and, last, with all samples, its answers loud enough for a softmax.

    Args:
        points: (samples, axes).
        folds: The fold of each sample, (samples,).
        strength: The penalty.
    """
    found = []
    for fold in range(int(folds.max()) + 2):
        rows = np.flatnonzero(folds != fold)
        solution = fitted_at(points[rows], targets[rows], classes, strength, stop)
        weight, bias = np.float32(_FACTOR) * solution.weight, np.float32(_FACTOR) * solution.bias
        found.append(Solutions(weight, bias))
    return Solutions.together(found)


def fitted_at(
    points: Floats, targets: Integers, classes: int, strength: float, stop: StopRequested
) -> Solutions:
    """Ridge regression at a penalty; its answers lie around 0 and 1.

    Args:
        points: (samples, axes).
    """
    solution = _Problem.of(points, targets, classes, stop).at(strength)
    return Solutions(solution.weight[:, None], solution.bias[:, None].astype(np.float32))


def _best(problem: _Problem, folds: Integers, fair: NDArray[np.bool_], stop: StopRequested) -> _Solution:
    """The solution at the penalty of the grid at which samples that are left out are answered best.

    A walk downhill from the middle of the grid; it ends where the error rises.
    """
    parts = _parts_of(folds, max(1, (int(folds.max()) + 1) // _ENOUGH))
    at = len(_GRID) // 2
    best = problem.at(problem.unit * _GRID[at])
    if not any(fair[part.rows].any() for part in parts):
        return best
    least = best.error(parts, fair, stop)
    for step in (1, -1):
        moved = False
        while 0 <= at + step < len(_GRID):
            found = problem.at(problem.unit * _GRID[at + step])
            error = found.error(parts, fair, stop)
            if error >= least:
                break
            at, best, least, moved = at + step, found, error, True
        if moved:
            break
    return best


@dataclass(frozen=True)
class _Problem:
    """Weighted least squares, less the weighted means.

    Attributes:
        points: (samples, axes), as they came.
        targets: (samples,).
        root: Square roots of the samples' weights, (samples, 1).
        share: The weighted mean of the one-hot targets, (classes,).
        mean: The weighted mean of the points, (axes,).
        gram: Weighted products of the axes with one another, (axes, axes).
        moments: Weighted products of the axes with the targets, (axes, classes).
    """

    points: Rows
    targets: Integers
    root: Floats
    share: Floats
    mean: Floats
    gram: Doubles
    moments: Doubles

    @classmethod
    def of(cls, points: Rows, targets: Integers, classes: int, stop: StopRequested) -> _Problem:
        """The problem in which each class that has samples weighs the same."""
        samples, axes = points.shape
        sizes = np.bincount(targets, minlength=classes)
        present = int(np.count_nonzero(sizes))
        weights = (samples / present / sizes[targets]).astype(np.float32)
        share = ((sizes > 0) / present).astype(np.float32)
        root: Floats = np.sqrt(weights)[:, None]
        middle = np.zeros(axes)
        for part in by_rows(lambda part: weights[part] @ points[part], samples, most=_PART, stop=stop):
            middle += part
        mean = (middle / samples).astype(np.float32)

        def work(part: slice) -> tuple[Floats, Floats]:
            own: Floats = (points[part] - mean) * root[part]
            return own.T @ own, own.T @ _onehot(targets[part], share, root[part])

        gram, moments = np.zeros((axes, axes)), np.zeros((axes, classes))
        for products, sums in by_rows(work, samples, most=_PART, large=True, stop=stop):
            gram += products
            moments += sums
        return cls(points, targets, root, share, mean, gram, moments)

    @property
    def unit(self) -> float:
        """The mean squared length of a sample, or nearly nothing."""
        return max(float(np.trace(self.gram)), 1.0) / len(self.targets)

    def at(self, strength: float) -> _Solution:
        """What it comes to with a penalty."""
        system = self.gram.copy()
        system.flat[:: len(system) + 1] += strength
        corner = scipy.linalg.cholesky(system, lower=True, check_finite=False, overwrite_a=True)
        half = scipy.linalg.solve_triangular(corner, self.moments, lower=True, check_finite=False)
        weight = scipy.linalg.solve_triangular(corner, half, lower=True, trans="T", check_finite=False)
        return _Solution(self, strength, corner.astype(np.float32, order="F"), weight.T.astype(np.float32))


@dataclass(frozen=True)
class _Solution:
    """Least squares with a penalty.

    Attributes:
        corner: The lower triangular root of the products with the penalty, (axes, axes).
        weight: (classes, axes).
    """

    problem: _Problem
    strength: float
    corner: Floats
    weight: Floats

    @property
    def bias(self) -> Floats:
        """(classes,)."""
        return self.problem.share - self.weight @ self.problem.mean

    def error(self, parts: Sequence[_LeftOut], fair: NDArray[np.bool_], stop: StopRequested) -> float:
        """The sum of squared weighted errors on samples that were left out.

        Args:
            fair: Which samples count, (samples,).
        """

        def work(part: _LeftOut) -> float:
            return float(np.square(self._residuals(part)[0][fair[part.rows]]).sum())

        return sum(by_parts(work, parts, stop=stop))

    def answers(self, parts: Sequence[_LeftOut], stop: StopRequested) -> Doubles:
        """The answers, (samples, classes), around 0 and 1, for samples that were left out."""
        problem = self.problem
        answers = np.empty((len(problem.targets), len(problem.share)))

        def work(part: _LeftOut) -> None:
            residual, onehot = self._residuals(part)
            answers[part.rows] = (onehot - residual) / problem.root[part.rows] + problem.share

        for _ in by_parts(work, parts, stop=stop):
            pass
        return answers

    def _residuals(self, part: _LeftOut) -> tuple[Doubles, Floats]:
        """Targets less answers of samples that were left out, from those of samples that were not.

        Returns:
            Both (some samples, classes) and times the root of the weight: the residuals, and the targets.
        """
        problem = self.problem
        root = problem.root[part.rows]
        own = (problem.points[part.rows] - problem.mean) * root
        onehot = _onehot(problem.targets[part.rows], problem.share, root)
        residual = (onehot - own @ self.weight.T).astype(np.float64)
        half = scipy.linalg.solve_triangular(
            self.corner, own.T, lower=True, check_finite=False, overwrite_b=True
        )
        samples = len(problem.targets)
        kept = 1 - root[:, 0] ** 2 / samples - np.einsum("ij,ij->j", half, half, dtype=np.float64)
        left_out: Doubles = residual / np.maximum(kept, 1e-6)[:, None]
        for block in part.together:
            inside, weight = half[:, block], root[block]
            among = inside.T @ inside + weight @ weight.T / samples
            system = np.eye(len(among)) * (1 + 1e-6) - among
            left_out[block] = np.linalg.solve(system, residual[block])
        return left_out, onehot


@dataclass(frozen=True)
class _LeftOut:
    """Some samples that are left out, and which of them at once.

    Attributes:
        rows: (some samples,).
        together: Where in `rows` those lie that are left out at once; every other one by itself.
    """

    rows: Integers
    together: tuple[slice, ...]


def _parts_of(folds: Integers, step: int = 1) -> list[_LeftOut]:
    """All samples, or those of every `step`th fold, in parts, with the samples of a fold side by side."""
    order = np.argsort(folds, kind="stable")
    order = order[folds[order] % step == 0]
    edges = np.concatenate([[0], np.flatnonzero(np.diff(folds[order])) + 1, [len(order)]])
    parts, first = [], 0
    while first < len(edges) - 1:
        # As many whole folds as fit, one at least.
        last = max(first + 1, int(np.searchsorted(edges, edges[first] + _PART, side="right")) - 1)
        bounds = edges[first : last + 1] - edges[first]
        several = np.flatnonzero(np.diff(bounds) > 1)
        together = tuple(slice(int(bounds[at]), int(bounds[at + 1])) for at in several)
        parts.append(_LeftOut(order[edges[first] : edges[last]], together))
        first = last
    return parts


def _onehot(targets: Integers, share: Floats, root: Floats) -> Floats:
    """One-hot targets less their mean, times the root of the weight, (samples, classes)."""
    onehot = np.broadcast_to(-share, (len(targets), len(share))).copy()
    onehot[np.arange(len(targets)), targets] += 1
    onehot *= root
    return onehot


def _numbered(groups: Sequence[str]) -> Integers:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(group, len(numbers)) for group in groups], dtype=np.int64)
