"""Folds: even, class by class, groups together, and the same wherever and whenever they are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.core.instant.folds import folds_of


def _names(count: int) -> list[str]:
    return [f"photo {number}" for number in range(count)]


@pytest.mark.parametrize("sizes", [(40, 40), (101, 7, 33), (13,) * 30])
def test_each_class_and_the_whole_are_spread_evenly(sizes: tuple[int, ...]) -> None:
    targets = np.repeat(np.arange(len(sizes)), sizes)
    folds = folds_of(targets, _names(len(targets)), 5)
    assert np.ptp(np.bincount(folds, minlength=5)) <= 1
    for index in range(len(sizes)):
        assert np.ptp(np.bincount(folds[targets == index], minlength=5)) <= 1


def test_a_group_shares_a_fold_even_across_classes() -> None:
    random = np.random.default_rng(1)
    targets = random.integers(0, 4, 300)
    groups = [f"group {number}" for number in random.integers(0, 90, 300)]
    folds = folds_of(targets, groups, 5)
    assert len(set(zip(groups, folds.tolist(), strict=True))) == len(set(groups))
    assert np.ptp(np.bincount(folds, minlength=5)) <= 15


def test_a_group_too_large_for_any_fold_has_one_all_the_same() -> None:
    targets = np.repeat([0, 1], [50, 10])
    folds = folds_of(targets, ["copy"] * 50 + _names(10), 5)
    assert len(set(folds[:50].tolist())) == 1
    assert set(folds[50:].tolist()) == {0, 1, 2, 3, 4}


def test_the_order_of_the_samples_does_not_matter_and_the_seed_does() -> None:
    targets = np.arange(200) % 3
    names = _names(200)
    folds = folds_of(targets, names, 5)
    order = np.random.default_rng(2).permutation(200)
    shuffled = folds_of(targets[order], [names[row] for row in order], 5)
    np.testing.assert_array_equal(shuffled, folds[order])
    assert (folds_of(targets, names, 5, seed=1) != folds).mean() > 0.5


def test_a_sample_more_moves_few_others() -> None:
    targets = np.append(np.arange(1000) % 10, 3)
    names = _names(1001)
    before, after = folds_of(targets[:-1], names[:-1], 5), folds_of(targets, names, 5)
    assert (before != after[:-1]).sum() <= 50


@pytest.mark.parametrize(
    ("sizes", "folds"), [((1,), 1), ((1, 1), 2), ((2, 2), 2), ((3, 3), 3), ((1, 9), 5), ((100, 1), 5)]
)
def test_few_groups_make_few_folds(sizes: tuple[int, ...], folds: int) -> None:
    targets = np.repeat(np.arange(len(sizes)), sizes)
    drawn = folds_of(targets, _names(len(targets)), 5)
    assert sorted(set(drawn.tolist())) == list(range(folds))
