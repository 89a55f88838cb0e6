"""Has the photos of the open folder laid out by their features, while somebody looks at the map."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog
from workbench.core.errors import ErrorReport
from workbench.core.events import Progress
from workbench.engine.requests import LayOut
from workbench.ui.session.follow_control import followed_config, instant_run
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.state import Edits, Folders, Runs, State, Work
from workbench.ui.session.store import Store

if TYPE_CHECKING:  # NumPy is loaded with the first map
    from workbench.core.events import PhotoMap

_Asked = tuple[int, str, frozenset[str]]
"""Which opening of a folder, which instant model, which photos."""


class MapControl(QObject):
    """Changes what the slice `health` says of where photos lie.

    Photos keep their places when others come and go. It gives way to work that somebody waits for.

    Signals:
        changed: It has begun, come on or ended.
    """

    changed = Signal()

    def __init__(self, store: Store, service: ServiceEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._service = store, service
        self._wanted = False
        self._look_in = -1  # the opening of a folder
        self._job = 0
        self._asked: _Asked = (0, "", frozenset())
        self._done: _Asked = (0, "", frozenset())
        self._ids: tuple[Catalog | None, frozenset[str]] = (None, frozenset())
        self.progress: Progress | None = None
        self.error: ErrorReport | None = None
        store.subscribe(self.show_state, Folders, Edits, Runs, Work)

    @property
    def is_looking(self) -> bool:
        """Whether photos are being looked at because somebody has asked for that."""
        return self._look_in == self._store.state.edits.opening

    def want(self, wanted: bool) -> None:
        """Whether somebody looks at the map."""
        self._wanted = wanted
        self.show_state(self._store.state)

    @Slot()
    def look(self) -> None:
        """Looks at the photos that nobody has looked at, and lays all of them out; or tries once more."""
        self._look_in, self.error = self._store.state.edits.opening, None
        self._done = (0, "", frozenset())
        self.show_state(self._store.state)
        self.changed.emit()

    @Slot()
    def stop(self) -> None:
        """Ends looking early; what was looked at has its place."""
        self._look_in = -1
        if self._job:
            self._service.stop_job(self._job)
        self.changed.emit()

    @Slot(object)
    def show_state(self, state: State) -> None:
        """Begins where the newest state of the folder has photos without a place."""
        catalog = state.folders.catalog
        if self._job:
            if state.work.working or state.edits.opening != self._asked[0]:
                self._service.stop_job(self._job)
            return
        if catalog is None or not self._wanted or state.work.working:
            return
        run = instant_run(state)
        asked = (state.edits.opening, str(run.folder) if run is not None else "", self._ids_of(catalog))
        if asked[0] != self._done[0]:
            self.error = None
        if asked[:2] == self._done[:2] and asked[2] <= self._done[2] and not self.is_looking:
            return
        self._asked = asked
        placed = state.health.placed
        usual = state.preferences.config
        config = usual if usual.method.interruptible else TrainingConfig()
        request = LayOut(
            catalog,
            followed_config(state) or config,
            placed.plane if placed is not None else None,
            self.is_looking,
        )
        self._job = self._service.submit(
            request, event=self._told, completed=self._placed, failed=self._failed
        )
        self.changed.emit()

    def _ids_of(self, catalog: Catalog) -> frozenset[str]:
        if self._ids[0] is not catalog:
            self._ids = (catalog, frozenset(sample.id for sample in catalog.samples))
        return self._ids[1]

    def _told(self, event: object) -> None:
        if isinstance(event, Progress):
            self.progress = event
            self.changed.emit()

    def _placed(self, found: PhotoMap) -> None:
        self._end()
        self._look_in, self._done = -1, self._asked
        if self._asked[0] == self._store.state.edits.opening:
            self._store.put(replace(self._store.state.health, placed=found))
        self.show_state(self._store.state)
        self.changed.emit()

    def _failed(self, error: ErrorReport) -> None:
        """It gave way to other work, after which it goes on; or it cannot be done."""
        self._end()
        if not error.is_stop:
            self._look_in, self._done, self.error = -1, self._asked, error
        self.show_state(self._store.state)
        self.changed.emit()

    def _end(self) -> None:
        self._job, self.progress = 0, None
