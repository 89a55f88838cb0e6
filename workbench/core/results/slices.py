"""How good a model is at kinds of photos, and at which of them it is much worse than at the rest.

A *slicing* divides photos by one thing that is known of them: their camera, their brightness. A *slice* is
the photos of one kind. Whoever looks at forty slices finds one that is worse by luck, so that a slice only
stands out where Fisher's exact test (R. A. Fisher 1922, JRSS 85:87-94; one-sided, as nobody asks where a
model is better) says so after Holm's correction for all slices that were looked at (S. Holm 1979, Scand. J.
Statist. 6:65-70), and where the difference is one that matters.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.core.results.estimate import How, interval_of
from workbench.core.results.slicing import FEWEST, By, Slicing, Value

LEVEL = 0.05
"""How often, at most, some slice stands out by luck alone where a model is equally good at all."""
MUCH, HALF_AS_MUCH = 0.1, 0.05
"""By so much a slice must be worse to stand out: by the first, or by the second with twice the mistakes."""


@dataclass(frozen=True, eq=False)  # arrays cannot be compared with ==
class Slice:
    """What a model makes of one kind of photos.

    Attributes:
        by, name, value: What the photos have in common; see `Slicing`.
        rows: The photos, positions, int64, shape (samples,).
        groups: How many of them do not belong together; what belongs together counts as one.
        accuracy: Share of right predictions, 0 to 1, each group counting the same.
        low, high: The 95 % interval of that (Wilson's).
        rest: The accuracy on all photos outside, less what belongs together with photos inside.
        p_value: How often a model equally good at both would be so much worse here, 0 to 1.
        adjusted: The same once it is considered how many slices were looked at (Holm).
        stands_out: Whether it is much worse than the rest, by more than luck would bring about.
    """

    by: By
    name: str
    value: Value
    rows: NDArray[np.int64]
    groups: int
    accuracy: float
    low: float
    high: float
    rest: float
    p_value: float
    adjusted: float = 1.0
    stands_out: bool = False

    @property
    def samples(self) -> int:
        """How many photos it has."""
        return len(self.rows)


@dataclass(frozen=True, eq=False)
class Slices:
    """All that was looked at.

    Attributes:
        found: The slices with photos enough, by slicing in the order given, the worst first.
        too_small: How many others have too few.
        samples: How many photos were looked at in all.
    """

    found: tuple[Slice, ...]
    too_small: int
    samples: int

    @property
    def standing_out(self) -> tuple[Slice, ...]:
        """Those at which the model is much worse, the greatest difference first."""
        return tuple(
            sorted(
                (each for each in self.found if each.stands_out), key=lambda each: each.accuracy - each.rest
            )
        )

    @property
    def looked_at(self) -> tuple[tuple[By, str], ...]:
        """What the slices that were looked at are divided by, with the names of columns."""
        return tuple(dict.fromkeys((each.by, each.name) for each in self.found))


def slices_of(
    samples: Sequence[str],
    right: NDArray[np.bool_],
    groups: Sequence[Hashable],
    slicings: Sequence[Slicing],
    *,
    how: How = "test",
) -> Slices:
    """What a model makes of each slice of photos that it had not learned.

    A slice with fewer than `FEWEST` groups, or all but so few, is left out; of slices of the same photos, all
    but the first.

    Args:
        samples: Ids of N photos.
        right: Whether the model was right, shape (N,).
        groups: What belongs together has the same one, N of them.
        slicings: How to divide them.
        how: Which predictions they are; see `Estimate`.
    """
    numbers: dict[Hashable, int] = {}
    group = np.array([numbers.setdefault(each, len(numbers)) for each in groups], np.int64)
    correct = np.asarray(right, np.float64)
    found: list[Slice] = []
    too_small, known = 0, set()
    for slicing in slicings:
        place = np.array([slicing.of.get(each, -1) for each in samples], np.int64)
        own = []
        for index, value in enumerate(slicing.values):
            rows = np.flatnonzero(place == index).astype(np.int64)
            if not len(rows) or (key := rows.tobytes()) in known:
                continue
            made = _slice(slicing, value, rows, correct, group, how)
            if made is None:
                too_small += len(rows) < len(samples)
                continue
            known.add(key)
            own.append(made)
        found += sorted(own, key=lambda each: each.accuracy)
    adjusted = holm([each.p_value for each in found])
    judged = (
        replace(each, adjusted=value, stands_out=value < LEVEL and _is_much(each))
        for each, value in zip(found, adjusted, strict=True)
    )
    return Slices(tuple(judged), too_small, len(samples))


def _slice(
    slicing: Slicing,
    value: Value,
    rows: NDArray[np.int64],
    correct: NDArray[np.float64],
    group: NDArray[np.int64],
    how: How,
) -> Slice | None:
    outside = np.ones(len(correct), bool)
    outside[rows] = False
    outside &= ~np.isin(group, group[rows])  # what lies on both sides is no evidence for both
    here, count = _right_groups(correct[rows], group[rows])
    there, others = _right_groups(correct[outside], group[outside])
    if min(count, others) < FEWEST:
        return None
    low, high = interval_of(here, count, how)
    # Where a group is right in part, the test takes what makes the difference smaller.
    p_value = less_often_right(_up(here), count, _down(there), others)
    return Slice(
        slicing.by, slicing.name, value, rows, count, here / count, low, high, there / others, p_value
    )


def _right_groups(correct: NDArray[np.float64], group: NDArray[np.int64]) -> tuple[float, int]:
    """The sum over the groups of the share of each that is right, and how many there are."""
    if not len(group):
        return 0.0, 0
    _, place, sizes = np.unique(group, return_inverse=True, return_counts=True)
    shares = np.bincount(place.ravel(), weights=correct) / sizes
    return min(float(shares.sum()), float(len(sizes))), len(sizes)


_ROUNDING = 1e-9


def _up(value: float) -> int:
    return math.ceil(value - _ROUNDING)


def _down(value: float) -> int:
    return math.floor(value + _ROUNDING)


def _is_much(found: Slice) -> bool:
    worse = found.rest - found.accuracy
    return worse >= MUCH or (worse >= HALF_AS_MUCH and 1 - found.accuracy >= 2 * (1 - found.rest))


def less_often_right(right: int, tested: int, right_elsewhere: int, elsewhere: int) -> float:
    """Fisher's exact test, one-sided: how often so few or fewer of the right ones would be among these.

    Args:
        right, tested: How many answers are right here, and how many there are.
        right_elsewhere, elsewhere: The same of all others.

    Returns:
        The p-value, 0 to 1.
    """
    total, all_right = tested + elsewhere, right + right_elsewhere
    whole = _log_choose(total, tested)
    least = max(0, tested - (total - all_right))
    logs = (
        _log_choose(all_right, count) + _log_choose(total - all_right, tested - count) - whole
        for count in range(least, right + 1)
    )
    return min(1.0, math.fsum(map(math.exp, logs)))


def _log_choose(of: int, count: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(count + 1) - math.lgamma(of - count + 1)


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values of several tests, each adjusted for their number (Holm's step-down method), 0 to 1."""
    adjusted, greatest = [0.0] * len(p_values), 0.0
    for place, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        greatest = max(greatest, min(1.0, (len(p_values) - place) * p_values[index]))
        adjusted[index] = greatest
    return adjusted
