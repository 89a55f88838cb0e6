"""Two models on the same photos: which these are, what McNemar's test says, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest

from workbench.core.results.comparison import Comparison, exact_p_value
from workbench.core.results.held_out import HeldOut
from workbench.core.results.paired import LeftOut, Paired
from workbench.core.results.predictions import LEARNED, UNCHECKED, PredictionTable
from workbench.core.results.verdict import cautions, verdict
from workbench.core.results.yardstick import OnTheSame, only
from workbench.words import say

NAMES = ("ants", "bees", "crabs")


def table(
    samples: Sequence[str],
    true: Sequence[int],
    said: Sequence[int],
    *,
    names: tuple[str, ...] = NAMES,
    subset: str = "validation",
    folds: Sequence[int] | None = None,
    groups: Sequence[int] | None = None,
    worth: Sequence[int] | None = None,
) -> PredictionTable:
    probabilities = np.full((len(samples), len(names)), 0.4 / (len(names) - 1))
    probabilities[np.arange(len(samples)), list(said)] = 0.6
    return PredictionTable.of(
        names,
        samples,
        np.array(true, np.int64),
        probabilities,
        subset=subset,
        folds=None if folds is None else np.array(folds, np.int64),
        groups=None if groups is None else np.array(groups, np.int64),
        worth=None if worth is None else np.array(worth, np.int8),
    )


def ids(count: int) -> list[str]:
    return [f"{number}.jpg" for number in range(count)]


def digests(samples: Sequence[str]) -> dict[str, str]:
    return {sample: f"content of {sample}" for sample in samples}


def codes(found: Paired) -> list[str]:
    return [each.code for each in cautions(found)]


@pytest.mark.parametrize("seed", range(200))
def test_the_p_value_is_scipys(seed: int) -> None:
    random = np.random.default_rng(seed)
    most = (4, 30, 400, 3000)[seed % 4]
    fixed, broken = (int(each) for each in random.integers(0, most, 2))
    theirs = binomtest(fixed, fixed + broken).pvalue if fixed + broken else 1.0
    assert exact_p_value(fixed, broken) == pytest.approx(theirs, rel=1e-9, abs=1e-300)
    assert exact_p_value(fixed, broken) == exact_p_value(broken, fixed)


@pytest.mark.parametrize("seed", range(60))
def test_counts_and_p_value_of_random_tables_are_those_of_a_count_by_hand(seed: int) -> None:
    random = np.random.default_rng(seed)
    classes = int(random.integers(2, 51))
    names = tuple(f"class {number}" for number in range(classes))
    every, count = ids(120), int(random.integers(1, 120))
    true = random.integers(0, classes, 120)
    said = [np.where(random.random(120) < 0.7, true, random.integers(0, classes, 120)) for _ in range(2)]
    parts = [np.sort(random.permutation(120)[:count]) for _ in range(2)]
    sides = [
        HeldOut.of(table([every[row] for row in part], true[part], told[part], names=names))
        for part, told in zip(parts, said, strict=True)
    ]
    found = Paired.of(*sides)
    both = sorted(set(parts[0]) & set(parts[1]))
    right = [[bool(told[row] == true[row]) for row in both] for told in said]
    fixed = sum(after and not before for before, after in zip(*right, strict=True))
    broken = sum(before and not after for before, after in zip(*right, strict=True))
    assert (found.comparison.put_right, found.comparison.spoiled, len(found)) == (fixed, broken, len(both))
    if fixed + broken:
        theirs = binomtest(fixed, fixed + broken).pvalue
        assert found.comparison.p_value == pytest.approx(theirs, rel=1e-9)
    if both:
        assert found.accuracy == pytest.approx([np.mean(each) for each in right], abs=1e-12)
    else:
        assert found.accuracy is None
        assert found.comparison.samples == 0
    only = {sides[1].samples[found.rows[1][row]] for row in found.fixed.tolist()}
    assert only == {every[row] for row, a, b in zip(both, *right, strict=True) if b and not a}
    back = Paired.of(sides[1], sides[0])
    assert (back.comparison.put_right, back.comparison.spoiled) == (broken, fixed)
    assert back.comparison.p_value == found.comparison.p_value


def test_photos_that_one_learned_from_are_left_out_and_counted() -> None:
    """One learned and was tested in turn on all; the other drew a validation set of three of five."""
    every = ids(5)
    in_turn = HeldOut.of(
        table(every, [0, 0, 1, 1, 2], [0, 1, 1, 1, 2], subset="training", folds=[0, 1, 0, 1, 0]),
        digests=digests(every),
    )
    drawn = HeldOut.of(
        table(every[:3], [0, 0, 1], [0, 0, 1]),
        digests=digests(every),
        learned=every[3:],
        chose=["validation"],
    )
    found = Paired.of(in_turn, drawn)
    assert len(found) == 3
    assert found.left_out == LeftOut(learned=(0, 2))
    assert found.sets(0) == {"cross_validated": 3}
    assert found.sets(1) == {"validation": 3}
    told = codes(found)
    assert told[0] == "compared.split"
    assert {"compared.few", "compared.chosen", "compared.learned", "compared.cross_validated"} < set(told)
    sentences = [say(each) for each in cautions(found)]
    assert sentences[0].startswith("The split changed: 3 of the 5 photos that A was tested on and the 3 of B")
    assert "3 answers of B for its validation set." in sentences
    assert "Left out: 2 photos that B learned from, or from nearly the same picture." in sentences
    assert any(
        each.endswith("decided what was kept of B, which may flatter it a little.") for each in sentences
    )


def test_nothing_is_compared_where_each_learned_what_the_other_was_tested_on() -> None:
    first = HeldOut.of(table(ids(4)[:2], [0, 1], [0, 1]), learned=ids(4)[2:])
    second = HeldOut.of(table(ids(4)[2:], [0, 1], [0, 1]), learned=ids(4)[:2])
    found = Paired.of(first, second)
    assert len(found) == 0
    assert found.accuracy is None
    assert found.left_out == LeftOut(learned=(2, 2))
    assert say(verdict(found.comparison)).startswith("There is no photo that both were tested on")


def test_rows_that_a_model_learned_from_or_that_cannot_be_right_do_not_count() -> None:
    every = ids(5)
    trained = table(every[:2], [0, 1], [0, 1], subset="training")
    assert len(HeldOut.of(trained).samples) == 0
    assert set(HeldOut.of(trained).learned) == set(every[:2])
    unsure = HeldOut.of(
        table(every, [0, 1, 2, 0, -1], [0] * 5, worth=[0, LEARNED, UNCHECKED, 0, 0]), digests=digests(every)
    )
    assert unsure.samples == (every[0], every[3])
    assert set(unsure.learned) == {every[1]}
    assert set(unsure.unchecked) == {every[2], every[4]}
    found = Paired.of(
        HeldOut.of(table(every[:4], [0, 1, 2, 0], [0, 1, 2, 0]), digests=digests(every)), unsure
    )
    assert len(found) == 2
    assert found.left_out == LeftOut(learned=(0, 1), unchecked=1)


def test_only_learned_photos_are_no_held_out_ones() -> None:
    """`PredictionTable.counts` falls back to these; a comparison must not."""
    taught = table(ids(3), [0, 1, 2], [0, 1, 2], worth=[LEARNED] * 3)
    assert taught.counts.all()
    assert len(HeldOut.of(taught).samples) == 0


def test_a_renamed_photo_is_found_by_what_is_in_it_and_a_replaced_one_is_another() -> None:
    first = HeldOut.of(
        table(["a.jpg", "b.jpg", "c.jpg"], [0, 1, 2], [0, 1, 2]),
        digests={"a.jpg": "one", "b.jpg": "two", "c.jpg": "three"},
    )
    second = HeldOut.of(
        table(["renamed.jpg", "b.jpg", "c.jpg"], [0, 1, 2], [0, 0, 2]),
        digests={"renamed.jpg": "one", "b.jpg": "another photo", "c.jpg": "three"},
    )
    found = Paired.of(first, second)
    pairs = [
        (first.samples[here], second.samples[there])
        for here, there in zip(found.rows[0].tolist(), found.rows[1].tolist(), strict=True)
    ]
    assert pairs == [("a.jpg", "renamed.jpg"), ("c.jpg", "c.jpg")]
    assert found.left_out == LeftOut(missing=(1, 1))
    assert codes(found).count("compared.missing") == 2
    assert "compared.by_name" not in codes(found)
    assert "compared.by_name" in codes(Paired.of(replace(first, digests=("",) * 3), second))


def test_a_renamed_photo_that_was_learned_from_is_known_as_such() -> None:
    first = HeldOut.of(table(["a.jpg"], [0], [0]), digests={"a.jpg": "one"})
    second = HeldOut.of(
        table(["z.jpg"], [0], [0]), digests={"z.jpg": "two", "moved.jpg": "one"}, learned=["moved.jpg"]
    )
    assert Paired.of(first, second).left_out == LeftOut(learned=(0, 1), missing=(1, 0))


def test_a_photo_of_another_class_now_is_left_out_and_a_renamed_class_is_the_same() -> None:
    own = {"ants": "1", "bees": "2", "crabs": "3"}
    renamed = {"emmets": "1", "bees": "2", "crabs": "3"}
    first = HeldOut.of(table(ids(3), [0, 1, 2], [0, 1, 2]), ids=own)
    second = HeldOut.of(table(ids(3), [0, 1, 1], [0, 1, 2], names=("emmets", "bees", "crabs")), ids=renamed)
    found = Paired.of(first, second)
    assert len(found) == 2
    assert found.left_out == LeftOut(reclassed=1)
    assert "compared.classes" not in codes(found)


def test_says_which_classes_only_one_knows() -> None:
    first = HeldOut.of(table(ids(2), [0, 1], [0, 1], names=("ants", "bees")))
    second = HeldOut.of(table(ids(3), [0, 1, 2], [0, 1, 2], names=("bees", "ants", "wasps & co")))
    found = Paired.of(first, replace(second, true=np.array([1, 0, 2])))
    assert len(found) == 2
    (told,) = [say(each) for each in cautions(found) if each.code == "compared.classes"]
    assert told.startswith("Only B knows “wasps & co”")


def test_what_belongs_together_on_either_side_counts_once() -> None:
    """Groups {0,1} of the first and {1,2} of the second make one; 3 and 4 are one file under two names."""
    every = ids(5)
    contents = {**digests(every), every[4]: digests(every)[every[3]]}
    first = HeldOut.of(table(every, [0] * 5, [1, 1, 1, 1, 1], groups=[7, 7, 8, 9, 10]), digests=contents)
    second = HeldOut.of(table(every, [0] * 5, [0, 0, 1, 0, 0], groups=[1, 2, 2, 3, 4]), digests=contents)
    found = Paired.of(first, second)
    assert len(found) == 5
    assert found.comparison == Comparison.of_counts(2, 0, 2)
    assert found.accuracy == pytest.approx((0.0, (2 / 3 + 1) / 2))
    assert len(found.fixed) == 4
    assert "compared.together" in codes(found)


def test_a_group_on_which_both_are_right_as_often_is_no_difference() -> None:
    first = HeldOut.of(table(ids(3), [0] * 3, [0, 1, 0], groups=[1, 1, 2]))
    second = HeldOut.of(table(ids(3), [0] * 3, [1, 0, 0], groups=[1, 1, 2]))
    found = Paired.of(first, second)
    assert found.comparison == Comparison.of_counts(0, 0, 2)
    assert (len(found.fixed), len(found.broken)) == (1, 1)


def test_a_photo_that_is_told_twice_counts_once() -> None:
    twice = table(["a.jpg", "a.jpg"], [0, 0], [0, 1])
    assert HeldOut.of(twice).samples == ("a.jpg",)
    assert len(Paired.of(HeldOut.of(twice), HeldOut.of(twice))) == 1


@pytest.mark.parametrize(
    ("fixed", "broken", "said", "more"),
    [
        (
            14,
            5,
            "14 fixed, 5 broken: B is probably better; ",
            "two equally good models would differ this much 6 times in 100.",
        ),
        (
            5,
            14,
            "5 fixed, 14 broken: A is probably better; ",
            "two equally good models would differ this much 6 times in 100.",
        ),
        (
            20,
            5,
            "20 fixed, 5 broken: B is better; ",
            "two equally good models would differ this much 4 times in 1,000.",
        ),
        (
            9,
            6,
            "9 fixed, 6 broken: that may be chance; ",
            "two equally good models would differ this much 61 times in 100.",
        ),
        (
            3,
            1,
            "3 fixed, 1 broken: too few differences to tell; two equally good models would differ this much ",
            "63 times in 100. It takes at least 6, all one way, to show that one is better.",
        ),
        (
            5,
            0,
            "5 fixed, 0 broken: B is probably better; ",
            "two equally good models would differ this much 6 times in 100.",
        ),
        (7, 7, "7 fixed, 7 broken: nothing says that one of them is better.", ""),
        (3, 4, "3 fixed, 4 broken: nothing says that one of them is better.", ""),
        (
            300,
            0,
            "300 fixed, 0 broken: B is better; ",
            "two equally good models would differ this much 1 time in 10,000.",
        ),
    ],
)
def test_never_says_more_than_the_test(fixed: int, broken: int, said: str, more: str) -> None:
    assert say(verdict(Comparison.of_counts(fixed, broken, 500))) == said + more


def test_says_that_there_is_no_difference_to_see() -> None:
    same = verdict(Comparison.of_counts(0, 0, 40))
    assert say(same).startswith("0 fixed, 0 broken: both are right about the same of 40 photos")


@pytest.mark.parametrize("differ", range(1, 40))
def test_better_is_only_said_where_the_test_says_so(differ: int) -> None:
    for fixed in range(differ + 1):
        chance = binomtest(fixed, differ).pvalue
        code = verdict(Comparison.of_counts(fixed, differ - fixed, 500)).code
        assert (code == "compared.better") == (chance < 0.05)
        assert (code == "compared.probably") == (0.05 <= chance < 0.1)


def test_one_yardstick_gives_a_number_only_where_all_its_photos_were_tested() -> None:
    every = ids(6)
    in_turn = HeldOut.of(
        table(every, [0, 0, 1, 1, 2, 2], [0, 1, 1, 1, 2, 0], subset="training", folds=[0] * 6)
    )
    drawn = HeldOut.of(table(every[:3], [0, 0, 1], [0, 0, 1]), learned=every[3:])
    yardstick = only(drawn, "validation")
    assert OnTheSame.of_model(yardstick, drawn) == OnTheSame(1.0, 3, 3, 3, 0)
    assert OnTheSame.of_model(yardstick, in_turn) == OnTheSame(2 / 3, 2, 3, 3, 0)
    assert OnTheSame.of_model(only(in_turn, "cross_validated"), drawn) == OnTheSame(None, 3, 3, 6, 3)
    assert len(only(in_turn, "test").samples) == 0
    assert OnTheSame.of_model(only(in_turn, "test"), drawn).accuracy is None
