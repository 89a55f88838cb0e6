"""A share between 0 and 100 with its interval, and what it has to be held against."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.ui.style import theme

_WIDTH, _LEAST, _THICK, _DOT, _TICK = 320, 120, 6, 5, 14


class IntervalBar(QWidget):
    """Paints a scale from 0 to 100 with an interval, the share in it, and a mark with its name."""

    def __init__(self) -> None:
        super().__init__()
        self._interval, self._share = (0.0, 1.0), 0.5
        self._mark: float | None = None
        self._colour, self._name = "accent", ""
        self.setMinimumWidth(_LEAST)
        self.setMaximumWidth(theme.px(_WIDTH))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """How large it likes to be."""
        return QSize(theme.px(_WIDTH), self._high())

    def minimumSizeHint(self) -> QSize:
        """Its words need all of its height."""
        return QSize(_LEAST, self._high())

    def show_interval(
        self, interval: tuple[float, float], share: float, mark: float | None, name: str, colour: str
    ) -> None:
        """Shows other shares.

        Args:
            interval: Its ends, each 0 to 1.
            share: 0 to 1.
            mark: What it is held against, 0 to 1; None for nothing.
            name: What stands at the mark.
            colour: The token that the interval is painted in.
        """
        self._interval, self._share, self._mark = interval, share, mark
        self._name, self._colour = name, colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the scale, the interval on it, the mark across it and its name below."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle, left, wide = _TICK / 2.0 + 1, float(_DOT), self.width() - 2.0 * _DOT
        painter.setBrush(theme.colour("line"))
        painter.drawRoundedRect(QRectF(left, middle - _THICK / 2, wide, _THICK), _THICK / 2, _THICK / 2)
        low, high = self._interval
        painter.setBrush(theme.colour(self._colour))
        across = QRectF(left + low * wide, middle - _THICK / 2, max(_THICK, (high - low) * wide), _THICK)
        painter.drawRoundedRect(across, _THICK / 2, _THICK / 2)
        dot = QRectF(left + self._share * wide - _DOT, middle - _DOT, 2.0 * _DOT, 2.0 * _DOT)
        painter.drawEllipse(dot)
        if self._mark is None:
            return
        place = left + self._mark * wide
        painter.setBrush(theme.colour("muted"))
        painter.drawRect(QRectF(place - 1, middle - _TICK / 2, 2.0, _TICK))
        font = self._small()
        metrics = QFontMetricsF(font)
        text = metrics.elidedText(self._name, Qt.TextElideMode.ElideMiddle, self.width())
        room = metrics.horizontalAdvance(text)
        start = min(max(0.0, place - room / 2), self.width() - room)
        painter.setFont(font)
        painter.setPen(theme.colour("muted"))
        painter.drawText(
            QRectF(start, middle + _TICK / 2 + 2, room + 1, metrics.height()),
            Qt.AlignmentFlag.AlignLeft,
            text,
        )

    def _high(self) -> int:
        return round(_TICK + theme.XS + QFontMetricsF(self._small()).height() + 2)

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(theme.caption())
        return font
