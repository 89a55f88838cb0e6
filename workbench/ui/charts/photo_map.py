"""Photos as points in a plane: pointed at, clicked, and taken together by a line drawn around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainterPath, QWheelEvent
from PySide6.QtWidgets import QGraphicsPathItem

from workbench.ui.charts.enclosed import inside, nearest, next_towards
from workbench.ui.style import theme

Tool = Literal["lasso", "rectangle"]
SHAPES = ("o", "s", "t", "d")
"""Of points: seven colours of each."""
KINDS = len(SHAPES) * len(theme.CLASS_COLOURS)
"""So many kinds of points can be told apart."""
_NOTHING: NDArray[np.float64] = np.zeros((0, 2))
_REACH, _CLICK, _MARGIN = 12.0, 4.0, 0.04
_LARGE, _SMALL, _MANY = 9, 5, 3000
_STEP, _CLOSEST, _PAN = 1.25, 1e-3, 0.2


class PhotoMap(pg.PlotWidget):
    """Draws points; what they stand for, whoever shows them knows.

    Arrow keys go from point to point, Enter stands for a click, `+`, `-` and `0` look closer, farther, at
    all. With the mouse, the wheel looks closer, and the middle button moves the view.

    Signals:
        pointed: The number of the point under the mouse or the keyboard, -1 for none.
        clicked: The number of a point.
        enclosed: The numbers of the points inside a line that was drawn, or in a rectangle.
    """

    pointed = Signal(int)
    clicked = Signal(int)
    enclosed = Signal(list)
    _MOVES: ClassVar[dict[int, tuple[int, int]]] = {
        Qt.Key.Key_Left: (-1, 0),
        Qt.Key.Key_Right: (1, 0),
        Qt.Key.Key_Up: (0, -1),
        Qt.Key.Key_Down: (0, 1),
    }
    _ZOOMS: ClassVar[dict[int, float]] = {
        Qt.Key.Key_Plus: 1 / _STEP,
        Qt.Key.Key_Equal: 1 / _STEP,
        Qt.Key.Key_Minus: _STEP,
    }

    def __init__(self) -> None:
        super().__init__()
        self.tool: Tool = "lasso"
        self._places = _NOTHING
        self._kinds: NDArray[np.int64] = np.zeros(0, np.int64)
        self._current = -1
        self._pressed: QPointF | None = None
        self._panned: QPointF | None = None
        self._line: list[QPointF] = []
        self._items: dict[int, pg.ScatterPlotItem] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.enableMouse(False)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.hideAxis("left")
        self.hideAxis("bottom")
        self.getViewBox().setMouseEnabled(False, False)
        self.getViewBox().setDefaultPadding(0.0)
        self.getViewBox().disableAutoRange()
        self._ring = pg.ScatterPlotItem(symbol="o", size=_LARGE + 8, brush=None)
        self._ring.setZValue(10)
        self.addItem(self._ring, ignoreBounds=True)
        self._drawn = QGraphicsPathItem()
        self._drawn.setZValue(20)
        self.scene().addItem(self._drawn)
        self.setAccessibleName(self.tr("Map of the photos"))
        self.apply_theme()

    def sizeHint(self) -> QSize:
        """How large it likes to be."""
        return QSize(420, 420)

    def show_points(self, places: NDArray[np.floating], kinds: Sequence[int], *, fit: bool = True) -> None:
        """Shows other points, or the same ones in other colours.

        Args:
            places: (N, 2).
            kinds: For each its kind, which says colour and shape; -1 for those that step back.
            fit: Whether the view is fitted to them; else it stays as it is.
        """
        self._places, self._kinds = places.astype(np.float64), np.asarray(kinds, dtype=np.int64)
        self._kinds = np.where(self._kinds < 0, -1, self._kinds % KINDS)
        self._current = -1
        if fit:
            self.show_all()
        self._draw()

    def mark(self, number: int) -> None:
        """Marks a point as the current one; -1 none."""
        self._current = number if number < len(self._places) else -1
        self._draw_ring()

    def current(self) -> int:
        """The number of the current point, -1 for none."""
        return self._current

    def show_all(self) -> None:
        """Fits every point into the view."""
        if not len(self._places):
            return
        low, high = self._places.min(axis=0), self._places.max(axis=0)
        margin = np.maximum((high - low) * _MARGIN, 1e-6)
        (x0, y0), (x1, y1) = low - margin, high + margin
        self.setRange(xRange=(x0, x1), yRange=(y0, y1), padding=0)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Looks closer (below 1) or farther, about a place in the widget or its middle."""
        view = self.getViewBox()
        (x0, x1), _ = view.viewRange()
        whole = float(np.ptp(self._places[:, 0])) if len(self._places) else 1.0
        if not _CLOSEST * whole < (x1 - x0) * factor < 4 * whole:
            return
        centre = None if at is None else view.mapSceneToView(at)
        view.scaleBy((factor, factor), center=centre)

    def in_view(self) -> list[int]:
        """The numbers of the points that are in view."""
        room = self.getViewBox().sceneBoundingRect()
        at = self.positions()
        chosen = (
            (at[:, 0] >= room.left())
            & (at[:, 0] <= room.right())
            & (at[:, 1] >= room.top())
            & (at[:, 1] <= room.bottom())
        )
        return [int(number) for number in np.flatnonzero(chosen)]

    def positions(self) -> NDArray[np.float64]:
        """Where the points are painted, in the widget's own px, (N, 2)."""
        room = self.getViewBox().sceneBoundingRect()
        (x0, x1), (y0, y1) = self.getViewBox().viewRange()
        x = room.left() + (self._places[:, 0] - x0) / (x1 - x0) * room.width()
        y = room.bottom() - (self._places[:, 1] - y0) / (y1 - y0) * room.height()
        return np.stack([x, y], axis=1)

    # Drawing

    def _draw(self) -> None:
        size = _LARGE if len(self._places) <= _MANY else _SMALL
        used = [int(kind) for kind in np.unique(self._kinds)]
        for kind in [kind for kind in self._items if kind not in used]:
            self.removeItem(self._items.pop(kind))
        for kind in used:
            if kind not in self._items:
                self._items[kind] = pg.ScatterPlotItem(pxMode=True)
                self._items[kind].setZValue(-1 if kind < 0 else 0)
                self.addItem(self._items[kind], ignoreBounds=True)
            self._items[kind].setData(pos=self._places[self._kinds == kind], **point_style(kind, size))
        self._draw_ring()

    def _draw_ring(self) -> None:
        self._ring.setPen(pg.mkPen(theme.colour("text"), width=2))
        one = self._places[self._current : self._current + 1] if self._current >= 0 else _NOTHING
        self._ring.setData(pos=one)

    def _draw_line(self) -> None:
        path = QPainterPath()
        if self._line:
            path.moveTo(self._line[0])
            for point in self._line[1:]:
                path.lineTo(point)
            path.closeSubpath()
        fill = theme.colour("accent")
        fill.setAlpha(40)
        self._drawn.setPen(pg.mkPen(theme.colour("accent"), width=2))
        self._drawn.setBrush(pg.mkBrush(fill))
        self._drawn.setPath(path)

    def apply_theme(self) -> None:
        """Takes the colours of the theme in use."""
        self.setBackground(theme.colour("surface"))
        self.getViewBox().setBorder(None)
        self._draw()
        self._draw_line()

    # Mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begins a line, or moves the view."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._line = event.position(), []
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._panned = event.position()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draws a line, moves the view, or points at a photo."""
        at = event.position()
        if self._pressed is not None:
            self._go_on(at)
        elif self._panned is not None:
            view = self.getViewBox()
            view.translateBy(view.mapSceneToView(self._panned) - view.mapSceneToView(at))
            self._panned = at
        else:
            self.pointed.emit(nearest(self.positions(), (at.x(), at.y()), _REACH))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ends it: a click, or what was enclosed."""
        event.accept()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._panned = None
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        at, line = event.position(), self._line
        self._pressed, self._line = None, []
        self._draw_line()
        if len(line) > 2:
            corners = np.array([(point.x(), point.y()) for point in line])
            self.enclosed.emit([int(n) for n in np.flatnonzero(inside(self.positions(), corners))])
        elif (number := nearest(self.positions(), (at.x(), at.y()), _REACH)) >= 0:
            self.mark(number)
            self.clicked.emit(number)

    def _go_on(self, at: QPointF) -> None:
        assert self._pressed is not None
        away = at - self._pressed
        if not self._line and max(abs(away.x()), abs(away.y())) < _CLICK:
            return
        if self.tool == "rectangle":
            across, down = QPointF(at.x(), self._pressed.y()), QPointF(self._pressed.x(), at.y())
            self._line = [self._pressed, across, at, down]
        else:
            self._line = [*(self._line or [self._pressed]), at]
        self._draw_line()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Is two clicks."""
        self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Looks closer or farther, about the place of the mouse."""
        if event.angleDelta().y():
            self.zoom(_STEP ** (-event.angleDelta().y() / 120), event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Points at nothing."""
        super().leaveEvent(event)
        self.pointed.emit(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Goes from point to point, looks closer, chooses."""
        key = event.key()
        if key in self._MOVES and len(self._places):
            self._go(self._MOVES[key])
        elif key in self._ZOOMS:
            self.zoom(self._ZOOMS[key])
        elif key == Qt.Key.Key_0:
            self.show_all()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current >= 0:
            self.clicked.emit(self._current)
        else:
            event.ignore()

    def _go(self, direction: tuple[int, int]) -> None:
        at = self.positions()
        if self._current < 0:
            room = self.getViewBox().sceneBoundingRect().center()
            self._current = nearest(at, (room.x(), room.y()), float("inf"))
        else:
            self._current = next_towards(at, self._current, direction)
        self._draw_ring()
        self.pointed.emit(self._current)

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_drawn"):  # also while it is made
            self.apply_theme()


def point_style(kind: int, size: int) -> dict[str, Any]:
    """How a point of a kind looks, for a scatter plot: symbol, size, brush and pen.

    Args:
        kind: Below 0 it steps back.
        size: In px.
    """
    if kind < 0:
        faint = theme.colour("muted")
        faint.setAlpha(90)
        return {"symbol": "o", "size": size - 2, "brush": pg.mkBrush(faint), "pen": None}
    edge = theme.colour("text")
    edge.setAlpha(70)
    symbol = SHAPES[kind // len(theme.CLASS_COLOURS) % len(SHAPES)]
    brush = pg.mkBrush(theme.class_colour(kind))
    return {"symbol": symbol, "size": size, "brush": brush, "pen": pg.mkPen(edge, width=1)}
