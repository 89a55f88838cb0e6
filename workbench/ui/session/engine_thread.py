"""The thread that listens to one engine process.

What the engine says is gathered and handed to the window's thread in one piece, at most 30 times a
second and one piece at a time, so that no flood of messages can freeze the window or fill its memory.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QSemaphore, Qt, QThread, Signal, Slot

from workbench.core.errors import ErrorReport
from workbench.engine.client import EngineClient, EngineDied
from workbench.engine.messages import JobCompleted, JobEvent, JobFailed
from workbench.engine.requests import Request

_INTERVAL = 1 / 30
_BATCH = 5000


class EngineThread(QThread):
    """Starts an engine process when it is made, and hears it until it ends.

    Each submitted job ends with exactly one of `completed` and `failed`, also where the engine
    dies. The signals below are emitted on the thread that made this object.

    Args:
        name: Of the engine and its log file.
        death_report: What to tell the person where it ends without being asked; details are added.

    Signals:
        yielded: Job number and something that the job yielded.
        completed: Job number and its result.
        failed: Job number and an `ErrorReport`.
        died: The engine ended without being asked; every open job has failed by then.
    """

    yielded = Signal(int, object)
    completed = Signal(int, object)
    failed = Signal(int, object)
    died = Signal()
    _arrived = Signal(list)

    def __init__(self, name: str, death_report: ErrorReport, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._death_report = death_report
        self._client = EngineClient(name)
        self._lock = threading.Lock()
        self._open: set[int] = set()
        self._ended: ErrorReport | None = None
        self._grace: float | None = None
        self._refused = 0
        self._room = QSemaphore(1)
        self._arrived.connect(self._dispatch, Qt.ConnectionType.QueuedConnection)
        self._client.start()
        self.pid = self._client.pid
        self.start()

    def submit(self, request: Request) -> int:
        """Hands a job to the engine.

        Returns:
            The job's number, which its signals carry.
        """
        with self._lock:
            if self._ended is None:
                try:
                    job = self._client.submit(request)
                except EngineDied as error:
                    self._ended = self._report_of(error)
                else:
                    self._open.add(job)
                    return job
            self._refused -= 1
            self._arrived.emit([JobFailed(self._refused, self._ended)])
            return self._refused

    def stop(self, job: int) -> None:
        """Asks a job to end early and keep what it has."""
        if job in self._open:
            self._client.stop(job)

    def end(self, grace: float) -> None:
        """Asks the engine to save and end, and ends its process after `grace` seconds; does not wait."""
        self._grace = grace

    def close(self, grace: float) -> None:
        """Does what `end` does, and waits for it."""
        self.end(grace)
        self.wait()

    def delete_when_finished(self) -> None:
        """Deletes this object once its thread has ended; nobody may use it any more."""
        self.finished.connect(self.deleteLater)
        if self.isFinished():
            self.deleteLater()

    def run(self) -> None:
        """Listens. Nothing escapes."""
        gathered: list[Any] = []
        died: list[None] = []
        try:
            self._listen(gathered)
            report = ErrorReport.said("The work was ended because the window closed.", "Start it again.")
            gathered += self._of_open_jobs(self._client.quit(self._grace or 0.0))
        except Exception as error:  # noqa: BLE001 - whatever it is, the window must be told
            report, died = self._report_of(error), [None]
            self._client.quit(0.0)
        with self._lock:
            self._ended = report
            failed = [JobFailed(job, report) for job in sorted(self._open)]
            self._open.clear()
        self._arrived.emit([*gathered, *failed, *died])

    def _listen(self, gathered: list[Any]) -> None:
        """Fills `gathered` and empties it into the window, until `close`.

        Raises:
            EngineDied: The engine ended without being asked.
        """
        sent = 0.0
        while self._grace is None:
            if len(gathered) < _BATCH:
                message = self._client.receive(_INTERVAL)
                gathered += self._of_open_jobs([message] if message is not None else [])
            else:
                time.sleep(_INTERVAL)  # the window is behind: let the pipe fill, and the engine wait
            if gathered and time.monotonic() - sent >= _INTERVAL and self._room.tryAcquire():
                self._arrived.emit(gathered.copy())
                gathered.clear()
                sent = time.monotonic()

    def _report_of(self, error: Exception) -> ErrorReport:
        if isinstance(error, EngineDied):
            return replace(self._death_report, details=error.details)
        return ErrorReport.of(error)

    def _of_open_jobs(self, messages: list[Any]) -> list[Any]:
        """Messages of open jobs; a job's last message closes it."""
        with self._lock:
            kept = [message for message in messages if message.job in self._open]
            self._open -= {message.job for message in kept if not isinstance(message, JobEvent)}
        return kept

    @Slot(list)
    def _dispatch(self, messages: list[Any]) -> None:
        self._room.release()
        for message in messages:
            match message:
                case JobEvent(job, event):
                    self.yielded.emit(job, event)
                case JobCompleted(job, result):
                    self.completed.emit(job, result)
                case JobFailed(job, error):
                    self.failed.emit(job, error)
                case None:
                    self.died.emit()
