"""What the colours and shapes of points stand for."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from pyqtgraph.graphicsItems.ScatterPlotItem import renderSymbol
from PySide6.QtCore import QEvent
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from workbench.ui.charts.photo_map import point_style
from workbench.ui.parts.widgets import as_tip, label, row
from workbench.ui.parts.wrapping import Wrapped
from workbench.ui.style import theme

_MOST, _LONGEST, _SIZE = 12, 24, 9


class Legend(QWidget):
    """Names with their points, in as many lines as they need; of many the first few."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[tuple[int, str, int], ...] | None = None
        self._lines = Wrapped(space=theme.M)
        self.setLayout(self._lines)

    def show_kinds(self, kinds: Sequence[tuple[int, str, int]]) -> None:
        """Shows other kinds of points: number, name, how many there are."""
        if tuple(kinds) != self._shown:
            self._shown = tuple(kinds)
            self._make()

    def words(self) -> list[str]:
        """What is read in it."""
        return [each.text() for each in self.findChildren(QLabel) if each.text() and not each.isHidden()]

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._shown is not None:
            self._make()

    def _make(self) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        kinds = self._shown or ()
        for kind, name, count in kinds[:_MOST]:
            self._lines.addWidget(self._entry(kind, name, count))
        if (more := len(kinds) - _MOST) > 0:
            self._lines.addWidget(label(self.tr("and {count:,} more").format(count=more), "caption"))

    def _entry(self, kind: int, name: str, count: int) -> QWidget:
        style = point_style(kind, _SIZE)
        pen = pg.mkPen(style["pen"]) if style["pen"] is not None else pg.mkPen(None)
        ratio = self.devicePixelRatioF()
        image = renderSymbol(style["symbol"], style["size"], pen, style["brush"], dpr=ratio)
        image.setDevicePixelRatio(ratio)
        dot = QLabel()
        dot.setPixmap(QPixmap.fromImage(image))
        half = _LONGEST // 2
        short = name if len(name) <= _LONGEST else f"{name[:half]}…{name[len(name) - half + 1 :]}"
        words = label(f"{short} {count:,}", "caption")
        words.setToolTip(as_tip(name) if short != name else "")
        entry = QWidget()
        entry.setLayout(row(dot, words, space=theme.XS))
        return entry
