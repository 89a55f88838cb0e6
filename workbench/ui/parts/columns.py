"""Things below each other, in as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.ui.style import theme

_MOST = 2


class Columns(QWidget):
    """One column, or two where each gets at least `least` pixels; read down the first, then down the second.

    Args:
        items: In order; hidden ones take no room.
        least: Width that a column needs, in pixels.
        space: Between the items.
    """

    def __init__(self, items: Sequence[QWidget], *, least: int, space: int = theme.L) -> None:
        super().__init__()
        self._items, self._least = list(items), least
        self._placed: list[list[QWidget]] = []
        self._columns = [QVBoxLayout() for _ in range(_MOST)]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.L)
        for each in self._columns:
            each.setSpacing(space)
            layout.addLayout(each, 1)
        self.arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Takes as many columns as there is room for."""
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """Lays the items out anew; to be called where some were shown or hidden."""
        count = _MOST if self.width() >= _MOST * self._least + theme.L else 1
        heights = [item.sizeHint().height() if not item.isHidden() else 0 for item in self._items]
        placed = _divided(self._items, heights, count)
        if placed == self._placed:
            return
        self._placed = placed
        for layout in self._columns:
            while layout.takeAt(0) is not None:
                pass
        for layout, items in zip(self._columns, placed, strict=True):
            for item in items:
                layout.addWidget(item)
            layout.addStretch(1)
        whole = self.layout()
        assert isinstance(whole, QHBoxLayout)
        for number, items in enumerate(placed):
            whole.setStretch(number, 1 if items else 0)
        whole.setSpacing(theme.L if all(placed) else 0)


def _divided(items: list[QWidget], heights: Sequence[int], count: int) -> list[list[QWidget]]:
    """The items in order, cut where both columns come out nearest to the same height."""
    if count == 1:
        return [items, []]
    cut = min(range(len(items) + 1), key=lambda place: abs(sum(heights[:place]) - sum(heights[place:])))
    return [items[:cut], items[cut:]]
