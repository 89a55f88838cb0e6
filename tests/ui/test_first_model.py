"""The first model of a folder, which begins by itself: real engines, and whatever may come in between."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS
from workbench.core.project.projects import Project
from workbench.core.project.runs import MODEL
from workbench.ui.session.session import Session

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
