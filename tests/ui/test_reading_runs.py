"""The window reads what runs report once, and on another thread than the one that paints."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.core.cache_help import opened_in
from tests.ui.conftest import PATIENCE_MS
from workbench.core.events import StepDone
from workbench.core.project.event_log import EventLog
from workbench.core.project.projects import Project
from workbench.core.project.runs import RESUME, write_asked
from workbench.ui.alone import made_up_run
from workbench.ui.frame.places import PLACES
from workbench.ui.session.session import Session
from workbench.ui.style import theme
from workbench.ui.window import MainWindow

NAMES = ("2026-01-01_10-00-00", "2026-01-02_10-00-00", "2026-01-03_10-00-00")


@pytest.fixture
def runs(image_folder: Path) -> Path:
    """The folder around three runs of the image folder, all cut off after their second epoch."""
    made = made_up_run(image_folder)
    assert made.started is not None
    project = Project.of(image_folder)
    for name in NAMES:
        folder = project.folder / "runs" / name
        folder.mkdir()
        write_asked(folder, image_folder, made.config)
        log = EventLog(folder)
        for event in (made.started, StepDone(1, 1, 0.1, 0.9, 0.4, 1e-3, 50.0, 9.0), *made.history[:2]):
            log.append(event)
        log.close()
        (folder / RESUME).write_bytes(b"no checkpoint, which the engine finds out")
    return project.folder / "runs"


def events_of(opened: list[str]) -> list[str]:
    return sorted(path for path in opened if path.endswith("events.jsonl"))


def test_opening_a_folder_reads_the_events_of_each_run_once(
    session: Session, image_folder: Path, runs: Path, qapp: QApplication, qtbot: QtBot
) -> None:
    window = MainWindow(session, theme.Theme(qapp))
    qtbot.addWidget(window)
    window.show()
    with opened_in(runs) as opened, opened_in(runs, threading.get_ident()) as opened_by_window:
        session.folders.open(image_folder)
        qtbot.waitUntil(lambda: session.state.runs.shown is not None, timeout=PATIENCE_MS)
        for place in PLACES:
            window.show_page(place.name)
            qtbot.wait(50)
    assert [run.folder.name for run in session.state.runs.every] == sorted(NAMES, reverse=True)
    assert events_of(opened) == [f"{name}/events.jsonl" for name in NAMES]
    assert opened_by_window == []


def test_going_on_with_a_run_reads_its_events_on_another_thread(
    session: Session, image_folder: Path, runs: Path, qtbot: QtBot
) -> None:
    session.folders.open(image_folder)
    qtbot.waitUntil(lambda: session.state.runs.shown is not None, timeout=PATIENCE_MS)
    with opened_in(runs) as opened, opened_in(runs, threading.get_ident()) as opened_by_window:
        session.runs.resume()
        assert session.state.work.working == {"train"}, "nobody can start another run meanwhile"
        qtbot.waitUntil(lambda: session.state.work.error is not None, timeout=PATIENCE_MS)
    assert events_of(opened) == [f"{NAMES[-1]}/events.jsonl"]
    assert opened_by_window == []
    assert session.state.work.working == frozenset()
    assert session.state.runs.shown is not None
    assert len(session.state.runs.shown.history) == 2
    assert len(session.state.runs.losses) == 1


@pytest.mark.parametrize("closed", [False, True])
def test_a_run_that_is_stopped_while_its_folder_is_read_does_not_start(
    session: Session, image_folder: Path, runs: Path, qtbot: QtBot, closed: bool
) -> None:
    session.folders.open(image_folder)
    qtbot.waitUntil(lambda: session.state.runs.shown is not None, timeout=PATIENCE_MS)
    session.runs.resume()
    if closed:
        session.close()
        qtbot.wait(50)
    else:
        session.runs.stop()
        qtbot.waitUntil(lambda: session.state.work.working == frozenset(), timeout=PATIENCE_MS)
        assert session.state.runs.shown is not None
        assert session.state.runs.shown.can_continue
        assert session.state.work.error is None
    assert session.runs.pid == 0
