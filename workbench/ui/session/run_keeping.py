"""What a person does with runs that are there: name them, note something about them, delete them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QFile, QObject, Slot

from workbench.core.errors import ErrorReport, InputError
from workbench.core.project.run_about import RunAbout, check_deletable, write_about
from workbench.core.project.runs import RunSummary
from workbench.ui.session.shown_run import ShownRun
from workbench.ui.session.state import Runs, is_same_run
from workbench.ui.session.store import Store
from workbench.ui.session.training import Training
from workbench.ui.session.work_control import WorkControl


class RunKeeping(QObject):
    """Changes what stands in a run's folder beside what the run wrote, and the slice `runs` with it."""

    def __init__(
        self,
        store: Store,
        work: WorkControl,
        training: Training,
        showing: ShownRun,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._work, self._training, self._showing = store, work, training, showing

    @property
    def _runs(self) -> Runs:
        return self._store.state.runs

    def describe(self, folder: Path, about: RunAbout) -> None:
        """Gives a run another name and note; they are shown once they are on the disk."""
        self._work.run_in_thread(partial(_written, folder, about), self._described)

    @Slot(object)
    def _described(self, written: tuple[Path, RunAbout]) -> None:
        folder, about = written

        def told(run: RunSummary | None) -> RunSummary | None:
            return replace(run, about=about) if run is not None and run.folder == folder else run

        runs = self._runs
        every = tuple(replace(run, about=about) if run.folder == folder else run for run in runs.every)
        self._store.put(replace(runs, every=every, shown=told(runs.shown), in_use=told(runs.in_use)))
        record = self._training.record
        if record is not None and record.run.folder == folder:
            self._training.record = replace(record, run=replace(record.run, about=about))

    def delete(self, folder: Path) -> None:
        """Moves a run's folder to the system's trash; one in use or learning stays, and why is said."""
        runs = self._runs
        run = next((each for each in runs.every if each.folder == folder), None)
        if run is None:
            return
        try:
            if run.state == "training":
                raise InputError("run_deleted.learning")  # noqa: TRY301 - it is shown as any other
            check_deletable(folder, runs.in_use.folder if runs.in_use is not None else None)
            if folder.exists() and not QFile(str(folder)).moveToTrash():
                raise InputError("run_deleted.no_trash", folder=str(folder))  # noqa: TRY301
        except InputError as error:
            self._work.report(ErrorReport.of(error))
            return
        interrupted = None if is_same_run(run, runs.interrupted) else runs.interrupted
        news = None if is_same_run(run, runs.news) else runs.news
        self._store.put(replace(runs, interrupted=interrupted, news=news))
        if self._training.record is not None and self._training.record.run.folder == folder:
            self._training.record = None
        self._showing.without(run)


def _written(folder: Path, about: RunAbout) -> tuple[Path, RunAbout]:
    write_about(folder, about)
    return folder, about
