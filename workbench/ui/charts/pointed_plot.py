"""A plot over epochs or steps whose values are read off with the mouse: a crosshair, dots on its lines."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent

from workbench.ui.charts.curves import Curve, last_point, spread, whole_ticks
from workbench.ui.style import theme

HEIGHT, LABEL_HEIGHT, AXIS_WIDTH = 150, 14, 44
_LEAST, _TICK_ROOM, _LABEL_GAP = 60, 60, 8


class Axis(pg.AxisItem):
    """An axis with its own ticks: whole epochs or steps up to the end, numbers, or per cent."""

    def __init__(self, orientation: str, *, percent: bool = False) -> None:
        super().__init__(orientation)
        self.end: float | None = None
        self._percent = percent
        self.enableAutoSIPrefix(False)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Where the ticks are."""
        if self.end is None:
            highest = high - LABEL_HEIGHT / 2 * (high - low) / max(size, 1.0)  # above, its number is cut off
            levels = super().tickValues(low, high, size)[:1]
            return [(gap, [value for value in values if value <= highest]) for gap, values in levels]
        return [(1.0, whole_ticks(self.end, most=max(2, int(size / _TICK_ROOM))))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """What is written at the ticks."""
        if self._percent:
            return [f"{value * 100:.0f} %" for value in values]
        return [f"{value:g}" if self.end is None else f"{value:,.0f}" for value in values]


class PointedPlot(pg.PlotWidget):
    """Axes and colours of the theme, and a crosshair that several plots can share.

    Args:
        percent: Whether values are shares of 0 to 1.

    Signals:
        pointed: Where the mouse is from left to right, in the units of the x axis; NaN where it is not here.
    """

    pointed = Signal(float)
    _cross: pg.InfiniteLine | None = None

    def __init__(self, *, percent: bool) -> None:
        self.percent = percent
        self.across = Axis("bottom")
        super().__init__(axisItems={"left": Axis("left", percent=percent), "bottom": self.across})
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.enableMouse(False)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMinimumHeight(_LEAST)
        self.getViewBox().setMouseEnabled(False, False)
        self.getViewBox().setDefaultPadding(0.0)
        self.getAxis("left").setWidth(theme.px(AXIS_WIDTH))
        self.getAxis("left").setZValue(self.getViewBox().zValue() - 1)  # the grid belongs below the curves
        self._cross = pg.InfiniteLine(angle=90)
        self._dots = pg.ScatterPlotItem(symbol="o", size=8)
        for item in (self._cross, self._dots):
            item.setZValue(10)
            item.hide()
            self.addItem(item, ignoreBounds=True)
        self._names: list[pg.TextItem] = []
        self._colours: tuple[str, ...] = ()
        self._lines: tuple[tuple[str, Curve], ...] = ()
        self._words: list[str] = []
        self._level: frozenset[str] = frozenset()

    def sizeHint(self) -> QSize:
        """How large it likes to be."""
        return QSize(320, theme.px(HEIGHT))

    def point(self, x: float, dots: Sequence[tuple[float, float]]) -> None:
        """Puts the crosshair at a place, with dots on the lines; NaN takes it away."""
        assert self._cross is not None
        shown = math.isfinite(x)
        for item in (self._cross, self._dots):
            item.setVisible(shown)
        if shown:
            self._cross.setPos(x)
            self._dots.setData([place for place, _ in dots], [value for _, value in dots])

    def crosshair(self) -> float:
        """Where the crosshair is; NaN where it is not shown."""
        assert self._cross is not None
        return float(self._cross.value()) if self._cross.isVisible() else math.nan

    def words(self) -> str:
        """What the line ends say."""
        return ", ".join(self._words)

    def read_off(self, x: float) -> list[tuple[str, float, float]]:
        """The value of each line at the point that is nearest to a place: its name, that place, the value.

        A level line has the same value everywhere: its place is NaN.
        """
        found = ((name, nearest(curve, x)) for name, curve in self._lines)
        read = [(name, *point) for name, point in found if point is not None]
        return [(name, math.nan if name in self._level else at, value) for name, at, value in read]

    def places(self) -> list[float]:
        """Where the lines have points, from left to right."""
        known = [curve[0][np.isfinite(curve[1])] for _, curve in self._lines]
        return sorted(set(np.concatenate(known).tolist())) if known else []

    def name_lines(
        self,
        curves: Sequence[Curve],
        names: Sequence[str],
        colours: Sequence[str],
        total: float,
        top: float,
        level: Collection[str] = (),
    ) -> None:
        """Writes names with their last values at the ends of lines, and makes room for them at the right.

        Args:
            colours: Tokens.
            total: How far the x axis is labelled.
            top: Where the y axis, which begins at 0, ends.
            level: Names of the lines that have one value everywhere.
        """
        self._level = frozenset(level)
        self._lines, self._colours = tuple(zip(names, curves, strict=True)), tuple(colours)
        while len(self._names) < len(names):
            self._names.append(pg.TextItem(anchor=(0, 0.5)))
            self.addItem(self._names[-1], ignoreBounds=True)
        for item in self._names[len(names) :]:
            item.hide()
        metrics, self._words, shown = QFontMetricsF(self.small()), [], []
        for item, (name, curve) in zip(self._names, self._lines, strict=False):
            end = last_point(curve)
            item.setVisible(end is not None)
            if end is not None:
                item.setText(f"{name} {self.value_words(end[1])}")
                self._words.append(f"{name} {self.value_words(end[1])}")
                shown.append((item, end))
        plot = max(1.0, self.width() - theme.px(AXIS_WIDTH) - 2.0)
        height = max(1.0, float(self.getViewBox().height()))
        room = max((metrics.horizontalAdvance(text) for text in self._words), default=0.0) + 2 * _LABEL_GAP
        furthest = max((end[0] for _, end in shown), default=0.0)
        share = max(1 - room / plot, 0.3)
        whole = max(total * 1.04, furthest / share)
        self.across.end = total
        self.setXRange(0, whole, padding=0)
        high = theme.px(LABEL_HEIGHT)
        half = high / 2
        heights = spread([end[1] / top * height for _, end in shown], high, half, height - half)
        for (item, _), place in zip(shown, heights, strict=True):
            item.setPos(furthest + _LABEL_GAP / 2 / plot * whole, place / height * top)
        self._colour_names()

    def _colour_names(self) -> None:
        for item, colour in zip(self._names, self._colours, strict=False):
            item.setFont(self.small())
            item.setColor(theme.colour(colour))

    def value_words(self, value: float) -> str:
        """A value of its y axis."""
        return f"{value * 100:.0f} %" if self.percent else f"{value:.2f}"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tells where the mouse is."""
        box = self.getViewBox()
        place = box.mapSceneToView(self.mapToScene(event.position().toPoint()))
        (low, high), _ = box.viewRange()
        self.pointed.emit(place.x() if low <= place.x() <= high else math.nan)

    def leaveEvent(self, event: QEvent) -> None:
        """Tells that the mouse has gone."""
        super().leaveEvent(event)
        self.pointed.emit(math.nan)

    def wheelEvent(self, event: QEvent) -> None:
        """Leaves the wheel to the page."""
        event.ignore()

    def apply_theme(self) -> None:
        """Takes the colours of the theme in use."""
        self.setBackground(theme.colour("surface"))
        self.getViewBox().setBorder(None)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(theme.colour("line")))
            axis.setTextPen(pg.mkPen(theme.colour("muted")))
            axis.setStyle(tickFont=self.small(), tickLength=0, tickTextOffset=6)
        self.showGrid(y=True, alpha=_grid_alpha())
        if self._cross is not None:
            self._cross.setPen(pg.mkPen(theme.colour("muted"), width=1, style=Qt.PenStyle.DashLine))
            self._dots.setBrush(theme.colour("text"))
            self._dots.setPen(None)
            self._colour_names()

    def small(self) -> QFont:
        """The font of captions."""
        font = QFont(self.font())
        font.setPixelSize(theme.caption())
        return font


def nearest(curve: Curve, x: float) -> tuple[float, float] | None:
    """The point of a curve that is nearest to a place from left to right; None where it has none."""
    known = np.flatnonzero(np.isfinite(curve[1]))
    if not len(known) or not math.isfinite(x):
        return None
    at = known[np.abs(curve[0][known] - x).argmin()]
    return float(curve[0][at]), float(curve[1][at])


def _grid_alpha() -> float:
    """Grid lines take the axis' colour, which is faint already."""
    return QColor(theme.tokens().line).alphaF() * 0.8
