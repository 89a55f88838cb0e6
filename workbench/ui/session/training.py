"""The run under way, in one of two places.

An instant run is a short job of the service engine; every other run has an engine of its own, which starts
and ends with it and gives all memory back.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from workbench.core.config.methods import method_of
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog
from workbench.core.durations import Photos, stages_for
from workbench.core.errors import ErrorReport
from workbench.core.events import Progress
from workbench.core.messages import Message
from workbench.core.project.runs import RunSummary
from workbench.engine.requests import Request, Resume, Train
from workbench.ui.session.course import Course, Reached
from workbench.ui.session.engine_thread import EngineThread
from workbench.ui.session.run_record import RunRecord, config_of, new_record, record_of
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.work_control import WorkControl

SAVING_SECONDS = 5.0
"""How long a run may take to save itself when the window closes."""
_CLOCK_MS = 500
_LAST_SECONDS = 0.5
"""How long it then still has where it was asked to stop before, and did not."""


class Training(QObject):
    """Starts, continues and stops runs, one at a time, and watches them.

    Args:
        service: Takes the instant runs.
        work: Runs what reads a run's folder.

    Attributes:
        record: The run under way or the last one, None before the first.
        fresh: Whether the run has just begun and no page has shown it yet.
        under_way: Whether a run is being trained.

    Signals:
        moved: There is something new in `record`.
        ended: The run has ended: None where it was done or asked to, else an `ErrorReport`.
    """

    moved = Signal()
    ended = Signal(object)

    def __init__(self, service: ServiceEngine, work: WorkControl, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.record: RunRecord | None = None
        self.fresh = False
        self.under_way = False
        self._service, self._work = service, work
        self._engine: EngineThread | None = None
        self._job = 0
        self._asked_to_stop = False
        self._image_folder: Path | None = None
        self._course = Course((), 0.0)
        self._clock = QTimer(self, interval=_CLOCK_MS)  # what reports nothing for a while still goes on
        self._clock.timeout.connect(self.moved)

    @property
    def reached(self) -> Reached:
        """How far the run under way is as a whole."""
        return self._course.reached(time.monotonic())

    @property
    def pid(self) -> int:
        """The process id of the run's own engine, 0 while there is none."""
        return self._engine.pid or 0 if self._engine is not None else 0

    def start(self, catalog: Catalog, config: TrainingConfig, folder: Path) -> None:
        """Begins a run in an empty folder."""
        self._begin(new_record(folder, catalog.folder, config), Photos.of(catalog))
        request = Train(catalog, config, folder)
        if config.method.in_service:
            self._job = self._service.submit(
                request, event=self._take, completed=self._done, failed=self._end_with
            )
        else:
            self._launch(request)
        self.moved.emit()

    def resume(self, run: RunSummary, image_folder: Path) -> None:
        """Goes on with a run from what it saved last, once its folder has been read, on another thread.

        Args:
            image_folder: Where its photos lie now.
        """
        self._image_folder = image_folder
        last = self.record
        self._begin(last if last is not None and last.run.folder == run.folder else RunRecord(run), Photos(0))
        self._work.run_in_thread(partial(record_of, run.folder), self._read, self._end_with)
        self.moved.emit()

    @Slot(object)
    def _read(self, record: RunRecord) -> None:
        if not self.under_way:
            return  # the window has closed meanwhile
        if self._asked_to_stop:
            self._end(None)
            return
        started = record.started
        photos = Photos(0)
        if started is not None:
            photos = Photos(started.training_samples, started.validation_samples + started.test_samples)
        self._begin(record, photos)
        self._launch(Resume(record.run.folder, folder=self._image_folder))
        self.moved.emit()

    def _begin(self, record: RunRecord, photos: Photos) -> None:
        self.fresh, self.under_way, self._asked_to_stop, self._job = True, True, False, 0
        run = replace(record.run, state="training", can_continue=False)
        text = self.tr("Learning from your photos…") if run.is_instant else self.tr("Getting ready to learn…")
        self.record = replace(record, run=run, progress=Progress("decode", 0, 0, Message.said(text)))
        plan = stages_for(config_of(run), photos, self._work.rates) if photos.learned else ()
        self._course = Course(plan, time.monotonic())
        self._clock.start()

    def _launch(self, request: Request) -> None:
        death_report = ErrorReport.said(
            self.tr("The part of the program that trains ended unexpectedly."),
            self.tr("Continue from what was saved last, or start again."),
        )
        self._engine = EngineThread("training", death_report, self)
        self._engine.yielded.connect(self._event)
        self._engine.completed.connect(self._completed)
        self._engine.failed.connect(self._failed)
        self._job = self._engine.submit(request)

    def stop(self) -> None:
        """Asks the run to end early and keep the best so far."""
        if self.under_way:
            self._asked_to_stop = True
            (self._engine.stop if self._engine is not None else self._service.stop_job)(self._job)
            self._show_stopping()
            self.moved.emit()

    def _show_stopping(self) -> None:
        assert self.record is not None
        keeps = self.record.run.history and method_of(self.record.run.config).counts == "epoch"
        text = self.tr("Keeping the best so far…") if keeps else self.tr("Stopping…")
        self.record = replace(self.record, progress=Progress("save", 0, 0, Message.said(text)))

    def close(self) -> None:
        """Ends the run under way, if any, after it has saved itself; waits for engines that still end."""
        self._clock.stop()
        self._engine, self.under_way = None, False
        for engine in self.findChildren(EngineThread):
            engine.close(_LAST_SECONDS if self._asked_to_stop else SAVING_SECONDS)

    @Slot(int, object)
    def _event(self, _: int, event: object) -> None:
        self._take(event)

    @Slot(int, object)
    def _completed(self, _: int, result: object) -> None:
        self._done(result)

    @Slot(int, object)
    def _failed(self, _: int, error: ErrorReport) -> None:
        self._end_with(error)

    def _take(self, event: object) -> None:
        assert self.record is not None
        self.record = self.record.after(event)
        self._course.after(event, time.monotonic())
        if self._asked_to_stop:
            self._show_stopping()
        self.moved.emit()

    def _done(self, _: object) -> None:
        self._end(None)

    @Slot(object)
    def _end_with(self, error: ErrorReport) -> None:
        stopped = self._asked_to_stop and error.is_stop
        self._end(None if stopped else replace(error, is_input=error.is_input or self._asked_to_stop))

    def _end(self, error: ErrorReport | None) -> None:
        engine, self._engine, self.under_way = self._engine, None, False
        self._clock.stop()
        if engine is not None:
            engine.end(SAVING_SECONDS)
            engine.delete_when_finished()
        assert self.record is not None
        self.record = replace(self.record, run=self.record.run.ended(), progress=None)
        self.moved.emit()
        self.ended.emit(error)
