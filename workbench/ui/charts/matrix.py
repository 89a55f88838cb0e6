"""The confusion matrix: one widget that paints itself from one array, for 2 classes or 1,000."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from workbench.ui.charts.matrix_arranged import Arranged
from workbench.ui.charts.matrix_layout import CLOSEST_CELL, LEGIBLE_CELL, Grid, ideal_height, lay_out, zoomed
from workbench.ui.charts.matrix_paint import Scene, cell_rect, paint, small
from workbench.ui.parts.widgets import IconButton, as_tip
from workbench.ui.style import theme
from workbench.ui.words.matrix import cell_sentence

_NOTHING: NDArray[np.int64] = np.zeros((0, 0), np.int64)
_STEP, _LEAST_CAPTION_TOP = 1.5, 208  # the words down the left edge need this much
_LEAST, _TWO_LINES, _STEADY = 240, 36, 20


class ConfusionMatrix(QWidget):
    """Counts of answers, row = true class, column = predicted class, coloured by their share of the row.

    Arrow keys, Home and End move from cell to cell, `+` and `-` look closer and farther, `0` shows
    everything, Enter stands for a click. With a mouse: Ctrl and the wheel, and dragging. Left of the first
    column stands a whole row, above the first row a whole column.

    Signals:
        cell_clicked: True and predicted class index of the cell that was chosen; -1 for one of them where a
            whole row or column was.
    """

    cell_clicked = Signal(int, int)
    _ZOOMS: ClassVar[dict[int, float]] = {
        Qt.Key.Key_Plus: _STEP,
        Qt.Key.Key_Equal: _STEP,
        Qt.Key.Key_Minus: 1 / _STEP,
        Qt.Key.Key_0: 0.0,
    }

    def __init__(self, empty_text: str = "", least: int = _LEAST) -> None:
        super().__init__()
        self._least = least
        self._classes: tuple[str, ...] = ()
        self._counts = _NOTHING
        self._order: NDArray[np.int64] | None = None
        self._percent = False
        self._cells = Arranged((), _NOTHING)
        self._empty_text = empty_text
        self._grid = Grid(1, 0, 0, 1, 1)
        self._wanted = 0.0
        self._current: tuple[int, int] | None = None
        self._last = (0, 0)
        self._hovered: tuple[int, int] | None = None
        self._pressed: tuple[QPointF, Grid] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(_LEAST, least)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Table of answers (confusion matrix)"))
        self._zoom_in_button = IconButton("ph.magnifying-glass-plus", self.tr("Zoom in (+)"), self._zoom_in)
        farther = self.tr("Zoom out (-)")
        self._zoom_out_button = IconButton("ph.magnifying-glass-minus", farther, self._zoom_out)
        for button in (self._zoom_in_button, self._zoom_out_button):
            button.setParent(self)
            button.setFixedSize(theme.HIT, theme.HIT)
        self.set_counts((), None)

    def set_counts(self, classes: tuple[str, ...], counts: NDArray[np.int64] | None) -> None:
        """Shows other counts, shape (classes, classes); None shows the text for an empty matrix."""
        if counts is None:
            classes, counts = (), _NOTHING
        if counts.shape != (len(classes), len(classes)):
            raise ValueError(f"counts of shape {counts.shape} for {len(classes)} classes")
        if counts is self._counts and classes == self._classes and classes:
            return  # asked at every step, and a million cells take their time
        if classes != self._classes:
            self._wanted, self._current, self._hovered, self._last = 0.0, None, None, (0, 0)
            self._widest = max((self._metrics().horizontalAdvance(name) for name in classes), default=0.0)
        self._classes, self._counts, self._order = classes, counts, None
        self._arrange()
        self._lay_out()
        self.setAccessibleDescription(self.summary())
        self.update()

    def set_order(self, order: NDArray[np.int64] | None) -> None:
        """Puts the classes in another order, (classes,), until there are other counts; None: their own.

        What is chosen stays chosen.
        """
        current = self._current and self._cells.classes_of(self._current)
        self._last = self._cells.classes_of(self._last) if self._classes else self._last
        self._order, self._hovered = order, None
        self._arrange()
        self._current = current and self._cells.place_of(current)
        self._last = self._cells.place_of(self._last) if self._classes else self._last
        if self._current is not None:
            self._grid = self._grid.showing(*(max(place, 0) for place in self._current))
        self.update()

    @Slot(object)
    def set_percent(self, percent: bool) -> None:
        """Writes shares of the row in place of counts."""
        self._percent = percent
        self._arrange()
        self.update()

    @Slot(int)
    def show_class(self, number: int) -> None:
        """Goes to a class, close enough to read its name, and marks its row."""
        if self._grid.cell < LEGIBLE_CELL:
            self._wanted = zoomed(self._grid.cell, _STEP)
            self._lay_out()
        row, column = self._cells.place_of((number, number))
        self._grid = self._grid.moved_to(row - self._grid.visible / 2, column - self._grid.visible / 2)
        self._go(row, column)

    def _arrange(self) -> None:
        self._cells = Arranged(self._classes, self._counts, self._order, percent=self._percent)

    def sentence(self, true: int, predicted: int, *, short: bool = False) -> str:
        """What a cell says, or a whole row or column; long class names may be shortened."""
        return cell_sentence(self._classes, self._counts, true, predicted, short=short, percent=self._percent)

    def reserve(self, most: float) -> None:
        """Has as much height as the cells can use at this width, at most so much."""
        if not self._classes:
            return
        height = (
            self._caption_height()
            + theme.S
            + ideal_height(
                len(self._classes),
                self.width(),
                widest_name=self._widest,
                line=self._metrics().height(),
                scale=theme.px(100) / 100,
            )
        )
        height = max(self._least, min(height, most))
        # A scroll bar that comes and goes changes the width, and must not be called back by it.
        if abs(height - self.minimumHeight()) > _STEADY:
            self.setMinimumHeight(round(height))

    def forget_chosen(self) -> None:
        """Marks no cell any more; the keyboard goes on from where it was."""
        self._last = self._current or self._last
        self._current, self._hovered = None, None
        self.setAccessibleDescription(self.summary())
        self.update()

    def summary(self) -> str:
        """The whole matrix in two sentences, for those who cannot see it."""
        if not self._classes:
            return self._empty_text
        right, total = int(np.trace(self._counts)), int(self._counts.sum())
        text = self.tr("{right} of {total} photos right, {classes} classes.").format(
            right=f"{right:,}", total=f"{total:,}", classes=f"{len(self._classes):,}"
        )
        mistakes = self._counts - np.diag(np.diag(self._counts))
        if mistakes.any():
            true, predicted = np.unravel_index(int(mistakes.argmax()), mistakes.shape)
            mistake = self.sentence(int(true), int(predicted))
            text += " " + self.tr("Most often wrong: {mistake}.").format(mistake=mistake)
        return text

    def choose(self, true: int, predicted: int) -> None:
        """Shows and reads out a cell, and reports it as a click would."""
        self._go(*self._cells.place_of((true, predicted)))
        self.cell_clicked.emit(true, predicted)

    def rect_of(self, true: int, predicted: int) -> QRectF:
        """Where a cell is painted, in the widget's own px."""
        return cell_rect(self._grid, *self._cells.place_of((true, predicted)))

    def sizeHint(self) -> QSize:
        """How large it likes to be."""
        return QSize(320, 296)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints it."""
        painter = QPainter(self)
        if not self._classes:
            painter.setPen(theme.colour("muted"))
            centred = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(theme.L, 0, -theme.L, 0), centred, self._empty_text)
            return
        empty = theme.colour("canvas")
        rgb = (empty.red(), empty.green(), empty.blue())
        shown = self._hovered or self._current
        hint = self.tr("Point at a square to read what it says, or use the arrow keys.")
        paint(
            painter,
            Scene(
                self._cells,
                self._cells.colours(rgb, dark=theme.is_dark()),
                self._grid,
                shown,
                self._hovered is None and self.hasFocus(),
                self.tr("What the model said (predicted class)"),
                self.tr("What the photo shows (true class)"),
                self.sentence(*self._cells.classes_of(shown), short=True) if shown else hint,
                self._caption_rect(),
            ),
            self.devicePixelRatioF(),
        )

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(small(self.font()))

    def _caption_rect(self) -> QRectF:
        """Right below the cells, or beside the buttons where there are any."""
        high = self._caption_height()
        bottom, buttons = self.height() - high, 0
        if self._zoom_in_button.isVisibleTo(self):
            buttons = 2 * theme.HIT + theme.S
        else:
            below = self._grid.top + self._grid.visible * self._grid.cell
            bottom = min(bottom, max(int(below) + theme.S, _LEAST_CAPTION_TOP))
        return QRectF(0, bottom, self.width() - buttons, high)

    @staticmethod
    def _caption_height() -> int:
        """Two lines of words, or a button."""
        return max(theme.HIT, theme.px(_TWO_LINES))

    def _lay_out(self) -> None:
        """Fits the grid into the widget; what was in the middle of the view stays there."""
        zoomable = False
        if self._classes:
            old = self._grid
            grid = lay_out(
                len(self._classes),
                self.width(),
                self.height() - self._caption_height() - theme.S,
                widest_name=self._widest,
                line=self._metrics().height(),
                wanted=self._wanted,
                scale=theme.px(100) / 100,
            )
            shift = (old.visible - grid.visible) / 2
            self._grid = grid.moved_to(old.first_row + shift, old.first_column + shift)
            zoomable = bool(self._wanted) or grid.cell < CLOSEST_CELL * 2 / 3
        for place, button in enumerate((self._zoom_out_button, self._zoom_in_button), start=1):
            button.setVisible(zoomable)
            button.move(self.width() - place * theme.HIT, self.height() - theme.HIT)

    def _zoom_in(self) -> None:
        self._zoom(_STEP)

    def _zoom_out(self) -> None:
        self._zoom(1 / _STEP)

    def _zoom(self, factor: float) -> None:
        self._wanted = zoomed(self._grid.cell, factor)
        self._lay_out()
        if self._current is not None:
            self._grid = self._grid.showing(*(max(place, 0) for place in self._current))
        self.update()

    def _go(self, row: int, column: int) -> None:
        last = len(self._classes) - 1
        if row < 0 and column < 0:
            return  # there is nothing in the corner
        self._current, self._hovered = (min(max(row, -1), last), min(max(column, -1), last)), None
        self._grid = self._grid.showing(max(row, 0), max(column, 0))
        self.setAccessibleDescription(self.sentence(*self._cells.classes_of(self._current)))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Moves, looks closer, chooses."""
        key, last = event.key(), len(self._classes) - 1
        row, column = self._current or self._last
        moves: dict[int, tuple[int, int]] = {
            Qt.Key.Key_Up: (row - 1, column),
            Qt.Key.Key_Down: (row + 1, column),
            Qt.Key.Key_Left: (row, column - 1),
            Qt.Key.Key_Right: (row, column + 1),
            Qt.Key.Key_Home: (row, 0),
            Qt.Key.Key_End: (row, last),
        }
        if not self._classes:
            super().keyPressEvent(event)
        elif key in moves:
            self._go(*moves[key])
        elif key in self._ZOOMS:
            self._zoom(self._ZOOMS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.choose(*self._cells.classes_of((row, column)))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begins a click or a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = (event.position(), self._grid)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Reads out what is under the pointer, or drags."""
        if self._pressed is not None and self._wanted:
            start, grid = self._pressed
            moved = (event.position() - start) / self._grid.cell
            self._grid = self._grid.moved_to(grid.first_row - moved.y(), grid.first_column - moved.x())
            self.update()
        at = self._at(event.position())
        if at != self._hovered:
            self._hovered = at
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ends a click or a drag."""
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        (start, _), self._pressed = self._pressed, None
        at = self._at(event.position())
        if at is not None and (event.position() - start).manhattanLength() < theme.S:
            self.choose(*self._cells.classes_of(at))
            self._hovered = at

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Looks closer or farther with Ctrl; without it the page scrolls."""
        if not self._classes or not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        before = self._grid.cell_at(event.position().x(), event.position().y())
        self._zoom(_STEP if event.angleDelta().y() > 0 else 1 / _STEP)
        if before is not None:  # what is under the pointer stays under it
            grid, point = self._grid, event.position()
            down, across = (point.y() - grid.top) / grid.cell, (point.x() - grid.left) / grid.cell
            self._grid = grid.moved_to(before[0] + 0.5 - down, before[1] + 0.5 - across)

    def event(self, event: QEvent) -> bool:
        """Shows a tip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), as_tip(self.tip(QPointF(event.pos()))), self)
            return True
        return super().event(event)

    def tip(self, point: QPointF) -> str:
        """The sentence of a cell, or the whole name beside a row or above a column."""
        at = self._at(point)
        if at is None:
            return ""
        classes = self._cells.classes_of(at)
        return self.sentence(*classes) if min(at) >= 0 else self._classes[max(classes)]

    def _at(self, point: QPointF) -> tuple[int, int] | None:
        """The cell under a point; beside a row or above a column, all of it."""
        grid = self._grid
        beside, above = point.x() < grid.left, point.y() < grid.top
        at = grid.cell_at(max(point.x(), grid.left), max(point.y(), grid.top)) if self._classes else None
        if at is None or (beside and above):
            return None
        return (at[0], -1) if beside else (-1, at[1]) if above else at

    def leaveEvent(self, event: QEvent) -> None:
        """Forgets the pointer."""
        self._hovered = None
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows where the keyboard is."""
        super().focusInEvent(event)
        by_keyboard = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if self._classes and by_keyboard:
            self._go(*(self._current or self._last))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits itself into its new size."""
        super().resizeEvent(event)
        self._lay_out()
