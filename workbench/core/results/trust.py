"""How far a number may be trusted: the rule by which it is shown as good, or is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from workbench.core.results.estimate import FEW_SAMPLES, Estimate
from workbench.core.results.measures import Measures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workbench.core.results.predictions import PredictionTable

MINIMUM = FEW_SAMPLES
"""So many different photos must have been tested before any share of them is shown as good."""
GOOD = 0.8
"""What the lower end of the interval must reach to be shown as good: four photos of five."""

Verdict = Literal["learned", "too_few", "no_better", "good", "fair"]
"""In the order in which they are asked: only photos were tested that it had learned from; fewer different
ones than `MINIMUM`; the interval reaches down to what naming one class always would get; its lower end
reaches `GOOD`; none of these."""


@dataclass(frozen=True)
class Baseline:
    """What naming the same class for every photo would get right.

    Attributes:
        index: Of the class for which that is the most, the first of equals.
        accuracy: That share, 0 to 1; of samples that belong together all count as one, as in an `Estimate`.
    """

    index: int
    accuracy: float

    @classmethod
    def of(cls, table: PredictionTable) -> Baseline | None:
        """Of the samples whose predictions count; None where there is none."""
        import numpy as np  # with the first numbers: the window paints before

        rows = table.counts
        targets = table.targets[rows]
        if not len(targets):
            return None
        weights = np.ones(len(targets))
        if table.groups is not None:
            _, place, sizes = np.unique(table.groups[rows], return_inverse=True, return_counts=True)
            weights = 1.0 / sizes[place.ravel()]
        shares = np.bincount(targets, weights=weights, minlength=len(table.classes)) / weights.sum()
        return cls(int(shares.argmax()), float(shares.max()))

    @classmethod
    def of_confusion(cls, confusion: NDArray[np.int64]) -> Baseline:
        """Of samples that are each for itself: (classes, classes), row = true class."""
        samples = confusion.sum(axis=1)
        return cls(int(samples.argmax()), float(samples.max() / samples.sum()))


@dataclass(frozen=True)
class Trust:
    """An estimate with what it has to be held against.

    Attributes:
        estimate: Its interval and the set that it comes from.
        baseline: What it must beat; None where that is not known yet.
        verdict: What it may be shown as.
    """

    estimate: Estimate
    baseline: Baseline | None
    verdict: Verdict

    @classmethod
    def of(cls, estimate: Estimate, measures: Measures, baseline: Baseline | None) -> Trust:
        """The rule; without a baseline nothing is shown as good."""
        return cls(estimate, baseline, _verdict(estimate, measures, baseline))


def _verdict(estimate: Estimate, measures: Measures, baseline: Baseline | None) -> Verdict:
    if measures.only_learned:
        return "learned"
    if measures.different < MINIMUM:
        return "too_few"
    if baseline is not None and estimate.low <= baseline.accuracy:
        return "no_better"
    return "good" if baseline is not None and estimate.low >= GOOD else "fair"
