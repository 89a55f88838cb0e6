"""The run that all pages show."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from workbench.core.project.runs import RunSummary
from workbench.ui.session.run_record import RunRecord, record_of
from workbench.ui.session.state import Runs, is_same_run
from workbench.ui.session.store import Store
from workbench.ui.session.training import Training
from workbench.ui.session.work_control import WorkControl


class ShownRun(QObject):
    """Changes `Runs.shown`, and the curves that go with it."""

    def __init__(
        self, store: Store, work: WorkControl, training: Training, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store, self._work, self._training = store, work, training

    @property
    def _runs(self) -> Runs:
        return self._store.state.runs

    @Slot(object)
    def show(self, folder: Path) -> None:
        """Shows a run of the open project on all pages."""
        record = self._training.record
        if record is not None and record.run.folder == folder:
            self.put(record)
        else:
            self._work.run_in_thread(partial(record_of, folder), self.put)

    @Slot(object)
    def put(self, record: RunRecord) -> None:
        """Shows a run; *Train* goes on watching one that is under way."""
        if self._training.under_way and not is_same_run(record.run, self._runs.under_way):
            self._store.put(replace(self._runs, shown=record.run))
            return
        step = self._runs.step if self._training.under_way else record.step
        self._store.put(
            replace(self._runs, shown=record.run, losses=record.losses, heads=record.heads, step=step)
        )

    def forget(self, run: RunSummary) -> None:
        """Takes a run that came to nothing off the list, and shows another."""
        others = tuple(other for other in self._runs.every if not is_same_run(other, run))
        self._store.put(replace(self._runs, every=others, losses=(), heads=(), step=None))
        if self._runs.shown is not None and not is_same_run(self._runs.shown, run):
            self.show(self._runs.shown.folder)  # Train watched the other one
            return
        self._store.put(replace(self._runs, shown=None))
        if others:
            self.show((self._runs.in_use or others[0]).folder)

    def without(self, run: RunSummary) -> None:
        """Takes a run that has been deleted off the list; where it was shown, shows another."""
        others = tuple(other for other in self._runs.every if not is_same_run(other, run))
        was_shown = is_same_run(run, self._runs.shown)
        self._store.put(replace(self._runs, every=others))
        if was_shown and others:
            self.show((self._runs.in_use or others[0]).folder)
        elif was_shown:
            self._store.put(replace(self._runs, shown=None, losses=(), heads=(), step=None))
