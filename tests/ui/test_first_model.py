"""The first model of a folder, which begins by itself: real engines, and whatever may come in between."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.drawn_photos import tinted
from tests.ui.conftest import PATIENCE_MS, changed, show
from workbench.core.events import FirstModel
from workbench.core.project.projects import Project
from workbench.core.project.runs import MODEL
from workbench.core.results.estimate import Estimate
from workbench.ui.pages.images import ImagesPage
from workbench.ui.pages.try_it import TryItPage
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.session import Session
from workbench.ui.session.state import State, model_in_use
from workbench.ui.window import MainWindow
from workbench.ui.words.models import first_model_sentence

pytestmark = pytest.mark.e2e


@pytest.fixture
def eager(session: Session) -> Session:
    """A session that begins by itself, as it does when nobody has turned that off."""
    session.preferences.train_on_opening = True
    return session


def wait(qtbot: QtBot, session: Session, seen: object) -> None:
    def looked() -> bool:
        return bool(seen())  # type: ignore[operator]

    qtbot.waitUntil(looked, timeout=PATIENCE_MS)


def learning(session: Session) -> bool:
    return "train" in session.state.work.working


def test_it_begins_by_itself_and_is_announced(eager: Session, image_folder: Path, qtbot: QtBot) -> None:
    eager.folders.open(image_folder)
    wait(qtbot, eager, lambda: learning(eager))
    assert eager.runs.pid == 0, "it needs no engine of its own"
    assert eager.state.runs.under_way is not None
    assert eager.state.runs.under_way.config["mode"] == "instant"
    wait(qtbot, eager, lambda: eager.state.runs.news is not None)
    state = eager.state
    assert state.runs.news is state.runs.shown
    assert state.work.error is None
    assert state.work.working == frozenset()
    assert state.runs.under_way is None
    assert state.runs.shown is not None
    assert state.runs.shown.state == "finished"
    assert (state.runs.shown.folder / MODEL).is_file()
    assert [head.kind for head in state.runs.heads] == ["ridge", "blend"], "few photos are blended"
    assert [run.folder for run in state.runs.every] == [state.runs.shown.folder]
    eager.runs.dismiss_news()
    eager.folders.open(image_folder)
    wait(qtbot, eager, lambda: "scan" not in eager.state.work.working and not eager.work.in_threads)
    assert not learning(eager), "there is a model already"
    assert eager.state.runs.news is None


def test_it_does_not_begin_where_that_was_turned_off(opened: Session, qtbot: QtBot) -> None:
    wait(qtbot, opened, lambda: not opened.work.in_threads)
    assert opened.state.work.working == frozenset()
    assert opened.state.runs.every == ()


def test_a_killed_engine_is_told_and_it_starts_again(
    eager: Session, image_folder: Path, qtbot: QtBot
) -> None:
    eager.folders.open(image_folder)
    wait(qtbot, eager, lambda: learning(eager))
    os.kill(eager.service_pid, signal.SIGKILL)
    wait(qtbot, eager, lambda: eager.state.work.error is not None)
    assert eager.state.work.error is not None
    assert (
        eager.state.work.error.title
        == "The part of the program that works on your photos ended unexpectedly."
    )
    assert not learning(eager), "it waits to be asked"
    broken = eager.state.runs.interrupted
    assert broken is not None
    assert not broken.can_continue
    eager.runs.resume()
    assert eager.state.work.error is None
    wait(qtbot, eager, lambda: not learning(eager))
    assert eager.state.work.error is None
    assert eager.state.runs.shown is not None
    assert eager.state.runs.shown.model
    assert eager.state.runs.shown.folder != broken.folder


def test_it_can_be_stopped_without_a_word(eager: Session, image_folder: Path, qtbot: QtBot) -> None:
    eager.folders.open(image_folder)
    wait(qtbot, eager, lambda: learning(eager))
    eager.runs.stop()
    assert "train" in eager.state.work.stopping
    wait(qtbot, eager, lambda: not learning(eager))
    qtbot.wait(50)
    assert not learning(eager), "it does not begin again by itself"
    assert eager.state.work.stopping == frozenset()
    assert eager.state.work.error is None
    assert eager.state.runs.news is None


def test_it_gives_way_to_another_folder(
    eager: Session, image_folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    other = tmp_path / "others"
    for name in ("discs", "squares"):
        (other / name).mkdir(parents=True)
        for photo in (image_folder / name).glob("[0-2].png"):
            (other / name / photo.name).write_bytes(photo.read_bytes())
    eager.folders.open(image_folder)
    wait(qtbot, eager, lambda: learning(eager))
    eager.folders.open(other)
    assert eager.state.work.error is None
    wait(qtbot, eager, lambda: eager.state.runs.news is not None)
    assert eager.state.runs.news is not None
    assert eager.state.runs.news.image_folder == other
    assert [run.image_folder for run in eager.state.runs.every] == [other]


def test_closing_while_it_learns_leaves_nothing_half_made(
    eager: Session, image_folder: Path, qtbot: QtBot
) -> None:
    eager.folders.open(image_folder)
    wait(qtbot, eager, lambda: learning(eager))
    eager.close()
    for run in Project.of(image_folder).runs():
        assert run.model or not run.fitted


def test_a_large_folder_can_be_asked_about_while_it_is_read(
    eager: Session, tmp_path: Path, qtbot: QtBot, ready_backbone: None
) -> None:
    folder = tinted(tmp_path / "many", {"red": 300, "green": 300})
    eager.folders.open(folder)
    wait(qtbot, eager, lambda: eager.state.folders.first_model is not None)
    model = model_in_use(eager.state)
    assert model is not None
    assert model.first is not None
    assert (model.first.samples, model.first.of) == (100, 600)
    assert "predict" in enabled_actions(eager.state)
    wait(qtbot, eager, lambda: eager.state.runs.news is not None)
    assert eager.state.folders.first_model is None, "there is a model of all photos"
    own = model_in_use(eager.state)
    assert own is not None
    assert own.run is not None
    assert own.run.state == "finished"


def test_what_is_said_of_a_first_model(window: MainWindow) -> None:
    estimate = Estimate(0.6, 0.5, 0.69, 100, "cross_validated", 100)
    first = FirstModel("/photos", "/cache/model.checkpoint", ("a", "b"), estimate, 100, 60_000, 2.0)
    reading = changed(State(), working=frozenset({"scan"}), first_model=first)
    show(window, reading)
    page = window.page
    assert isinstance(page, ImagesPage)
    assert page.reading.first.text() == (
        "A first model is ready, from 100 of 60,000 photos: right for 50 to 69 of 100."
    )
    assert page.reading.try_it.isVisible()
    page.reading.try_it.click()
    assert isinstance(window.page, TryItPage)
    window.page.show_state(reading)
    assert (
        window.page.model.line.whole() == "First model, from 100 of 60,000 photos · right for 50 to 69 of 100"
    )
    show(window, changed(reading, first_model=replace(first, estimate=None)))
    assert first_model_sentence(replace(first, estimate=None)).endswith("from 100 of 60,000 photos.")


def told(window: MainWindow) -> str:
    return " ".join(label.text() for label in window.page.missing.findChildren(QLabel))


@pytest.mark.parametrize("page", ["train", "results"])
def test_while_photos_are_read_nobody_is_told_to_choose_some(window: MainWindow, page: str) -> None:
    window.show_page(page)
    show(window, changed(State(), working=frozenset({"scan"})))
    assert "Your photos are being read" in told(window)
    show(window, changed(State(), working=frozenset()))
    assert "First, some photos" in told(window)
