"""A plot of shares against shares: named lines, and values read off with mouse or keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QMouseEvent, QResizeEvent

from workbench.ui.style import theme

_HEIGHT, _AXIS_WIDTH, _LABEL_HEIGHT, _ROOM = 220, 44, 15, 0.04
_NOTHING: NDArray[np.float64] = np.zeros(0)


@dataclass(frozen=True)
class Line:
    """One curve.

    Attributes:
        name: What stands in the corner, in its colour; "" for nothing.
        x, y: Its points, each 0 to 1, shape (points,), in an order in which x does not turn.
        colour: A token.
        dots: Whether each point is marked.
        words: Says a point, by its number.
    """

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    colour: str
    words: Callable[[int], str]
    dots: bool = False


class SharePlot(pg.PlotWidget):
    """Draws lines between 0 and 100 %, both ways; the arrow keys go from point to point of the first one.

    Signals:
        pointed: What the point under the mouse or the keyboard says; "" where there is none.
    """

    pointed = Signal(str)
    _cross: tuple[pg.InfiniteLine, ...] = ()

    def __init__(self, name: str, *, diagonal: bool = False) -> None:
        axes = {"left": _Percent("left"), "bottom": _Percent("bottom")}
        super().__init__(axisItems=axes)
        self._lines: tuple[Line, ...] = ()
        self._at = -1
        self._curves: list[pg.PlotDataItem] = []
        self._names: list[pg.TextItem] = []
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.enableMouse(False)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.getViewBox().setMouseEnabled(False, False)
        self.getViewBox().setDefaultPadding(0.0)
        self.getAxis("left").setWidth(theme.px(_AXIS_WIDTH))
        self.getAxis("left").setZValue(self.getViewBox().zValue() - 1)
        self.setXRange(-_ROOM, 1 + _ROOM, padding=0)
        self.setYRange(-_ROOM, 1 + _ROOM, padding=0)
        self._diagonal = self.plot([0.0, 1.0], [0.0, 1.0], antialias=True) if diagonal else None
        self._cross = (pg.InfiniteLine(angle=90), pg.InfiniteLine(angle=0))
        self._dot = pg.ScatterPlotItem(symbol="o", size=8)
        for item in (*self._cross, self._dot):
            item.setZValue(10)
            item.hide()
            self.addItem(item, ignoreBounds=True)
        self.setAccessibleName(name)
        self.apply_theme()

    def sizeHint(self) -> QSize:
        """How large it likes to be."""
        return QSize(280, _HEIGHT)

    def show_lines(self, lines: Sequence[Line], words: str) -> None:
        """Shows other lines, with a sentence on all of them for those who do not see them."""
        self._lines = tuple(lines)
        for item in (*self._curves, *self._names):
            self.removeItem(item)
        self._curves, self._names = [], []
        for line in self._lines:
            symbols = {"symbol": "o", "symbolSize": 6} if line.dots else {}
            self._curves.append(self.plot(line.x, line.y, connect="finite", antialias=True, **symbols))
            self._names.append(pg.TextItem(line.name, anchor=(0.5, 0.5)))
            self.addItem(self._names[-1], ignoreBounds=True)
        self.setAccessibleDescription(words)
        self._point(-1)
        self.apply_theme()
        self._place_names()

    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._lines

    def apply_theme(self) -> None:
        """Takes the colours of the theme in use."""
        self.setBackground(theme.colour("surface"))
        font = self._small()
        for line, curve, name in zip(self._lines, self._curves, self._names, strict=True):
            colour = theme.colour(line.colour)
            curve.setPen(pg.mkPen(colour, width=2))
            curve.setSymbolBrush(colour)
            curve.setSymbolPen(None)
            name.setColor(colour)
            name.setFont(font)
        faint = pg.mkPen(theme.colour("muted"), width=1, style=Qt.PenStyle.DashLine)
        if self._diagonal is not None:
            self._diagonal.setPen(faint)
        for cross in self._cross:
            cross.setPen(faint)
        self._dot.setBrush(theme.colour("text"))
        self._dot.setPen(None)
        self.getViewBox().setBorder(None)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(theme.colour("line")))
            axis.setTextPen(pg.mkPen(theme.colour("muted")))
            axis.setStyle(tickFont=font, tickLength=0, tickTextOffset=6, hideOverlappingLabels=False)
        self.showGrid(x=True, y=True, alpha=theme.colour("line").alphaF() * 0.6)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Shows the values of the point that is nearest to the pointer from left to right."""
        place = self.getViewBox().mapSceneToView(self.mapToScene(event.position().toPoint()))
        self._point(self._nearest(place.x(), place.y()))

    def leaveEvent(self, event: QEvent) -> None:
        """Takes the crosshair away."""
        super().leaveEvent(event)
        self._point(-1)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Takes the crosshair away."""
        super().focusOutEvent(event)
        self._point(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go from point to point."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        points = self._order()
        if step is None or not len(points):
            event.ignore()
            return
        now = int(np.flatnonzero(points == self._at)[0]) if self._at in points else -1 if step > 0 else 0
        self._point(int(points[(now + step) % len(points)]))

    def wheelEvent(self, event: QEvent) -> None:
        """Leaves the wheel to the page."""
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts the names where they fit."""
        super().resizeEvent(event)
        if self._cross:
            self._place_names()

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._cross:  # Qt tells while it is being made, too
            self.apply_theme()

    def _known(self) -> NDArray[np.bool_]:
        line = self._lines[0] if self._lines else None
        known: NDArray[np.bool_] = np.isfinite(line.x + line.y) if line is not None else _NOTHING > 0
        return known

    def _order(self) -> NDArray[np.int64]:
        """The numbers of the first line's points, from left to right."""
        known = np.flatnonzero(self._known())
        return known[np.argsort(self._lines[0].x[known], kind="stable")] if len(known) else known

    def _nearest(self, x: float, y: float) -> int:
        known = np.flatnonzero(self._known())
        if not len(known) or not (-_ROOM <= x <= 1 + _ROOM and -_ROOM <= y <= 1 + _ROOM):
            return -1
        line = self._lines[0]
        away = np.abs(line.x[known] - x) + 0.2 * np.abs(line.y[known] - y)  # steep lines have many at one x
        return int(known[away.argmin()])

    def _point(self, number: int) -> None:
        if number == self._at:
            return
        self._at = number
        for item in (*self._cross, self._dot):
            item.setVisible(number >= 0)
        if number < 0:
            self.pointed.emit("")
            return
        line = self._lines[0]
        x, y = float(line.x[number]), float(line.y[number])
        self._cross[0].setPos(x)
        self._cross[1].setPos(y)
        self._dot.setData([x], [y])
        self.pointed.emit(line.words(number))

    def _place_names(self) -> None:
        """Names stand below each other in the corner that no line reaches which rises as it should."""
        box = self.getViewBox()
        width, height = max(1.0, float(box.width())), max(1.0, float(box.height()))
        down = theme.px(_LABEL_HEIGHT) / height
        for place, item in enumerate(reversed(self._names)):
            half = (item.boundingRect().width() / 2 + theme.S) / width
            item.setPos(1.0 - half, (place + 0.5) * down + _ROOM)

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(theme.caption())
        return font


class _Percent(pg.AxisItem):
    """An axis from 0 to 100 %."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.enableAutoSIPrefix(False)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Every quarter."""
        return [(0.25, [0.0, 0.25, 0.5, 0.75, 1.0])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """In per cent."""
        return [f"{value * 100:.0f} %" for value in values]
