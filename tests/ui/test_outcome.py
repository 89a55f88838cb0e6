"""What the Results page says, against numbers worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from workbench.core.config.training_config import recommended
from workbench.core.events import EpochDone, TrainingResult
from workbench.core.improve.ways import WAYS, WayToLook
from workbench.core.project.runs import RunSummary
from workbench.core.results.comparison import Comparison
from workbench.core.results.estimate import Estimate, wilson_interval
from workbench.core.results.measures import Measures
from workbench.core.results.metrics import Metrics, metrics_of_confusion
from workbench.core.results.trust import Baseline, Trust
from workbench.ui import alone
from workbench.ui.words.curves import summary
from workbench.ui.words.models import news_title
from workbench.ui.words.outcome import (
    Outcome,
    cautions,
    caveat,
    few_mistakes,
    meaning,
    mistakes,
    number,
    on_average,
    outcome_of,
    run_accuracy,
    run_state,
    run_title,
    share,
    which_was_kept,
)
from workbench.ui.words.trust import verdict


def measures(*rows: list[int]) -> Measures:
    """Measures of a confusion matrix, by their definitions."""
    confusion = np.array(rows, dtype=np.int64)
    right, true, named = np.diag(confusion), confusion.sum(1), confusion.sum(0)
    f1 = 2 * right / np.maximum(true + named, 1)
    count = int(confusion.sum())
    return Measures(0.5, float(right.sum() / count), float(f1.mean()), count, confusion)


def metrics(*rows: list[int]) -> Metrics:
    return metrics_of_confusion(np.array(rows, dtype=np.int64), 0.5)


ANTS_BEES = measures([64, 12], [3, 74])
"""138 of 153 right: 90.2 %; Wilson's 95 % interval is 0.8445 to 0.9397 (from SciPy)."""


TRAINED = TrainingResult("r", "m", None, 0, 0, None, None, False, 10.0, 0)


def run(
    *, test: Measures | None = None, validation: Measures | None = ANTS_BEES, ended: bool = True
) -> RunSummary:
    made = alone.made_up_run(Path("/photos"))
    history = (EpochDone(1, 12, ANTS_BEES, validation, True, 1e-3, 1.0),)
    result = TrainingResult("r", "m", 1, 1, 12, validation, test, False, 10.0, 0) if ended else None
    return replace(made, history=history, result=result, state="finished" if ended else "interrupted")


def test_the_test_set_counts_before_the_validation_set() -> None:
    outcome = outcome_of(run(test=measures([9, 1], [0, 10])))
    assert outcome is not None
    assert told(outcome) == ("test", 19, 20)
    assert meaning(outcome) == "Right for 76 to 99 of 100 photos, tested on 20 photos it had never seen."
    assert caveat(outcome) == ""


def test_the_validation_set_is_said_to_have_chosen_the_epoch() -> None:
    outcome = outcome_of(run())
    assert outcome is not None
    assert number(outcome) == "90 %"
    assert meaning(outcome) == (
        "Right for 84 to 94 of 100 photos, checked on 153 photos it didn't learn from."
    )
    assert "also decided which epoch is the best" in caveat(outcome)
    assert cautions(outcome) == []


def test_a_run_that_has_not_ended_is_known_by_its_best_epoch() -> None:
    assert run_accuracy(run(ended=False)) == "90 %"
    assert outcome_of(run(validation=None, ended=False)) is None
    assert run_accuracy(run(validation=None)) == "–"


def told(outcome: Outcome) -> tuple[str, int, int]:
    return outcome.estimate.how, outcome.measures.right, outcome.estimate.samples


def instant(
    *,
    cross_validated: Measures | None = ANTS_BEES,
    validation: Measures | None = None,
    kept: str | None = None,
    stopped: bool = False,
    accuracy_before: float | None = None,
) -> RunSummary:
    made = alone.made_up_instant(1).runs.shown
    assert made is not None
    assert made.result is not None
    result = replace(
        made.result,
        cross_validated=cross_validated,
        validation=validation,
        kept=kept,
        stopped=stopped,
        accuracy_before=accuracy_before,
    )
    return replace(made, result=result)


def test_cross_validated_photos_count_where_the_folder_has_none_for_checking() -> None:
    outcome = outcome_of(instant())
    assert outcome is not None
    assert told(outcome) == (
        "cross_validated",
        138,
        153,
    )
    assert meaning(outcome) == (
        "Right for 82 to 95 of 100 photos; every photo was tested by a model that hadn't learned from it."
    )
    assert caveat(outcome).startswith("153 photos took turns")
    own = outcome_of(instant(validation=measures([9, 1], [0, 10])))
    assert own is not None
    assert (own.estimate.how, own.estimate.samples) == ("validation", 20)
    assert caveat(own) == "", "no epoch was chosen by them"
    rounds = instant(validation=measures([9, 1], [0, 10]), kept="improved")
    improved = outcome_of(replace(rounds, history=run().history))
    assert improved is not None
    assert caveat(improved) == "", "rounds are compared on other photos"


def test_photos_that_chose_the_improved_model_are_said_to_have_done_so() -> None:
    outcome = outcome_of(instant(kept="improved"))
    assert outcome is not None
    assert "153 photos" in caveat(outcome)
    assert "also decided for this model" in caveat(outcome)


def test_a_fitted_head_is_known_before_its_run_has_ended() -> None:
    made = alone.made_up_instant(1, learning=True).runs.shown
    assert made is not None
    outcome = outcome_of(made)
    assert outcome is not None
    assert told(outcome) == (
        "cross_validated",
        225,
        250,
    )
    assert run_accuracy(made) == "90 %"


def test_says_which_model_was_kept() -> None:
    better = measures([48, 2], [1, 49])  # 97 of 100
    assert which_was_kept(instant()) == ""
    assert which_was_kept(instant(kept="instant")) == (
        "The instant model stays: it makes too few mistakes for practising to show that it helps."
    )
    compared = instant(kept="instant")
    assert compared.result is not None
    compared = replace(compared, result=replace(compared.result, comparison=Comparison(3, 3, 50, 1.0)))
    assert which_was_kept(compared) == "The instant model stays: practising didn't make it better."
    assert which_was_kept(instant(cross_validated=better, kept="improved", accuracy_before=0.9)) == (
        "The improved model is better: right for 97 of 100 photos instead of 90."
    )
    assert which_was_kept(instant(kept="improved")) == "The improved model is better."


def test_a_second_network_that_was_kept_is_what_is_told() -> None:
    kept = instant(kept="instant", cross_validated=measures([48, 2], [1, 49]))
    assert kept.result is not None
    seen = replace(kept.result, architecture="two_efficientnets", look="two_networks")
    two = replace(kept, result=seen)
    begins = (
        "Two networks look now: together they are right more often than one. "
        "Each photo takes about 2.5 times as long as with the usual network."
    )
    assert which_was_kept(two) == begins
    outcome = outcome_of(two)
    assert outcome is not None
    assert "also decided for this model" in caveat(outcome)
    compared = replace(seen, comparison=Comparison(0, 4, 49, 0.12))
    assert which_was_kept(replace(two, result=compared)) == f"{begins} Practising added nothing to that."
    stopped = replace(compared, stopped=True)
    assert which_was_kept(replace(two, result=stopped)) == f"Stopped early. {begins}"
    assert news_title(two, two, first=False) == "The new model is in use now."


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.key)
def test_every_way_to_look_is_told_in_a_sentence(way: WayToLook) -> None:
    kept = instant(kept="instant", cross_validated=measures([48, 2], [1, 49]))
    assert kept.result is not None
    run = replace(kept, result=replace(kept.result, look=way.key))
    assert "right more often" in which_was_kept(run)


def test_a_stop_is_told_as_it_was() -> None:
    better, stopped = measures([48, 2], [1, 49]), instant(kept="instant", stopped=True)
    assert which_was_kept(stopped) == "Stopped before the first round was finished: the instant model stays."
    assert stopped.result is not None
    compared = replace(stopped, result=replace(stopped.result, comparison=Comparison(3, 3, 50, 1.0)))
    assert which_was_kept(compared) == (
        "Stopped early: so far, practising hasn't made the instant model better, so it stays."
    )
    improved = instant(cross_validated=better, kept="improved", accuracy_before=0.9, stopped=True)
    assert which_was_kept(improved) == (
        "Stopped early: the improved model is already better, right for 97 of 100 photos instead of 90."
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (([199, 1], [0, 200]), "99 %"),
        (([200, 0], [0, 200]), "100 %"),
        (([1, 399], [0, 0]), "1 %"),
        (([0, 9], [1, 0]), "0 %"),
    ],
)
def test_only_all_right_is_called_all_right(rows: tuple[list[int], list[int]], expected: str) -> None:
    outcome = outcome_of(run(validation=measures(*rows)))
    assert outcome is not None
    assert number(outcome) == expected


def test_too_few_photos_are_said_to_be_too_few() -> None:
    outcome = outcome_of(run(validation=measures([14, 0], [1, 14])))
    assert outcome is not None
    assert cautions(outcome) == [
        "Only 29 photos could be used for this. Add photos, and the number will mean more."
    ]


def test_a_model_that_only_names_the_large_class_does_not_look_good() -> None:
    outcome = outcome_of(run(validation=measures([95, 0], [5, 0])))
    assert outcome is not None
    assert outcome.mean_recall == 0.5
    (never, unequal) = cautions(outcome)
    assert never == f"It found none of the photos of “{alone.CLASSES[1]}”."
    assert [unequal] == [
        "Classes with many photos make the number look good: taken class by class, it finds 50 of 100 photos."
    ]
    assert on_average(outcome) == "With every class counting the same: 50 % recognised, 49 % overall (F1)."


def test_mistakes_come_worst_first() -> None:
    found = mistakes(("a", "b", "c"), metrics([5, 2, 0], [7, 1, 0], [0, 2, 9]))
    assert found == [(1, 0), (0, 1), (2, 1)]
    assert mistakes(("a", "b"), metrics([5, 0], [0, 5])) == []


def test_runs_are_named_by_when_they_began() -> None:
    made = run()
    assert run_title(replace(made, folder=Path("2026-03-04_15-06-07_2"))) == "4 Mar 2026, 15:06"
    assert run_title(replace(made, folder=Path("my own folder"))) == "my own folder"
    assert run_state(made) == "finished"


def test_shares_that_are_not_defined_are_a_dash() -> None:
    assert [share(value) for value in (0.0, 0.125, 1.0, float("nan"))] == ["0 %", "12 %", "100 %", "–"]


@pytest.mark.parametrize(("wrong", "expected"), [(0, 0), (5, 5), (6, None), (40, None)])
def test_practising_can_show_nothing_where_an_instant_model_makes_few_mistakes(
    wrong: int, expected: int | None
) -> None:
    result = replace(TRAINED, cross_validated=measures([50, wrong], [0, 50]), validation=None)
    instant = replace(run(), config=recommended("instant").to_dict(), result=result)
    assert few_mistakes(instant) == expected
    assert few_mistakes(replace(instant, config=recommended("transfer").to_dict())) is None
    assert few_mistakes(None) is None
    assert few_mistakes(replace(instant, result=replace(result, validation=ANTS_BEES))) is None


@pytest.mark.parametrize(("right", "said"), [(2000, "at least 99 of 100"), (850, "at least 82 of 100")])
def test_at_least_is_never_rounded_up(right: int, said: str) -> None:
    """Of 2,000 photos all right, or 850 of 1,000: the lower end is 99.8 and 82.7 of 100."""
    tested = max(right, 1000)
    low, high = wilson_interval(right, tested)
    estimate = Estimate(right / tested, low, high, tested, "test")
    found = verdict(Trust(estimate, Baseline(0, 0.5), "good"), ("ants", "bees"))
    assert found is not None
    assert said in found.sentence


def test_a_class_that_nothing_was_taken_for_is_told_as_that() -> None:
    assert summary("coverage", math.nan) == "None of the photos tested was taken for this class."
    assert "shows this class" in summary("roc", math.nan)
