"""A confusion matrix as it is shown: its classes in some order, with what is painted of it kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.ui.charts.matrix_layout import cell_colours, row_shares, shrunk
from workbench.ui.words.matrix import count_text, share_text

Cell = tuple[int, int]


class Arranged:
    """Counts with their rows and columns in the order in which they are shown.

    Cells have a place, which is what one sees, and are of two classes, which is what they mean; -1 in one of
    the two stands for a whole row or column.

    Args:
        classes: Class names, in their own order.
        counts: Shape (classes, classes), row = true class.
        order: The class of each place, shape (classes,); None for their own order.
        percent: Whether each cell says its share of the row.
    """

    def __init__(
        self,
        classes: tuple[str, ...],
        counts: NDArray[np.int64],
        order: NDArray[np.int64] | None = None,
        *,
        percent: bool = False,
    ) -> None:
        self._order = np.arange(len(classes)) if order is None else order
        self._places = np.argsort(self._order)
        self.names = tuple(classes[number] for number in self._order.tolist())
        self.counts = counts if order is None else counts[np.ix_(order, order)]
        self._shares = row_shares(self.counts) if percent else None
        self._colours: tuple[object, NDArray[np.uint8]] | None = None
        self._picture: tuple[int, NDArray[np.uint8]] | None = None

    def classes_of(self, place: Cell) -> Cell:
        """The true and the predicted class of a place."""
        return _through(self._order, place)

    def place_of(self, classes: Cell) -> Cell:
        """Where the cell of two classes is."""
        return _through(self._places, classes)

    def text(self, row: int, column: int, *, short: bool = False) -> str:
        """What is written in a place; `short` leaves out the sign for per cent."""
        if self._shares is not None:
            text = share_text(float(self._shares[row, column]))
            return text.removesuffix(" %") if short else text
        return count_text(int(self.counts[row, column]))

    def colours(self, empty: tuple[int, int, int], *, dark: bool) -> NDArray[np.uint8]:
        """The colour of each place, RGB, shape (classes, classes, 3); see `cell_colours`."""
        if self._colours is None or self._colours[0] != (empty, dark):
            self._colours = (empty, dark), cell_colours(self.counts, empty, dark=dark)
            self._picture = None
        return self._colours[1]

    def picture(self, colours: NDArray[np.uint8], pixels: int) -> NDArray[np.uint8]:
        """All of them in so many pixels a side, fewer than classes; kept, as each paint asks."""
        if self._picture is None or self._picture[0] != pixels:
            self._picture = pixels, np.ascontiguousarray(colours[shrunk(self.counts, pixels)])
        return self._picture[1]


def _through(table: NDArray[np.int64], cell: Cell) -> Cell:
    one, other = (int(table[number]) if number >= 0 else -1 for number in cell)
    return one, other
