"""Has the photos of the open folder examined while nothing else is under way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from workbench.core.errors import ErrorReport
from workbench.engine.requests import Examine
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.state import Edits, Folders, Runs, State, Work
from workbench.ui.session.store import Store

if TYPE_CHECKING:  # NumPy: the window paints before it
    from workbench.core.health.traits import Traits

_QUIET_MS = 1500
"""After so long without other work it begins."""


class HealthControl(QObject):
    """Changes what the slice `health` says of the photos as such.

    It waits for work that somebody waits for, and stops for it.
    """

    def __init__(self, store: Store, service: ServiceEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._service = store, service
        self._job = 0
        self._opening = self._done = -1
        self._quiet = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._quiet.timeout.connect(self._begin)
        store.subscribe(self.show_state, Folders, Edits, Runs, Work)

    @Slot(object)
    def show_state(self, state: State) -> None:
        """Begins once it is quiet, and ends early where it no longer is."""
        if self._job:
            if state.work.working or state.edits.opening != self._opening:
                self._service.stop_job(self._job)
        elif state.work.working:
            self._quiet.stop()
        elif self._is_due(state) and not self._quiet.isActive():
            self._quiet.start()

    def _is_due(self, state: State) -> bool:
        catalog = state.folders.catalog
        return catalog is not None and bool(catalog.samples) and state.edits.opening != self._done

    @Slot()
    def _begin(self) -> None:
        state = self._store.state
        catalog = state.folders.catalog
        if catalog is not None and not state.work.working and not self._job and self._is_due(state):
            self._opening = state.edits.opening
            self._job = self._service.submit(Examine(catalog), completed=self._examined, failed=self._failed)

    def _examined(self, traits: Traits) -> None:
        self._job, self._done = 0, self._opening
        if self._opening == self._store.state.edits.opening:
            self._store.put(replace(self._store.state.health, traits=traits))
        self.show_state(self._store.state)

    def _failed(self, error: ErrorReport) -> None:
        """It gave way to other work, after which it goes on; or it cannot be done, and nobody has asked."""
        self._job = 0
        if not error.is_stop:
            self._done = self._opening
        self.show_state(self._store.state)
