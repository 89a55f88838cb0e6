"""A photo at rising strengths, and below each the share that a model gets right there, as a line."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.core.stress.findings import Point, RowFound
from workbench.ui.style import theme
from workbench.ui.words.stress import amount, read_aloud
from workbench.words.stress import of_100

_PICTURE, _LEAST, _PLOT, _DOT, _WHISKER = 80, 40, 44, 3.5, 3.0


class StressStrip(QWidget):
    """One column for each strength: picture, strength, share of right answers; a line joins these.

    Args:
        found: What it shows.
    """

    def __init__(self, found: RowFound) -> None:
        super().__init__()
        self._found = found
        self._points: tuple[Point, ...] = (found.undisturbed, *found.points)
        self._images = [QImage.fromData(point.picture) for point in self._points]
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        self.setMinimumWidth(len(self._points) * _LEAST)
        self.setMaximumWidth(theme.px(len(self._points) * (_PICTURE + theme.S)))
        self.setToolTip(read_aloud(found))
        self.setAccessibleName(read_aloud(found))

    def pictures(self) -> int:
        """How many pictures there are to see."""
        return sum(not image.isNull() for image in self._images)

    def sizeHint(self) -> QSize:
        """As wide as its pictures like to be."""
        return QSize(self.maximumWidth(), self._high(self.maximumWidth()))

    def minimumSizeHint(self) -> QSize:
        """As narrow as can still be seen."""
        return QSize(self.minimumWidth(), self._high(self.minimumWidth()))

    def resizeEvent(self, event: object) -> None:
        """Fits itself into its new width."""
        self.setFixedHeight(self._high(self.width()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints it."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        wide, side, line = self._column(), self._side(), QFontMetricsF(self._small()).height()
        painter.setFont(self._small())
        for number, (point, image) in enumerate(zip(self._points, self._images, strict=True)):
            left = number * wide
            square = QRectF(left + (wide - side) / 2, 0, side, side)
            outline = QPainterPath()
            outline.addRoundedRect(square, theme.XS, theme.XS)
            painter.save()
            painter.setClipPath(outline)
            painter.fillRect(square, theme.colour("skeleton"))
            if not image.isNull():
                painter.drawImage(square, image)
            painter.restore()
            painter.setPen(theme.colour("muted"))
            self._write(painter, left, side + 2, amount(self._found, point))
        top = side + 2 + line + theme.XS
        self._draw_line(painter, top, wide)
        for number, point in enumerate(self._points):
            is_first_failure = self._fails(point)
            font = self._small()
            font.setBold(is_first_failure)
            painter.setFont(font)
            painter.setPen(theme.colour("bad" if is_first_failure else "text"))
            mark = "▾ " if is_first_failure else ""
            self._write(painter, number * wide, top + _PLOT + 2, f"{mark}{of_100(point)} %")

    def _draw_line(self, painter: QPainter, top: float, wide: float) -> None:
        painter.setPen(QPen(theme.colour("line"), 1))
        for share in (0.0, 1.0):
            height = top + (1 - share) * _PLOT
            painter.drawLine(QPointF(0, height), QPointF(wide * len(self._points), height))
        places = [
            QPointF((number + 0.5) * wide, top + (1 - point.accuracy) * _PLOT)
            for number, point in enumerate(self._points)
        ]
        painter.setPen(QPen(theme.colour("muted"), 1))
        for place, point in zip(places, self._points, strict=True):
            low, high = top + (1 - point.low) * _PLOT, top + (1 - point.high) * _PLOT
            painter.drawLine(QPointF(place.x(), low), QPointF(place.x(), high))
            for end in (low, high):
                painter.drawLine(QPointF(place.x() - _WHISKER, end), QPointF(place.x() + _WHISKER, end))
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(places))
        painter.setPen(Qt.PenStyle.NoPen)
        for place, point in zip(places, self._points, strict=True):
            painter.setBrush(theme.colour("bad" if self._fails(point) else "accent"))
            painter.drawEllipse(place, _DOT, _DOT)

    def _fails(self, point: Point) -> bool:
        verdict = self._found.verdict
        return verdict.code == "fails" and point.strength == verdict.at

    def _write(self, painter: QPainter, left: float, top: float, text: str) -> None:
        metrics = QFontMetricsF(painter.font())
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self._column())
        box = QRectF(left, top, self._column(), metrics.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, shown)

    def _column(self) -> float:
        return self.width() / len(self._points)

    def _side(self) -> float:
        return min(theme.px(_PICTURE), self._column() - theme.XS)

    def _high(self, width: int) -> int:
        side = min(theme.px(_PICTURE), width / len(self._points) - theme.XS)
        return round(side + 2 * QFontMetricsF(self._small()).height() + _PLOT + 2 * theme.XS + theme.S)

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(theme.caption())
        return font
