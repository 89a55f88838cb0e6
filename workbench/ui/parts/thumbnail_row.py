"""A few small photos in a row, to see what a sentence speaks of."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from workbench.ui.parts.card_list import THUMBNAIL, draw_square
from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.session import Session
from workbench.ui.style import theme

_SIDE = 64
_OPEN = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ThumbnailRow(QWidget):
    """Shows as many photos as fit.

    Args:
        session: Where they are asked for.
        chosen: Whether photos can be chosen, by mouse or keys.

    Signals:
        opened: The place of a photo that somebody wants to see.
    """

    opened = Signal(int)

    def __init__(self, session: Session, photos: Sequence[PhotoKey], *, chosen: bool = False) -> None:
        super().__init__()
        self._thumbnails, self._photos = session.thumbnails, photos
        self._current = 0
        self.setFixedHeight(_SIDE)
        self._thumbnails.arrived.connect(self._arrived)
        if chosen:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._chosen = chosen

    def sizeHint(self) -> QSize:
        """Room for all."""
        return QSize(len(self._photos) * (_SIDE + theme.XS), _SIDE)

    def square_of(self, place: int) -> QRect:
        """Where a photo is."""
        return QRect(place * (_SIDE + theme.XS), 0, _SIDE, _SIDE)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Opens the photo below the mouse."""
        if self._chosen and event.button() == Qt.MouseButton.LeftButton:
            self._open_at(event.position().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows move along, Enter and space open."""
        if event.key() in _OPEN:
            self.opened.emit(self._current)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if event.key() == Qt.Key.Key_Right else -1
            self._current = min(max(0, self._current + step), self._count() - 1)
            self.update()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints their middle squares."""
        painter = QPainter(self)
        for place in range(self._count()):
            square = self.square_of(place)
            draw_square(painter, self._thumbnails.get(self._photos[place], THUMBNAIL), square)
            if place == self._current and self.hasFocus():
                painter.setPen(QPen(theme.colour("accent"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(square.adjusted(1, 1, -1, -1))

    def _open_at(self, point: QPoint) -> None:
        places = range(self._count())
        found = next((place for place in places if self.square_of(place).contains(point)), None)
        if found is not None:
            self._current = found
            self.opened.emit(found)

    def _count(self) -> int:
        """How many fit."""
        fit = (self.width() + theme.XS) // (_SIDE + theme.XS)
        return max(1, min(len(self._photos), fit))

    @Slot()
    def _arrived(self) -> None:
        self.update()
