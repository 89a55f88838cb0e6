"""Slices: their numbers against SciPy and the long way, and what stands out against what was planted."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binomtest, fisher_exact

from workbench.core.results.slices import LEVEL, Slices, holm, less_often_right, slices_of
from workbench.core.results.slicing import FEWEST, Slicing

SEEDS = range(12)


def slicing(values: NDArray[np.int64], by: str = "camera", name: str = "") -> Slicing:
    """Photos 0, 1, … by a number of each; below 0, it is not known."""
    names = tuple(f"kind {number}" for number in range(int(values.max()) + 1))
    of = {str(row): value for row, value in enumerate(values.tolist()) if value >= 0}
    return Slicing(by, names, of, name)  # type: ignore[arg-type]


def judged(right: NDArray[np.bool_], *slicings: Slicing, groups: NDArray[np.int64] | None = None) -> Slices:
    samples = [str(row) for row in range(len(right))]
    return slices_of(samples, right, samples if groups is None else groups.tolist(), slicings)


@pytest.mark.parametrize("seed", SEEDS)
def test_fisher_s_test_is_scipy_s(seed: int) -> None:
    random = np.random.default_rng(seed)
    for _ in range(25):
        tested, elsewhere = random.integers(1, 400, 2).tolist()
        right, others = int(random.integers(0, tested + 1)), int(random.integers(0, elsewhere + 1))
        table = [[right, tested - right], [others, elsewhere - others]]
        theirs = fisher_exact(table, alternative="less").pvalue
        assert less_often_right(right, tested, others, elsewhere) == pytest.approx(theirs, abs=1e-9)


def test_fisher_s_test_of_many_photos() -> None:
    theirs = fisher_exact([[4100, 900], [4300, 700]], alternative="less").pvalue
    assert less_often_right(4100, 5000, 4300, 5000) == pytest.approx(theirs, rel=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_holm_s_correction_is_that_of_its_definition(seed: int) -> None:
    random = np.random.default_rng(seed)
    p_values = np.round(random.random(random.integers(0, 20)) ** 4, 3).tolist()  # with ties
    for level in np.linspace(0.0005, 0.9995, 200):
        rejected = set[int]()
        for place, index in enumerate(sorted(range(len(p_values)), key=lambda each: p_values[each])):
            if p_values[index] * (len(p_values) - place) > level:
                break
            rejected.add(index)
        assert {index for index, value in enumerate(holm(p_values)) if value <= level} == rejected


@pytest.mark.parametrize("seed", SEEDS)
def test_numbers_are_those_of_the_long_way(seed: int) -> None:
    """With groups that lie in several slices, unknown ones, ties and slices that are too small."""
    random = np.random.default_rng(seed)
    count = int(random.integers(60, 300))
    groups = random.integers(0, count // 2, count)
    values = random.integers(-1, 6, count) * (random.random(count) < 0.9)
    right = random.random(count) < 0.8
    found = judged(right, slicing(values), groups=groups)
    by_name = {each.value: each for each in found.found}
    for value in range(int(values.max()) + 1):
        inside: dict[int, list[bool]] = defaultdict(list)
        outside: dict[int, list[bool]] = defaultdict(list)
        mine = {group for group, own in zip(groups.tolist(), values.tolist(), strict=True) if own == value}
        for row in range(count):
            if values[row] == value:
                inside[int(groups[row])].append(bool(right[row]))
            elif int(groups[row]) not in mine:
                outside[int(groups[row])].append(bool(right[row]))
        if min(len(inside), len(outside)) < FEWEST:
            assert f"kind {value}" not in by_name
            continue
        here = sum(sum(each) / len(each) for each in inside.values())
        there = sum(sum(each) / len(each) for each in outside.values())
        made = by_name.pop(f"kind {value}")
        assert made.rows.tolist() == np.flatnonzero(values == value).tolist()
        assert made.groups == len(inside)
        assert made.accuracy == pytest.approx(here / len(inside), abs=1e-12)
        assert made.rest == pytest.approx(there / len(outside), abs=1e-12)
        up, down = int(np.ceil(here - 1e-9)), int(np.floor(there + 1e-9))
        table = [[up, len(inside) - up], [down, len(outside) - down]]
        assert made.p_value == pytest.approx(fisher_exact(table, alternative="less").pvalue, abs=1e-9)
        if here == int(here):
            theirs = binomtest(int(here), len(inside)).proportion_ci(method="wilson")
            assert (made.low, made.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert not by_name
    raw = [each.p_value for each in found.found]
    assert [each.adjusted for each in found.found] == holm(raw)


def test_a_camera_that_is_much_worse_is_named() -> None:
    camera = np.repeat([0, 1, 2], [200, 100, 60])
    right = np.ones(360, bool)
    right[:14] = right[300:304] = False  # 93 of 100 by the first and the third camera
    right[200:229] = False  # 71 of 100 by the second
    found = judged(right, slicing(camera), slicing(np.arange(360) % 4, "brightness"))
    (worst,) = found.standing_out
    assert (worst.value, worst.accuracy, worst.groups) == ("kind 1", 0.71, 100)
    assert worst.rest == pytest.approx(242 / 260)
    assert worst.adjusted < LEVEL
    assert found.looked_at == (("camera", ""), ("brightness", ""))


def test_nothing_is_claimed_from_five_photos() -> None:
    right = np.ones(300, bool)
    right[:5] = False
    found = judged(right, slicing((np.arange(300) < 5).astype(np.int64)))
    assert [each.value for each in found.found] == []
    assert found.too_small == 2, "of two slices, one has five photos and the other all but five"


def test_copies_are_no_further_evidence() -> None:
    """Six photos, each there twenty times, all wrong: they count as six."""
    camera = np.repeat([0, 1], [120, 200])
    groups = np.concatenate([np.arange(120) // 20, np.arange(1000, 1200)])
    right = np.arange(320) >= 120
    assert judged(right, slicing(camera)).standing_out
    assert judged(right, slicing(camera), groups=groups).found == ()


def test_a_difference_that_is_sure_and_small_does_not_stand_out() -> None:
    camera = np.repeat([0, 1], [20_000, 20_000])
    right = np.ones(40_000, bool)
    right[:2000] = right[20_000:20_900] = False  # 90 and 95.5 of 100
    worse = judged(right, slicing(camera))
    assert [each.value for each in worse.standing_out] == ["kind 0"], "twice the mistakes"
    right[20_000:21_100] = False  # 94.5
    found = judged(right, slicing(camera)).found[0]
    assert found.adjusted < 1e-6
    assert not found.stands_out


def test_slices_of_the_same_photos_are_told_once() -> None:
    values = np.arange(100) % 2
    found = judged(np.arange(100) % 7 > 0, slicing(values), slicing(values, "column", "site"))
    assert {(each.by, each.value) for each in found.found} == {("camera", "kind 0"), ("camera", "kind 1")}


def test_of_equally_good_slices_hardly_any_stands_out() -> None:
    """At most one of twenty looks at forty slices names one; here of 300, with what luck allows on top."""
    random = np.random.default_rng(5)
    named = 0
    for _ in range(300):
        right = random.random(240) < 0.85
        ways = [slicing(random.integers(0, 4, 240), "column", str(way)) for way in range(10)]
        named += bool(judged(right, *ways).standing_out)
    assert named <= 24  # 5 % are 15; more than 24 would come about in fewer than 1 of 100 such tests


@pytest.mark.parametrize("count", [0, 1, 19])
def test_few_photos_have_no_slices(count: int) -> None:
    found = judged(np.zeros(count, bool), slicing(np.zeros(max(count, 1), np.int64)))
    assert (found.found, found.standing_out, found.looked_at) == ((), (), ())
