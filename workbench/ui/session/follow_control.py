"""Has a model follow what the person does to the photos, in the service engine, so that the number moves."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from workbench.core.config.methods import method_of
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import LOOSE
from workbench.core.errors import ErrorReport
from workbench.core.events import Followed
from workbench.core.project.runs import RunSummary
from workbench.engine.requests import Follow
from workbench.ui.session.run_record import config_of
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.state import Edits, Runs, State, Work
from workbench.ui.session.store import Store

MOST = 20_000
"""Photos: with more, following takes longer than one waits for a number."""
_Asked = tuple[int, int]
"""Which opening of which folder, and which revision of its photos."""


class FollowControl(QObject):
    """Changes what the slice `health` says of the model.

    It begins once the folder has an instant model of all its photos, so that they need not be looked at
    again, and gives way to work that somebody waits for. Of edits that come quickly the last one is followed.
    Photos that had no classes at all are followed without a run: at first it is said which to begin with.
    """

    def __init__(self, store: Store, service: ServiceEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._service = store, service
        self._job = 0
        self._asked: _Asked = (0, -1)
        self._refused: _Asked = (0, -1)
        store.subscribe(self.show_state, Runs, Work, Edits)

    @Slot(object)
    def show_state(self, state: State) -> None:
        """Follows where the newest state of the folder has not been followed yet."""
        catalog, config = state.folders.catalog, followed_config(state)
        if self._job:
            if state.work.working or state.edits.opening != self._asked[0]:
                self._service.stop_job(self._job)
            return
        followed = state.health.followed
        if catalog is None or config is None or state.work.working or not state.edits.possible:
            return
        asked = (state.edits.opening, catalog.revision)
        known = followed is not None and followed.revision == catalog.revision and not followed.left
        if known or asked == self._refused or len(catalog.samples) > MOST:
            return
        self._asked = asked
        request = Follow(catalog, config)
        self._job = self._service.submit(request, completed=self._followed, failed=self._failed)

    def _followed(self, found: Followed) -> None:
        self._job = 0
        if self._asked[0] == self._store.state.edits.opening:
            self._store.put(replace(self._store.state.health, followed=found))
        self.show_state(self._store.state)

    def _failed(self, error: ErrorReport) -> None:
        """Nothing is said: what stands in the way of a model is said where one is asked for."""
        self._job = 0
        if not error.is_stop:
            self._refused = self._asked
            if self._asked[0] == self._store.state.edits.opening:
                self._store.put(replace(self._store.state.health, followed=None))
        self.show_state(self._store.state)


def followed_config(state: State) -> TrainingConfig | None:
    """How to learn; None where there is nothing to follow yet."""
    if (run := instant_run(state)) is not None:
        return config_of(run)
    catalog = state.folders.catalog
    is_loose = catalog is not None and catalog.reading is not None and catalog.reading.key == LOOSE
    return TrainingConfig() if is_loose else None


def instant_run(state: State) -> RunSummary | None:
    """The newest instant run, where it has learned from all photos."""
    finished = (run for run in state.runs.every if run.model and run.result is not None)
    run = next((run for run in finished if method_of(run.config).interruptible), None)
    return run if run is not None and not (run.fitted is not None and run.fitted.is_of_some) else None
