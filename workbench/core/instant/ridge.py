"""Least squares on one-hot targets: the first head, in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from workbench.core.errors import Stopped
from workbench.core.instant.basis import decompose
from workbench.core.instant.folds import folds_of, is_few
from workbench.core.instant.heads import FittedHead, Integers, answerable, inverse_temperature
from workbench.core.jobs import StopRequested, never
from workbench.core.models.linear_head import Doubles, Floats, softmax

_GRID = np.logspace(-2, 2, 9)  # lambda, in units of the mean squared length of a standardised sample
_FACTOR = 10.0  # on answers around 0 and 1; from 7 to 13 where there are samples enough to tell


def fit_ridge(
    features: Floats,
    targets: Integers,
    groups: Sequence[str],
    classes: int,
    *,
    stop: StopRequested = never,
) -> FittedHead:
    """Fits ridge regression (Hoerl & Kennard, 1970) to one-hot targets.

    The penalty is the one of a grid with the least squared error on samples that were left out: each
    group in turn, or each fold of `folds_of` where samples are few. That is Allen's PRESS (1974), exact
    and from a single eigendecomposition (Cawley & Talbot, Fast exact leave-one-out cross-validation of
    sparse least-squares support vector machines, 2004; for several at once, their block of the hat
    matrix). One factor on the answers then makes probabilities of them. Classes weigh the same however
    many samples they have: least squares would all but give up a rare one. The scale of the features is
    that of all samples, the left out ones too: it knows no targets.

    Args:
        features: (samples, features).
        targets: (samples,), each from 0 to `classes` - 1.
        groups: A name for each sample; those of one name are left out together.
        classes: At least 2.
        stop: Asked at every penalty.

    Returns:
        The head; `folds` numbers what was left out together.

    Raises:
        Stopped: `stop` returned true.
    """
    samples = len(targets)
    sizes = np.bincount(targets, minlength=classes)
    present = int(np.count_nonzero(sizes))
    weights = (samples / present / sizes[targets]).astype(np.float32)
    root: Floats = np.sqrt(weights)[:, None]
    basis, coordinates = decompose(features, weights)
    energy = basis.energy.astype(np.float64)
    share = ((sizes > 0) / present).astype(np.float32)
    onehot: Floats = (np.eye(classes, dtype=np.float32)[targets] - share) * root
    moments = coordinates.T @ onehot
    folds = folds_of(targets, groups) if is_few(samples, classes) else _numbered(groups)
    together = _groups_of_several(folds)
    fair = answerable(targets, folds)
    unit = max(float(energy.sum()), 1.0) / samples
    best: tuple[float, float, Doubles] | None = None
    for strength in unit * _GRID:
        if stop():
            raise Stopped
        shrink = (1 / (energy + strength)).astype(np.float32)
        residual = (onehot - coordinates @ (moments * shrink[:, None])).astype(np.float64)
        left_out = _left_out(residual, coordinates, shrink, root, together)
        error = float(np.square(left_out[fair]).mean()) if fair.any() else abs(np.log(strength / unit))
        if best is None or error < best[0]:
            best = (error, float(strength), (onehot - left_out) / root)
    _, strength, answers = cast("tuple[float, float, Doubles]", best)
    factor = inverse_temperature((answers + share)[fair], targets[fair], expected=_FACTOR)
    weight = np.asarray(moments.T * (factor / (energy + strength)), dtype=np.float32)
    head = basis.head(weight, np.asarray(share * factor, dtype=np.float32))
    return FittedHead("ridge", head, softmax((answers + share) * factor), folds, strength)


def _left_out(
    residual: Doubles, coordinates: Floats, shrink: Floats, root: Floats, together: Sequence[Integers]
) -> Doubles:
    """The residuals of samples that were left out, from those of samples that were not, (samples, classes).

    Args:
        shrink: What the penalty leaves of each coordinate.
        root: Square roots of the samples' weights, (samples, 1).
        together: Rows that are left out at once; every other row by itself.
    """
    samples = len(residual)
    kept = 1 - root[:, 0] ** 2 / samples - (np.square(coordinates) @ shrink).astype(np.float64)
    left_out: Doubles = residual / np.maximum(kept, 1e-6)[:, None]
    for rows in together:
        among = (coordinates[rows] * shrink) @ coordinates[rows].T + root[rows] @ root[rows].T / samples
        system = np.eye(len(rows)) * (1 + 1e-6) - among
        left_out[rows] = np.linalg.solve(system, residual[rows])
    return left_out


def _numbered(groups: Sequence[str]) -> Integers:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(group, len(numbers)) for group in groups], dtype=np.int64)


def _groups_of_several(folds: Integers) -> list[Integers]:
    """The samples of each fold that has several."""
    order = np.argsort(folds, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(folds[order])) + 1)
    return [part for part in parts if len(part) > 1]
