"""A few small photos in a row, to see what a sentence speaks of."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from workbench.ui.parts.card_list import THUMBNAIL, draw_square
from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.session import Session
from workbench.ui.style import theme

_SIDE = 64


class ThumbnailRow(QWidget):
    """Shows as many photos as fit.

    Args:
        session: Where they are asked for.
    """

    def __init__(self, session: Session, photos: Sequence[PhotoKey]) -> None:
        super().__init__()
        self._thumbnails, self._photos = session.thumbnails, photos
        self.setFixedHeight(_SIDE)
        self._thumbnails.arrived.connect(self._arrived)

    def sizeHint(self) -> QSize:
        """Room for all."""
        return QSize(len(self._photos) * (_SIDE + theme.XS), _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints their middle squares."""
        painter = QPainter(self)
        for place, photo in enumerate(self._photos):
            square = QRect(place * (_SIDE + theme.XS), 0, _SIDE, _SIDE)
            if square.right() > self.width():
                break
            draw_square(painter, self._thumbnails.get(photo, THUMBNAIL), square)

    @Slot()
    def _arrived(self) -> None:
        self.update()
