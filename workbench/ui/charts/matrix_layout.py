"""Where the cells of a confusion matrix lie on the screen, and their colours: arithmetic, no widget."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

LARGEST_CELL, LEGIBLE_CELL, CLOSEST_CELL = 96.0, 14.0, 36.0
"""In px: no cell grows beyond the first by itself nor beyond the third by looking closer; from the
second on a row has room for its class name."""
AXIS, GAP, LONGEST_NAME = 24, 8, 132
"""In px: what the words along an axis take, the gap beside names, and where names are shortened."""
_SHORTEST_NAME, _TOP_SHARE, _LEFT_SHARE = 56, 0.28, 0.26
"""In px, and as shares of height and width: how short names may become so that cells stay legible."""


@dataclass(frozen=True)
class Grid:
    """The cells within the rectangle that they are painted in.

    Attributes:
        classes: Cells a side.
        left, top, size: The square in which cells are visible, in px.
        cell: Side of a cell in px, below 1 where classes outnumber pixels.
        axis: What the words along an axis take, in px.
        first_row, first_column: The cell, in fractions, at the square's top left corner.
    """

    classes: int
    left: float
    top: float
    size: float
    cell: float
    first_row: float = 0.0
    first_column: float = 0.0
    axis: float = AXIS

    @property
    def visible(self) -> float:
        """How many cells fit into a side."""
        return min(float(self.classes), self.size / self.cell)

    def rows(self) -> range:
        """The rows of which something is visible."""
        return self._span(self.first_row)

    def columns(self) -> range:
        """The columns of which something is visible."""
        return self._span(self.first_column)

    def x(self, column: float) -> float:
        """Left edge of a column, in px."""
        return self.left + (column - self.first_column) * self.cell

    def y(self, row: float) -> float:
        """Upper edge of a row, in px."""
        return self.top + (row - self.first_row) * self.cell

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column under a point, None outside."""
        span = self.visible * self.cell
        if not (0 <= x - self.left < span and 0 <= y - self.top < span):
            return None
        row = int(self.first_row + (y - self.top) / self.cell)
        column = int(self.first_column + (x - self.left) / self.cell)
        return min(row, self.classes - 1), min(column, self.classes - 1)

    def moved_to(self, first_row: float, first_column: float) -> Grid:
        """The same grid, scrolled, as far as there are cells."""
        last = self.classes - self.visible
        return replace(
            self,
            first_row=float(np.clip(first_row, 0, last)),
            first_column=float(np.clip(first_column, 0, last)),
        )

    def showing(self, row: int, column: int) -> Grid:
        """The same grid, scrolled as little as needed to show a cell whole."""
        inside = max(self.visible - 1.0, 0.0)
        return self.moved_to(
            float(np.clip(self.first_row, row - inside, row)),
            float(np.clip(self.first_column, column - inside, column)),
        )

    def _span(self, first: float) -> range:
        return range(int(first), min(self.classes, int(np.ceil(first + self.visible))))


def lay_out(
    classes: int,
    width: float,
    height: float,
    *,
    widest_name: float,
    line: float,
    wanted: float = 0.0,
    scale: float = 1.0,
) -> Grid:
    """Fits a matrix into a rectangle, with room for class names wherever cells are large enough for them.

    Names stand level above their columns where they fit, else upright, else upright and shortened; where
    even that leaves cells too small, only rows have names.

    Args:
        classes: Cells a side, 1 or more.
        width, height: Of the rectangle, in px.
        widest_name, line: Width of the longest class name and height of a line of text, in px.
        wanted: Side of a cell in px where somebody looks closer; 0 shows the whole matrix.
        scale: How much larger than usual the words are.
    """
    axis, legible = AXIS * scale, LEGIBLE_CELL * scale
    left = _left_of(width, widest_name, scale)
    whole = min(widest_name, LONGEST_NAME * scale) + GAP
    shortened = min(whole, max(_SHORTEST_NAME * scale, height * _TOP_SHARE) + GAP)
    for top, least in (
        (line + GAP, widest_name + 4),
        (whole, legible),
        (shortened, legible),
        (0.0, legible),
    ):
        room = max(1.0, min(width - axis - left - 1, height - axis - top))
        fitting = min(room / classes, LARGEST_CELL)
        cell = max(fitting, wanted)
        if cell >= least:
            side = room if cell > fitting else fitting * classes
            return Grid(classes, axis + left, axis + top, side, cell, axis=axis)
    room = max(1.0, min(width, height) - axis - 1)
    return Grid(classes, axis, axis, room, min(room / classes, LARGEST_CELL), axis=axis)


def ideal_height(classes: int, width: float, *, widest_name: float, line: float, scale: float = 1.0) -> float:
    """How high a rectangle must be for a matrix that fills its width, in px."""
    room = max(1.0, width - AXIS * scale - _left_of(width, widest_name, scale) - 1)
    cell = min(room / classes, LARGEST_CELL)
    names = line if cell >= widest_name + 4 else min(widest_name, LONGEST_NAME * scale)
    return AXIS * scale + names + GAP + cell * classes


def _left_of(width: float, widest_name: float, scale: float) -> float:
    """What the names of the rows take."""
    return min(widest_name, LONGEST_NAME * scale, max(_SHORTEST_NAME * scale, width * _LEFT_SHARE)) + GAP


def zoomed(cell: float, factor: float) -> float:
    """The `wanted` cell after a step closer (factor above 1) or farther; 0 where the whole is to be shown."""
    if factor > 1:
        return min(max(cell * factor, LEGIBLE_CELL * 1.4), max(CLOSEST_CELL, cell))
    return cell * factor if cell * factor >= LEGIBLE_CELL else 0.0


def row_shares(counts: NDArray[np.int64]) -> NDArray[np.float32]:
    """Each count as a share of its row, 0 to 1; rows without photos stay 0. Shape (classes, classes)."""
    totals = counts.sum(axis=1, keepdims=True)
    shares: NDArray[np.float32] = counts.astype(np.float32) * (1 / np.maximum(totals, 1)).astype(np.float32)
    return shares


def cell_colours(counts: NDArray[np.int64], empty: tuple[int, int, int], *, dark: bool) -> NDArray[np.uint8]:
    """The colour of each cell by its share of the row, in cividis; `empty` where nothing was counted.

    In the light theme the map runs from yellow to navy, so that in both themes more stands out more.

    Args:
        counts: Shape (classes, classes), row = true class.

    Returns:
        RGB, shape (classes, classes, 3).
    """
    table = cividis() if dark else cividis()[::-1]
    steps = row_shares(counts) * (len(table) - 1)
    steps += 0.5
    # In one look-up with the colour of nothing behind all others: a thousand classes are painted while
    # the rest of the window waits.
    chosen = np.where(counts == 0, np.uint16(len(table)), steps.astype(np.uint16))
    return np.vstack([table, np.array(empty, table.dtype)]).take(chosen, axis=0)


def shrunk(counts: NDArray[np.int64], side: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which cell stands for each pixel where cells outnumber pixels: the one with the largest share.

    A lone mistake among a thousand classes must not vanish between two pixels.

    Args:
        counts: Shape (classes, classes).
        side: Pixels a side, at most the number of classes.

    Returns:
        Rows and columns of the cells to show, each of shape (side, side).
    """
    classes = len(counts)
    starts = np.arange(side) * classes // side
    width = -(-classes // side)
    near = np.minimum(starts[:, None] + np.arange(width), classes - 1)
    shares = row_shares(counts)
    best_column = near[np.arange(side), shares[:, near].argmax(axis=2)]
    column_shares = np.take_along_axis(shares, best_column, axis=1)
    best_row = near[np.arange(side)[:, None], column_shares[near].argmax(axis=1)]
    return best_row, best_column[best_row, np.arange(side)]


@cache
def cividis() -> NDArray[np.uint8]:
    """The colour map, RGB, shape (256, 3), from dark blue to yellow."""
    table: NDArray[np.uint8] = pg.colormap.get("cividis").getLookupTable(nPts=256, alpha=False, mode="byte")
    return np.array(table[:, :3], dtype=np.uint8)
