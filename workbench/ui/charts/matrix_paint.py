"""How a confusion matrix is painted: cells as one picture, and only the text that is visible."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QPen

from workbench.ui.charts.matrix_arranged import Arranged
from workbench.ui.charts.matrix_layout import GAP, LEGIBLE_CELL, Grid
from workbench.ui.style import theme
from workbench.ui.words.matrix import share_text

_SMALLEST = 8
"""Type size of a count that would not fit in a larger one, px."""
_ALIGN, _MIDDLE = Qt.AlignmentFlag, Qt.TextElideMode.ElideMiddle


@dataclass(frozen=True)
class Scene:
    """What is to be painted.

    Attributes:
        cells: Names and counts in the order shown.
        colours: Shape (classes, classes, 3).
        shown: The cell that is read out, as (row, column), None where there is none; -1 in one place stands
            for a whole row or column.
        by_keyboard: Whether the keyboard brought us to it.
        across, down, caption: The words along the axes and below.
        caption_rect: Where the caption goes, in px.
    """

    cells: Arranged
    colours: NDArray[np.uint8]
    grid: Grid
    shown: tuple[int, int] | None
    by_keyboard: bool
    across: str
    down: str
    caption: str
    caption_rect: QRectF


def small(font: QFont) -> QFont:
    """The font of names and counts."""
    return _sized(font, theme.caption())


def _sized(font: QFont, pixels: int) -> QFont:
    made = QFont(font)
    made.setPixelSize(pixels)
    return made


def cell_rect(grid: Grid, row: int, column: int) -> QRectF:
    """Where a cell lies; a whole row or column where one of its places is -1."""
    if row < 0 or column < 0:
        view = _view(grid)
        across, down = row < 0, column < 0
        return QRectF(
            grid.x(column) if across else view.left(),
            grid.y(row) if down else view.top(),
            grid.cell if across else view.width(),
            grid.cell if down else view.height(),
        )
    return QRectF(grid.x(column), grid.y(row), grid.cell, grid.cell)


def paint(painter: QPainter, scene: Scene, ratio: float) -> None:
    """Paints everything; `ratio` is the screen's pixels a px."""
    body = painter.font()
    painter.setFont(small(body))
    _cells(painter, scene, ratio)
    _axes(painter, scene)
    if scene.grid.left > scene.grid.axis:
        _names(painter, scene)
        _counts(painter, scene)
    _shown(painter, scene)
    painter.setFont(body)
    painter.setPen(theme.colour("text" if scene.shown else "muted"))
    wrapped = _ALIGN.AlignLeft | _ALIGN.AlignVCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(scene.caption_rect, wrapped, scene.caption)


def _cells(painter: QPainter, scene: Scene, ratio: float) -> None:
    grid, rows, columns = scene.grid, scene.grid.rows(), scene.grid.columns()
    corner = QPointF(grid.x(columns.start), grid.y(rows.start))
    target = QRectF(corner, QSizeF(len(columns) * grid.cell, len(rows) * grid.cell))
    pixels = max(1, round(target.width() * ratio))
    if pixels < grid.classes == len(rows):
        block = scene.cells.picture(scene.colours, pixels)
    else:
        shown = scene.colours[rows.start : rows.stop, columns.start : columns.stop]
        block = np.ascontiguousarray(shown)
    height, width = block.shape[:2]
    painter.save()
    painter.setClipRect(_view(grid))
    painter.drawImage(target, QImage(block.data, width, height, width * 3, QImage.Format.Format_RGB888))
    if grid.cell >= LEGIBLE_CELL / 2:
        painter.setPen(QPen(theme.colour("surface"), 2 if grid.cell >= 2 * LEGIBLE_CELL else 1))
        for row in range(rows.start, rows.stop + 1):
            painter.drawLine(QPointF(target.left(), grid.y(row)), QPointF(target.right(), grid.y(row)))
        for column in range(columns.start, columns.stop + 1):
            painter.drawLine(QPointF(grid.x(column), target.top()), QPointF(grid.x(column), target.bottom()))
    painter.restore()


def _axes(painter: QPainter, scene: Scene) -> None:
    painter.setPen(theme.colour("muted"))
    view, metrics = _view(scene.grid), QFontMetricsF(painter.font())
    height = scene.grid.axis - GAP
    across = QRectF(view.left(), 0, scene.caption_rect.right() - view.left(), height)
    _line(painter, across, _fitting(scene.across, across.width(), metrics), _ALIGN.AlignLeft)
    wanted = metrics.horizontalAdvance(scene.down) + 2
    room = max(view.height(), min(wanted, scene.caption_rect.top() - view.top()))
    with _turned(painter, 0, view.top() + room):
        _line(painter, QRectF(0, 0, room, height), _fitting(scene.down, room, metrics), _ALIGN.AlignRight)


def _fitting(words: str, room: float, metrics: QFontMetricsF) -> str:
    """The words along an axis, without the term in brackets where both do not fit."""
    return words if metrics.horizontalAdvance(words) <= room else words.partition(" (")[0]


def _names(painter: QPainter, scene: Scene) -> None:
    grid, view = scene.grid, _view(scene.grid)
    left, top = view.left() - grid.axis - GAP, view.top() - grid.axis - GAP
    flat = top < QFontMetricsF(painter.font()).height() + 1
    shown = scene.shown or (-1, -1)
    for row in grid.rows():
        if view.top() <= grid.y(row + 0.5) <= view.bottom():
            painter.setPen(theme.colour("text" if row == shown[0] else "muted"))
            beside = QRectF(grid.axis, grid.y(row), left, grid.cell)
            _line(painter, beside, scene.cells.names[row], _ALIGN.AlignRight)
    if top <= 0:
        return
    for column in grid.columns():
        if not view.left() <= grid.x(column + 0.5) <= view.right():
            continue
        painter.setPen(theme.colour("text" if column == shown[1] else "muted"))
        if flat:
            rect = QRectF(grid.x(column), grid.axis, grid.cell, top + GAP / 2)
            _line(painter, rect, scene.cells.names[column], _ALIGN.AlignHCenter)
        else:
            with _turned(painter, grid.x(column), view.top() - GAP):
                _line(painter, QRectF(0, 0, top, grid.cell), scene.cells.names[column], _ALIGN.AlignLeft)


def _counts(painter: QPainter, scene: Scene) -> None:
    grid, font = scene.grid, painter.font()
    sizes = [(size, QFontMetricsF(_sized(font, size))) for size in range(font.pixelSize(), _SMALLEST - 1, -1)]
    rows, columns = grid.rows(), grid.columns()
    short = sizes[-1][1].horizontalAdvance(share_text(1.0)) + 3 > grid.cell  # all of them, or none
    block = scene.cells.counts[rows.start : rows.stop, columns.start : columns.stop]
    painter.save()
    painter.setClipRect(_view(grid))
    for row, column in np.argwhere(block) + np.array((rows.start, columns.start)):
        text = scene.cells.text(int(row), int(column), short=short)
        fitting = (size for size, metrics in sizes if metrics.horizontalAdvance(text) + 3 <= grid.cell)
        if (size := next(fitting, 0)) and size + 2 <= grid.cell:
            painter.setFont(_sized(font, size))
            painter.setPen(theme.readable_on(*(int(value) for value in scene.colours[row, column])))
            painter.drawText(cell_rect(grid, int(row), int(column)), _ALIGN.AlignCenter, text)
    painter.restore()


def _shown(painter: QPainter, scene: Scene) -> None:
    if scene.shown is None:
        return
    painter.save()
    painter.setClipRect(_view(scene.grid).adjusted(-4, -4, 4, 4))
    painter.setPen(QPen(theme.colour("accent" if scene.by_keyboard else "text"), 2))
    rect = cell_rect(scene.grid, *scene.shown)
    grow = max(0.0, 6 - rect.width()) / 2  # a cell of one pixel needs a frame that can be seen
    painter.drawRect(rect.adjusted(-grow, -grow, grow, grow))
    painter.restore()


def _view(grid: Grid) -> QRectF:
    side = grid.visible * grid.cell
    return QRectF(grid.left, grid.top, side, side)


def _line(painter: QPainter, rect: QRectF, text: str, align: Qt.AlignmentFlag) -> None:
    shown = QFontMetricsF(painter.font()).elidedText(text, _MIDDLE, rect.width() + 1)
    painter.drawText(rect, align | _ALIGN.AlignVCenter | Qt.TextFlag.TextDontClip, shown)


@contextlib.contextmanager
def _turned(painter: QPainter, x: float, y: float) -> Iterator[None]:
    """Text that runs upwards from a point, while the `with` block lasts."""
    painter.save()
    painter.translate(x, y)
    painter.rotate(-90)
    yield
    painter.restore()
