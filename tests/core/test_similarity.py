"""The order of classes by what is mixed up: neighbours, absent classes, very many."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform

from workbench.core.results.similarity import mixed_up, order_by_similarity


def in_blocks(classes: int, size: int, random: np.random.Generator) -> tuple[NDArray[np.int64], list[int]]:
    """Classes of which so many are mixed up with each other, in an order that hides it; and their blocks."""
    block = random.permutation(np.arange(classes) // size)
    counts = np.where(block[:, None] == block, random.integers(1, 4, (classes, classes)), 0)
    np.fill_diagonal(counts, 20)
    return counts.astype(np.int64), block.tolist()


def neighbours(order: NDArray[np.int64], shares: NDArray[np.float64]) -> float:
    """How much each class is mixed up with the next one, in all."""
    return float(shares[order[:-1], order[1:]].sum())


def test_shares_are_those_counted_by_hand() -> None:
    counts = np.array([[8, 2, 0], [1, 4, 0], [0, 0, 0]])
    shares = mixed_up(counts)
    assert shares[0, 1] == shares[1, 0] == pytest.approx(3 / 15)
    assert shares[2].tolist() == shares[:, 2].tolist() == [0, 0, 0]
    assert shares.diagonal().tolist() == [0, 0, 0]


@pytest.mark.parametrize("joined", [False, True])
def test_what_is_mixed_up_stands_together(joined: bool) -> None:
    random = np.random.default_rng(0)
    counts, block = in_blocks(40, 5, random)
    if joined:  # all of them hang together, weakly
        counts[np.arange(40), np.roll(np.arange(40), 1)] += 1
    order = order_by_similarity(counts)
    assert sorted(order.tolist()) == list(range(40))
    runs = [key for key, _ in itertools.groupby(block[number] for number in order.tolist())]
    assert len(runs) == 8


def test_a_chain_is_laid_out_as_one() -> None:
    random = np.random.default_rng(1)
    place = random.permutation(12)
    counts = np.zeros((12, 12), np.int64)
    counts[place, place] = 20
    counts[place[:-1], place[1:]] = 4
    order = order_by_similarity(counts).tolist()
    assert order in (place.tolist(), place[::-1].tolist())
    assert order[0] < order[-1]


def test_the_best_of_all_orders_of_three_is_found_where_the_nearest_two_stay_together() -> None:
    for seed in range(20):
        counts = np.random.default_rng(seed).integers(1, 99, (3, 3))
        shares = mixed_up(counts)
        two = np.unravel_index(int(shares.argmax()), shares.shape)
        every = [np.array(order) for order in itertools.permutations(range(3))]
        beside = [order for order in every if np.diff(np.flatnonzero(np.isin(order, two))) == 1]
        best = max(neighbours(order, shares) for order in beside)
        assert neighbours(order_by_similarity(counts), shares) == pytest.approx(best)


def test_neighbours_are_nearer_than_in_the_tree_as_scipy_draws_it() -> None:
    ours, plain = [], []
    for seed in range(30):
        counts = np.random.default_rng(seed).integers(1, 9, (20, 20))
        shares = mixed_up(counts)
        distances = 1 - shares
        np.fill_diagonal(distances, 0)
        leaves = hierarchy.leaves_list(hierarchy.linkage(squareform(distances), "average"))
        ours.append(neighbours(order_by_similarity(counts), shares))
        plain.append(neighbours(leaves, shares))
    assert np.mean(ours) > np.mean(plain) + 0.05
    assert sum(one < other for one, other in zip(ours, plain, strict=True)) <= 3


def test_classes_without_mistakes_keep_their_order() -> None:
    assert order_by_similarity(np.diag([3, 0, 5, 1])).tolist() == [0, 1, 2, 3]
    counts = np.diag([9, 9, 0, 9, 9])  # the third is absent, but the last one was taken for it
    counts[4, 2] = 1
    assert order_by_similarity(counts).tolist() == [0, 1, 2, 4, 3]
    assert order_by_similarity(np.zeros((3, 3), np.int64)).tolist() == [0, 1, 2]
    assert order_by_similarity(np.ones((1, 1), np.int64)).tolist() == [0]
    assert order_by_similarity(np.zeros((0, 0), np.int64)).tolist() == []


def test_a_thousand_classes_are_nearer_to_those_that_they_are_mixed_up_with() -> None:
    random = np.random.default_rng(0)
    where = random.random((1000, 2))
    near = np.exp(-np.square(where[:, None] - where).sum(axis=2) / 0.002)
    counts = random.poisson(2 * near)
    shares = mixed_up(counts)
    order = order_by_similarity(counts)
    assert sorted(order.tolist()) == list(range(1000))
    assert neighbours(order, shares) > 10 * neighbours(np.arange(1000), shares)
