from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import changed
from workbench.ui.alone import made_up_instant, made_up_training
from workbench.ui.frame.places import waiting
from workbench.ui.frame.strip import StatusStrip, status_of
from workbench.ui.session.state import State
from workbench.ui.words.times import about_in_words, in_words, left_in_words, seconds_left


def test_nothing_is_said_while_nothing_runs() -> None:
    assert status_of(State()) is None


def test_training_says_epoch_and_time_left() -> None:
    status = status_of(made_up_training())
    assert status is not None
    assert status.text == "Learning: epoch 5 of 8 · 75 s left"
    assert status.share == pytest.approx((5 - 1 + 0.3) / 8)
    assert (status.page, status.stop) == ("train", "stop_training")


def test_training_that_prepares_says_so() -> None:
    state = changed(made_up_training(), progress={"train": (30, 120, "Reading photos…")})
    status = status_of(state)
    assert status is not None
    assert (status.text, status.share) == ("Reading photos…", 0.25)


def test_an_instant_run_says_what_it_does() -> None:
    state = made_up_instant(1, learning=True)
    status = status_of(state)
    assert status is not None
    assert (status.text, status.share) == ("Looking at your photos…", 120 / 250)
    status = status_of(changed(state, left={"train": 42.0}))
    assert status is not None
    assert status.text == "Looking at your photos… · 40 s left"
    status = status_of(changed(state, progress={}))
    assert status is not None
    assert (status.text, status.share) == ("Learning from your photos…", -1.0)


def test_a_run_has_one_bar_over_all_of_its_stages() -> None:
    state = made_up_instant(1, learning=True)
    state = changed(state, share={"train": 0.4}, left={"train": 42.0})
    status = status_of(changed(state, progress={"train": (250, 250, "Looking at mirrored copies…")}))
    assert status is not None
    assert (status.text, status.share) == ("Looking at mirrored copies… · 40 s left", 0.4)
    maybe = status_of(changed(state, left={"train": 100.0}, soonest={"train": 31.0}))
    assert maybe is not None
    assert maybe.text.endswith(" · 30 s left, 2 min if it helps")
    steps = changed(made_up_training(), share={"train": 0.7}, left={"train": 20.0})
    status = status_of(steps)
    assert status is not None
    assert (status.text, status.share) == ("Learning: epoch 5 of 8 · 20 s left", 0.7)


def test_training_comes_before_other_work() -> None:
    state = made_up_training()
    both = changed(state, working=state.work.working | {"predict"}, progress={"predict": (1, 2, "Looking…")})
    status = status_of(both)
    assert status is not None
    assert status.page == "train"


@pytest.mark.parametrize(
    ("work", "page", "stop"),
    [
        ("scan", "images", "stop_scan"),
        ("add", "images", "stop_adding"),
        ("predict", "try_it", "stop_predicting"),
    ],
)
def test_other_work_counts(work: str, page: str, stop: str) -> None:
    state = changed(State(), working=frozenset({work}), progress={work: (1200, 4800, "Reading photos…")})
    status = status_of(state)
    assert status is not None
    assert status.text == "Reading photos · 1,200 of 4,800"
    assert (status.share, status.page, status.stop) == (0.25, page, stop)


def test_long_work_says_how_long_it_still_takes() -> None:
    working, progress = frozenset({"scan"}), {"scan": (1200, 4800, "Reading photos…")}
    status = status_of(changed(State(), working=working, progress=progress, left={"scan": 42.0}))
    assert status is not None
    assert status.text == "Reading photos · 1,200 of 4,800 · 40 s left"


@pytest.mark.parametrize(
    ("elapsed", "done", "left"), [(2.0, 50, -1.0), (60.0, 0, -1.0), (10.0, 25, 30.0), (10.0, 100, 0.0)]
)
def test_time_left_is_told_once_the_pace_is_known(elapsed: float, done: int, left: float) -> None:
    assert seconds_left(elapsed, done, 100) == left


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 s"),
        (40.4, "40 s"),
        (99.0, "99 s"),
        (180.0, "3 min"),
        (5900.0, "98 min"),
        (7300.0, "2 h 2 min"),
    ],
)
def test_times_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (4.0, "a few seconds"),
        (21.0, "about 20 seconds"),
        (60.0, "about a minute"),
        (190.0, "about 3 minutes"),
        (1270.0, "about 20 minutes"),
        (4000.0, "about an hour"),
        (9000.0, "about 2 hours"),
    ],
)
def test_times_that_were_worked_out_are_round(seconds: float, words: str) -> None:
    assert about_in_words(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(3.0, "a few seconds left"), (42.0, "40 s left"), (130.0, "2 min left")]
)
def test_time_left_does_not_flicker(seconds: float, words: str) -> None:
    assert left_in_words(seconds) == words


@pytest.mark.parametrize(("soonest", "words"), [
    (-1.0, "2 min left"), (119.0, "2 min left"), (22.0, "20 s left, 2 min if it helps"),
    (4.0, "a few seconds left, 2 min if it helps"),
])  # fmt: skip
def test_what_may_be_over_soon_has_two_times(soonest: float, words: str) -> None:
    assert left_in_words(120.0, soonest) == words


def test_the_strip_comes_leads_there_and_stops(qtbot: QtBot) -> None:
    strip = StatusStrip()
    qtbot.addWidget(strip)
    strip.show_state(made_up_training())
    qtbot.waitUntil(strip.isVisible)
    strip.resize(800, strip.height())
    with qtbot.waitSignal(strip.wants_page) as page:
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton)
    assert page.args == ["train"]
    with qtbot.waitSignal(strip.stop) as stop:
        strip.stop_button.click()
    assert stop.args == ["stop_training"]
    strip.show_state(changed(made_up_training(), stopping=frozenset({"train"})))
    assert strip.stop_button.text() == "Stopping…"
    assert not strip.stop_button.isEnabled()
    strip.show_state(State())
    assert strip.isHidden()


def test_dots_show_what_waits() -> None:
    state = made_up_training()
    assert waiting(State(), frozenset()) == frozenset()
    assert waiting(state, frozenset()) == {"train"}
    assert state.runs.shown is not None
    done = changed(state, working=frozenset(), shown=replace(state.runs.shown, state="finished"))
    assert waiting(done, frozenset()) == {"results"}
    assert waiting(done, frozenset({state.runs.shown.folder.name})) == frozenset()
