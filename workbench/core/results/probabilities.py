"""From logits to probabilities, and what a mistake costs by them. NumPy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]

SMALLEST = 1e-12
"""A probability of nothing at all would make one mistake outweigh all else."""


def softmax(logits: Doubles) -> Doubles:
    """The softmax over the last axis, in float64."""
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))


def log_loss(probabilities: Doubles, targets: Integers) -> float:
    """The mean negative logarithm of the probability of the true class, in nats, ≥ 0.

    Args:
        probabilities: (samples, classes).
        targets: (samples,).
    """
    chosen = probabilities[np.arange(len(targets)), targets]
    return float(-np.log(np.maximum(chosen, SMALLEST)).mean())


def brier(probabilities: Doubles, targets: Integers) -> float:
    """The mean over samples of the squared errors of all probabilities, 0 to 2 (G. W. Brier, 1950).

    Args:
        probabilities: (samples, classes).
        targets: (samples,).
    """
    own = probabilities[np.arange(len(targets)), targets]
    others = np.einsum("ij,ij->i", probabilities, probabilities) - own**2  # no copy of what may be gigabytes
    return float((others + (1.0 - own) ** 2).mean())
