"""Photos as a wall of squares: only those in view are painted, and only those are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from workbench.core.data.catalog import Catalog, Roots, Sample
from workbench.ui.session.session import Session
from workbench.ui.style import theme

THUMBNAIL = 256
_CELL = 128
Index = QModelIndex | QPersistentModelIndex


def draw_square(painter: QPainter, picture: QImage | None, target: QRect, radius: float = 4.0) -> None:
    """Paints the middle square of a picture with round corners; a grey square where there is none yet."""
    painter.save()
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    shape = QPainterPath()
    shape.addRoundedRect(QRectF(target), radius, radius)
    if picture is None:
        painter.fillPath(shape, theme.colour("skeleton"))
    else:
        side = min(picture.width(), picture.height())
        source = QRect((picture.width() - side) // 2, (picture.height() - side) // 2, side, side)
        painter.setClipPath(shape)
        painter.drawImage(target, picture, source)
    painter.restore()


class PhotoModel(QAbstractListModel):
    """The photos of a catalog, all of them or those of one class."""

    def __init__(self) -> None:
        super().__init__()
        self._catalog = Catalog(Roots.of(Path()), (), ())
        self._samples: Sequence[Sample] = ()

    def show_photos(self, catalog: Catalog, samples: Sequence[Sample]) -> None:
        """Takes other photos."""
        self.beginResetModel()
        self._catalog, self._samples = catalog, samples
        self.endResetModel()

    def sample(self, index: Index) -> Sample:
        """The sample at an index."""
        return self._samples[index.row()]

    def path(self, index: Index) -> str:
        """Where the photo at an index is."""
        return str(self._catalog.roots.locate(self._samples[index.row()]))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """How many photos."""
        return 0 if parent.isValid() else len(self._samples)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The file's name and, on hover and for screen readers, its class."""
        sample = self._samples[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return Path(sample.path).name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{sample.path} · {self._catalog.name_of(sample.class_id)}"
        return None


class _PhotoDelegate(QStyledItemDelegate):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        square = option.rect.adjusted(2, 2, -2, -2)
        draw_square(painter, self._session.thumbnails.get(model.path(index), THUMBNAIL), square)
        chosen = option.state & QStyle.StateFlag.State_Selected
        hovered = option.state & QStyle.StateFlag.State_MouseOver
        if chosen or hovered:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("accent" if chosen else "muted"), 3 if chosen else 1))
            painter.drawRoundedRect(QRectF(square).adjusted(1, 1, -1, -1), 4, 4)
            painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return option.widget.gridSize()


class Gallery(QListView):
    """The wall of squares; as many columns as fit, tens of thousands of photos.

    Signals:
        opened: The path of a photo that was double-clicked or chosen by Enter.
        moved: The path of the photo that the selection moved to.
    """

    opened = Signal(str)
    moved = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.photos = PhotoModel()
        self.setModel(self.photos)
        self.setItemDelegate(_PhotoDelegate(session))
        self.setProperty("role", "plain")
        self.setAccessibleName(self.tr("Photos"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().setSingleStep(_CELL // 3)
        self.activated.connect(self._opened)
        self.selectionModel().currentChanged.connect(self._moved)
        session.thumbnails.came.connect(self._arrived)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divides the width evenly."""
        room = self.viewport().width() - 1  # a column that fits to the pixel is wrapped all the same
        side = room // max(1, round(room / _CELL))
        super().resizeEvent(event)
        self.setGridSize(QSize(side, side))
        self.scheduleDelayedItemsLayout()

    @Slot(str)
    def _arrived(self, _: str) -> None:
        self.viewport().update()

    @Slot(QModelIndex)
    def _opened(self, index: QModelIndex) -> None:
        self.opened.emit(self.photos.path(index))

    @Slot(QModelIndex)
    def _moved(self, index: QModelIndex) -> None:
        if index.isValid():
            self.moved.emit(self.photos.path(index))
