"""The first model of a folder, which begins by itself: real engines, and whatever may come in between."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS
from workbench.core.project.runs import MODEL, Project
from workbench.ui.session.session import Session


@pytest.fixture
def eager(session: Session) -> Session:
    """A session that begins by itself, as it does when nobody has turned that off."""
    session.by_itself = True
    return session


def wait(qtbot: QtBot, session: Session, seen: object) -> None:
    def looked() -> bool:
        return bool(seen())  # type: ignore[operator]

    qtbot.waitUntil(looked, timeout=PATIENCE_MS)


def learning(session: Session) -> bool:
    return "train" in session.state.working


def test_it_begins_by_itself_and_is_announced(eager: Session, image_folder: Path, qtbot: QtBot) -> None:
    eager.open_folder(image_folder)
    wait(qtbot, eager, lambda: learning(eager))
    assert eager.training_pid == 0, "it needs no engine of its own"
    assert eager.state.training is not None
    assert eager.state.training.config["mode"] == "instant"
    wait(qtbot, eager, lambda: eager.state.news is not None)
    state = eager.state
    assert state.news is state.run
    assert state.error is None
    assert state.working == frozenset()
    assert state.training is None
    assert state.run is not None
    assert state.run.state == "finished"
    assert (state.run.folder / MODEL).is_file()
    assert [head.kind for head in state.heads] == ["ridge", "blend"], "few photos are blended"
    assert [run.folder for run in state.runs] == [state.run.folder]
    eager.dismiss_news()
    eager.open_folder(image_folder)
    wait(qtbot, eager, lambda: "scan" not in eager.state.working and not eager._tasks)
    assert not learning(eager), "there is a model already"
    assert eager.state.news is None


def test_it_does_not_begin_where_that_was_turned_off(opened: Session, qtbot: QtBot) -> None:
    wait(qtbot, opened, lambda: not opened._tasks)
    assert opened.state.working == frozenset()
    assert opened.state.runs == ()


def test_a_killed_engine_is_told_and_it_starts_again(
    eager: Session, image_folder: Path, qtbot: QtBot
) -> None:
    eager.open_folder(image_folder)
    wait(qtbot, eager, lambda: learning(eager))
    os.kill(eager.service_pid, signal.SIGKILL)
    wait(qtbot, eager, lambda: eager.state.error is not None)
    assert eager.state.error is not None
    assert eager.state.error.title == "The part of the program that works on your photos ended unexpectedly."
    assert not learning(eager), "it waits to be asked"
    broken = eager.state.interrupted
    assert broken is not None
    assert not broken.can_continue
    eager.continue_training()
    assert eager.state.error is None
    wait(qtbot, eager, lambda: not learning(eager))
    assert eager.state.error is None
    assert eager.state.run is not None
    assert eager.state.run.model
    assert eager.state.run.folder != broken.folder


def test_it_can_be_stopped_without_a_word(eager: Session, image_folder: Path, qtbot: QtBot) -> None:
    eager.open_folder(image_folder)
    wait(qtbot, eager, lambda: learning(eager))
    eager.stop_training()
    assert "train" in eager.state.stopping
    wait(qtbot, eager, lambda: not learning(eager))
    qtbot.wait(50)
    assert not learning(eager), "it does not begin again by itself"
    assert eager.state.stopping == frozenset()
    assert eager.state.error is None
    assert eager.state.news is None


def test_it_gives_way_to_another_folder(
    eager: Session, image_folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    other = tmp_path / "others"
    for name in ("discs", "squares"):
        (other / name).mkdir(parents=True)
        for photo in (image_folder / name).glob("[0-2].png"):
            (other / name / photo.name).write_bytes(photo.read_bytes())
    eager.open_folder(image_folder)
    wait(qtbot, eager, lambda: learning(eager))
    eager.open_folder(other)
    assert eager.state.error is None
    wait(qtbot, eager, lambda: eager.state.news is not None)
    assert eager.state.news is not None
    assert eager.state.news.image_folder == other
    assert [run.image_folder for run in eager.state.runs] == [other]


def test_closing_while_it_learns_leaves_nothing_half_made(
    eager: Session, image_folder: Path, qtbot: QtBot
) -> None:
    eager.open_folder(image_folder)
    wait(qtbot, eager, lambda: learning(eager))
    eager.close()
    for run in Project.of(image_folder).runs():
        assert run.model or not run.fitted
