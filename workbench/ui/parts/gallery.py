"""Photos as a wall of squares: only those in view are painted, and only those are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelection, QMimeData, QModelIndex, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QDrag, QKeyEvent, QPainter, QPixmap, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyleOptionViewItem

from workbench.core.data.catalog import Catalog, Roots, Sample
from workbench.ui.parts.card_list import CardList, Index, draw_frame, draw_square, draw_text
from workbench.ui.parts.mime import SAMPLES
from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.session import Session
from workbench.ui.style import theme

_CELL = 128
_DRAGGED = 72
_DIM = 0.35
_BAND, _BAND_OPACITY = 24, 0.85


class Gallery(CardList[Sample]):
    """The wall of squares; as many columns as fit, tens of thousands of photos.

    Attributes:
        below: Room below each square, px.

    Signals:
        opened: A photo was double-clicked or chosen by Enter.
        moved: The current photo is another one.
        selected: Other photos are selected.
        keyed: A number key was pressed: "0" to "9".
        deleted: Delete was pressed.
        accepted: The space bar was pressed: what is suggested for the selected photos is right.
    """

    below = 0
    opened = Signal()
    moved = Signal()
    selected = Signal()
    keyed = Signal(str)
    deleted = Signal()
    accepted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session.thumbnails)
        self._catalog = Catalog(Roots.of(Path()), (), ())
        self._excluded: frozenset[str] = frozenset()
        self._suggested: Mapping[str, str] = {}
        self.setAccessibleName(self.tr("Photos"))
        self.setProperty("role", "plain")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().setSingleStep(_CELL // 3)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.activated.connect(self._activated)
        self.selectionModel().selectionChanged.connect(self._selected)

    def show_photos(self, catalog: Catalog, samples: Sequence[Sample]) -> None:
        """Shows other photos, or the same ones after an edit.

        Where photos have gone, the one that comes after the current one is the current one.
        """
        current = self._next_of(samples) if self.currentIndex().isValid() else -1
        self._catalog = catalog
        self._excluded = frozenset(sample.id for sample in catalog.excluded)
        at = self.verticalScrollBar().value()
        self.show_rows(samples, current)
        if current >= 0:
            self.verticalScrollBar().setValue(at)
        self.selected.emit()

    def show_suggested(self, suggested: Mapping[str, str]) -> None:
        """Shows on some photos, by id, the name of the class that is suggested for them."""
        if suggested != self._suggested:
            self._suggested = suggested
            self.viewport().update()

    def is_same(self, new: Sample, old: Sample) -> bool:
        """The same photo, perhaps of another class."""
        return new.id == old.id

    def sample(self) -> Sample | None:
        """The photo that the keyboard is at; None where there is none."""
        index = self.currentIndex()
        return self.rows[index.row()] if index.isValid() and index.row() < len(self.rows) else None

    def selection(self) -> list[Sample]:
        """The photos that are selected, in their order."""
        chosen = self.selectionModel().selection()
        parts = (chosen.at(number) for number in range(chosen.size()))
        ranges = sorted((part.top(), part.bottom() + 1) for part in parts)
        return [sample for begin, end in ranges for sample in self.rows[begin:end]]

    def words(self, row: Sample) -> tuple[str, str]:
        """The file's name; its place and its class."""
        name = self._catalog.name_of(row.class_id) or self.tr("not classed")
        out = self.tr(" · left out") if row.id in self._excluded else ""
        if row.id in self._suggested:
            out += self.tr(" · perhaps {name}").format(name=self._suggested[row.id])
        return Path(row.path).name, f"{row.path} · {name}{out}"

    def row_size(self, number: int) -> QSize:
        """A cell of the grid."""
        return self.gridSize()

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Sample, chosen: bool, hovered: bool
    ) -> None:
        """Paints the photo, framed where it is chosen or hovered, dim where it is left out."""
        square = option.rect.adjusted(2, 2, -2, -2 - self.below)
        painter.setOpacity(_DIM if row.id in self._excluded else 1.0)
        draw_square(painter, self.picture(PhotoKey.of(self._catalog, row)), square)
        painter.setOpacity(1.0)
        if row.id in self._suggested:
            band = square.adjusted(0, square.height() - theme.px(_BAND), 0, 0)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("raised"))
            painter.setOpacity(_BAND_OPACITY)
            painter.drawRoundedRect(band, 4, 4)
            painter.setOpacity(1.0)
            painter.setPen(theme.colour("text"))
            own, name = self._catalog.name_of(row.class_id), self._suggested[row.id]
            room = band.adjusted(6, 0, -6, 0)
            words = self.tr("{own} → {name}?").format(own=own, name=name)
            if not own or painter.fontMetrics().horizontalAdvance(words) > room.width():
                words = self.tr("{name}?").format(name=name)  # both are in the tip
            draw_text(painter, room, words)
        if chosen or hovered:
            draw_frame(painter, square, chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divides the width evenly."""
        room = self.viewport().width() - 1  # a column that fits to the pixel is wrapped all the same
        side = room // max(1, round(room / _CELL))
        super().resizeEvent(event)
        if side != self.gridSize().width():
            self.setGridSize(QSize(side, side + self.below))

    # Qt would place every photo anew, and look for each that is selected; of tens of thousands that is felt.

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Paints; every photo stays where it is, whatever its class is now."""
        QAbstractItemView.dataChanged(self, first, last, roles)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """What to paint when other photos are selected: all that is in view."""
        return QRegion(self.viewport().rect())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Number keys and Delete are for the photos that are selected."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and Qt.Key.Key_0 <= event.key() <= Qt.Key.Key_9:
            self.keyed.emit(str(event.key() - Qt.Key.Key_0))
        elif plain and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.deleted.emit()
        elif plain and event.key() == Qt.Key.Key_Space:
            self.accepted.emit()
        else:
            super().keyPressEvent(event)

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Takes the selected photos along: to a class."""
        chosen = self.selection()
        if not chosen:
            return
        mime = QMimeData()
        mime.setData(SAMPLES, str(len(chosen)).encode())
        drag = QDrag(self)
        drag.setMimeData(mime)
        drag.setPixmap(self._pile(chosen))
        drag.setHotSpot(QPoint(_DRAGGED // 2, _DRAGGED // 2))
        drag.exec(Qt.DropAction.MoveAction)

    def _pile(self, chosen: Sequence[Sample]) -> QPixmap:
        """The first of some photos, with their number."""
        pile = QPixmap(_DRAGGED, _DRAGGED)
        pile.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pile)
        whole = QRect(0, 0, _DRAGGED, _DRAGGED)
        draw_square(painter, self.picture(PhotoKey.of(self._catalog, chosen[0])), whole)
        if len(chosen) > 1:
            corner = QRect(_DRAGGED - 40, _DRAGGED - 24, 40, 24)
            painter.fillRect(corner, theme.colour("accent"))
            painter.setPen(theme.colour("on_accent"))
            painter.drawText(corner, Qt.AlignmentFlag.AlignCenter, f"{len(chosen):,}")
        painter.end()
        return pile

    def current_changed(self, number: int) -> None:
        """Tells of it."""
        self.moved.emit()

    def _next_of(self, samples: Sequence[Sample]) -> int:
        """Where, among other photos, the current one is, or the next one after it that is there."""
        row = self.currentIndex().row()
        if row < min(len(samples), len(self.rows)) and samples[row].id == self.rows[row].id:
            return row
        places = {sample.id: place for place, sample in enumerate(samples)}
        after = self.rows[row:]
        return next((places[sample.id] for sample in after if sample.id in places), len(samples) - 1)

    @Slot()
    def _selected(self) -> None:
        self.selected.emit()

    @Slot(QModelIndex)
    def _activated(self, _: QModelIndex) -> None:
        self.opened.emit()
