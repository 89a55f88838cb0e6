"""Has a model follow what the person does to the photos, in the service engine, so that the number moves."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from workbench.core.config.methods import method_of
from workbench.core.data.catalog import Catalog
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


class FollowControl(QObject):
    """Changes what the slice `health` says of the model.

    It begins once the folder has an instant model, whose photos need not be looked at again, and waits while
    a model is being trained. Of edits that come quickly, the last one is followed.
    """

    def __init__(self, store: Store, service: ServiceEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._service = store, service
        self._under_way = False
        self._refused = ""
        store.subscribe(self.show_state, Runs, Work, Edits)

    @Slot(object)
    def show_state(self, state: State) -> None:
        """Follows where the newest state of the folder has not been followed yet."""
        catalog, run = state.folders.catalog, _instant(state)
        if self._under_way or catalog is None or run is None or not state.edits.possible:
            return
        if "train" in state.work.working or len(catalog.samples) > MOST or self._knows(state, catalog):
            return
        self._under_way = True
        request = Follow(catalog, config_of(run))
        self._service.submit(request, completed=self._followed, failed=self._failed)

    def _knows(self, state: State, catalog: Catalog) -> bool:
        found = state.health.followed
        followed = f"{found.folder} {found.revision}" if found is not None else ""
        return _name(catalog) in (followed, self._refused)

    def _followed(self, found: Followed) -> None:
        self._under_way = False
        self._store.put(replace(self._store.state.health, followed=found))

    def _failed(self, error: ErrorReport) -> None:
        """Nothing is said: what stands in the way of a model is said where one is asked for."""
        self._under_way = False
        catalog = self._store.state.folders.catalog
        self._refused = _name(catalog) if catalog is not None else ""
        self._store.put(replace(self._store.state.health, followed=None))


def _instant(state: State) -> RunSummary | None:
    """The newest instant run that has a model of the folder."""
    finished = (run for run in state.runs.every if run.model and run.result is not None)
    return next((run for run in finished if method_of(run.config).interruptible), None)


def _name(catalog: Catalog) -> str:
    return f"{catalog.folder} {catalog.revision}"
