"""The two learning curves, loss over accuracy, on one x axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.core.events import EpochDone
from workbench.ui.charts.curves import (
    MOST_POINTS,
    Curve,
    decimated,
    finite,
    last_point,
    smoothed,
    spread,
    whole_ticks,
)
from workbench.ui.parts.widgets import column, label
from workbench.ui.style import theme

XAxis = Literal["epoch", "step"]
_HEIGHT, _HEADROOM, _AXIS_WIDTH, _LABEL_GAP, _LABEL_HEIGHT, _TICK_ROOM = 120, 10, 44, 8, 14, 60


@dataclass(frozen=True)
class Learning:
    """What the curves show of one run.

    Attributes:
        points: (step, epoch with its fraction, loss, accuracy) of its steps, oldest first.
        history: Its epochs so far.
        epochs, steps: How many it will have in all; 0 where that is not known.
    """

    points: Sequence[tuple[int, float, float, float]] = ()
    history: Sequence[EpochDone] = ()
    epochs: int = 0
    steps: int = 0


class LearningCurves(QWidget):
    """Loss and accuracy of training and validation against epochs or steps, named at the line ends."""

    def __init__(self) -> None:
        super().__init__()
        self._learning = Learning()
        self._axis: XAxis = "epoch"
        self.loss = _Panel(percent=False)
        self.accuracy = _Panel(percent=True)
        self.loss.plotItem.hideAxis("bottom")
        self.accuracy.setXLink(self.loss)
        self._heads = (
            label(self.tr("Loss: how wrong it is, lower is better"), "caption"),
            label(self.tr("Accuracy: share of right answers"), "caption"),
        )
        layout = column(self._heads[0], self.loss, self._heads[1], self.accuracy, space=theme.XS)
        layout.setStretch(1, 1)
        layout.setStretch(3, 1)
        self.setLayout(layout)
        self.setMinimumSize(280, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Learning curves"))

    def show_learning(self, learning: Learning) -> None:
        """Draws a run as far as it has come."""
        self._learning = learning
        self._draw()

    def show_against(self, axis: XAxis) -> None:
        """Changes what the x axis counts."""
        self._axis = axis
        self._draw()

    def _draw(self) -> None:
        learning, by_step = self._learning, self._axis == "step"
        points = np.array(learning.points, dtype=np.float64).reshape(-1, 4)
        x = points[:, 0 if by_step else 1]
        epochs = [(done, done.validation) for done in learning.history if done.validation is not None]
        checked = np.array([done.step if by_step else done.epoch for done, _ in epochs], dtype=np.float64)
        ends = [float(each[-1]) for each in (x, checked) if len(each)]
        total = max([learning.steps if by_step else learning.epochs, *ends, 1])
        names = (self.tr("training"), self.tr("validation"))
        self.loss.draw(x, points[:, 2], checked, [metrics.loss for _, metrics in epochs], total, names)
        self.accuracy.draw(
            x, points[:, 3], checked, [metrics.accuracy for _, metrics in epochs], total, names
        )
        self.setAccessibleDescription(f"{self._heads[0].text()}: {self.loss.words()}. "
                                      f"{self._heads[1].text()}: {self.accuracy.words()}.")  # fmt: skip

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits itself into its new size."""
        super().resizeEvent(event)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.loss.apply_theme()
            self.accuracy.apply_theme()


class _Axis(pg.AxisItem):
    """An axis with its own ticks: whole epochs or steps up to the end, numbers, or per cent."""

    def __init__(self, orientation: str, *, percent: bool = False) -> None:
        super().__init__(orientation)
        self.end: float | None = None
        self._percent = percent
        self.enableAutoSIPrefix(False)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Where the ticks are."""
        if self.end is None:
            highest = high - _LABEL_HEIGHT / 2 * (high - low) / max(size, 1.0)  # above, its number is cut off
            levels = super().tickValues(low, high, size)[:1]
            return [(gap, [value for value in values if value <= highest]) for gap, values in levels]
        return [(1.0, whole_ticks(self.end, most=max(2, int(size / _TICK_ROOM))))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """What is written at the ticks."""
        if self._percent:
            return [f"{value * 100:.0f} %" for value in values]
        return [f"{value:g}" if self.end is None else f"{value:,.0f}" for value in values]


class _Panel(pg.PlotWidget):
    """One of the two plots: training faint and smoothed, validation, and their names at the line ends."""

    def __init__(self, *, percent: bool) -> None:
        self._percent = percent
        self._across = _Axis("bottom")
        super().__init__(axisItems={"left": _Axis("left", percent=percent), "bottom": self._across})
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.enableMouse(False)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMinimumHeight(_HEIGHT // 2)
        self.getViewBox().setMouseEnabled(False, False)
        self.getViewBox().setDefaultPadding(0.0)
        self.getAxis("left").setWidth(theme.px(_AXIS_WIDTH))
        self.getAxis("left").setZValue(self.getViewBox().zValue() - 1)  # the grid belongs below the curves
        self.steps = self.plot(connect="finite", antialias=True)
        self.training = self.plot(connect="finite", antialias=True)
        self.validation = self.plot(connect="finite", antialias=True, symbol="o", symbolSize=5)
        self._names = (pg.TextItem(anchor=(0, 0.5)), pg.TextItem(anchor=(0, 0.5)))
        for name in self._names:
            self.addItem(name, ignoreBounds=True)
        self._words: list[str] = []
        self.apply_theme()

    def sizeHint(self) -> QSize:
        """How large it likes to be."""
        return QSize(320, _HEIGHT)

    def words(self) -> str:
        """What the line ends say."""
        return ", ".join(self._words)

    def draw(
        self,
        x: np.ndarray[Any, Any],
        values: np.ndarray[Any, Any],
        checked_x: np.ndarray[Any, Any],
        checked: Sequence[float],
        total: float,
        names: tuple[str, str],
    ) -> None:
        """Draws the training values at `x` and the validation values at `checked_x`; x runs up to `total`."""
        most = min(MOST_POINTS, max(400, 2 * self.width()))
        trained = decimated(x, smoothed(values, len(values) // 40 + 1), most)
        validated = (checked_x, finite(checked))
        self.steps.setData(*decimated(x, values, most))
        self.training.setData(*trained)
        self.validation.setData(*validated)
        known = [v for _, ys in (trained, validated) for v in ys[np.isfinite(ys)]]
        top = 1.0 if self._percent else max([0.1, *known]) * 1.1
        top *= 1 + _HEADROOM / max(1.0, float(self.getViewBox().height()))
        self.setYRange(0.0, top, padding=0)
        self._name_ends((trained, validated), names, total, top)

    def _name_ends(
        self, curves: tuple[Curve, Curve], names: tuple[str, str], total: float, top: float
    ) -> None:
        metrics = QFontMetricsF(self._small())
        ends = [last_point(curve) for curve in curves]
        self._words = []
        shown = []
        for item, name, end in zip(self._names, names, ends, strict=True):
            item.setVisible(end is not None)
            if end is not None:
                value = f"{end[1] * 100:.0f} %" if self._percent else f"{end[1]:.2f}"
                item.setText(f"{name} {value}")
                self._words.append(f"{name} {value}")
                shown.append((item, end))
        plot = max(1.0, self.width() - theme.px(_AXIS_WIDTH) - 2.0)
        height = max(1.0, float(self.getViewBox().height()))
        room = max((metrics.horizontalAdvance(text) for text in self._words), default=0.0) + 2 * _LABEL_GAP
        furthest = max((end[0] for _, end in shown), default=0.0)
        share = max(1 - room / plot, 0.3)
        whole = max(total * 1.04, furthest / share)
        self._across.end = total
        self.setXRange(0, whole, padding=0)
        high = theme.px(_LABEL_HEIGHT)
        half = high / 2
        heights = spread([end[1] / top * height for _, end in shown], high, half, height - half)
        for (item, _), place in zip(shown, heights, strict=True):
            item.setPos(furthest + _LABEL_GAP / 2 / plot * whole, place / height * top)

    def apply_theme(self) -> None:
        """Takes the colours of the theme in use."""
        self.setBackground(theme.colour("surface"))
        faint = theme.colour("accent")
        faint.setAlpha(70)
        self.steps.setPen(pg.mkPen(faint, width=1))
        self.training.setPen(pg.mkPen(theme.colour("accent"), width=2))
        self.validation.setPen(pg.mkPen(theme.colour("second"), width=2))
        self.validation.setSymbolBrush(theme.colour("second"))
        self.validation.setSymbolPen(None)
        for item, name in zip(self._names, ("accent", "second"), strict=True):
            item.setFont(self._small())
            item.setColor(theme.colour(name))
        self.getViewBox().setBorder(None)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(theme.colour("line")))
            axis.setTextPen(pg.mkPen(theme.colour("muted")))
            axis.setStyle(tickFont=self._small(), tickLength=0, tickTextOffset=6)
        self.showGrid(y=True, alpha=_grid_alpha())

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(theme.caption())
        return font


def _grid_alpha() -> float:
    """Grid lines take the axis' colour, which is faint already."""
    return QColor(theme.tokens().line).alphaF() * 0.8
