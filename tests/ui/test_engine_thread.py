from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS
from workbench.core.data.catalog import Catalog
from workbench.core.errors import ErrorReport
from workbench.engine.requests import Request, Scan, Thumbnails
from workbench.ui.session.engine_thread import EngineThread

DEATH = ErrorReport.said("It is gone.", "Start again.")


class Ear:
    """Hears everything that an engine thread says, and on which thread."""

    def __init__(self, engine: EngineThread) -> None:
        self.events: list[tuple[int, Any]] = []
        self.ends: list[tuple[int, Any]] = []
        self.threads: set[QThread] = set()
        self.deaths = 0
        engine.yielded.connect(self.hear)
        engine.completed.connect(self.end)
        engine.failed.connect(self.end)
        engine.died.connect(self.die)

    def hear(self, job: int, event: object) -> None:
        self.threads.add(QThread.currentThread())
        assert job not in [ended for ended, _ in self.ends], "an event came after its job had ended"
        self.events.append((job, event))

    def end(self, job: int, result: object) -> None:
        self.threads.add(QThread.currentThread())
        self.ends.append((job, result))

    def die(self) -> None:
        self.deaths += 1


@pytest.fixture
def engine(qtbot: QtBot) -> Iterator[EngineThread]:
    thread = EngineThread("test", DEATH)
    yield thread
    thread.close(2.0)


def test_each_job_ends_once_and_is_heard_on_the_window_thread(
    engine: EngineThread, image_folder: Path, qtbot: QtBot
) -> None:
    ear = Ear(engine)
    good = engine.submit(Scan(folder=image_folder))
    bad = engine.submit(Scan(folder=image_folder / "nowhere"))
    unknown = engine.submit(Request())
    qtbot.waitUntil(lambda: len(ear.ends) == 3, timeout=PATIENCE_MS)
    results = dict(ear.ends)
    assert isinstance(results[good], Catalog)
    assert isinstance(results[bad], ErrorReport)
    assert isinstance(results[unknown], ErrorReport)
    assert results[bad].is_input
    assert ear.threads == {QThread.currentThread()}


def test_a_killed_engine_fails_every_job_once(engine: EngineThread, tmp_path: Path, qtbot: QtBot) -> None:
    ear = Ear(engine)
    jobs = [
        engine.submit(Thumbnails(paths=[str(tmp_path / "gone.png")] * 200_000, size=64)) for _ in range(3)
    ]
    qtbot.waitUntil(lambda: bool(ear.events), timeout=PATIENCE_MS)
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: ear.deaths == 1, timeout=PATIENCE_MS)
    late = engine.submit(Scan(folder=tmp_path))
    qtbot.waitUntil(lambda: len(ear.ends) == 4, timeout=PATIENCE_MS)
    assert Counter(job for job, _ in ear.ends) == Counter([*jobs, late])
    assert {error.title for _, error in ear.ends} == {DEATH.title}


def test_a_flood_arrives_whole_and_in_few_pieces(engine: EngineThread, tmp_path: Path, qtbot: QtBot) -> None:
    ear, pieces = Ear(engine), []
    engine._arrived.connect(pieces.append)
    paths = [str(tmp_path / f"{number}.png") for number in range(20_000)]
    engine.submit(Thumbnails(paths=paths, size=64))
    qtbot.waitUntil(lambda: bool(ear.ends), timeout=PATIENCE_MS)
    assert Counter(event.path for _, event in ear.events) == Counter(paths)
    assert len(pieces) < len(paths) / 4


def test_closing_ends_jobs_that_run(qtbot: QtBot, tmp_path: Path) -> None:
    engine = EngineThread("test", DEATH)
    ear = Ear(engine)
    job = engine.submit(Thumbnails(paths=[str(tmp_path / "gone.png")] * 500_000, size=64))
    qtbot.waitUntil(lambda: bool(ear.events), timeout=PATIENCE_MS)
    engine.close(5.0)
    assert engine.isFinished()
    qtbot.waitUntil(lambda: bool(ear.ends), timeout=PATIENCE_MS)
    assert [ended for ended, _ in ear.ends] == [job]
    assert ear.deaths == 0


def test_a_job_can_be_stopped(engine: EngineThread, tmp_path: Path, qtbot: QtBot) -> None:
    ear = Ear(engine)
    job = engine.submit(Thumbnails(paths=[str(tmp_path / "gone.png")] * 500_000, size=64))
    qtbot.waitUntil(lambda: bool(ear.events), timeout=PATIENCE_MS)
    engine.stop(job)
    qtbot.waitUntil(lambda: bool(ear.ends), timeout=PATIENCE_MS)
    assert len(ear.events) < 500_000
