"""The map beside the gallery, or in its place where there is little room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from workbench.core.data.catalog import Catalog
from workbench.ui.parts.widgets import Button, row
from workbench.ui.session.session import Session
from workbench.ui.session.state import State
from workbench.ui.style import theme
from workbench.ui.words.findings import Finding

if TYPE_CHECKING:
    from workbench.ui.pages.map_pane import MapPane

_LEAST = 300
"""Px that map and gallery need each to be seen together."""


class MapBeside(QWidget):
    """Holds the gallery, and the map once somebody wants it.

    Attributes:
        button: Shows and hides the map.

    Signals:
        wants_photos: Ids of photos that were taken together on the map.
        opened: The id of a photo that was clicked on the map.
    """

    wants_photos = Signal(object)
    opened = Signal(str)

    def __init__(self, session: Session, gallery: QWidget) -> None:
        super().__init__()
        self._session, self._gallery = session, gallery
        self._catalog: Catalog | None = None
        self._found: list[Finding] = []
        self.pane: MapPane | None = None
        self.button = Button(self.tr("Map"))
        self.button.setCheckable(True)
        self.button.setToolTip(self.tr("All photos as points: what looks alike lies near one another."))
        self.button.toggled.connect(self._toggle)
        self._line = row(gallery, space=theme.M)
        self._line.setStretch(0, 1)
        self.setLayout(self._line)

    def show_catalog(self, catalog: Catalog, *, another: bool) -> None:
        """Takes the photos as they are now; for another folder the map is put away."""
        self._catalog = catalog
        if another:
            self.button.setChecked(False)
        self._refresh()

    def show_findings(self, found: list[Finding]) -> None:
        """Takes what there is to look at."""
        self._found = found
        self._refresh()

    def show_state(self, state: State) -> None:
        """Takes the newest state."""
        self._refresh()

    def make_room(self) -> None:
        """Shows the gallery: where there is no room for both, the map is put away."""
        if not self._has_room():
            self.button.setChecked(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shows both, where there is room."""
        super().resizeEvent(event)
        self._fit()

    @Slot(bool)
    def _toggle(self, wanted: bool) -> None:
        if wanted and self.pane is None:
            from workbench.ui.pages.map_pane import MapPane  # NumPy and pyqtgraph: with the first map

            self.pane = MapPane(self._session)
            self.pane.enclosed.connect(self.wants_photos)
            self.pane.opened.connect(self.opened)
            self._line.insertWidget(0, self.pane, 1)
        if self.pane is not None:
            self.pane.setVisible(wanted)
        self._fit()
        self._refresh()
        self._session.map.want(wanted)

    def _refresh(self) -> None:
        if self.pane is not None and self._catalog is not None and self.button.isChecked():
            self.pane.show_folder(self._catalog, self._session.state, self._found)

    def _has_room(self) -> bool:
        return self.width() >= 2 * theme.px(_LEAST) + theme.M

    def _fit(self) -> None:
        self._gallery.setVisible(not self.button.isChecked() or self._has_room())
