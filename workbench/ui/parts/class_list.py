"""The classes of a folder: a thumbnail, the name, how many photos, and a thin bar to compare them by."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workbench.core.data.catalog import Catalog
from workbench.ui.parts.gallery import THUMBNAIL, Index, draw_square
from workbench.ui.session.session import Session
from workbench.ui.style import theme

_ROW, _PICTURE = 52, 36


class _ClassModel(QAbstractListModel):
    """All photos first, then each class."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[str, int, str]] = []
        self.most = 1

    def show_catalog(self, catalog: Catalog, everything: str) -> None:
        first: dict[str | None, Path] = {}
        for sample in catalog.samples:
            first.setdefault(sample.class_id, catalog.roots.locate(sample))
        counts = catalog.counts
        self.beginResetModel()
        self.most = max([1, *counts.values()])
        self.rows = [(everything, len(catalog.samples), "")]
        self.rows += [(each.name, counts[each.name], str(first.get(each.id, ""))) for each in catalog.classes]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        name, count, _ = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{name}, {count}"
        return None


class _ClassDelegate(QStyledItemDelegate):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        name, count, first = model.rows[index.row()]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = option.rect.adjusted(0, 1, -theme.S, -1)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(theme.colour("selected" if chosen else "hover"))
            painter.drawRoundedRect(QRectF(whole), 6, 6)
        left = whole.left() + theme.S
        if first:
            square = QRect(left, whole.center().y() - _PICTURE // 2, _PICTURE, _PICTURE)
            draw_square(painter, self._session.thumbnails.get(first, THUMBNAIL), square)
            left += _PICTURE + 12
        room = QRect(left, whole.top(), whole.right() - theme.S - left, whole.height() - (8 if first else 0))
        self._words(painter, option, room, name, count, chosen)
        if first:
            bar = QRectF(left, whole.bottom() - 13, room.width(), 3)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("line"))
            painter.drawRoundedRect(bar, 1.5, 1.5)
            bar.setWidth(max(3.0, bar.width() * count / model.most))
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(bar, 1.5, 1.5)
        painter.restore()

    def _words(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        room: QRect,
        name: str,
        count: int,
        chosen: bool,
    ) -> None:
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold if chosen else QFont.Weight.Normal)
        painter.setFont(font)
        figure = f"{count:,}"
        width = painter.fontMetrics().horizontalAdvance(figure) + theme.M
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.colour("muted"))
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, figure)
        painter.setPen(theme.colour("text"))
        elided = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, room.width() - width)
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, elided)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, _ROW if index.row() else _ROW - theme.M)


class ClassList(QListView):
    """Chooses which photos the gallery shows.

    Signals:
        chosen: The index of a class in the catalog; -1 for all.
    """

    chosen = Signal(int)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._rows = _ClassModel()
        self.setModel(self._rows)
        self.setItemDelegate(_ClassDelegate(session))
        self.setProperty("role", "plain")
        self.setAccessibleName(self.tr("Classes"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._moved)
        session.thumbnails.came.connect(self._arrived)

    def show_catalog(self, catalog: Catalog) -> None:
        """Lists the classes of a catalog and chooses all of them."""
        self._rows.show_catalog(catalog, self.tr("All photos"))
        self.setCurrentIndex(self._rows.index(0))

    @Slot(str)
    def _arrived(self, _: str) -> None:
        self.viewport().update()

    @Slot(QModelIndex)
    def _moved(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(index.row() - 1)
