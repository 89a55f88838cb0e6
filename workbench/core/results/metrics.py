"""How good predictions are: counts and the measures that follow from them. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.core.results.measures import Measures
from workbench.core.results.predictions import LEARNED, UNCHECKED, PredictionTable


@dataclass(frozen=True)
class Metrics:
    """How well a model did on one set of samples, class by class.

    Attributes:
        loss: Mean cross-entropy per sample, ≥ 0 (training: with augmentation and label smoothing).
        accuracy: Share of right predictions, 0 to 1.
        precision, recall, f1: One value a class, each 0 to 1, shape (classes,).
        macro_f1: Mean of `f1` over the classes that occur.
        confusion: Counts, shape (classes, classes), row = true class, column = predicted class.
        groups, group_accuracy, learned, accuracy_with_learned, unchecked, kept_together: As in `Measures`.
    """

    loss: float
    accuracy: float
    macro_f1: float
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]
    confusion: NDArray[np.int64]
    groups: int = 0
    group_accuracy: float | None = None
    learned: int = 0
    accuracy_with_learned: float | None = None
    unchecked: int = 0
    kept_together: int = 0

    @property
    def occurs(self) -> NDArray[np.bool_]:
        """Which classes were tested, shape (classes,)."""
        found: NDArray[np.bool_] = self.confusion.sum(axis=1) > 0
        return found

    @property
    def mean_recall(self) -> float:
        """Mean recall of the classes that were tested, 0 to 1: each counts the same."""
        return float(self.recall[self.occurs].mean())

    @property
    def measures(self) -> Measures:
        """What a report carries of it."""
        samples = int(self.confusion.sum())
        return Measures(
            self.loss,
            self.accuracy,
            self.macro_f1,
            samples,
            self.confusion,
            self.groups,
            self.group_accuracy,
            self.learned,
            self.accuracy_with_learned,
            self.unchecked,
            self.kept_together,
        )


def metrics_of_confusion(confusion: NDArray[np.int64], loss: float) -> Metrics:
    """The measures of a confusion matrix.

    A class that never occurs, or is never predicted, has 0 where a share of it is asked for, and
    `macro_f1` leaves out classes that do not occur.

    Args:
        confusion: Counts, shape (classes, classes), row = true class; at least one sample.
        loss: Mean cross-entropy per sample.
    """
    right = confusion.diagonal().astype(np.float64)
    true, predicted = confusion.sum(axis=1), confusion.sum(axis=0)
    precision = right / np.maximum(predicted, 1)
    recall = right / np.maximum(true, 1)
    f1 = 2 * right / np.maximum(true + predicted, 1)
    return Metrics(
        loss=loss,
        accuracy=float(right.sum() / true.sum()),
        macro_f1=float(f1[true > 0].mean()),
        precision=precision,
        recall=recall,
        f1=f1,
        confusion=confusion,
    )


def metrics_of_measures(measures: Measures | None) -> Metrics | None:
    """The measures class by class, None where the confusion matrix is not known."""
    if measures is None or measures.confusion is None:
        return None
    return metrics_of_confusion(measures.confusion, measures.loss)


def metrics_of_probabilities(probabilities: NDArray[np.float64], targets: NDArray[np.int64]) -> Metrics:
    """The measures of predictions.

    Args:
        probabilities: Shape (N, classes), rows sum to 1; N ≥ 1.
        targets: Class indices, shape (N,).
    """
    confusion = _confusion(probabilities.shape[1], targets, probabilities.argmax(axis=1))
    given = probabilities[np.arange(len(targets)), targets]
    loss = -np.log(np.maximum(given, np.finfo(np.float64).tiny)).mean()
    return metrics_of_confusion(confusion, float(loss))


def metrics_of(table: PredictionTable) -> Metrics:
    """The measures of a table's predictions; of those that count (`PredictionTable.counts`).

    Raises:
        ValueError: The table has no sample of a known class that can be checked.
    """
    counts = table.counts
    if not counts.any():
        raise ValueError("no sample's true class is known")
    metrics = metrics_of_probabilities(table.probabilities[counts], table.targets[counts])
    if table.groups is not None:
        right = table.is_right[counts].astype(np.float64)
        _, group, sizes = np.unique(table.groups[counts], return_inverse=True, return_counts=True)
        if len(sizes) < len(right):
            shares = np.bincount(group.ravel(), weights=right) / sizes
            metrics = replace(
                metrics,
                groups=len(sizes),
                group_accuracy=float(shares.mean()),
                kept_together=int((sizes > 1).sum()),
            )
    if table.worth is None:
        return metrics
    known = table.targets >= 0
    learned = known & (table.worth == LEARNED)
    unchecked = int((known & (table.worth == UNCHECKED)).sum())
    metrics = replace(metrics, learned=int(learned.sum()), unchecked=unchecked)
    if learned.any() and not learned[counts].any():
        share = float(table.is_right[counts | learned].mean())
        metrics = replace(metrics, accuracy_with_learned=share)
    return metrics


def measures_of_table(table: PredictionTable) -> Measures | None:
    """What a report carries of a table's measures; None where it has nothing that can be checked."""
    return metrics_of(table).measures if table.counts.any() else None


def confusion_of(table: PredictionTable) -> NDArray[np.int64]:
    """Counts, shape (classes, classes), row = true class; of the predictions that count."""
    counts = table.counts
    return _confusion(len(table.classes), table.targets[counts], table.predicted[counts])


def _confusion(classes: int, true: NDArray[np.int64], predicted: NDArray[np.int64]) -> NDArray[np.int64]:
    counts = np.bincount(true * classes + predicted, minlength=classes * classes)
    return counts.astype(np.int64).reshape(classes, classes)
