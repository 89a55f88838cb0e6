"""A linear head, and what comes with one that was fitted: answers for samples that it had not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.optimize
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]

_SMALLEST = 1e-12  # a probability of nothing at all would make one mistake outweigh all else


@dataclass(frozen=True)
class LinearHead:
    """Logits from features as the backbone gives them: any standardisation is folded in.

    Attributes:
        weight: float32, (classes, features).
        bias: float32, (classes,).
    """

    weight: Floats
    bias: Floats

    def logits(self, features: Floats) -> Doubles:
        """The logits, (samples, classes), of features, (samples, features)."""
        return np.asarray(features @ self.weight.T + self.bias, dtype=np.float64)

    def probabilities(self, features: Floats) -> Doubles:
        """The softmax of the logits, (samples, classes); each row sums to 1."""
        return softmax(self.logits(features))


@dataclass(frozen=True)
class FittedHead:
    """A head and its answers for each sample from heads that had not seen that sample.

    Attributes:
        kind: `ridge`, `logistic` or `blend`.
        out_of_fold: Probabilities, (samples, classes), by the heads that had not seen the sample's fold.
        folds: The fold of each sample, (samples,).
        strength: What the regularisation came out at: ridge's lambda, or the C of logistic regression.
    """

    kind: str
    head: LinearHead
    out_of_fold: Doubles
    folds: Integers
    strength: float


def softmax(logits: Doubles) -> Doubles:
    """The softmax over the last axis, in float64."""
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))


def log_loss(probabilities: Doubles, targets: Integers) -> float:
    """The mean negative logarithm of the probability of the right class, in nats."""
    chosen = probabilities[np.arange(len(targets)), targets]
    return float(-np.log(np.maximum(chosen, _SMALLEST)).mean())


def sharpness(logits: Doubles, targets: Integers, *, at_most: float = 1e3) -> float:
    """The factor on logits at which their softmax has the least log loss: one over the temperature.

    To be found from out-of-fold logits only (Guo et al., On Calibration of Modern Neural Networks, 2017).

    Args:
        at_most: Where all samples are right, no factor is too large; this one is.
    """
    found = scipy.optimize.minimize_scalar(
        lambda power: log_loss(softmax(logits * np.exp(power)), targets),
        bounds=(-np.log(at_most), np.log(at_most)),
        method="bounded",
        options={"xatol": 1e-3},
    )
    return float(np.exp(found.x))
