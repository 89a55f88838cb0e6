"""How long it takes to fit a head of mode *instant* and to follow changes, and how good it is."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.core.instant.heads import FittedHead
from workbench.core.instant.ridge import fit_ridge
from workbench.core.instant.trainer import HeadTrainer
from workbench.core.results.calibration import most_probable
from workbench.core.results.probabilities import log_loss

Features = NDArray[np.float32]
Targets = NDArray[np.int64]


def run(
    mean: Features,
    targets: Targets,
    *,
    validation: tuple[Features, Targets] | None = None,
    repeats: int = 3,
) -> dict[str, Any]:
    """Fits ridge and the final head to features, then follows changes.

    Args:
        mean: The mean features of photos and their mirror images, (samples, features).
        targets: (samples,).
        validation: The same two of samples to check with.
        repeats: Each figure is the median of that many.

    Returns:
        Seconds of each step, accuracy, log loss and calibration error of the out-of-fold probabilities,
        and accuracies on the validation samples.
    """
    classes = int(targets.max()) + 1
    groups = [f"sample {row}" for row in range(len(targets))]
    figures: dict[str, Any] = {"samples": len(targets), "features": mean.shape[1], "classes": classes}
    seconds: dict[str, list[float]] = {}
    for _ in range(repeats):
        ridge = _timed(seconds, "ridge", fit_ridge, mean, targets, groups, classes)
        trainer = HeadTrainer(classes)
        _timed(seconds, "first", trainer.fit, mean[:-1], targets[:-1], groups[:-1])
        _timed(seconds, "added", trainer.fit, mean, targets, groups)
        other = targets.copy()
        other[0] = (other[0] + 1) % classes
        _timed(seconds, "reclassed", trainer.fit, mean, other, groups)
        _timed(seconds, "reclassed_back", trainer.fit, mean, targets, groups)
        _timed(seconds, "removed", trainer.fit, mean[1:], targets[1:], groups[1:])
        logistic = HeadTrainer(classes).fit(mean, targets, groups)
    for name, values in seconds.items():
        figures[f"{name}_seconds"] = round(statistics.median(values), 3)
    for name, fitted in (("ridge", ridge), ("logistic", logistic)):
        figures |= quality(fitted.out_of_fold, targets, name)
        figures[f"{name}_strength"] = round(fitted.strength, 5)
    if validation is not None:
        features, right = validation
        for name, fitted in (("ridge", ridge), ("logistic", logistic)):
            answers = fitted.head.logits(features).argmax(axis=1)
            figures[f"{name}_validation_accuracy"] = round(float((answers == right).mean()), 4)
    return figures


def quality(probabilities: NDArray[np.float64], targets: Targets, name: str) -> dict[str, float]:
    """Accuracy, log loss in nats and calibration error, each under `name` and what it is."""
    accuracy = float((probabilities.argmax(axis=1) == targets).mean())
    return {
        f"{name}_accuracy": round(accuracy, 4),
        f"{name}_log_loss": round(log_loss(probabilities, targets), 4),
        f"{name}_calibration_error": round(most_probable(probabilities, targets).error, 4),
    }


def _timed(
    seconds: dict[str, list[float]], name: str, fit: Callable[..., FittedHead], *arguments: Any
) -> FittedHead:
    begun = time.perf_counter()
    fitted = fit(*arguments)
    seconds.setdefault(name, []).append(time.perf_counter() - begun)
    return fitted
