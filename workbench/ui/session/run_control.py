"""The runs of the open folder: start, watch, stop, continue, show."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.data.catalog import Catalog
from workbench.core.errors import ErrorReport
from workbench.core.project.in_use import Mark, run_in_use, takes_over, write_mark
from workbench.core.project.projects import Project
from workbench.core.project.runs import RunSummary, order
from workbench.ui.session.preference_control import PreferenceControl
from workbench.ui.session.run_record import ReadRuns, RunRecord, config_of, read_runs, record_of
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.state import Runs, is_empty, is_same_run, should_train_on_opening
from workbench.ui.session.store import Store
from workbench.ui.session.training import Training
from workbench.ui.session.work_control import WorkControl
from workbench.ui.words.refusals import ANOTHER_RUN, hidden_runs


class RunControl(QObject):
    """Changes the slice `runs`.

    Signals:
        model_changed: The model of another run is in use.
    """

    model_changed = Signal()

    def __init__(
        self,
        store: Store,
        service: ServiceEngine,
        work: WorkControl,
        preferences: PreferenceControl,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._work, self._preferences = store, work, preferences
        self._training = Training(service, work, self)
        self._training.moved.connect(self._moved)
        self._training.ended.connect(self._ended)
        self._learns_from: Path | None = None
        self._project: Project | None = None
        self._just_opened = self._began_on_opening = False
        self._first = False  # whether the run under way is the only one with a model

    @property
    def pid(self) -> int:
        """The process id of a long run's own engine, 0 while there is none."""
        return self._training.pid

    @property
    def _runs(self) -> Runs:
        return self._store.state.runs

    @property
    def _catalog(self) -> Catalog | None:
        return self._store.state.folders.catalog

    @property
    def _is_busy(self) -> bool:
        return "train" in self._store.state.work.working

    # The open folder

    @Slot(object, bool)
    def take_folder(self, catalog: Catalog, another: bool) -> None:
        """Reads the runs of a folder that has been opened, and forgets those of the one before."""
        if another:
            self._project = None
            self._store.put(Runs(under_way=self._runs.under_way))
        if catalog.samples:
            self._work.run_in_thread(partial(read_runs, catalog), self._read)

    @Slot(object)
    def _read(self, read: ReadRuns) -> None:
        if self._catalog is None or read.project.image_folder != self._catalog.folder.resolve():
            return
        self._project = read.project
        runs = replace(self._runs, every=read.every, in_use=read.in_use, maybe=read.project.maybe)
        self._store.put(runs)
        if read.record is not None and runs.shown is None:
            self._show(read.record)
        if read.refused:
            self._work.report(hidden_runs(read.refused))
        self._just_opened = True
        self._train_on_opening()

    def answer_maybe(self, same: bool | None) -> None:
        """Takes the answer to whether these photos are those of another project: its runs are then shown.

        Args:
            same: None asks again when the folder is opened the next time.
        """
        project, catalog, elsewhere = self._project, self._catalog, self._runs.maybe
        self._store.put(replace(self._runs, maybe=None))
        if same is None or project is None or catalog is None or elsewhere is None:
            return
        answered = partial(_answered, project, elsewhere.folder, same, catalog)
        self._work.run_in_thread(answered, self._read)

    def _train_on_opening(self) -> None:
        """Makes a first model of a folder that has just been opened, once nothing else is under way."""
        if self._just_opened and not self._is_busy:
            self._just_opened = False
            if self._preferences.train_on_opening and should_train_on_opening(self._store.state):
                self._begin(recommended("instant"))
                self._began_on_opening = True

    # Training

    def train(self) -> None:
        """Starts a run with the open folder and the settings chosen; refused while one is under way."""
        self._begin(self._store.state.preferences.config)

    def _begin(self, config: TrainingConfig) -> None:
        if self._is_busy:
            self._work.report(ANOTHER_RUN)
        elif (catalog := self._catalog) is not None:
            self._clear_for(catalog)
            project = self._project or Project.of(catalog.folder, catalog)
            self._training.start(catalog, config, project.new_run())

    def _clear_for(self, catalog: Catalog) -> None:
        self._learns_from, self._began_on_opening = catalog.folder, False
        self._work.dismiss_error()
        self._store.put(replace(self._runs, interrupted=None, news=None, first=False))

    @Slot()
    def stop(self) -> None:
        """Ends the run under way early; the best so far is kept."""
        self._work.note_stopping("train")
        self._training.stop()

    def resume(self) -> None:
        """Goes on with the run that ended without being asked, or with the one shown, from what it saved.

        One that saved nothing to go on from is started again with its settings.
        """
        run, catalog = self._runs.interrupted or self._runs.shown, self._catalog
        if run is None or catalog is None:
            return
        if self._is_busy or not run.can_continue:
            self._begin(config_of(run))
        else:
            self._clear_for(catalog)
            self._training.resume(run, catalog.folder)

    @Slot()
    def _moved(self) -> None:
        """Takes over what is new of the run under way."""
        record, under_way = self._training.record, self._training.under_way
        assert record is not None
        if under_way:
            self._work.note("train", record.progress)
            self._work.reach("train", self._training.reached)
            self._store.put(replace(self._runs, under_way=record.run, step=record.step))
        else:
            self._work.end("train")
            self._store.put(replace(self._runs, under_way=None))
        if self._catalog is None or self._catalog.folder != self._learns_from:
            return  # it gave way to another folder
        others = [run for run in self._runs.every if run.folder != record.run.folder]
        every = tuple(sorted([record.run, *others], key=lambda run: order(run.folder), reverse=True))
        self._store.put(replace(self._runs, every=every, losses=record.losses, heads=record.heads))
        shown, in_use = self._runs.shown, self._runs.in_use
        if under_way and record.run.model and (in_use is None or (self._first and in_use is not record.run)):
            self._first = True  # there is no other model to ask meanwhile
            self._store.put(replace(self._runs, in_use=record.run))
        if shown is None or is_same_run(record.run, shown) or (self._training.fresh and in_use is None):
            self._store.put(replace(self._runs, shown=record.run))
        self._training.fresh = False

    @Slot(object)
    def _ended(self, error: ErrorReport | None) -> None:
        """Says what happened where a run ended before it was done; forgets one that came to nothing."""
        assert self._training.record is not None
        run = self._training.record.run
        if self._catalog is not None and self._catalog.folder == self._learns_from:
            if error is not None:
                again = None if error.is_input and not run.can_continue else run
                self._work.report(error)
                self._store.put(replace(self._runs, interrupted=again))
            if is_empty(run):
                self._forget(run)
            else:
                self._show(self._training.record)
                self._choose_in_use(run)
                if error is None and run.result is not None:
                    self._store.put(replace(self._runs, news=run, first=self._began_on_opening))
        self._first = False
        if run.result is not None and run.result.kept:
            self._work.warm()  # the run has measured anew how quickly this computer improves
        self._train_on_opening()

    def _forget(self, run: RunSummary) -> None:
        """Takes a run that came to nothing off the list, and shows another."""
        others = tuple(other for other in self._runs.every if not is_same_run(other, run))
        self._store.put(replace(self._runs, every=others, losses=(), heads=(), step=None))
        if self._runs.shown is not None and not is_same_run(self._runs.shown, run):
            self.show(self._runs.shown.folder)  # Train watched the other one
            return
        self._store.put(replace(self._runs, shown=None))
        if others:
            self.show((self._runs.in_use or others[0]).folder)

    # The model in use

    def _choose_in_use(self, run: RunSummary) -> None:
        """Has the model of a run that has ended used where it is better than the one in use."""
        before = self._runs.in_use
        own = self._first or (before is not None and is_same_run(run, before))
        others = [other for other in self._runs.every if not is_same_run(other, run)]
        rest = before if not own else run_in_use(others, Mark())
        if own and run.model:
            chosen: RunSummary | None = run
        else:
            chosen = run if takes_over(run, rest) else rest
        self._put_in_use(chosen)

    @Slot(object)
    def use(self, folder: Path) -> None:
        """Has the model of a run used, as the person wishes."""
        chosen = next((run for run in self._runs.every if run.folder == folder and run.model), None)
        if chosen is not None:
            self.dismiss_news()
            self._put_in_use(chosen)

    def _put_in_use(self, chosen: RunSummary | None) -> None:
        before = self._runs.in_use
        self._store.put(replace(self._runs, in_use=chosen))
        if (chosen is None) != (before is None) or (chosen is not None and not is_same_run(chosen, before)):
            self.model_changed.emit()
        if chosen is not None:
            mark = Mark(chosen.folder.name, frozenset(run.folder.name for run in self._runs.every))
            project = self._project.folder if self._project is not None else chosen.folder.parent.parent
            self._work.run_in_thread(partial(write_mark, project, mark), self._kept)

    @Slot(object)
    def _kept(self, _: None) -> None:
        """The mark is remembered."""

    # Showing

    @Slot(object)
    def show(self, folder: Path) -> None:
        """Shows a run of the open project on all pages."""
        record = self._training.record
        if record is not None and record.run.folder == folder:
            self._show(record)
        else:
            self._work.run_in_thread(partial(record_of, folder), self._show)

    @Slot(object)
    def _show(self, record: RunRecord) -> None:
        if self._training.under_way and not is_same_run(record.run, self._runs.under_way):
            self._store.put(replace(self._runs, shown=record.run))  # Train goes on watching the other one
            return
        step = self._runs.step if self._training.under_way else record.step
        self._store.put(
            replace(self._runs, shown=record.run, losses=record.losses, heads=record.heads, step=step)
        )

    def dismiss_news(self) -> None:
        """Somebody has seen what began and ended by itself."""
        self._store.put(replace(self._runs, news=None, first=False))

    def close(self) -> None:
        """Ends the run under way; it saves itself."""
        self._training.close()


def _answered(project: Project, other: Path, same: bool, catalog: Catalog) -> ReadRuns:
    project.answer(other, same)
    return read_runs(catalog)
