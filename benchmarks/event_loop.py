"""Whether the window stays quick while a network learns on all cores, and learning beside the window."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from benchmarks.clock import Clock, drain
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.data.scan import scan
from workbench.core.events import EpochDone, StepDone
from workbench.core.settings import replace
from workbench.engine.client import EngineClient
from workbench.engine.messages import JobEvent, JobFailed
from workbench.engine.requests import Train
from workbench.ui.app import Program

_BEAT_MS = 5
_PATIENCE = 600.0


def alone(folder: str, seconds: float = 45.0) -> dict[str, Any]:
    """Steps per second of the engine, with nobody who draws anything.

    Args:
        folder: The image folder.
        seconds: How long to watch, from the end of the first epoch on.
    """
    clock = Clock()
    catalog = drain(scan(Path(folder)))
    client = EngineClient("benchmark")
    pace = _Pace(seconds)
    client.start()
    with tempfile.TemporaryDirectory() as run:
        client.submit(Train(catalog=catalog, config=_config(), run=Path(run)))
        try:
            while not pace.over:
                message = client.receive(1.0)
                if isinstance(message, JobFailed):
                    raise RuntimeError(message.error.title)  # noqa: TRY004 - the job failed
                if isinstance(message, JobEvent) and isinstance(message.event, EpochDone):
                    pace.begin(message.event.step)
                elif isinstance(message, JobEvent) and isinstance(message.event, StepDone):
                    pace.step(message.event.step)
        finally:
            client.quit()
    clock.mark("watched")
    return clock.results(steps_per_second=pace.rate)


def watched(folder: str, seconds: float = 45.0) -> dict[str, Any]:
    """The same training in the program, its Train page shown: steps per second, and the heartbeat.

    Args:
        folder: The image folder.
        seconds: As in `alone`.
    """
    clock = Clock()
    app = QApplication([])
    program = Program(app, None, "train")
    program.begin()
    watching = _Watching(program, Path(folder), seconds)
    app.exec()
    clock.mark("watched")
    beats = 1000 * np.diff(watching.beats)
    assert len(beats), watching.phase
    return clock.results(
        steps_per_second=watching.pace.rate,
        p99_ms=round(float(np.percentile(beats, 99)), 1),
        max_ms=round(float(beats.max()), 1),
        beats=len(beats),
        epochs=watching.epochs,
    )


class _Pace:
    """Steps per second, from the end of the first epoch on."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._first: tuple[float, int] | None = None
        self._last: tuple[float, int] | None = None

    def begin(self, step: int) -> None:
        self._first = self._first or (time.perf_counter(), step)

    def step(self, step: int) -> None:
        if self._first is not None:
            self._last = (time.perf_counter(), step)

    @property
    def over(self) -> bool:
        if self._first is None or self._last is None:
            return False
        return self._last[0] - self._first[0] > self._seconds

    @property
    def rate(self) -> float:
        assert self._first is not None
        assert self._last is not None
        return (self._last[1] - self._first[1]) / (self._last[0] - self._first[0])


class _Watching(QObject):
    """Does what a person would: opens the folder, presses Train, looks on, stops, closes."""

    def __init__(self, program: Program, folder: Path, seconds: float) -> None:
        super().__init__(program)
        self._session, self._window, self._folder = program.session, program.window, folder
        self._given_up = time.monotonic() + _PATIENCE
        self.pace, self.beats, self.phase, self.epochs = _Pace(seconds), [], "opening", 0
        self._heart = QTimer(self, interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._heart.timeout.connect(self._beat)
        self._looking = QTimer(self, interval=50)
        self._looking.timeout.connect(self._look)
        self._looking.start()
        self._session.preferences.train_on_opening = False  # no instant model first
        self._session.folders.open(folder)

    @Slot()
    def _beat(self) -> None:
        self.beats.append(time.perf_counter())

    @Slot()
    def _look(self) -> None:
        state = self._session.state
        if time.monotonic() > self._given_up:
            self._window._closing = True  # without the question: nobody is there to answer it
            self._window.close()
        elif self.phase == "opening" and state.folders.catalog is not None and not state.work.working:
            self._session.preferences.configure(_config())
            self._session.runs.train()
            self.phase = "beginning"
        elif self.phase == "beginning" and state.runs.watched is not None and state.runs.watched.history:
            self._window.show_page("train")
            self.pace.begin(state.runs.watched.history[-1].step)
            self._heart.start()
            self.phase = "watching"
        elif self.phase == "watching" and state.runs.watched is not None:
            if state.runs.step is not None:
                self.pace.step(state.runs.step.step)
            if self.pace.over:
                self._heart.stop()
                self.epochs = len(state.runs.watched.history)
                self._session.runs.stop()
                self.phase = "stopping"
        elif self.phase == "stopping" and "train" not in state.work.working:
            self._window.close()


def _config() -> TrainingConfig:
    """Long epochs on all cores; the table of answers is drawn anew after each."""
    changes = {"input_size": 64, "batch_size": 32, "epochs": 1000, "checkpoint_minutes": 120.0}
    return replace(recommended("scratch", "custom"), changes)
