"""Which of the photos that a model learned from pulled its answer, and how far.

What a sample adds to an answer is what the answer would lack had it been left out and all else, settings too,
stayed as it is. Least squares knows that exactly from one factorisation (Cook, Detection of influential
observation in linear regression, 1977). For logistic regression it is one Newton step away (Koh & Liang,
Understanding black-box predictions via influence functions, 2017), divided by one less the sample's leverage
(Pregibon, Logistic regression diagnostics, 1981).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from workbench.core.explain.why import direction
from workbench.core.instant.basis import MOST_AXES, Basis, decompose
from workbench.core.instant.heads import HeadSettings, Integers
from workbench.core.instant.parts import Rows, one_thread_a_product
from workbench.core.instant.ridge import fitted_at
from workbench.core.instant.solver import Solutions, solve
from workbench.core.jobs import StopRequested, never
from workbench.core.models.linear_head import LinearHead
from workbench.core.results.probabilities import softmax

Doubles = NDArray[np.float64]

_FINE = 1e-9  # of a step, in nats
_STEPS = 1000
_TURNS, _CLOSE = 200, 1e-4  # of conjugate gradients
_UNPENALISED = 1e-6
_MOST_LEVERAGE = 0.95
_MOST_CLASSES = 20
"""With more of them leverages, of which each class has its own, would take longer than they are worth."""


@dataclass(frozen=True)
class Pulls:
    """What the samples that a head learned from add to one of its answers.

    Attributes:
        index: Of the class that is explained.
        probabilities: The head's answer, (classes,).
        added: What each sample adds to the log odds of the class, (samples,); below 0 it speaks against it.
    """

    index: int
    probabilities: Doubles
    added: Doubles


class Influence:
    """A head of ridge and logistic regression, fitted so that samples can be left out again.

    Args:
        features: (samples, features), those that it learned from.
        targets: (samples,).
        classes: How many there are.
        settings: Of the head.
        stop: Asked at every step.

    Raises:
        Stopped: `stop` returned true.
    """

    def __init__(
        self,
        features: Rows,
        targets: Integers,
        classes: int,
        settings: HeadSettings,
        *,
        stop: StopRequested = never,
    ) -> None:
        self._targets, self._classes, self._settings, self._stop = targets, classes, settings, stop
        with one_thread_a_product():
            self._basis, points = decompose(features, MOST_AXES, stop=stop)
            self._points = points
            everyone = np.ones(len(targets), bool)
            self._head = self._fitted(everyone)
            self._ridge = _LeftOutOfRidge(points, targets, classes, settings.penalty)
            self._logistic = _LeftOutOfLogistic(points, targets, self._head.logistic, settings.strength)

    @property
    def basis(self) -> Basis:
        """In which the samples' places are."""
        return self._basis

    def pulls(self, features: NDArray[np.floating], index: int | None = None) -> Pulls:
        """What each sample adds to the answer for other features.

        Args:
            features: (features,).
            index: Of the class that is explained; None for the most probable one.
        """
        point = self._basis.coordinates(features[None]).astype(np.float64)[0]
        probabilities = self._head.probabilities(point, self._settings)
        chosen = int(probabilities.argmax()) if index is None else index
        along = direction(np.eye(self._classes), probabilities, chosen)
        with one_thread_a_product():
            added = self._settings.ridge * self._ridge.added(point, along)
            if self._settings.logistic:
                added += self._settings.logistic * self._logistic.added(point, along)
        return Pulls(chosen, probabilities, added)

    def without(self, left_out: Integers) -> LinearHead:
        """The head that has not learned some of the samples: fitted again, with the same settings and axes.

        Raises:
            Stopped: `stop` returned true.
        """
        learned = np.ones(len(self._targets), bool)
        learned[left_out] = False
        with one_thread_a_product():
            fitted = self._fitted(learned)
        parts = ((self._settings.ridge, fitted.ridge), (self._settings.logistic, fitted.logistic))
        weight = sum(np.float32(share) * part.weight[:, 0] for share, part in parts)
        bias = sum(np.float32(share) * part.bias[:, 0] for share, part in parts)
        return self._basis.head(np.asarray(weight), np.asarray(bias))

    def _fitted(self, learned: NDArray[np.bool_]) -> _Fitted:
        points, targets = self._points[learned], self._targets[learned]
        ridge = fitted_at(points, targets, self._classes, self._settings.penalty, self._stop)
        start = Solutions.zero(self._classes, 1, points.shape[1])
        if not self._settings.logistic:
            return _Fitted(ridge, start)
        found = solve(
            points,
            targets,
            np.ones((1, len(targets)), bool),
            self._settings.strength,
            start,
            tolerance=_FINE,
            steps=_STEPS,
            stop=self._stop,
        )
        return _Fitted(ridge, found)


@dataclass(frozen=True)
class _Fitted:
    """Both heads, on coordinates."""

    ridge: Solutions
    logistic: Solutions

    def probabilities(self, point: Doubles, settings: HeadSettings) -> Doubles:
        logits = settings.ridge * _logits(self.ridge, point) + settings.logistic * _logits(
            self.logistic, point
        )
        return softmax(logits)


def _logits(solutions: Solutions, point: Doubles) -> Doubles:
    found: Doubles = solutions.weight[:, 0].astype(np.float64) @ point + solutions.bias[:, 0]
    return found


class _LeftOutOfRidge:
    """Weighted least squares on one-hot targets, as `instant.ridge` fits it, with each sample left out."""

    def __init__(self, points: NDArray[np.float32], targets: Integers, classes: int, penalty: float) -> None:
        samples = len(targets)
        sizes = np.bincount(targets, minlength=classes)
        present = int(np.count_nonzero(sizes))
        weights = samples / present / sizes[targets]
        self._targets, self._sizes = targets, np.maximum(sizes, 1)
        self._root = np.sqrt(weights)[:, None]
        self._mean = weights @ points.astype(np.float64) / samples
        own = (points - self._mean) * self._root
        onehot = (np.eye(classes)[targets] - (sizes > 0) / present) * self._root
        system = own.T @ own
        system.flat[:: len(system) + 1] += penalty
        factor = scipy.linalg.cho_factor(system, lower=True, overwrite_a=True, check_finite=False)
        self._towards = scipy.linalg.cho_solve(factor, own.T, check_finite=False).T
        self._wrong = onehot - own @ (self._towards.T @ onehot)
        kept = 1 - self._root[:, 0] ** 2 / samples - np.einsum("ij,ij->i", self._towards, own)
        self._left_out = self._wrong / np.maximum(kept, 1e-6)[:, None]

    def added(self, point: Doubles, along: Doubles) -> Doubles:
        """What each sample adds to a weighted sum of the classes' answers, (samples,).

        All samples of a class together weigh the same: where one is left out, the others weigh more.
        """
        share = self._towards @ (point - self._mean) + self._root[:, 0] / len(self._root)
        heavier = np.bincount(self._targets, share * (self._wrong @ along), len(self._sizes)) / self._sizes
        found: Doubles = share * (self._left_out @ along) - heavier[self._targets]
        return found


class _LeftOutOfLogistic:
    """Multinomial logistic regression with each sample left out, nearly."""

    def __init__(
        self, points: NDArray[np.float32], targets: Integers, solutions: Solutions, strength: float
    ) -> None:
        weight, bias = solutions.weight[:, 0].astype(np.float64), solutions.bias[:, 0]
        self._points = np.concatenate([points, np.ones((len(points), 1), np.float32)], 1).astype(np.float64)
        self._shares = softmax(points @ weight.T + bias)
        self._wrong = self._shares - np.eye(len(bias))[targets]
        self._penalty = np.append(np.full(points.shape[1], 1 / strength), _UNPENALISED)
        curvature = self._shares * (1 - self._shares)
        self._diagonal = curvature.T @ np.square(self._points) + self._penalty
        leverage = np.zeros(len(points))
        if len(bias) <= _MOST_CLASSES:
            leverage = np.einsum("ij,ij->i", self._shares, self._leverages(curvature))
        self._kept = 1 - np.minimum(leverage, _MOST_LEVERAGE)

    def added(self, point: Doubles, along: Doubles) -> Doubles:
        """What each sample adds to a weighted sum of the classes' logits, (samples,)."""
        step = self._solved(along[:, None] * np.append(point, 1.0))
        slope = np.einsum("ij,ij->i", self._points @ step.T, self._wrong)
        return np.asarray(-slope / self._kept)

    def _leverages(self, curvature: Doubles) -> Doubles:
        """Of each sample in each class by itself, (samples, classes)."""
        found = np.empty_like(curvature)
        for index in range(curvature.shape[1]):
            system = (self._points * curvature[:, index, None]).T @ self._points
            system.flat[:: len(system) + 1] += self._penalty
            corner = scipy.linalg.cholesky(system, lower=True, overwrite_a=True, check_finite=False)
            half = scipy.linalg.solve_triangular(corner, self._points.T, lower=True, check_finite=False)
            found[:, index] = curvature[:, index] * np.einsum("ij,ij->j", half, half)
        return found

    def _solved(self, wanted: Doubles) -> Doubles:
        """The Hessian's inverse times weights, (classes, axes + 1), by conjugate gradients."""
        found, left = np.zeros_like(wanted), wanted.copy()
        ahead = left / self._diagonal
        way, energy = ahead.copy(), float(np.vdot(left, ahead))
        least = _CLOSE * float(np.linalg.norm(wanted))
        for _ in range(_TURNS):
            if np.linalg.norm(left) <= least:
                break
            curved = self._curved(way)
            length = energy / float(np.vdot(way, curved))
            found += length * way
            left -= length * curved
            ahead = left / self._diagonal
            before, energy = energy, float(np.vdot(left, ahead))
            way = ahead + energy / before * way
        return found

    def _curved(self, weights: Doubles) -> Doubles:
        """The Hessian times weights."""
        moved = self._points @ weights.T
        moved = self._shares * (moved - np.einsum("ij,ij->i", self._shares, moved)[:, None])
        curved: Doubles = moved.T @ self._points + self._penalty * weights
        return curved
