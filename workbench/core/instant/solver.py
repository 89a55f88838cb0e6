"""Several multinomial logistic regressions on the same samples, solved as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from workbench.core.instant.heads import Integers
from workbench.core.instant.parts import by_rows
from workbench.core.jobs import StopRequested, never
from workbench.core.models.linear_head import Doubles, Floats

T = TypeVar("T")

_SEARCHED = 2  # slopes, to find how long the first step has to be
_MEMORY = 12  # pairs of steps and gradients that L-BFGS remembers
_EASED = 0.3  # of the curvature at the start, which eases as samples are learned: fewest steps of those tried
_BLOCK, _SMALLEST_BLOCK, _LARGEST_BLOCK = 2**17, 64, 2048  # logits, samples, samples
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

    @classmethod
    def together(cls, parts: Sequence[Solutions]) -> Solutions:
        """The problems of all parts, in their order."""
        return cls(
            np.concatenate([part.weight for part in parts], axis=1),
            np.concatenate([part.bias for part in parts], axis=1),
        )

    def part(self, problems: int | slice) -> Solutions:
        """Some of the problems, or a single one."""
        chosen = slice(problems, problems + 1) if isinstance(problems, int) else problems
        return Solutions(self.weight[:, chosen], self.bias[:, chosen])

    def for_problems(self, count: int) -> Solutions:
        """These problems and more, which begin at their mean."""
        more = count - self.bias.shape[1]
        if not more:
            return self
        mean = Solutions(self.weight.mean(axis=1, keepdims=True), self.bias.mean(axis=1, keepdims=True))
        return Solutions.together([self, *[mean] * more])

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
        steps: At most; the slope is found hardly more often.
        stop: Asked at every step, and some ten times a second.

    Raises:
        Stopped: `stop` returned true.
    """
    import scipy.optimize  # a quarter of a second, for which opening a folder need not wait

    walk = _Walk(coordinates, targets, learned, strength, start, stop)
    found: Any = scipy.optimize.minimize(
        walk.objective,
        walk.begin(),
        jac=True,
        method="L-BFGS-B",
        options={
            "maxiter": steps,
            "maxfun": steps + _SEARCHED,
            "maxcor": _MEMORY,
            "ftol": tolerance,
            "gtol": 0.0,
        },
    )
    return walk.unfolded(found.x)


class _Walk:
    """The objective of `solve` in the coordinates in which L-BFGS walks."""

    def __init__(
        self,
        coordinates: Floats,
        targets: Integers,
        learned: NDArray[np.bool_],
        strength: float,
        start: Solutions,
        stop: StopRequested,
    ) -> None:
        self._samples = _Samples(coordinates, targets, learned.astype(np.float32))
        self._total = float(learned.sum())
        self._strength, self._start, self._stop = strength, start, stop
        self._stretch, self._lift = self._curvature()

    def begin(self) -> Doubles:
        """Where the walk begins."""
        parts = self._start.weight / self._stretch, self._start.bias / self._lift
        return np.concatenate([part.ravel() for part in parts], dtype=np.float64)

    def unfolded(self, flat: Doubles) -> Solutions:
        """What a place of the walk stands for."""
        size = self._stretch.size
        weight, bias = flat[:size].astype(np.float32), flat[size:].astype(np.float32)
        return Solutions(
            weight.reshape(self._stretch.shape) * self._stretch, bias.reshape(self._lift.shape) * self._lift
        )

    def objective(self, flat: Doubles) -> tuple[float, Doubles]:
        """The mean loss with its penalty, and its gradient."""
        solutions = self.unfolded(flat)
        weight = solutions.weight
        slope, lift, total = weight / self._strength, np.zeros_like(solutions.bias), 0.0
        for loss, slopes, sums in self._over_samples(partial(self._samples.slopes, solutions)):
            total += loss
            slope += slopes.reshape(weight.shape)
            lift += sums
        slope *= self._stretch
        gradient = np.empty_like(flat)
        gradient[: slope.size] = slope.ravel()
        gradient[slope.size :] = (lift * self._lift).ravel()
        penalty = float(np.vdot(weight, weight)) / (2 * self._strength)
        return (total + penalty) / self._total, gradient / self._total

    def _curvature(self) -> tuple[Floats, Floats]:
        """Factors on weights and biases with which the diagonal of the Hessian becomes one."""
        along = np.zeros_like(self._start.weight) + np.float32(1 / self._strength)
        upward = np.zeros_like(self._start.bias) + np.float32(_LEAST)
        for curvatures, sums in self._over_samples(partial(self._samples.curvatures, self._start)):
            along += curvatures.reshape(along.shape)
            upward += sums
        return np.reciprocal(np.sqrt(along)), np.reciprocal(np.sqrt(upward))

    def _over_samples(self, work: Callable[[slice], T]) -> Iterator[T]:
        return by_rows(work, len(self._samples.targets), stop=self._stop)


@dataclass(frozen=True)
class _Samples:
    """What several problems learn from.

    Attributes:
        coordinates: (samples, axes).
        targets: (samples,).
        mask: 1 where a problem learns from a sample, else 0, (problems, samples).
    """

    coordinates: Floats
    targets: Integers
    mask: Floats

    def slopes(self, solutions: Solutions, part: slice) -> tuple[float, Floats, Floats]:
        """Over some samples: the summed log loss, and its slope in weights and biases."""
        classes, problems, axes = solutions.weight.shape
        slope = np.zeros((classes * problems, axes), dtype=np.float32)
        lift = np.zeros((classes, problems), dtype=np.float32)
        total = 0.0
        for rows in _blocks(part, classes * problems):
            loss, residual = self._residuals(solutions, rows)
            total += loss
            slope += residual.reshape(classes * problems, -1) @ self.coordinates[rows]
            lift += residual.sum(axis=2)
        return total, slope, lift

    def curvatures(self, solutions: Solutions, part: slice) -> tuple[Floats, Floats]:
        """Over some samples: the diagonal of the Hessian, for weights and biases; eased, see `_EASED`."""
        classes, problems, axes = solutions.weight.shape
        along = np.zeros((classes * problems, axes), dtype=np.float32)
        upward = np.zeros((classes, problems), dtype=np.float32)
        for rows in _blocks(part, classes * problems):
            residual = np.abs(self._residuals(solutions, rows)[1])
            # p (1 - p), but from |p - y|, which also sees samples that are still wrong.
            curvature: Floats = _EASED * residual * (1 - residual) + _LEAST * self.mask[:, rows]
            along += curvature.reshape(classes * problems, -1) @ np.square(self.coordinates[rows])
            upward += curvature.sum(axis=2)
        return along, upward

    def _residuals(self, solutions: Solutions, rows: slice) -> tuple[float, Floats]:
        """The summed log loss, and probabilities less one-hot targets, (classes, problems, some samples)."""
        targets, mask = self.targets[rows], self.mask[:, rows]
        places = np.arange(len(targets))
        logits = solutions.logits(self.coordinates[rows])
        logits -= logits.max(axis=0)
        right = logits[targets, :, places].T
        np.exp(logits, out=logits)
        sums = logits.sum(axis=0)
        loss = float(((np.log(sums) - right) * mask).sum(dtype=np.float64))
        logits *= mask / sums
        logits[targets, :, places] -= mask.T
        return loss, logits


def _blocks(part: slice, width: int) -> Iterator[slice]:
    """Divides samples so that what is computed of each block stays near the processor."""
    size = min(max(_BLOCK // width, _SMALLEST_BLOCK), _LARGEST_BLOCK)
    for first in range(part.start, part.stop, size):
        yield slice(first, min(first + size, part.stop))
