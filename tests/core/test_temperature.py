"""The temperature is found from other photos than those that are judged by it."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.optimize

from workbench.core.results.calibration import Calibration, most_probable
from workbench.core.results.predictions import PredictionTable
from workbench.core.results.probabilities import log_loss, softmax
from workbench.core.results.temperature import cross_fitted, parts_of, scaled, temperature_of


def predictions(count: int, times: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of four classes that are honest at a temperature of `times`, and such classes."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 2, (count, 4))
    honest = softmax(logits)
    targets = (honest.cumsum(axis=1) < random.random((count, 1))).sum(axis=1)
    return softmax(logits * times), targets


@pytest.mark.parametrize("times", [0.4, 1.0, 3.0])
def test_finds_the_temperature_that_scipy_finds(times: float) -> None:
    probabilities, targets = predictions(20_000, times)
    found = temperature_of(probabilities, targets)
    assert found == pytest.approx(times, rel=0.05)

    def loss(power: float) -> float:
        at = np.log(probabilities) * np.exp(power)
        return float(np.mean(scipy.special.logsumexp(at, axis=1) - at[np.arange(len(targets)), targets]))

    theirs = scipy.optimize.minimize_scalar(loss, bracket=(-2.0, 2.0), tol=1e-10)
    assert log_loss(scaled(probabilities, found), targets) == pytest.approx(theirs.fun, abs=1e-6)


def test_predictions_that_are_too_sure_get_honest() -> None:
    probabilities, targets = predictions(4000, 3.0)
    after = cross_fitted(probabilities, targets, np.arange(4000))
    assert after is not None
    assert most_probable(probabilities, targets).error > 0.1
    assert most_probable(after, targets).error < 0.03
    np.testing.assert_array_equal(after.argmax(axis=1), probabilities.argmax(axis=1))
    np.testing.assert_allclose(after.sum(axis=1), 1.0)


def test_no_sample_has_a_say_in_the_temperature_it_is_judged_at() -> None:
    probabilities, targets = predictions(200, 2.0)
    groups = np.arange(200) // 2
    before = cross_fitted(probabilities, targets, groups)
    changed = targets.copy()
    changed[:2] = (changed[:2] + 1) % 4  # a whole group
    after = cross_fitted(probabilities, changed, groups)
    assert before is not None
    assert after is not None
    same = (before == after).all(axis=1)
    part = parts_of(groups)
    assert same[part == part[0]].all()
    assert not same[part != part[0]].any()


def test_a_group_is_in_one_part_and_parts_are_equal() -> None:
    groups = np.random.default_rng(0).integers(0, 40, 500) * 1_000_003
    parts = parts_of(groups)
    assert all(len(set(parts[groups == group].tolist())) == 1 for group in np.unique(groups))
    sizes = [len(np.unique(groups[parts == part])) for part in range(5)]
    assert max(sizes) - min(sizes) <= 1


def test_the_groups_of_a_table_are_kept_together() -> None:
    probabilities, targets = predictions(60, 2.0)
    names = [f"{number}.jpg" for number in range(60)]
    together = PredictionTable.of(
        tuple("abcd"), names, targets, probabilities, groups=np.repeat(np.arange(6), 10)
    )
    found = Calibration.of(together)
    assert found.scaled is not None
    expected = cross_fitted(probabilities, targets, np.repeat(np.arange(6), 10))
    np.testing.assert_array_equal(found.scaled, expected)
    one = PredictionTable.of(tuple("abcd"), names, targets, probabilities, groups=np.zeros(60, np.int64))
    alone = Calibration.of(one)
    assert (alone.scaled, alone.after, alone.log_loss_after, alone.brier_after) == (None,) * 4
