"""The interval behind "Right for 85 to 94 of 100 photos", against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from workbench.core.results.estimate import CROSS_VALIDATED_WIDER, Estimate, wilson_interval
from workbench.core.results.metrics import metrics_of_confusion


@pytest.mark.parametrize("tested", [1, 2, 5, 30, 153, 10_000])
def test_agrees_with_scipy(tested: int) -> None:
    for right in sorted({0, 1, tested // 3, tested // 2, tested - 1, tested}):
        theirs = binomtest(right, tested).proportion_ci(confidence_level=0.95, method="wilson")
        assert wilson_interval(right, tested) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_a_cross_validated_estimate_is_less_certain_by_the_stated_factor() -> None:
    measures = metrics_of_confusion(np.array([[70, 10], [5, 68]]), 0.1).measures
    certainty = 2 * norm.cdf(CROSS_VALIDATED_WIDER * norm.ppf(0.975)) - 1
    for how, level in (("test", 0.95), ("validation", 0.95), ("cross_validated", certainty)):
        theirs = binomtest(138, 153).proportion_ci(confidence_level=level, method="wilson")
        estimate = Estimate.of(how, measures)
        assert (estimate.low, estimate.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_says_nothing_where_nothing_was_tested() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("right", "tested"), [(-1, 5), (6, 5)])
def test_refuses_impossible_counts(right: int, tested: int) -> None:
    with pytest.raises(ValueError, match="right answers of 5"):
        wilson_interval(right, tested)
