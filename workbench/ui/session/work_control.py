"""What runs now: progress, messages, the service engine's life, and functions on threads of their own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from workbench.core.durations import Rates
from workbench.core.errors import ErrorReport
from workbench.core.events import Progress
from workbench.engine.messages import DeviceInfo
from workbench.engine.requests import Warm
from workbench.ui.session.course import Reached
from workbench.ui.session.remaining_time import RemainingTime
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.state import Work, WorkKind
from workbench.ui.session.store import Store
from workbench.ui.session.task import Task

_MOST_DEATHS, _DEATHS_WITHIN = 3, 120.0
IDLE_MS = 15_000
"""After so long without work, what may wait is done."""
V = TypeVar("V")


class WorkControl(QObject):
    """Changes the slice `work`."""

    def __init__(self, store: Store, service: ServiceEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._service = store, service
        self._remaining = RemainingTime()
        self._deaths: list[float] = []
        self._tasks: set[Task] = set()
        self._closed = False
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self._measure_pace)
        self._pace_asked = False
        service.progressed.connect(self.note)
        service.finished.connect(self.end)
        service.failed.connect(self.report)
        service.died.connect(self._service_died)

    @property
    def _work(self) -> Work:
        return self._store.state.work

    def warm(self) -> None:
        """Starts the service engine and lets it load, so that the first job need not wait."""
        self._service.submit(Warm(), completed=self._warmed)

    def _warmed(self, info: DeviceInfo) -> None:
        self._store.put(replace(self._work, engine=info.name, rates=info.rates))
        if info.rates.pace is None and not self._pace_asked:
            self._idle.start()

    @Slot()
    def _measure_pace(self) -> None:
        """Measures what takes seconds, once, while nobody waits for anything."""
        if self._work.working:
            self._idle.start()
            return
        self._pace_asked = True
        self._service.submit(Warm(pace=True), completed=self._warmed)

    @Slot()
    def _service_died(self) -> None:
        """Starts the engine again, unless it keeps dying."""
        self._store.put(replace(self._work, engine=""))
        now = time.monotonic()
        self._deaths = [*(death for death in self._deaths if now - death < _DEATHS_WITHIN), now]
        if len(self._deaths) <= _MOST_DEATHS:
            self.warm()

    @Slot(object)
    def report(self, error: ErrorReport) -> None:
        """Shows a message."""
        self._store.put(replace(self._work, error=error))

    @Slot()
    def dismiss_error(self) -> None:
        """Takes the message away."""
        self._store.put(replace(self._work, error=None))

    @Slot(str, object)
    def note(self, kind: WorkKind, progress: Progress | None) -> None:
        """Notes that a kind of work runs, and how far it is where that is known."""
        work = self._work
        shown = _without(work.progress, kind)
        if progress is not None:
            shown[kind] = (progress.done, progress.total, progress.text)
        left = _without(work.left, kind) | self._remaining.left(kind, progress)
        self._store.put(replace(work, working=work.working | {kind}, progress=shown, left=left))

    def reach(self, kind: WorkKind, reached: Reached) -> None:
        """Notes how far work of several stages is as a whole; where that is not known, leaves it as it is."""
        work = self._work
        if reached.share >= 0 and kind in work.working - work.stopping:
            share, left = work.share | {kind: reached.share}, work.left | {kind: reached.left}
            soonest = work.soonest | {kind: reached.soonest}
            self._store.put(replace(work, share=share, left=left, soonest=soonest))

    @property
    def rates(self) -> Rates:
        """How fast this computer was measured to be."""
        return self._work.rates

    @Slot(str)
    def end(self, kind: WorkKind) -> None:
        """Notes that nothing of a kind of work runs any more."""
        work = self._work
        self._remaining.left(kind, None)
        self._store.put(
            replace(
                work,
                working=work.working - {kind},
                stopping=work.stopping - {kind},
                progress=_without(work.progress, kind),
                left=_without(work.left, kind),
                soonest=_without(work.soonest, kind),
                share=_without(work.share, kind),
            )
        )

    def note_stopping(self, *kinds: WorkKind) -> None:
        """Notes that kinds of work were asked to end, those of them that run."""
        work = self._work
        self._store.put(replace(work, stopping=work.stopping | (work.working & set(kinds))))

    def run_in_thread(
        self,
        function: Callable[[], object],
        completed: Callable[[Any], None],
        failed: Callable[[ErrorReport], None] | None = None,
    ) -> None:
        """Runs a function on a thread of its own and hands its result to a slot; once closed, does nothing.

        Args:
            function: The work.
            completed: The slot for its result.
            failed: The slot for the error instead; None reports it.
        """
        if self._closed:
            return
        task = Task(function, self)
        task.completed.connect(completed, Qt.ConnectionType.QueuedConnection)
        task.failed.connect(failed or self.report, Qt.ConnectionType.QueuedConnection)
        task.finished.connect(self._task_over, Qt.ConnectionType.QueuedConnection)
        self._tasks.add(task)
        task.start()

    @property
    def in_threads(self) -> int:
        """How many functions run on threads of their own."""
        return len(self._tasks)

    @Slot()
    def _task_over(self) -> None:
        for task in [task for task in self._tasks if task.isFinished()]:
            self._tasks.discard(task)
            task.deleteLater()

    def close(self) -> None:
        """Asks functions that run beside to end (`QThread.isInterruptionRequested`), and waits for them.

        What had already been told, and is heard only now, begins no others.
        """
        self._closed = True
        for task in self._tasks:
            task.requestInterruption()
            task.wait()


def _without(values: dict[str, V], name: str) -> dict[str, V]:
    return {key: value for key, value in values.items() if key != name}
