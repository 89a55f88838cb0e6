"""The run under way: one engine of its own, which starts and ends with the run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from workbench.core.data.catalog import Catalog
from workbench.core.errors import ErrorReport, Stopped
from workbench.core.events import Progress
from workbench.core.runs import RunSummary, summarise
from workbench.core.training.config import TrainingConfig
from workbench.ui.session.engine_thread import EngineThread
from workbench.ui.session.watch import Watch, new_watch, watch_of

SAVING_SECONDS = 5.0
"""How long a run may take to save itself when the window closes."""


_LAST_SECONDS = 0.5
"""How long it then still has where it was asked to stop before, and did not."""


class Training(QObject):
    """Starts, continues and stops runs, one at a time, and watches them.

    Attributes:
        watch: The run under way or the last one, None before the first.
        fresh: Whether the run has just begun and no page has shown it yet.

    Signals:
        moved: There is something new in `watch`.
        ended: The run has ended: None where it was done or asked to, else an `ErrorReport`.
    """

    moved = Signal()
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.watch: Watch | None = None
        self.fresh = False
        self._engine: EngineThread | None = None
        self._job = 0
        self._asked_to_stop = False

    @property
    def under_way(self) -> bool:
        """Whether a run is being trained."""
        return self._engine is not None

    @property
    def pid(self) -> int:
        """The training engine's process id, 0 while none runs."""
        return self._engine.pid or 0 if self._engine is not None else 0

    def start(self, catalog: Catalog, config: TrainingConfig, folder: Path) -> None:
        """Begins a run in an empty folder."""
        self.watch = new_watch(folder, catalog.folder, config)
        self._launch("train", catalog=catalog, config=config.to_dict(), run=str(folder), device="auto")

    def go_on(self, folder: Path) -> None:
        """Goes on with a run from what it saved last."""
        self.watch = watch_of(folder)
        self._launch("resume", run=str(folder), device="auto")

    def _launch(self, name: str, **arguments: Any) -> None:
        assert self.watch is not None
        self.fresh, self._asked_to_stop = True, False
        run = replace(self.watch.run, state="training", can_continue=False)
        text = self.tr("Getting ready to learn…")
        self.watch = replace(self.watch, run=run, progress=Progress("decode", 0, 0, text))
        death = ErrorReport(
            self.tr("The part of the program that trains ended unexpectedly."),
            self.tr("Continue from what was saved last, or start again."),
        )
        self._engine = EngineThread("training", death, self)
        self._engine.event.connect(self._event)
        self._engine.completed.connect(self._completed)
        self._engine.failed.connect(self._failed)
        self._job = self._engine.submit(name, **arguments)
        self.moved.emit()

    def stop(self) -> None:
        """Asks the run to end early and keep the best so far."""
        if self._engine is not None and self.watch is not None:
            self._asked_to_stop = True
            self._engine.stop(self._job)
            text = self.tr("Keeping the best so far…")
            self.watch = replace(self.watch, progress=Progress("save", 0, 0, text))
            self.moved.emit()

    def close(self) -> None:
        """Ends the run under way, if any, after it has saved itself; waits for engines that still end."""
        self._engine = None
        for engine in self.findChildren(EngineThread):
            engine.close(_LAST_SECONDS if self._asked_to_stop else SAVING_SECONDS)

    @Slot(int, object)
    def _event(self, _: int, event: Any) -> None:
        if self.watch is not None:
            self.watch = self.watch.after(event)
            if self._asked_to_stop and self.watch.progress is None:
                text = self.tr("Keeping the best so far…")
                self.watch = replace(self.watch, progress=Progress("save", 0, 0, text))
            self.moved.emit()

    @Slot(int, object)
    def _completed(self, _: int, result: object) -> None:
        self._end(None)

    @Slot(int, object)
    def _failed(self, _: int, error: ErrorReport) -> None:
        if self._asked_to_stop and error.title == Stopped().title:
            self._end(None)
        else:
            self._end(replace(error, is_input=error.is_input or self._asked_to_stop))

    def _end(self, error: ErrorReport | None) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.end(SAVING_SECONDS)
            engine.let_go()
        if self.watch is not None:
            self.watch = replace(self.watch, run=_as_left(self.watch.run), progress=None)
        self.moved.emit()
        self.ended.emit(error)


def _as_left(run: RunSummary) -> RunSummary:
    """What a run's folder says now that it has ended; what was known where it never came to write one."""
    if (run.folder / "run.json").is_file():
        return summarise(run.folder)
    return replace(run, state="interrupted")
