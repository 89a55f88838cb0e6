"""Several multinomial logistic regressions on the same samples, solved as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.optimize
from numpy.typing import NDArray

from workbench.core.errors import Stopped
from workbench.core.instant.heads import Integers
from workbench.core.jobs import StopRequested, never
from workbench.core.models.linear_head import Doubles, Floats

_MEMORY = 12  # pairs of steps and gradients that L-BFGS remembers
_EASED = 0.3  # of the curvature at the start, which eases as samples are learned: fewest steps of those tried
_SQUARED_AT_ONCE = 2048  # samples
_LEAST = 1e-5  # curvature of a sample that is learned already


@dataclass(frozen=True)
class Solutions:
    """Weights (classes, problems, axes) and biases (classes, problems) on coordinates."""

    weight: Floats
    bias: Floats

    @classmethod
    def zero(cls, classes: int, problems: int, axes: int) -> Solutions:
        """Where a walk without a past begins: every class is as probable as any other."""
        return cls(
            np.zeros((classes, problems, axes), dtype=np.float32),
            np.zeros((classes, problems), dtype=np.float32),
        )

    def with_mean(self) -> Solutions:
        """These problems and one more, which begins at their mean."""
        return Solutions(
            np.concatenate([self.weight, self.weight.mean(axis=1, keepdims=True)], axis=1),
            np.concatenate([self.bias, self.bias.mean(axis=1, keepdims=True)], axis=1),
        )

    def with_axes(self, count: int) -> Solutions:
        """The same answers with `count` more axes."""
        return Solutions(np.pad(self.weight, ((0, 0), (0, 0), (0, count))), self.bias)

    def logits(self, coordinates: Floats) -> Floats:
        """The logits, (classes, problems, samples): reductions over classes then run along the samples."""
        classes, problems, axes = self.weight.shape
        flat = self.weight.reshape(classes * problems, axes) @ coordinates.T
        return flat.reshape(classes, problems, -1) + self.bias[:, :, None]


def solve(
    coordinates: Floats,
    targets: Integers,
    learned: NDArray[np.bool_],
    strength: float,
    start: Solutions,
    *,
    tolerance: float,
    steps: int = 500,
    stop: StopRequested = never,
) -> Solutions:
    """Minimises, for each problem, log loss + |weight|² / (2 C) over the samples that it learns from.

    The problems, one for each fold and perhaps one for all samples, share every matrix product. L-BFGS
    (Liu & Nocedal, 1989) walks in coordinates in which the curvature is nearly the same in all
    directions: the diagonal of the Hessian, which along principal axes is most of it.

    Args:
        coordinates: (samples, axes), along principal axes.
        targets: (samples,).
        learned: Which problem learns from which sample, (problems, samples).
        strength: C, as scikit-learn has it. The bias is not penalised.
        start: Where to begin; its shape says how many classes there are.
        tolerance: The walk ends where a step improves the mean loss by less.
        stop: Asked at every step.

    Raises:
        Stopped: `stop` returned true.
    """
    mask = learned.astype(np.float32)
    total = float(mask.sum())
    _, begun = _residuals(start, coordinates, targets, mask)
    stretch, lift = _preconditioned(begun, coordinates, mask, strength)
    size = start.weight.size

    def unfolded(flat: Doubles) -> Solutions:
        parts = flat[:size].astype(np.float32), flat[size:].astype(np.float32)
        return Solutions(parts[0].reshape(stretch.shape) * stretch, parts[1].reshape(lift.shape) * lift)

    def objective(flat: Doubles) -> tuple[float, Doubles]:
        if stop():
            raise Stopped
        solutions = unfolded(flat)
        loss, residual = _residuals(solutions, coordinates, targets, mask)
        weight = solutions.weight
        slope = (residual.reshape(-1, len(targets)) @ coordinates).reshape(weight.shape)
        slope += weight / strength
        slope *= stretch
        gradient = np.empty_like(flat)
        gradient[:size] = slope.ravel()
        gradient[size:] = (residual.sum(axis=2) * lift).ravel()
        penalty = float(np.vdot(weight, weight)) / (2 * strength)
        return (loss + penalty) / total, gradient / total

    found: Any = scipy.optimize.minimize(
        objective,
        np.concatenate([(start.weight / stretch).ravel(), (start.bias / lift).ravel()], dtype=np.float64),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": steps, "maxcor": _MEMORY, "ftol": tolerance, "gtol": 0.0},
    )
    return unfolded(found.x)


def _residuals(
    solutions: Solutions, coordinates: Floats, targets: Integers, mask: Floats
) -> tuple[float, Floats]:
    """The summed log loss, and probabilities less one-hot targets, (classes, problems, samples).

    Args:
        mask: 1 where a problem learns from a sample, else 0, (problems, samples).
    """
    rows = np.arange(len(targets))
    logits = solutions.logits(coordinates)
    logits -= logits.max(axis=0)
    right = logits[targets, :, rows].T
    np.exp(logits, out=logits)
    sums = logits.sum(axis=0)
    loss = float(((np.log(sums) - right) * mask).sum(dtype=np.float64))
    logits /= sums
    logits[targets, :, rows] -= 1
    logits *= mask
    return loss, logits


def _preconditioned(
    residual: Floats, coordinates: Floats, mask: Floats, strength: float
) -> tuple[Floats, Floats]:
    """Factors on weights and biases with which the diagonal of the Hessian becomes one.

    Args:
        residual: Probabilities less one-hot targets, (classes, problems, samples); overwritten.
        mask: Which problem learns from which sample, (problems, samples).
    """
    classes, problems, samples = residual.shape
    np.abs(residual, out=residual)
    # p (1 - p), but from |p - y|, which also sees samples that are still wrong.
    curvature: Floats = _EASED * residual * (1 - residual) + _LEAST * mask
    along = np.zeros((classes * problems, coordinates.shape[1]), dtype=np.float32)
    for first in range(0, samples, _SQUARED_AT_ONCE):
        part = slice(first, first + _SQUARED_AT_ONCE)
        along += curvature.reshape(-1, samples)[:, part] @ np.square(coordinates[part])
    stretch = np.reciprocal(np.sqrt(along.reshape(classes, problems, -1) + np.float32(1 / strength)))
    lift = np.reciprocal(np.sqrt(curvature.sum(axis=2) + np.float32(_LEAST)))
    return stretch, lift
