"""How good a model is on photos that it has not seen, as far as the tested ones can tell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from workbench.core.results.measures import Measures

FEW_SAMPLES = 30
"""With fewer tested photos than this, the 95 % interval of a usual share spans about a third of the scale."""

CROSS_VALIDATED_WIDER = 1.3
"""How much wider the interval of a cross-validated estimate is than the same of a test set.

The folds share their training samples, and the model that stays learned from other ones than any of them,
so the estimate scatters about its accuracy more than a test set's does (Bates, Hastie & Tibshirani,
Cross-validation: what does it estimate and how well does it do it?, 2021). Measured for heads on features,
with 30 to 400 samples of 2 or 10 classes: by 1.06 to 1.5 times. `python -m benchmarks intervals` says how
often the interval holds."""
_Z = 1.959963984540054  # 95 %

How = Literal["test", "validation", "cross_validated"]
"""Which predictions an estimate is made from, the fairest first: those for a test set, which nothing was
chosen by; for a validation set; for the training samples, each by a model that had not learned it."""


@dataclass(frozen=True)
class Estimate:
    """The accuracy to expect on other photos of the same kind.

    Attributes:
        accuracy: Share of right predictions, 0 to 1.
        low, high: Between these lies the true share, 95 times in 100 (Wilson's interval, wider where it is
            cross-validated).
        samples: How many samples were tested.
        how: Which predictions they were.
        groups: How many of them do not belong together: what the interval counts, as copies are no new
            evidence. 0 in what older versions wrote: as many as samples.
    """

    accuracy: float
    low: float
    high: float
    samples: int
    how: How
    groups: int = 0

    @property
    def of_100(self) -> tuple[int, int]:
        """The ends of the interval as right ones of a hundred, rounded outwards, so that no more is promised.

        100 is only said where the upper end is 1.
        """
        low, high = math.floor(100 * self.low + 1e-9), math.ceil(100 * self.high - 1e-9)
        return low, high if self.high >= 1 else min(high, 99)

    @classmethod
    def of(cls, how: How, measures: Measures) -> Estimate:
        """The estimate from the measures on one set of samples."""
        share, groups = measures.accuracy, measures.different
        right: float = measures.right
        if measures.group_accuracy is not None:
            share = measures.group_accuracy
            right = share * groups
        low, high = interval_of(right, groups, how)
        return cls(share, low, high, measures.samples, how, groups)


def interval_of(right: float, tested: int, how: How) -> tuple[float, float]:
    """The 95 % interval of a share: Wilson's, wider where it is cross-validated. See `wilson_interval`."""
    wider = CROSS_VALIDATED_WIDER if how == "cross_validated" else 1.0
    return wilson_interval(right, tested, _Z * wider)


def fairest(found: Mapping[How, Measures | None]) -> tuple[How, Measures] | None:
    """The one rule by which a run is judged: the fairest measures that it has, None where it has none."""
    hows: tuple[How, ...] = get_args(How)
    return next(((how, measures) for how in hows if (measures := found.get(how)) is not None), None)


def wilson_interval(right: float, tested: int, z: float = _Z) -> tuple[float, float]:
    """The interval that holds the true share of right answers, by default 95 times in 100.

    Wilson's score interval (E. B. Wilson 1927, JASA 22:209-212), which stays within 0 to 1 and holds
    for few samples and for shares near 0 and 1, where the normal approximation does not.

    Args:
        right: Number of right answers, 0 to `tested`; a fraction where each is a mean over copies.
        tested: Number of answers, 0 or more.
        z: Quantile of the normal distribution for the wanted certainty; the default is for 95 %.

    Returns:
        Lower and upper bound, each 0 to 1; (0, 1) where nothing was tested.

    Raises:
        ValueError: `right` is not from 0 to `tested`.
    """
    if not 0 <= right <= tested:
        raise ValueError(f"{right} right answers of {tested}")
    if tested == 0:
        return 0.0, 1.0
    share = right / tested
    shrink = 1.0 + z * z / tested
    centre = (share + z * z / (2 * tested)) / shrink
    half = z / shrink * math.sqrt(share * (1.0 - share) / tested + z * z / (4.0 * tested * tested))
    lower = 0.0 if right == 0 else max(0.0, centre - half)
    upper = 1.0 if right == tested else min(1.0, centre + half)
    return lower, upper
