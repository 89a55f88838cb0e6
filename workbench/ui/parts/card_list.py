"""The list that all painted lists are: rows of any kind, how they are said, how they look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QFocusEvent, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workbench.ui.parts.widgets import as_tip, set_role
from workbench.ui.session.pictures import PhotoKey, Thumbnails
from workbench.ui.style import theme

THUMBNAIL = 256
"""Longest side of the thumbnails in lists, px."""
Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class CardList(QListView, Generic[Row]):
    """Shows rows; only those in view are painted. Override the five methods after `show_rows`.

    Args:
        thumbnails: Where `picture` comes from; None where rows have none.
    """

    def __init__(self, thumbnails: Thumbnails | None = None) -> None:
        super().__init__()
        self.rows: Sequence[Row] = ()
        self._silent = False
        self._thumbnails = thumbnails
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._moved)
        if thumbnails is not None:
            thumbnails.arrived.connect(self._arrived)

    def show_rows(self, rows: Sequence[Row], current: int = -1) -> None:
        """Shows other rows and marks the current one, if any; `current_changed` is not called for it.

        Where they are the same rows with other contents, the list stays where it was scrolled to.
        """
        self._silent = True
        if rows is self.rows:
            pass
        elif len(rows) == len(self.rows) and all(map(self.is_same, rows, self.rows)):
            self.rows = rows
            self._model.dataChanged.emit(self._model.index(0), self._model.index(len(rows) - 1))
        else:
            self._model.beginResetModel()
            self.rows = rows
            self._model.endResetModel()
        if current >= 0 and self.currentIndex().row() != current:
            self.setCurrentIndex(self._model.index(current))
        self._silent = False

    def is_same(self, new: Row, old: Row) -> bool:
        """Whether a row is the same thing as before, perhaps with other contents."""
        return new is old

    def words(self, row: Row) -> tuple[str, str]:
        """What a row is called, and what is said of it on hover and to screen readers."""
        raise NotImplementedError

    def row_size(self, number: int) -> QSize:
        """How large a row is, px."""
        raise NotImplementedError

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Row, chosen: bool, hovered: bool
    ) -> None:
        """Paints a row into `option.rect`; the painter's state is restored afterwards."""
        raise NotImplementedError

    def current_changed(self, number: int) -> None:
        """The person has made another row the current one."""

    def picture(self, photo: PhotoKey) -> QImage | None:
        """A photo's thumbnail; None until it has come."""
        return self._thumbnails.get(photo, THUMBNAIL) if self._thumbnails is not None else None

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows where the keyboard is, to those who came by it: a ring, and a row where none was marked."""
        super().focusInEvent(event)
        by_keyboard = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        set_role(self, "true" if by_keyboard else "false", "ring")
        if by_keyboard and self.rows and not self.currentIndex().isValid():
            self.setCurrentIndex(self._model.index(0))

    @Slot()
    def _arrived(self) -> None:
        self.viewport().update()

    @Slot(QModelIndex)
    def _moved(self, index: QModelIndex) -> None:
        if index.isValid() and not self._silent:
            self.current_changed(index.row())


class _Model(QAbstractListModel):
    def __init__(self, view: CardList[Any]) -> None:
        super().__init__(view)
        self._view = view

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._view.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._view.words(self._view.rows[index.row()])[0]
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            said = self._view.words(self._view.rows[index.row()])[1]
            return as_tip(said) if role == Qt.ItemDataRole.ToolTipRole else said
        return None


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: CardList[Any]) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        self._view.paint_row(painter, option, self._view.rows[index.row()], chosen, hovered)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self._view.row_size(index.row())


def draw_ground(painter: QPainter, room: QRect, chosen: bool, hovered: bool) -> None:
    """Paints what lies under a row that is chosen or hovered."""
    if chosen or hovered:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("selected" if chosen else "hover"))
        painter.drawRoundedRect(QRectF(room), theme.CONTROL_RADIUS, theme.CONTROL_RADIUS)


def draw_frame(painter: QPainter, square: QRect, chosen: bool) -> None:
    """Paints a frame around a picture that is chosen (thick) or hovered (thin)."""
    painter.setPen(QPen(theme.colour("accent" if chosen else "muted"), 3 if chosen else 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(square).adjusted(1, 1, -1, -1), 4, 4)


def draw_square(painter: QPainter, picture: QImage | None, target: QRect) -> None:
    """Paints the middle square of a picture with round corners; a grey square where there is none yet."""
    painter.save()
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    shape = QPainterPath()
    shape.addRoundedRect(QRectF(target), 4.0, 4.0)
    if picture is None:
        painter.fillPath(shape, theme.colour("skeleton"))
    else:
        side = min(picture.width(), picture.height())
        source = QRect((picture.width() - side) // 2, (picture.height() - side) // 2, side, side)
        painter.setClipPath(shape)
        painter.drawImage(target, picture, source)
    painter.restore()


def draw_text(
    painter: QPainter,
    room: QRect,
    text: str,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
) -> None:
    """Paints a line of text, shortened to its room."""
    shown = painter.fontMetrics().elidedText(text, elide, room.width())
    painter.drawText(room, align | Qt.AlignmentFlag.AlignVCenter, shown)
