"""Whose model is asked and handed out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from workbench.core.project.in_use import Mark, run_in_use, takes_over, write_mark
from workbench.core.project.runs import RunSummary
from workbench.ui.session.folder_runs import FolderRuns
from workbench.ui.session.state import Runs, is_same_run
from workbench.ui.session.store import Store
from workbench.ui.session.work_control import WorkControl


class ModelChoice(QObject):
    """Changes `Runs.in_use`, and remembers it in the project.

    Signals:
        changed: The model of another run is in use.
    """

    changed = Signal()

    def __init__(
        self, store: Store, work: WorkControl, folder: FolderRuns, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store, self._work, self._folder = store, work, folder
        self._first = False  # whether the run under way is the only one with a model

    @property
    def _runs(self) -> Runs:
        return self._store.state.runs

    def follow(self, run: RunSummary) -> None:
        """Has the model of the run under way used where there is no other to ask meanwhile."""
        in_use = self._runs.in_use
        if run.model and (in_use is None or (self._first and in_use is not run)):
            self._store.put(replace(self._runs, in_use=run))
            if not self._first:
                self._first = True
                self.changed.emit()

    def settle(self, run: RunSummary) -> None:
        """Has the model of a run that has ended used where it is better than the one in use."""
        before = self._runs.in_use
        own = self._first or (before is not None and is_same_run(run, before))
        others = [other for other in self._runs.every if not is_same_run(other, run)]
        rest = before if not own else run_in_use(others, Mark())
        if own and run.model:
            chosen: RunSummary | None = run
        else:
            chosen = run if takes_over(run, rest) else rest
        self._put(chosen)

    def end(self) -> None:
        """No run is under way any more."""
        self._first = False

    def use(self, folder: Path) -> None:
        """Has the model of a run used, as the person wishes."""
        chosen = next((run for run in self._runs.every if run.folder == folder and run.model), None)
        if chosen is not None:
            self._put(chosen)

    def _put(self, chosen: RunSummary | None) -> None:
        before = self._runs.in_use
        self._store.put(replace(self._runs, in_use=chosen))
        if (chosen is None) != (before is None) or (chosen is not None and not is_same_run(chosen, before)):
            self.changed.emit()
        if chosen is not None:
            mark = Mark(chosen.folder.name, frozenset(run.folder.name for run in self._runs.every))
            kept = partial(write_mark, self._folder.mark_folder(chosen), mark)
            self._work.run_in_thread(kept, self._kept)

    @Slot(object)
    def _kept(self, _: None) -> None:
        """The mark is remembered."""
