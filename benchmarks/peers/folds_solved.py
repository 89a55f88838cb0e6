"""The heads of mode *instant*, each fold solved from nothing by scikit-learn: the referee of quicker ways.

Ridge and multinomial logistic regression on all standardised features, each with the regularisation of a
grid that answers best for folds left out; the mean of their logits. It takes minutes for 4,000 samples.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, Ridge

from benchmarks.any_size_heads import known
from benchmarks.heads import quality
from workbench.core.instant.folds import folds_of
from workbench.core.results.probabilities import log_loss, softmax
from workbench.core.results.temperature import inverse_temperature

_SHRINKAGE = 0.02
_RIDGE = np.logspace(-2, 1, 7)  # in units of the mean squared length
_LOGISTIC = (2.0, 20.0, 200.0, 2000.0)  # over the mean squared length
_LOUD = 10.0

Doubles = NDArray[np.float64]
Answers = Callable[[Doubles, Doubles, NDArray[np.int64], Doubles], Doubles]


def accuracy(features: str) -> dict[str, Any]:
    """How good the mean of both heads is, out of fold and on samples held out, and what it took.

    Args:
        features: A file that `any_size_heads.look` wrote.
    """
    learned, held_out, _ = known(features)
    begun = time.perf_counter()
    targets = learned.targets
    raw = learned.views[1].astype(np.float64)
    variance = raw.var(axis=0)
    mean, scale = raw.mean(axis=0), 1 / np.sqrt(variance + _SHRINKAGE * variance.mean())
    points, others = (raw - mean) * scale, (held_out.views[1] - mean) * scale
    unit = float(np.square(points).sum(axis=1).mean())
    folds = folds_of(targets, learned.groups)
    ridge = _best(points, targets, folds, others, [_ridge(unit * value) for value in _RIDGE])
    logistic = _best(points, targets, folds, others, [_logistic(value / unit) for value in _LOGISTIC])
    inside, outside = (softmax((one + other) / 2) for one, other in zip(ridge, logistic, strict=True))
    return {
        "seconds": time.perf_counter() - begun,
        **quality(inside, targets, "out_of_fold"),
        **quality(outside, held_out.targets, "held_out"),
    }


def _best(
    points: Doubles,
    targets: NDArray[np.int64],
    folds: NDArray[np.int64],
    others: Doubles,
    ways: list[Answers],
) -> tuple[Doubles, Doubles]:
    """The logits out of fold and on other samples, by whichever way has the least log loss out of fold."""
    found = []
    for way in ways:
        inside = np.empty((len(targets), int(targets.max()) + 1))
        for fold in range(int(folds.max()) + 1):
            left_out = folds == fold
            rest = ~left_out
            inside[left_out] = way(points[rest], points[left_out], targets[rest], inside)
        factor = inverse_temperature(inside, targets, expected=1.0) if way.__name__ == "ridge" else 1.0
        found.append((log_loss(softmax(factor * inside), targets), factor, way, inside))
    _, factor, way, inside = min(found, key=lambda each: each[0])
    return factor * inside, factor * way(points, others, targets, inside)


def _ridge(strength: float) -> Answers:
    def ridge(points: Doubles, others: Doubles, targets: NDArray[np.int64], like: Doubles) -> Doubles:
        classes = like.shape[1]
        sizes = np.bincount(targets, minlength=classes)
        weights = len(targets) / np.count_nonzero(sizes) / sizes[targets]
        model = Ridge(alpha=strength, solver="cholesky")
        answers = model.fit(points, np.eye(classes)[targets], sample_weight=weights).predict(others)
        return np.asarray(_LOUD * answers)

    return ridge


def _logistic(strength: float) -> Answers:
    def logistic(points: Doubles, others: Doubles, targets: NDArray[np.int64], like: Doubles) -> Doubles:
        classes = like.shape[1]
        # With two classes scikit-learn penalises their difference, which is twice as cheap.
        model = LogisticRegression(C=strength * (2 if classes == 2 else 1), tol=1e-6, max_iter=2000)
        logits = model.fit(points, targets).decision_function(others)
        return np.stack([-logits / 2, logits / 2], axis=1) if classes == 2 else np.asarray(logits)

    return logistic
