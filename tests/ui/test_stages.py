"""What an instant run is said to do, event by event."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workbench.core.results.measures import Measures
from workbench.ui.alone import made_up_instant
from workbench.ui.session.state import State
from workbench.ui.words.outcome import meaning, outcome_of
from workbench.ui.words.stages import right_for, stages_of


def reached(state: State) -> list[str]:
    assert state.runs.shown is not None
    return [
        stage.reached
        for stage in stages_of(state.runs.shown, state.runs.heads, state.work.progress.get("train"))
    ]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (made_up_instant(0, learning=True), ["done", "now", "next", "next"]),
        (made_up_instant(1, learning=True), ["done", "done", "now", "next"]),
        (made_up_instant(2, learning=True), ["done", "done", "done", "now"]),
        (made_up_instant(2), ["done", "done", "done", "done"]),
    ],
)
def test_stages_follow_the_heads(state: State, expected: list[str]) -> None:
    assert reached(state) == expected


def test_stages_say_what_came_of_them() -> None:
    state = made_up_instant(1, learning=True)
    assert state.runs.shown is not None
    stages = stages_of(state.runs.shown, state.runs.heads, (120, 250, "Looking at your photos…"))
    assert [stage.text for stage in stages] == [
        "250 photos in 5 classes",
        "right for 90 of 100 photos",
        "120 of 250 photos",
        "",
    ]
    assert stages[2].share == 120 / 250
    fitting = stages_of(state.runs.shown, state.runs.heads, (250, 250, "Looking at your photos…"))
    assert [stage.reached for stage in fitting] == ["done", "done", "done", "now"]
    preparing = stages_of(state.runs.shown, (), (0, 0, "Getting this computer ready, once…"))
    assert (preparing[1].text, preparing[1].share) == ("Getting this computer ready, once…", -1.0)
    done = made_up_instant()
    assert done.runs.shown is not None
    texts = [stage.text for stage in stages_of(done.runs.shown, done.runs.heads)]
    assert texts[1:] == ["", "", "right for 94 of 100 photos"]


def test_a_first_model_of_some_photos_says_of_how_many() -> None:
    state = made_up_instant(1, learning=True)
    assert state.runs.shown is not None
    (head,) = state.runs.heads
    some = replace(head, samples=1_225, of=60_000)
    stages = stages_of(state.runs.shown, [head, some], (2_000, 60_000, "Looking at your photos…"))
    assert stages[1].text == "right for 90 of 100 photos, from the first 1,225 of 60,000 photos"
    stopped = replace(state.runs.shown, fitted=some, state="interrupted")
    outcome = outcome_of(stopped)
    assert outcome is not None
    assert "from the first 250 of 60,000 photos; each of these was tested" in meaning(outcome)


def test_a_run_that_was_stopped_keeps_its_first_model() -> None:
    state = made_up_instant(1)
    assert state.runs.shown is not None
    assert state.runs.shown.result is not None
    stopped = replace(
        state.runs.shown, state="stopped", result=replace(state.runs.shown.result, stopped=True)
    )
    last = stages_of(stopped, state.runs.heads)[-1]
    assert (last.reached, last.text) == ("next", "not made: you keep the first one")
    assert stages_of(stopped, state.runs.heads)[1].text == "right for 90 of 100 photos"
    cut = replace(state.runs.shown, state="interrupted", result=None)
    assert [stage.reached for stage in stages_of(cut, ())] == ["done", "next", "next", "next"]


def test_copies_count_once_as_on_results() -> None:
    found = Measures(0.3, 0.91, 0.9, 100, groups=11, group_accuracy=2 / 11)
    assert right_for(found) == "right for 18 of 100 photos"
