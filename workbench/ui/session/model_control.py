"""Opening a model file by itself: without its photos, and without a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from workbench.core.data.catalog import Catalog
from workbench.ui.session.state import Model, Opened
from workbench.ui.session.store import Store
from workbench.ui.session.work_control import WorkControl

if TYPE_CHECKING:
    from workbench.core.models.looked_at import LookedAt


class ModelControl(QObject):
    """Changes the slice `opened`.

    Signals:
        changed: Another model is asked from now on.
        ready: A model file has been opened.
    """

    changed = Signal()
    ready = Signal()

    def __init__(self, store: Store, work: WorkControl, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._work = store, work

    def open(self, file: Path) -> None:
        """Reads a model file, and has it asked in place of the folder's own model."""
        self._work.dismiss_error()
        self._work.run_in_thread(_Look(file), self._looked)

    @Slot()
    def put_away(self) -> None:
        """Goes back to the folder's own model."""
        if self._store.state.opened.model is not None:
            self._store.put(Opened())
            self.changed.emit()

    @Slot(object, bool)
    def take_folder(self, _: Catalog, another: bool) -> None:
        """A folder that has been opened brings its own model."""
        if another:
            self.put_away()

    @Slot(object)
    def _looked(self, found: LookedAt) -> None:
        self._store.put(Opened(Model(found.file, found.classes, found.estimate)))
        self.changed.emit()
        self.ready.emit()


@dataclass(frozen=True)
class _Look:
    """Reads what a model file says of itself."""

    file: Path

    def __call__(self) -> LookedAt:
        from workbench.core.models.looked_at import look_at  # NumPy: the window paints before it

        return look_at(self.file)
