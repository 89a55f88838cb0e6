"""Whose model is in use: what a person chose stays, and only a better one takes its place by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from workbench.core.config.training_config import recommended
from workbench.core.events import TrainingResult
from workbench.core.project.in_use import IN_USE, Mark, read_mark, run_in_use, takes_over, write_mark
from workbench.core.project.runs import RunSummary
from workbench.core.results.measures import Measures

CLASSES = ("ants", "bees")


def run(
    name: str,
    right: int,
    samples: int = 200,
    *,
    mode: str = "instant",
    macro: float | None = None,
    kept: str | None = None,
    classes: tuple[str, ...] = CLASSES,
    model: bool = True,
    state: str = "finished",
) -> RunSummary:
    """A run that was right about so many of its samples."""
    accuracy = right / samples
    measures = Measures(0.5, accuracy, accuracy if macro is None else macro, samples)
    result = TrainingResult(
        name,
        "m",
        None,
        0,
        0,
        None,
        None,
        False,
        10.0,
        0,
        cross_validated=measures,
        kept=kept,  # type: ignore[arg-type]
    )
    return RunSummary(
        Path("/runs") / name, Path("/photos"), recommended(mode).to_dict(), state,  # type: ignore[arg-type]
        result=result, model=model, classes=classes,
    )  # fmt: skip


def test_a_worse_run_never_takes_the_mark_by_itself() -> None:
    good = run("1", 186)  # 93 %
    assert not takes_over(run("2", 108, mode="scratch"), good)  # 54 %
    assert not takes_over(run("2", 186), good), "as good is not better"
    assert takes_over(run("2", 194, mode="transfer"), good)
    assert takes_over(run("2", 108), None), "the first one is better than none"


def test_few_photos_do_not_make_a_model_better() -> None:
    # Wilson's lower ends: 20 of 20 is 0.839, 194 of 200 is 0.936
    assert not takes_over(run("2", 20, 20), run("1", 194))


def test_a_model_that_gives_up_the_rare_class_does_not_take_over() -> None:
    assert not takes_over(run("2", 196, macro=0.5), run("1", 186, macro=0.9))


def test_a_model_that_won_on_the_same_photos_takes_over_the_instant_one() -> None:
    won = run("2", 76, 80, mode="improve", kept="improved")  # compared on some of the folds only
    assert won.estimate is not None
    assert won.estimate.low < run("1", 186).estimate.low  # type: ignore[union-attr]
    assert takes_over(won, run("1", 186))
    assert not takes_over(replace(won, result=replace(won.result, kept="instant")), run("1", 186))  # type: ignore[type-var]
    assert not takes_over(won, run("1", 190, mode="transfer")), "against others, its number counts"


def test_a_folder_with_other_classes_gets_the_model_that_knows_them() -> None:
    assert takes_over(run("2", 120, classes=(*CLASSES, "wasps")), run("1", 198))


@pytest.mark.parametrize("new", [run("2", 199, model=False), run("1", 199)])
def test_without_a_model_or_against_itself_nothing_changes(new: RunSummary) -> None:
    assert not takes_over(new, run("1", 100))


def test_without_a_mark_the_best_of_all_runs_is_in_use() -> None:
    runs = [run("4", 108, mode="scratch"), run("3", 196, mode="transfer"), run("2", 186), run("1", 150)]
    assert run_in_use(runs, Mark()) is runs[1]
    assert run_in_use([], Mark()) is None
    assert run_in_use([run("1", 190, model=False)], Mark()) is None


def test_what_a_person_chose_is_kept_against_better_ones_that_were_there() -> None:
    runs = [run("3", 196), run("2", 150), run("1", 186)]
    mark = Mark("2", frozenset({"1", "2", "3"}))
    assert run_in_use(runs, mark) is runs[1]


def test_a_better_run_that_came_since_takes_over_and_a_worse_one_does_not() -> None:
    mark = Mark("1", frozenset({"1"}))
    worse, better = run("2", 150), run("3", 198)
    assert run_in_use([worse, run("1", 186)], mark).folder.name == "1"  # type: ignore[union-attr]
    assert run_in_use([better, worse, run("1", 186)], mark) is better


def test_a_marked_run_that_is_gone_leaves_the_best_of_the_others() -> None:
    runs = [run("3", 150), run("1", 186)]
    assert run_in_use(runs, Mark("2", frozenset({"1", "2", "3"}))) is runs[1]


def test_a_run_under_way_takes_no_mark_but_is_better_than_none() -> None:
    learning = run("2", 199, state="training")
    assert run_in_use([learning, run("1", 150)], Mark()).folder.name == "1"  # type: ignore[union-attr]
    assert run_in_use([learning], Mark()) is learning


def test_the_mark_is_remembered_and_a_damaged_one_is_none(tmp_path: Path, log_watch: object) -> None:
    log_watch.expect("cannot be read")  # type: ignore[attr-defined]
    assert read_mark(tmp_path) == Mark()
    mark = Mark("2026-01-01_10-00-00", frozenset({"2026-01-01_10-00-00", "über"}))
    write_mark(tmp_path, mark)
    assert read_mark(tmp_path) == mark
    for content in ("", "[]", '{"run": 1}', "\0"):
        (tmp_path / IN_USE).write_text(content)
        assert read_mark(tmp_path) == Mark()
