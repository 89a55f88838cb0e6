"""A linear head, and what comes with one that was fitted: answers for samples that it had not seen."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy.optimize
from numpy.typing import NDArray

from workbench.core.models.linear_head import Doubles, Floats, LinearHead, softmax

Integers = NDArray[np.int64]

_SMALLEST = 1e-12  # a probability of nothing at all would make one mistake outweigh all else


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


def averaged(first: FittedHead, second: FittedHead) -> FittedHead:
    """One head with the mean of two heads' logits, for the same samples and features.

    Least squares and logistic regression err on different samples. On hand signs the mean had less log
    loss than either, and it keeps rare classes better than logistic regression alone.

    Returns:
        A head of the second one's kind, folds and strength.
    """
    weight: Floats = np.float32(0.5) * (first.head.weight + second.head.weight)
    bias: Floats = np.float32(0.5) * (first.head.bias + second.head.bias)
    logits = [np.log(np.maximum(fitted.out_of_fold, _SMALLEST)) for fitted in (first, second)]
    answers = softmax((logits[0] + logits[1]) / 2)
    return FittedHead(second.kind, LinearHead(weight, bias), answers, second.folds, second.strength)


def log_loss(probabilities: Doubles, targets: Integers) -> float:
    """The mean negative logarithm of the probability of the right class, in nats."""
    chosen = probabilities[np.arange(len(targets)), targets]
    return float(-np.log(np.maximum(chosen, _SMALLEST)).mean())


def inverse_temperature(logits: Doubles, targets: Integers, *, expected: float) -> float:
    """The factor on logits at which their softmax has the least log loss: one over the temperature.

    To be found from out-of-fold logits only (Guo et al., On Calibration of Modern Neural Networks, 2017).
    Few samples, all right or all wrong by luck, would draw it to infinity or to nothing, so it is held
    near what is expected: twice or half of that costs as much as half a nat on one sample.
    """

    def cost(power: float) -> float:
        loss = log_loss(softmax(logits * (expected * math.exp(power))), targets) if len(targets) else 0.0
        return loss * len(targets) + (power / math.log(2)) ** 2 / 2

    found = scipy.optimize.minimize_scalar(
        cost, bounds=(-7.0, 7.0), method="bounded", options={"xatol": 1e-3}
    )
    return float(expected * math.exp(found.x))


def answerable(targets: Integers, folds: Integers) -> NDArray[np.bool_]:
    """Which samples are answered, out of fold, by a head that has seen their class."""
    pairs, pair, sizes = np.unique(
        np.stack([targets, folds]), axis=1, return_inverse=True, return_counts=True
    )
    totals = np.bincount(pairs[0], weights=sizes)
    return np.asarray(totals[targets] > sizes[pair.ravel()])
