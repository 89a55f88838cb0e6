"""The long-lived engine for short jobs: started on first use, and started again if it dies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from workbench.core.errors import ErrorReport
from workbench.core.events import Progress
from workbench.engine.requests import Request
from workbench.ui.session.engine_thread import EngineThread
from workbench.ui.session.state import WorkKind

CLOSING_SECONDS = 2.0


def _nothing(_: object) -> None:
    """What most jobs do with what they yield."""


@dataclass
class _Job:
    work: WorkKind | None
    event: Callable[[Any], None]
    completed: Callable[[Any], None]
    failed: Callable[[ErrorReport], None]
    stopped: bool = False


class ServiceEngine(QObject):
    """Hands short jobs to the service engine and each outcome to whoever asked.

    Signals:
        progressed: Kind of work and how far it has come; sent once when the work begins.
        finished: Kind of work of which nothing runs any more.
        failed: The error of a job that nobody else handles.
        died: The engine ended without being asked; its jobs have failed.
    """

    progressed = Signal(str, object)
    finished = Signal(str)
    failed = Signal(object)
    died = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine: EngineThread | None = None
        self._closed = False
        self._jobs: dict[int, _Job] = {}

    @property
    def pid(self) -> int:
        """The engine's process id, 0 while there is none."""
        return self._engine.pid or 0 if self._engine is not None else 0

    def submit(
        self,
        request: Request,
        work: WorkKind | None = None,
        *,
        begin: Progress | None = None,
        event: Callable[[Any], None] = _nothing,
        completed: Callable[[Any], None] = _nothing,
        failed: Callable[[ErrorReport], None] | None = None,
    ) -> int:
        """Hands over a job; once closed, there is nobody left to hear of it.

        Returns:
            The job's number; 0 where nothing was handed over.

        Args:
            request: What to do.
            work: The kind of work that the window shows while it runs; None shows nothing.
            begin: What it shows until the engine reports.
            event: Called with what the job yields, progress aside.
            completed: Called with its result.
            failed: Called instead where it fails; None passes the error on by `failed`.
        """
        if self._closed:
            return 0
        if self._engine is None:
            death_report = ErrorReport.said(
                self.tr("The part of the program that works on your photos ended unexpectedly."),
                self.tr("It has been started again. Please try once more."),
            )
            self._engine = EngineThread("service", death_report, self)
            self._engine.yielded.connect(self._job_event)
            self._engine.completed.connect(self._job_completed)
            self._engine.failed.connect(self._job_failed)
            self._engine.died.connect(self._engine_died)
        if work is not None:
            self.progressed.emit(work, begin)
        number = self._engine.submit(request)
        self._jobs[number] = _Job(work, event, completed, failed or self.failed.emit)
        return number

    def stop_job(self, number: int) -> None:
        """Asks one job to end early; whoever submitted it hears how it ends."""
        if self._engine is not None:
            self._engine.stop(number)

    def stop(self, *works: WorkKind) -> None:
        """Asks all jobs of some kinds of work to end early; those that then fail do so quietly."""
        for number, job in self._jobs.items():
            if job.work in works and self._engine is not None:
                job.stopped = True
                self._engine.stop(number)

    def close(self) -> None:
        """Ends the engine and waits for it; no other is started."""
        self._closed, self._engine = True, None
        for engine in self.findChildren(EngineThread):
            engine.close(CLOSING_SECONDS)

    @Slot(int, object)
    def _job_event(self, number: int, event: Any) -> None:
        if self._closed:  # said before, and heard only now
            return
        job = self._jobs[number]
        if isinstance(event, Progress) and job.work is not None:
            self.progressed.emit(job.work, event)
        else:
            job.event(event)

    @Slot(int, object)
    def _job_completed(self, number: int, result: Any) -> None:
        if not self._closed:
            self._take(number).completed(result)

    @Slot(int, object)
    def _job_failed(self, number: int, error: ErrorReport) -> None:
        if self._closed:
            return
        job = self._take(number)
        if not job.stopped:  # who stopped it knows
            job.failed(error)

    def _take(self, number: int) -> _Job:
        job = self._jobs.pop(number)
        if job.work is not None and not any(other.work == job.work for other in self._jobs.values()):
            self.finished.emit(job.work)
        return job

    @Slot()
    def _engine_died(self) -> None:
        if self._engine is not None:
            self._engine.delete_when_finished()
            self._engine = None
        self.died.emit()
