"""The interval behind "Right for 85 to 94 of 100 photos", against SciPy's."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest

from workbench.core.results.estimate import wilson_interval


@pytest.mark.parametrize("tested", [1, 2, 5, 30, 153, 10_000])
def test_agrees_with_scipy(tested: int) -> None:
    for right in sorted({0, 1, tested // 3, tested // 2, tested - 1, tested}):
        theirs = binomtest(right, tested).proportion_ci(confidence_level=0.95, method="wilson")
        assert wilson_interval(right, tested) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_says_nothing_where_nothing_was_tested() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("right", "tested"), [(-1, 5), (6, 5)])
def test_refuses_impossible_counts(right: int, tested: int) -> None:
    with pytest.raises(ValueError, match="right answers of 5"):
        wilson_interval(right, tested)
