"""What a number may be shown as, and what it is held against."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.core.results.estimate import Estimate, wilson_interval
from workbench.core.results.metrics import metrics_of, metrics_of_confusion
from workbench.core.results.predictions import PredictionTable
from workbench.core.results.trust import GOOD, MINIMUM, Baseline, Trust


def trust(*right_and_wrong: int) -> Trust:
    """Of two classes: right and wrong of the first, right and wrong of the second."""
    first, taken, second, mistaken = right_and_wrong
    measures = metrics_of_confusion(np.array([[first, taken], [mistaken, second]]), 0.1).measures
    baseline = Baseline.of_confusion(measures.confusion)
    return Trust.of(Estimate.of("test", measures), measures, baseline)


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ((14, 0, 15, 0), "too_few"),  # 29 of 29
        ((15, 0, 15, 0), "good"),  # 30 of 30
        ((500, 20, 460, 20), "good"),
        ((35, 15, 40, 10), "fair"),
        ((26, 24, 30, 20), "no_better"),  # its interval holds one half
        ((90, 5, 0, 5), "no_better"),  # 90 % right, where 95 % are of one class
    ],
)
def test_what_is_shown_as_good(counts: tuple[int, int, int, int], verdict: str) -> None:
    assert trust(*counts).verdict == verdict


def test_below_the_minimum_nothing_is_good_whatever_the_share() -> None:
    assert MINIMUM == 30
    for right in range(1, MINIMUM):
        assert trust(right, 0, 0, 0).verdict == "too_few"
    assert wilson_interval(MINIMUM, MINIMUM)[0] > GOOD  # at the minimum a perfect share may be


def test_copies_are_not_counted_twice() -> None:
    """Of 200 photos of 20 groups all are right: 20 pieces of evidence, too few."""
    targets = np.repeat([0, 1], 100)
    table = PredictionTable.of(
        ("a", "b"),
        [f"{number}.jpg" for number in range(200)],
        targets,
        np.eye(2)[targets],
        groups=np.repeat(np.arange(20), 10),
    )
    measures = metrics_of(table).measures
    found = Trust.of(Estimate.of("test", measures), measures, Baseline.of(table))
    assert measures.different == 20
    assert found.verdict == "too_few"


def test_only_what_it_learned_from_is_never_good() -> None:
    targets = np.arange(100) % 2
    table = PredictionTable.of(
        ("a", "b"), [str(n) for n in range(100)], targets, np.eye(2)[targets], worth=np.ones(100, np.int8)
    )
    measures = metrics_of(table).measures
    assert Trust.of(Estimate.of("test", measures), measures, Baseline.of(table)).verdict == "learned"


def test_nothing_is_good_before_its_baseline_is_known() -> None:
    measures = metrics_of_confusion(np.diag([50, 50]), 0.1).measures
    assert Trust.of(Estimate.of("test", measures), measures, None).verdict == "fair"


def test_the_baseline_is_the_largest_class() -> None:
    assert Baseline.of_confusion(np.array([[3, 1, 0], [2, 4, 1], [0, 0, 5]])) == Baseline(1, 7 / 16)
    targets = np.array([0, 0, 0, 0, 1, 1, 2, -1])
    table = PredictionTable.of(tuple("abc"), tuple("stuvwxyz"), targets, np.full((8, 3), 1 / 3))
    assert Baseline.of(table) == Baseline(0, 4 / 7)


def test_the_baseline_counts_groups_as_the_estimate_does() -> None:
    """Four copies of one photo of a, and three different ones of b."""
    targets = np.array([0, 0, 0, 0, 1, 1, 1])
    groups = np.array([9, 9, 9, 9, 1, 2, 3])
    table = PredictionTable.of(("a", "b"), tuple("tuvwxyz"), targets, np.full((7, 2), 0.5), groups=groups)
    assert Baseline.of(table) == Baseline(1, 0.75)
    empty = table.take(np.zeros(0, np.int64))
    assert Baseline.of(empty) is None
