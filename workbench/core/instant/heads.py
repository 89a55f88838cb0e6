"""A linear head, and what comes with one that was fitted: answers for samples that it had not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.core.models.linear_head import Doubles, LinearHead
from workbench.core.results.probabilities import SMALLEST, log_loss, softmax
from workbench.core.results.temperature import inverse_temperature

Integers = NDArray[np.int64]

_SHARES = (0.5, 0.75, 1.0)  # of ridge
_CLEARLY = 0.97  # of the log loss: what is not the plain mean has to be better than that
_TELLING = 5_000_000  # probabilities: enough to find two numbers


@dataclass(frozen=True)
class HeadSettings:
    """What of a head is settings, not samples: enough to fit it again to others.

    Its logits are `ridge` times the answers of ridge regression, and `logistic` times the logits of logistic
    regression.

    Attributes:
        penalty: Lambda of ridge regression.
        ridge, logistic: The shares.
        strength: C of logistic regression.
    """

    penalty: float
    ridge: float
    strength: float = 1.0
    logistic: float = 0.0


@dataclass(frozen=True)
class FittedHead:
    """A head and its answers for each sample from heads that had not seen that sample.

    Attributes:
        kind: `ridge`, `logistic` or `blend`.
        out_of_fold: Probabilities, (samples, classes), by the heads that had not seen the sample's fold.
        folds: The fold of each sample, (samples,).
        strength: What the regularisation came out at: ridge's lambda, or the C of logistic regression.
        settings: How to fit it again; None for a `blend`.
    """

    kind: str
    head: LinearHead
    out_of_fold: Doubles
    folds: Integers
    strength: float
    settings: HeadSettings | None = None


def averaged(ridge: FittedHead, logistic: FittedHead, targets: Integers) -> FittedHead:
    """One head with the mean of two heads' logits, for the same samples and features.

    Least squares and logistic regression err on different samples. On hand signs the mean had less log
    loss than either, and it keeps rare classes better than logistic regression alone. Where logistic
    regression stands on so few axes, or walked so few steps, that the out-of-fold answers are better
    without half of it, it has a smaller share. One factor, found from these answers too, makes honest
    probabilities of them again.

    Args:
        targets: (samples,).

    Returns:
        A head of the second one's kind, folds and strength.
    """
    least, other = (
        np.log(np.maximum(fitted.out_of_fold, SMALLEST), dtype=np.float32) for fitted in (ridge, logistic)
    )
    told = np.flatnonzero(answerable(targets, logistic.folds))
    if not len(told):
        told = np.arange(len(targets))
    told = told[:: max(1, len(told) * least.shape[1] // _TELLING)]
    share, factor = _SHARES[0], 1.0
    best = log_loss(softmax((least[told] + other[told]).astype(np.float64) / 2), targets[told])
    for tried in _SHARES:
        logits = (tried * least[told] + (1 - tried) * other[told]).astype(np.float64)
        power = inverse_temperature(logits, targets[told], expected=1.0)
        loss = log_loss(softmax(logits * power), targets[told])
        if loss < _CLEARLY * best:
            best, share, factor = loss, tried, power
    of_ridge, of_logistic = np.float32(factor * share), np.float32(factor * (1 - share))
    head = LinearHead(
        of_ridge * ridge.head.weight + of_logistic * logistic.head.weight,
        of_ridge * ridge.head.bias + of_logistic * logistic.head.bias,
    )
    least *= of_ridge
    other *= of_logistic
    least += other
    answers = softmax(least.astype(np.float64))
    settings = None
    if ridge.settings is not None:
        share = float(of_ridge) * ridge.settings.ridge
        settings = HeadSettings(ridge.settings.penalty, share, logistic.strength, float(of_logistic))
    return FittedHead(logistic.kind, head, answers, logistic.folds, logistic.strength, settings)


def answerable(targets: Integers, folds: Integers) -> NDArray[np.bool_]:
    """Which samples are answered, out of fold, by a head that has seen their class."""
    pairs, pair, sizes = np.unique(
        np.stack([targets, folds]), axis=1, return_inverse=True, return_counts=True
    )
    totals = np.bincount(pairs[0], weights=sizes)
    return np.asarray(totals[targets] > sizes[pair.ravel()])
