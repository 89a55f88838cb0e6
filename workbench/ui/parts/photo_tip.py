"""A photo and its name beside what is pointed at."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from workbench.ui.parts.card_list import THUMBNAIL, draw_square, draw_text
from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.session import Session
from workbench.ui.style import theme

_PICTURE, _LINE, _AWAY = 128, 20, 14


class PhotoTip(QWidget):
    """Lies over its parent, and takes no clicks.

    Args:
        parent: What it lies over; the mouse passes through to it.
    """

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._over = session, parent
        self._photo: PhotoKey | None = None
        self.lines: tuple[str, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        session.thumbnails.arrived.connect(self._arrived)
        self.hide()

    def show_photo(self, photo: PhotoKey, lines: tuple[str, ...], at: QPoint) -> None:
        """Shows a photo with some lines about it, beside a place in the parent."""
        self._photo, self.lines = photo, lines
        high = _PICTURE + theme.px(_LINE) * len(lines) + 2 * theme.S
        self.resize(_PICTURE + 2 * theme.S, high)
        room = self._over.rect()
        left, top = at.x() + _AWAY, at.y() + _AWAY
        if left + self.width() > room.right():
            left = at.x() - _AWAY - self.width()
        if top + high > room.bottom():
            top = at.y() - _AWAY - high
        self.move(max(0, left), max(0, top))
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints both on a raised card."""
        if self._photo is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), theme.CARD_RADIUS, theme.CARD_RADIUS)
        square = QRect(theme.S, theme.S, _PICTURE, _PICTURE)
        draw_square(painter, self._session.thumbnails.get(self._photo, THUMBNAIL), square)
        line = QRect(theme.S, square.bottom() + 1, _PICTURE, theme.px(_LINE))
        for number, words in enumerate(self.lines):
            painter.setPen(theme.colour("text" if number == 0 else "muted"))
            draw_text(painter, line, words)
            line.translate(0, line.height())

    @Slot(object, QImage)
    def _arrived(self, photo: PhotoKey, _: QImage) -> None:
        if photo == self._photo and not self.isHidden():
            self.update()
