"""How good answers are: counts and the measures that follow from them. NumPy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.core.events import Metrics


def metrics_of_confusion(confusion: NDArray[np.int64], loss: float) -> Metrics:
    """The measures of a confusion matrix.

    A class that never occurs, or is never the answer, has 0 where a share of it is asked for, and
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


def metrics_of_probabilities(probabilities: NDArray[np.float64], targets: NDArray[np.int64]) -> Metrics:
    """The measures of answers.

    Args:
        probabilities: Shape (N, classes), rows sum to 1; N ≥ 1.
        targets: Class indices, shape (N,).
    """
    classes = probabilities.shape[1]
    confusion = np.zeros((classes, classes), np.int64)
    np.add.at(confusion, (targets, probabilities.argmax(axis=1)), 1)
    given = probabilities[np.arange(len(targets)), targets]
    loss = -np.log(np.maximum(given, np.finfo(np.float64).tiny)).mean()
    return metrics_of_confusion(confusion, float(loss))
