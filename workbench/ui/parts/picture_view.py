"""One photo as large as its room allows."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.session import Session
from workbench.ui.style import theme

LARGE = 1024


class PictureView(QWidget):
    """Shows a photo whole, upright and in proportion; a grey place while it loads.

    Args:
        session: Where the photo is asked for.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._photo: PhotoKey | None = None
        self._picture: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 96)
        session.thumbnails.arrived.connect(self._arrived)

    def sizeHint(self) -> QSize:
        """Room for a photo."""
        return QSize(480, 480)

    def show_picture(self, photo: PhotoKey | None) -> None:
        """Shows another photo, or none."""
        if photo != self._photo:
            self._photo = photo
            self._picture = self._session.thumbnails.get(photo, LARGE) if photo is not None else None
            self.setAccessibleName(photo.path if photo is not None else "")
            self.update()

    def room(self) -> QRectF:
        """Where the photo is painted."""
        if self._picture is None:
            return QRectF(self.rect())
        size = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(0, 0, size.width(), size.height())
        place.moveLeft((self.width() - size.width()) / 2)
        return place

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the photo with round corners."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        shape = QPainterPath()
        shape.addRoundedRect(self.room(), theme.CARD_RADIUS, theme.CARD_RADIUS)
        if self._picture is None:
            painter.fillPath(shape, theme.colour("skeleton"))
            return
        painter.setClipPath(shape)
        ratio = self.devicePixelRatioF()
        target = self.room()
        sharp = self._picture.scaled(
            (target.size() * ratio).toSize(), Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )  # fmt: skip
        painter.drawImage(target, sharp)

    @Slot(object, QImage)
    def _arrived(self, photo: PhotoKey, _: QImage) -> None:
        if photo == self._photo:
            self._picture = self._session.thumbnails.get(photo, LARGE) or self._picture
            self.update()
