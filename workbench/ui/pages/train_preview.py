"""The person's photos as training will show them, large, beside the switches that change them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.ui.parts.widgets import Card, SectionHead
from workbench.ui.style import theme

_PHOTOS, _ACROSS = 6, 3
_LARGEST = 224


class PreviewPane(Card):
    """Six photos in two rows, with what they show; it stays in view while the settings are scrolled."""

    def __init__(self) -> None:
        self.pictures = _Pictures()
        super().__init__(
            SectionHead(
                self.tr("Your photos as the model will see them"),
                self.tr("Every photo is changed anew each time; these are examples."),
            ),
            self.pictures,
        )
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_images(self, images: list[QImage]) -> None:
        """Shows other pictures; none shows where they will be."""
        self.pictures.show_images(images)

    def set_most(self, height: int) -> None:
        """Sets how high the pictures may be, both rows together."""
        self.pictures.set_most(height)


class _Pictures(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._images: list[QImage] = []
        self._most = 2 * _LARGEST + theme.S
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Your photos as the model will see them"))
        self._fit()

    def show_images(self, images: list[QImage]) -> None:
        self._images = images[:_PHOTOS]
        self.update()

    def count(self) -> int:
        """How many pictures are shown."""
        return len(self._images)

    def sizeHint(self) -> QSize:
        """How large it likes to be."""
        return QSize(_ACROSS * _LARGEST + (_ACROSS - 1) * theme.S, 2 * _LARGEST + theme.S)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits itself into its new width."""
        super().resizeEvent(event)
        self._fit()

    def set_most(self, height: int) -> None:
        self._most = height
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(round(2 * self._side() + theme.S))

    def _side(self) -> float:
        across, down = (self.width() - (_ACROSS - 1) * theme.S) / _ACROSS, (self._most - theme.S) / 2
        return max(float(theme.XL), min(float(_LARGEST), across, down))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints them."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        side = self._side()
        for place in range(_PHOTOS):
            down, across = divmod(place, _ACROSS)
            square = QRectF(across * (side + theme.S), down * (side + theme.S), side, side)
            outline = QPainterPath()
            outline.addRoundedRect(square, theme.CONTROL_RADIUS, theme.CONTROL_RADIUS)
            painter.setClipPath(outline)
            if place < len(self._images):
                painter.drawImage(square, self._images[place])
            else:
                painter.fillRect(square, theme.colour("skeleton"))
