"""Photos as a wall of squares: only those in view are painted, and only those are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QFrame, QListView, QStyleOptionViewItem

from workbench.core.data.catalog import Catalog, Roots, Sample
from workbench.ui.parts.card_list import CardList, draw_frame, draw_square
from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.session import Session

_CELL = 128


class Gallery(CardList[Sample]):
    """The wall of squares; as many columns as fit, tens of thousands of photos.

    Signals:
        opened: A photo was double-clicked or chosen by Enter.
        moved: The selection moved to another photo.
    """

    opened = Signal()
    moved = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session.thumbnails)
        self._catalog = Catalog(Roots.of(Path()), (), ())
        self.setAccessibleName(self.tr("Photos"))
        self.setProperty("role", "plain")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().setSingleStep(_CELL // 3)
        self.activated.connect(self._activated)

    def show_photos(self, catalog: Catalog, samples: Sequence[Sample]) -> None:
        """Shows other photos: all of a catalog, or those of one class."""
        self._catalog = catalog
        self.show_rows(samples)

    def sample(self) -> Sample:
        """The photo that the selection is at."""
        return self.rows[self.currentIndex().row()]

    def words(self, row: Sample) -> tuple[str, str]:
        """The file's name; its place and its class."""
        return Path(row.path).name, f"{row.path} · {self._catalog.name_of(row.class_id)}"

    def row_size(self, number: int) -> QSize:
        """A cell of the grid."""
        return self.gridSize()

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Sample, chosen: bool, hovered: bool
    ) -> None:
        """Paints the photo, framed where it is chosen or hovered."""
        square = option.rect.adjusted(2, 2, -2, -2)
        draw_square(painter, self.picture(PhotoKey.of(self._catalog, row)), square)
        if chosen or hovered:
            draw_frame(painter, square, chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divides the width evenly."""
        room = self.viewport().width() - 1  # a column that fits to the pixel is wrapped all the same
        side = room // max(1, round(room / _CELL))
        super().resizeEvent(event)
        self.setGridSize(QSize(side, side))
        self.scheduleDelayedItemsLayout()

    def current_changed(self, number: int) -> None:
        """Tells of it."""
        self.moved.emit()

    @Slot(QModelIndex)
    def _activated(self, _: QModelIndex) -> None:
        self.opened.emit()
