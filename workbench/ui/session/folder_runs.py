"""The runs of the open folder, as its project has them on the disk."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from workbench.core.data.catalog import Catalog
from workbench.core.project.projects import Project
from workbench.core.project.runs import RunSummary
from workbench.ui.session.run_record import ReadRuns, read_runs
from workbench.ui.session.state import Runs
from workbench.ui.session.store import Store
from workbench.ui.session.work_control import WorkControl
from workbench.ui.words.refusals import hidden_runs


class FolderRuns(QObject):
    """Reads the runs of the open folder in a thread.

    Signals:
        arrived: The `RunRecord` of the run to show, None where there is none.
    """

    arrived = Signal(object)

    def __init__(self, store: Store, work: WorkControl, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._work = store, work
        self._project: Project | None = None

    def project_of(self, catalog: Catalog) -> Project:
        """The project that the open folder belongs to."""
        return self._project or Project.of(catalog.folder, catalog)

    def mark_folder(self, run: RunSummary) -> Path:
        """Where it is remembered that the model of a run is in use."""
        return self._project.folder if self._project is not None else run.folder.parent.parent

    @Slot(object, bool)
    def take_folder(self, catalog: Catalog, another: bool) -> None:
        """Reads the runs of a folder that has been opened, and forgets those of the one before."""
        if another:
            self._project = None
            self._store.put(Runs(under_way=self._store.state.runs.under_way))
        if catalog.samples:
            project = self._store.state.edits.project
            self._work.run_in_thread(partial(read_runs, catalog, project), self._read)

    @Slot(object)
    def _read(self, read: ReadRuns) -> None:
        state = self._store.state
        catalog = state.folders.catalog
        if catalog is None or read.project.image_folder != catalog.folder.resolve():
            return
        own = state.edits.project
        if own is not None and own.folder != read.project.folder:  # another project of the same folder
            return
        self._project = read.project
        self._store.put(replace(state.runs, every=read.every, in_use=read.in_use, maybe=read.project.maybe))
        if read.refused:
            self._work.report(hidden_runs(read.refused))
        self.arrived.emit(read.record)

    def answer_maybe(self, same: bool | None) -> None:
        """Takes the answer to whether these photos are those of another project: its runs are then shown.

        Args:
            same: None asks again when the folder is opened the next time.
        """
        state = self._store.state
        project, catalog, elsewhere = self._project, state.folders.catalog, state.runs.maybe
        self._store.put(replace(state.runs, maybe=None))
        if same is None or project is None or catalog is None or elsewhere is None:
            return
        answered = partial(_answered, project, elsewhere.folder, same, catalog)
        self._work.run_in_thread(answered, self._read)


def _answered(project: Project, other: Path, same: bool, catalog: Catalog) -> ReadRuns:
    project.answer(other, same)
    return read_runs(catalog)
