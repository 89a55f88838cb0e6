"""The runs of the open folder: start, watch, stop, continue, show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog
from workbench.core.durations import first_config
from workbench.core.errors import ErrorReport
from workbench.core.project.runs import order
from workbench.ui.session.actions import should_train_on_opening
from workbench.ui.session.folder_runs import FolderRuns
from workbench.ui.session.model_choice import ModelChoice
from workbench.ui.session.preference_control import PreferenceControl
from workbench.ui.session.run_keeping import RunKeeping
from workbench.ui.session.run_record import RunRecord, config_of
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.shown_run import ShownRun
from workbench.ui.session.state import Runs, is_empty, is_same_run
from workbench.ui.session.store import Store
from workbench.ui.session.training import Training
from workbench.ui.session.work_control import WorkControl
from workbench.ui.words.refusals import ANOTHER_RUN


class RunControl(QObject):
    """Changes the slice `runs`.

    Attributes:
        folder: The runs that the open folder has on the disk.
        keeping: What a person does with runs that are there.

    Signals:
        model_changed: The model of another run is in use.
        ended: A run has ended, however that went.
    """

    model_changed = Signal()
    ended = Signal()

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
        self.folder = FolderRuns(store, work, self)
        self.folder.arrived.connect(self._opened)
        self._choice = ModelChoice(store, work, self.folder, self)
        self._choice.changed.connect(self.model_changed)
        self._showing = ShownRun(store, work, self._training, self)
        self.keeping = RunKeeping(store, work, self._training, self._showing, self)
        self._learns_from: Path | None = None
        self._just_opened = self._began_on_opening = False

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

    @Slot(object)
    def _opened(self, record: RunRecord | None) -> None:
        if record is not None and self._runs.shown is None:
            self._showing.put(record)
        self._just_opened = True
        self._train_on_opening()

    def _train_on_opening(self) -> None:
        """Makes a first model of a folder that has just been opened, once nothing else is under way."""
        if self._just_opened and not self._is_busy:
            self._just_opened = False
            if self._preferences.train_on_opening and should_train_on_opening(self._store.state):
                self._begin(first_config(self._catalog, self._work.rates))
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
            self._training.start(catalog, config, self.folder.project_of(catalog).new_run())

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
        if under_way:
            self._choice.follow(record.run)
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
                self._showing.forget(run)
            else:
                self._showing.put(self._training.record)
                self._choice.settle(run)
                if error is None and run.result is not None:
                    self._store.put(replace(self._runs, news=run, first=self._began_on_opening))
        self._choice.end()
        if run.result is not None and run.result.kept:
            self._work.warm()  # the run has measured anew how quickly this computer improves
        self.ended.emit()
        self._train_on_opening()

    # Showing and using

    @Slot(object)
    def use(self, folder: Path) -> None:
        """Has the model of a run used, as the person wishes."""
        self.dismiss_news()
        self._choice.use(folder)

    @Slot(object)
    def show(self, folder: Path) -> None:
        """Shows a run of the open project on all pages."""
        self._showing.show(folder)

    def dismiss_news(self) -> None:
        """Somebody has seen what began and ended by itself."""
        self._store.put(replace(self._runs, news=None, first=False))

    def close(self) -> None:
        """Ends the run under way; it saves itself."""
        self._training.close()
