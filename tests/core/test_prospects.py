"""How likely a comparison will still be won, beside a simulation of the rest of it."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.core.results.comparison import Comparison
from workbench.core.results.predictions import UNCHECKED, PredictionTable, concat
from workbench.core.results.prospects import Prospects


def prospects(put_right: int, spoiled: int, samples: int, wrong: int, left: tuple[int, int]) -> Prospects:
    return Prospects(Comparison.of_counts(put_right, spoiled, samples), wrong, *left)


def simulated(case: Prospects, draws: int = 20_000) -> float:
    random, compared = np.random.default_rng(0), case.compared
    right = compared.samples - case.wrong
    better = 0
    gain = random.beta(compared.put_right + 0.5, case.wrong - compared.put_right + 0.5, draws)
    loss = random.beta(compared.spoiled + 0.5, right - compared.spoiled + 0.5, draws)
    put_right = compared.put_right + random.binomial(case.wrong_left, gain)
    spoiled = compared.spoiled + random.binomial(case.right_left, loss)
    known: dict[tuple[int, int], bool] = {}
    for pair in zip(put_right.tolist(), spoiled.tolist(), strict=True):
        if pair not in known:
            known[pair] = Comparison.of_counts(*pair, 1).is_better
        better += known[pair]
    return better / draws


@pytest.mark.parametrize(
    "case",
    [
        prospects(0, 0, 1, 0, (40, 160)),
        prospects(2, 1, 50, 3, (10, 186)),
        prospects(5, 0, 60, 12, (40, 200)),
        prospects(30, 20, 1_000, 80, (300, 3_700)),
        prospects(0, 9, 100, 5, (20, 380)),
    ],
)
def test_the_chance_is_that_of_a_simulation(case: Prospects) -> None:
    assert case.chance == pytest.approx(simulated(case), abs=0.015)


def test_without_six_mistakes_nothing_can_be_shown() -> None:
    assert prospects(0, 0, 0, 0, (5, 500)).chance == 0.0
    assert prospects(0, 0, 0, 0, (6, 500)).chance == 1.0, "the first fold is the trial"
    assert prospects(2, 0, 100, 3, (3, 100)).chance == 0.0


def test_what_is_decided_is_certain() -> None:
    assert prospects(6, 0, 100, 10, (0, 0)).chance == pytest.approx(1.0)
    assert prospects(5, 0, 100, 10, (0, 0)).chance == 0.0
    assert prospects(0, 6, 100, 10, (0, 0)).chance == 0.0


def table(model: str, right: list[bool], groups: list[int], worth: list[int]) -> PredictionTable:
    """Samples 0, 1, … of class 0, each in fold 0."""
    count = len(right)
    probabilities = np.array([[1.0, 0.0] if each else [0.0, 1.0] for each in right])
    return PredictionTable.of(
        ("a", "b"),
        [str(number) for number in range(count)],
        np.zeros(count, np.int64),
        probabilities,
        subset="training",
        model=model,
        folds=np.zeros(count, np.int64),
        groups=np.array(groups, np.int64),
        worth=np.array(worth, np.int8),
    )


def test_copies_count_once_and_what_cannot_be_checked_not_at_all() -> None:
    groups, worth = [0, 0, 1, 2, 3, 4, 5], [0, 0, 0, 0, 0, 0, UNCHECKED]
    first = table("instant", [True, False, True, False, True, False, False], groups, worth)
    second = table("improved", [True, True, True], groups[:3], worth[:3])
    found = Prospects.of(concat([first, second]), "instant", "improved")
    assert (found.compared.put_right, found.compared.spoiled, found.compared.samples) == (1, 0, 2)
    assert (found.wrong, found.wrong_left, found.right_left) == (1, 2, 1)
    before = Prospects.of(first, "instant", "improved")
    assert before.compared == Comparison.of_counts(0, 0, 0)
    assert (before.wrong, before.wrong_left, before.right_left) == (0, 3, 2)
