"""Has the photos of the open folder examined while nothing else is under way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from workbench.core.errors import ErrorReport
from workbench.core.events import Insight
from workbench.engine.requests import Examine, LookCloser
from workbench.ui.session.follow_control import MOST, instant_run
from workbench.ui.session.run_record import config_of
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.state import Edits, Folders, Health, Runs, State, Work
from workbench.ui.session.store import Store

if TYPE_CHECKING:  # NumPy: the window paints before it
    from workbench.core.health.traits import Traits

_QUIET_MS = 1500
"""After so long without other work it begins."""
_SETTLED_MS = 15_000
"""After so long without an edit what the features say is found again: it takes seconds."""
_Photos = tuple[int, int]
"""Which opening of which folder, and which revision of its photos."""


class HealthControl(QObject):
    """Changes what the slice `health` says of the photos as such.

    First the photos are examined, once for each folder; then, where a model follows, what its features say.
    It waits for work that somebody waits for, and stops for it.
    """

    def __init__(self, store: Store, service: ServiceEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._service = store, service
        self._job = 0
        self._opening = self._done = -1
        self._asked: _Photos | None = None  # what the job is about, where it looks at features
        self._waited: _Photos | None = None
        self._refused: _Photos | None = None
        self._quiet = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._quiet.timeout.connect(self._begin)
        store.subscribe(self.show_state, Folders, Edits, Runs, Work, Health)

    @Slot(object)
    def show_state(self, state: State) -> None:
        """Begins once it is quiet, and ends early where it no longer is."""
        photos = _photos(state)
        if self._job:
            gone = state.edits.opening != self._opening or self._asked not in (None, photos)
            if state.work.working or gone:
                self._service.stop_job(self._job)
        elif state.work.working:
            self._quiet.stop()
        elif self._is_due(state):
            if not self._quiet.isActive():
                self._quiet.start(_QUIET_MS)
        elif self._is_closer_due(state) and not (self._quiet.isActive() and self._waited == photos):
            self._waited = photos
            self._quiet.start(_QUIET_MS if state.health.insight is None else _SETTLED_MS)

    def _is_due(self, state: State) -> bool:
        catalog = state.folders.catalog
        return catalog is not None and bool(catalog.samples) and state.edits.opening != self._done

    def _is_closer_due(self, state: State) -> bool:
        catalog, photos = state.folders.catalog, _photos(state)
        followed, known = state.health.followed, state.health.insight
        if catalog is None or followed is None or photos == self._refused or instant_run(state) is None:
            return False
        newest = followed.revision == catalog.revision and len(catalog.samples) <= MOST
        return newest and (known is None or known.revision != catalog.revision)

    @Slot()
    def _begin(self) -> None:
        state = self._store.state
        catalog, run = state.folders.catalog, instant_run(state)
        if catalog is None or state.work.working or self._job:
            return
        self._opening = state.edits.opening
        if self._is_due(state):
            self._asked = None
            self._job = self._service.submit(Examine(catalog), completed=self._examined, failed=self._failed)
        elif run is not None and self._is_closer_due(state):
            self._asked = _photos(state)
            request = LookCloser(catalog, config_of(run))
            self._job = self._service.submit(request, completed=self._looked, failed=self._failed)

    def _examined(self, traits: Traits) -> None:
        self._job, self._done = 0, self._opening
        if self._opening == self._store.state.edits.opening:
            self._store.put(replace(self._store.state.health, traits=traits))
        self.show_state(self._store.state)

    def _looked(self, found: Insight) -> None:
        self._job = 0
        if self._opening == self._store.state.edits.opening:
            self._store.put(replace(self._store.state.health, insight=found))
        self.show_state(self._store.state)

    def _failed(self, error: ErrorReport) -> None:
        """It gave way to other work, after which it goes on; or it cannot be done, and nobody has asked."""
        self._job = 0
        if not error.is_stop and self._asked is None:
            self._done = self._opening
        elif not error.is_stop:
            self._refused = self._asked
        self.show_state(self._store.state)


def _photos(state: State) -> _Photos | None:
    catalog = state.folders.catalog
    return (state.edits.opening, catalog.revision) if catalog is not None else None
