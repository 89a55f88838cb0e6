"""The one thing that all pages share: what the window knows, and what it can ask for."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSettings, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from workbench.core import paths
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.data.catalog import Catalog
from workbench.core.errors import ErrorReport
from workbench.core.events import Prediction, Progress
from workbench.core.messages import Message
from workbench.core.project.runs import MODEL, Project, RunSummary
from workbench.engine.messages import DeviceInfo
from workbench.ui.session.pictures import Previews, Thumbnails
from workbench.ui.session.remaining_time import RemainingTime
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.state import State, Work, came_to_nothing, enabled_actions, starts_by_itself
from workbench.ui.session.task import Task, read_runs
from workbench.ui.session.training import Training
from workbench.ui.session.watch import Watch, config_of, watch_of
from workbench.ui.words.refusals import ANOTHER_FOLDER, ANOTHER_RUN

_FRAME_MS = 33
_MOST_PREDICTIONS = 500
_BY_ITSELF = "train/by_itself"
_MOST_DEATHS, _DEATHS_WITHIN = 3, 120.0


class Session(QObject):
    """The shared state of the window and everything that changes it.

    Nothing here waits: work goes to the service engine (started on first use, started again if it
    dies), to one engine for each long training run, or to a short thread; its outcome arrives in `state`.

    Signals:
        changed: The newest state, at most 30 times a second.
        thumbnail: Path and picture of a requested thumbnail that has come.
        previews: A list of `QImage`, how training will see some of the person's photos.
    """

    changed = Signal(object)
    thumbnail = Signal(str, QImage)
    previews = Signal(list)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = State()
        self._settings = QSettings(str(paths.settings_file()), QSettings.Format.IniFormat)
        self._service = ServiceEngine(self)
        self._service.progressed.connect(self._progressed)
        self._service.finished.connect(self._finished)
        self._service.failed.connect(self.report)
        self._service.died.connect(self._service_died)
        self._remaining = RemainingTime()
        self._deaths: list[float] = []
        self._tasks: set[Task] = set()
        self._thumbnails = Thumbnails(self._service, self)
        self._thumbnails.came.connect(self.thumbnail)
        self._previews = Previews(self._service, self)
        self._previews.came.connect(self.previews)
        self._previews.failed.connect(self.report)
        self._drawn = 0.0
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._draw)
        self._training = Training(self._service, self)
        self._training.moved.connect(self._training_moved)
        self._training.ended.connect(self._training_ended)
        self._learns_from: Path | None = None
        self._just_opened = self._began_by_itself = False

    # What is known

    def update(self, **changes: Any) -> None:
        """Replaces parts of the state; the pages hear of it with the next frame."""
        self.state = replace(self.state, **changes)
        if not self._timer.isActive():
            waited = (time.monotonic() - self._drawn) * 1000
            self._timer.start(max(0, int(_FRAME_MS - waited)))

    @Slot()
    def _draw(self) -> None:
        self._drawn = time.monotonic()
        self.changed.emit(self.state)

    def remember(self, key: str, value: Any) -> None:
        """Keeps a small value for the next start."""
        self._settings.setValue(key, value)

    def recall(self, key: str, default: Any) -> Any:
        """What was remembered, of the default's type."""
        return self._settings.value(key, default, type(default))

    @Slot(object)
    def report(self, error: ErrorReport) -> None:
        """Shows a message."""
        self.update(error=error)

    def dismiss_error(self) -> None:
        """Takes the message away."""
        self.update(error=None)

    def dismiss_news(self) -> None:
        """Somebody has seen what began and ended by itself."""
        self.update(news=None)

    # Folders

    def warm(self) -> None:
        """Starts the service engine and lets it load, so that the first job need not wait."""
        self._service.submit("warm", {}, completed=self._warmed)

    def _warmed(self, info: DeviceInfo) -> None:
        self.update(engine=info.name, rates=info.rates)

    def open_folder(self, folder: Path) -> None:
        """Looks through an image folder and makes it the open one; an instant run under way gives way."""
        if "choose_folder" not in enabled_actions(self.state):
            self.report(ANOTHER_FOLDER)
            return
        self.stop_training()
        self.update(error=None)
        begin = Progress("scan", 0, 0, Message.said(self.tr("Looking through the folder…")))
        self._service.submit("scan", {"folder": str(folder)}, "scan", begin=begin, completed=self._scanned)

    def stop_scan(self) -> None:
        """Stops looking through a folder, or drawing the sample."""
        self._stopping("scan", "sample")
        self._service.stop("scan", "sample")

    def _scanned(self, catalog: Catalog) -> None:
        same = self.state.catalog is not None and self.state.catalog.folder == catalog.folder
        self.update(catalog=catalog, error=None)
        if not same:
            self.update(run=None, runs=(), losses=(), heads=(), step=None)
            self.update(predictions=(), interrupted=None, news=None)
        if catalog.samples:
            self.run_beside(partial(read_runs, Project.of(catalog.folder)), self._runs_read)

    def make_sample(self) -> None:
        """Draws the sample photos, once, and opens them."""
        if "make_sample" not in enabled_actions(self.state):
            self.report(ANOTHER_FOLDER)
            return
        folder = paths.sample_folder()
        if folder.is_dir() and any(folder.iterdir()):
            self.open_folder(folder)
            return
        begin = Progress("sample", 0, 0, Message.said(self.tr("Drawing the sample photos…")))
        self._service.submit(
            "sample", {"folder": str(folder)}, "sample", begin=begin, completed=self._sample_made
        )

    def _sample_made(self, folder: str) -> None:
        self.open_folder(Path(folder))

    @Slot(object)
    def _runs_read(self, read: tuple[Project, tuple[RunSummary, ...], Watch | None]) -> None:
        project, runs, watch = read
        if self.state.catalog is None or project.image_folder != self.state.catalog.folder.resolve():
            return
        self.update(runs=runs)
        if watch is not None and self.state.run is None:
            self._show(watch)
        self._just_opened = True
        self._begin_by_itself()

    # Training

    def configure(self, config: TrainingConfig) -> None:
        """Sets what *Train* will start."""
        self.update(config=config)

    @property
    def by_itself(self) -> bool:
        """Whether a first model is made as soon as a folder has been opened; remembered."""
        return bool(self.recall(_BY_ITSELF, True))

    @by_itself.setter
    def by_itself(self, wanted: bool) -> None:
        self.remember(_BY_ITSELF, wanted)

    def _begin_by_itself(self) -> None:
        """Makes a first model of a folder that has just been opened, once nothing else is under way."""
        if self._just_opened and "train" not in self.state.working:
            self._just_opened = False
            if self.by_itself and starts_by_itself(self.state):
                self._begin(recommended("instant"))
                self._began_by_itself = True

    def train(self) -> None:
        """Starts a run with the open folder and the settings chosen; refused while one is under way."""
        self._begin(self.state.config)

    def _begin(self, config: TrainingConfig) -> None:
        catalog = self.state.catalog
        if "train" in self.state.working:
            self.report(ANOTHER_RUN)
        elif catalog is not None:
            self._clear_for(catalog)
            self._training.start(catalog, config, Project.of(catalog.folder).new_run())

    def _clear_for(self, catalog: Catalog) -> None:
        self._learns_from, self._began_by_itself = catalog.folder, False
        self.update(error=None, interrupted=None, news=None)

    def stop_training(self) -> None:
        """Ends the run under way early; the best so far is kept."""
        self._stopping("train")
        self._training.stop()

    def continue_training(self) -> None:
        """Goes on with the run that ended without being asked, or with the one shown, from what it saved.

        One that saved nothing to go on from is started again with its settings.
        """
        run, catalog = self.state.interrupted or self.state.run, self.state.catalog
        if run is None or catalog is None:
            return
        if "train" in self.state.working or not run.can_continue:
            self._begin(config_of(run))
        else:
            self._clear_for(catalog)
            self._training.go_on(run.folder)

    def show_run(self, folder: Path) -> None:
        """Shows a run of the open project on all pages."""
        watch = self._training.watch
        if watch is not None and watch.run.folder == folder:
            self._show(watch)
        else:
            self.run_beside(partial(watch_of, folder), self._run_read)

    @Slot(object)
    def _run_read(self, watch: Watch) -> None:
        self._show(watch)

    def _show(self, watch: Watch) -> None:
        self.update(run=watch.run, losses=watch.losses, heads=watch.heads)
        if not self._training.under_way:
            self.update(step=watch.step)

    @Slot()
    def _training_moved(self) -> None:
        """Takes over what is new of the run under way."""
        watch, under_way = self._training.watch, self._training.under_way
        if under_way:
            self._work_on("train", watch.progress)
            self.update(training=watch.run, step=watch.step)
        else:
            self._finished("train")
            self.update(training=None)
        if self.state.catalog is None or self.state.catalog.folder != self._learns_from:
            return  # it gave way to another folder
        others = [run for run in self.state.runs if run.folder != watch.run.folder]
        runs = tuple(sorted([watch.run, *others], key=lambda run: run.folder.name, reverse=True))
        self.update(runs=runs)
        shown = self.state.run
        if self._training.fresh or shown is None or shown.folder == watch.run.folder:
            self._training.fresh = False
            self._show(watch)

    @Slot(object)
    def _training_ended(self, error: ErrorReport | None) -> None:
        """Says what happened where a run ended before it was done; forgets one that came to nothing."""
        run = self._training.watch.run
        if self.state.catalog is not None and self.state.catalog.folder == self._learns_from:
            if error is not None:
                again = None if error.is_input and not run.can_continue else run
                self.update(error=error, interrupted=again)
            elif self._began_by_itself and run.state == "finished":
                self.update(news=run)
            if came_to_nothing(run):
                others = tuple(other for other in self.state.runs if other.folder != run.folder)
                self.update(runs=others, run=None, losses=(), heads=(), step=None)
                if others:
                    self.show_run(others[0].folder)
        if run.result is not None and run.result.kept:
            self.warm()  # the run has measured anew how quickly this computer improves
        self._begin_by_itself()

    # Predictions and pictures

    def predict(self, files: Sequence[Path]) -> None:
        """Asks the model of the run shown what is on some photos; the answers arrive in `predictions`."""
        run = self.state.run
        if run is None or not run.model or not files:
            return
        self.update(error=None)
        begin = Progress("predict", 0, len(files), Message.said(self.tr("Looking at your photos…")))
        arguments = {"model": str(run.folder / MODEL), "paths": [str(file) for file in files]}
        self._service.submit("predict", arguments, "predict", begin=begin, event=self._predicted)

    def stop_predicting(self) -> None:
        """Stops looking at photos; the answers that have come stay."""
        self._stopping("predict")
        self._service.stop("predict")

    def _predicted(self, event: Any) -> None:
        if isinstance(event, Prediction):
            self.update(predictions=(event, *self.state.predictions)[:_MOST_PREDICTIONS])

    def picture(self, path: str, size: int) -> QImage | None:
        """A thumbnail that is already there; asks for it where it is not."""
        return self._thumbnails.get(path, size)

    def request_thumbnails(self, files: Sequence[str], size: int) -> None:
        """Asks for thumbnails with a longest side of `size` px; each arrives by `thumbnail`."""
        self._thumbnails.want(files, size)

    def request_previews(self, config: TrainingConfig) -> None:
        """Asks how training with these settings will see some of the photos; answered by `previews`."""
        if self.state.catalog is not None and self.state.catalog.samples:
            self._previews.want(self.state.catalog, config)

    # Work

    @Slot(str, object)
    def _progressed(self, work: Work, progress: Progress) -> None:
        self._work_on(work, progress)

    def _work_on(self, work: Work, progress: Progress | None) -> None:
        """Notes that a kind of work runs, and how far it is where that is known."""
        shown = _without(self.state.progress, work)
        if progress is not None:
            shown[work] = (progress.done, progress.total, progress.text)
        left = {**_without(self.state.left, work), **self._remaining.left(work, progress)}
        self.update(working=self.state.working | {work}, progress=shown, left=left)

    @Slot(str)
    def _finished(self, work: Work) -> None:
        self._remaining.left(work, None)
        self.update(
            working=self.state.working - {work},
            stopping=self.state.stopping - {work},
            progress=_without(self.state.progress, work),
            left=_without(self.state.left, work),
        )

    def _stopping(self, *works: Work) -> None:
        self.update(stopping=self.state.stopping | (self.state.working & set(works)))

    @Slot()
    def _service_died(self) -> None:
        """Starts the engine again, unless it keeps dying."""
        self.update(engine="")
        now = time.monotonic()
        self._deaths = [*(death for death in self._deaths if now - death < _DEATHS_WITHIN), now]
        if len(self._deaths) <= _MOST_DEATHS:
            self.warm()

    @property
    def service_pid(self) -> int:
        """The service engine's process id, 0 while there is none."""
        return self._service.pid

    @property
    def training_pid(self) -> int:
        """The process id of a long run's own engine, 0 while there is none."""
        return self._training.pid

    def run_beside(self, work: Callable[[], object], completed: Callable[[Any], None]) -> None:
        """Runs a function on a thread of its own and hands its result to a slot; errors are reported."""
        task = Task(work, self)
        task.completed.connect(completed, Qt.ConnectionType.QueuedConnection)
        task.failed.connect(self._task_failed, Qt.ConnectionType.QueuedConnection)
        task.finished.connect(self._task_over, Qt.ConnectionType.QueuedConnection)
        self._tasks.add(task)
        task.start()

    @Slot(object)
    def _task_failed(self, error: ErrorReport) -> None:
        self.report(error)

    @Slot()
    def _task_over(self) -> None:
        for task in [task for task in self._tasks if task.isFinished()]:
            self._tasks.discard(task)
            task.deleteLater()

    def close(self) -> None:
        """Ends everything in order: short work, the run under way (it saves itself), the service engine."""
        for task in self._tasks:
            task.wait()
        self._training.close()
        self._service.close()
        self._settings.sync()


def _without(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}
