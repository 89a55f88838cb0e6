"""The learning curves of two runs in one plot, and the number of one without epochs as a level line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent

from workbench.ui.charts.curves import Curve, decimated, finite, smoothed
from workbench.ui.charts.loss_and_accuracy import LossAndAccuracy
from workbench.ui.charts.plots import Learning
from workbench.ui.charts.pointed_plot import PointedPlot
from workbench.ui.style import theme

COLOURS = ("second", "accent")
"""Of the first and the second run; beside them, their letters tell them apart."""
_HEADROOM, _MOST = 10, 1000


@dataclass(frozen=True)
class Side:
    """What is drawn of one run.

    Attributes:
        name: What it is called in the plot.
        learning: Its steps and epochs; empty for one that has none.
        loss, accuracy: Its own number where it has no epochs, drawn as a level line; None draws none.
    """

    name: str
    learning: Learning = field(default_factory=Learning)
    loss: float | None = None
    accuracy: float | None = None


class ComparedCurves(LossAndAccuracy):
    """Validation of both runs as full lines with dots, training as dotted ones; level lines are dashed."""

    def __init__(self) -> None:
        super().__init__(_Panel(percent=False), _Panel(percent=True))
        self.loss: _Panel
        self.accuracy: _Panel
        self._sides: tuple[Side, ...] = ()
        self.setAccessibleName(self.tr("Learning curves of both runs"))

    def show_sides(self, first: Side, second: Side) -> None:
        """Draws two runs."""
        self._sides = (first, second)
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits itself into its new size."""
        super().resizeEvent(event)
        self._draw()

    def _draw(self) -> None:
        epochs = [side.learning.epochs for side in self._sides]
        epochs += [done.epoch for side in self._sides for done in side.learning.history[-1:]]
        total = float(max([1, *epochs]))
        self.loss.draw([_lines(side, total, 2, self.tr("{name} training")) for side in self._sides], total)
        self.accuracy.draw(
            [_lines(side, total, 3, self.tr("{name} training")) for side in self._sides], total
        )
        self.drawn("epoch")


def _lines(side: Side, total: float, value: int, trained: str) -> list[tuple[str, Curve, str]]:
    """The lines of one run in one plot: name, points, and how it is drawn."""
    level = side.loss if value == 2 else side.accuracy
    points = np.array(side.learning.points, dtype=np.float64).reshape(-1, 4)
    epochs = [(done.epoch, done.validation) for done in side.learning.history if done.validation is not None]
    found: list[tuple[str, Curve, str]] = []
    if epochs:
        values = [each.loss if value == 2 else each.accuracy for _, each in epochs]
        x = np.array([epoch for epoch, _ in epochs], np.float64)
        found.append((side.name, (x, finite(values)), "checked"))
    if len(points):
        smooth = smoothed(points[:, value], len(points) // 40 + 1)
        found.append((trained.format(name=side.name), (points[:, 1], smooth), "trained"))
    if not found and level is not None:
        found.append((side.name, (np.array([0.0, total]), finite([level, level])), "level"))
    return found


class _Panel(PointedPlot):
    def __init__(self, *, percent: bool) -> None:
        super().__init__(percent=percent)
        self.drawn: list[tuple[pg.PlotDataItem, str, str]] = []
        self.apply_theme()

    def draw(self, sides: Sequence[Sequence[tuple[str, Curve, str]]], total: float) -> None:
        """Draws the lines of both runs; x runs up to `total`."""
        for item, _, _ in self.drawn:
            self.removeItem(item)
        self.drawn, names, curves, colours = [], [], [], []
        for colour, lines in zip(COLOURS, sides, strict=False):
            for name, curve, how in lines:
                dots = {"symbol": "o", "symbolSize": 6} if how == "checked" else {}
                self.drawn.append(
                    (
                        self.plot(*decimated(*curve, _MOST), connect="finite", antialias=True, **dots),
                        colour,
                        how,
                    )
                )
                names.append(name)
                curves.append(curve)
                colours.append(colour)
        known = [float(value) for _, ys in curves for value in ys[np.isfinite(ys)]]
        top = 1.0 if self.percent else max([0.1, *known]) * 1.1
        top *= 1 + _HEADROOM / max(1.0, float(self.getViewBox().height()))
        self.setYRange(0.0, top, padding=0)
        level = [name for lines in sides for name, _, how in lines if how == "level"]
        self.name_lines(curves, names, colours, total, top, level)
        self.apply_theme()

    def apply_theme(self) -> None:
        """Takes the colours of the theme in use."""
        super().apply_theme()
        styles = {"trained": Qt.PenStyle.DotLine, "level": Qt.PenStyle.DashLine}
        for item, colour, how in self.drawn:
            pen = pg.mkPen(theme.colour(colour), width=2, style=styles.get(how, Qt.PenStyle.SolidLine))
            item.setPen(pen)
            item.setSymbolBrush(theme.colour(colour))
            item.setSymbolPen(None)
