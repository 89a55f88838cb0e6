"""Whether probabilities mean what they say: the reliability diagram and the numbers that follow from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.core.results.predictions import PredictionTable
from workbench.core.results.probabilities import Doubles, Integers, brier, log_loss
from workbench.core.results.temperature import cross_fitted, groups_or_samples, temperature_of

BINS = 15
"""Of equal width, as in Guo et al., On Calibration of Modern Neural Networks (2017)."""


@dataclass(frozen=True)
class Reliability:
    """Predictions by how probable they were said to be.

    Attributes:
        counts: How many predictions are in each bin, shape (bins,); bin k holds k / bins ≤ p
            < (k + 1) / bins, the last one p = 1 as well.
        probability: Their mean probability, NaN where there are none, shape (bins,).
        share: The share that came true, NaN where there are none, shape (bins,).
        error: The expected calibration error (ECE): the mean distance of the two, each bin counting as many
            times as it has predictions; 0 to 1, NaN without predictions.
    """

    counts: Integers
    probability: Doubles
    share: Doubles
    error: float

    @classmethod
    def of(cls, probabilities: Doubles, came_true: NDArray[np.bool_], bins: int = BINS) -> Reliability:
        """The bins of some predictions.

        Args:
            probabilities: What each was said to be, 0 to 1, shape (predictions,).
            came_true: Whether it was so, shape (predictions,).
            bins: How many.
        """
        place = np.minimum((probabilities * bins).astype(np.int64), bins - 1)
        counts = np.bincount(place, minlength=bins)
        said, true = (
            np.bincount(place, weights=values, minlength=bins) for values in (probabilities, came_true)
        )
        with np.errstate(invalid="ignore"):
            probability, share = said / counts, true / counts
            error = float(np.abs(said - true).sum() / np.float64(len(place)))
        return cls(counts.astype(np.int64), probability, share, error)


@dataclass(frozen=True)
class Calibration:
    """How honest the probabilities of a model are, and what temperature scaling makes of that.

    Attributes:
        before: Of the most probable class of each sample, as predicted.
        log_loss, brier: As predicted; in nats, and 0 to 2.
        temperature: What fits all samples: what a model would be scaled by.
        scaled: Probabilities at temperatures that were found from other samples, (samples, classes).
        after: As `before`, of `scaled`.
        log_loss_after, brier_after: Of `scaled`. All of these are None where the samples cannot be divided.
    """

    before: Reliability
    log_loss: float
    brier: float
    temperature: float
    scaled: Doubles | None
    after: Reliability | None
    log_loss_after: float | None
    brier_after: float | None

    @classmethod
    def of(cls, table: PredictionTable) -> Calibration:
        """Of the predictions that count.

        Args:
            table: At least one of its predictions counts; of a model that had not learned from the samples,
                else a temperature says nothing.
        """
        counted = table.take(np.flatnonzero(table.counts))
        probabilities, targets = counted.probabilities, counted.targets
        groups = groups_or_samples(counted.groups, counted.samples)
        scaled = cross_fitted(probabilities, targets, groups)
        return cls(
            most_probable(probabilities, targets),
            log_loss(probabilities, targets),
            brier(probabilities, targets),
            temperature_of(probabilities, targets),
            scaled,
            most_probable(scaled, targets) if scaled is not None else None,
            log_loss(scaled, targets) if scaled is not None else None,
            brier(scaled, targets) if scaled is not None else None,
        )


def most_probable(probabilities: Doubles, targets: Integers) -> Reliability:
    """The reliability of each sample's most probable class.

    Args:
        probabilities: (samples, classes).
        targets: (samples,).
    """
    return Reliability.of(probabilities.max(axis=1), probabilities.argmax(axis=1) == targets)
