"""The two learning curves, loss over accuracy, on one x axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QResizeEvent

from workbench.core.events import EpochDone
from workbench.ui.charts.curves import MOST_POINTS, decimated, finite, smoothed
from workbench.ui.charts.loss_and_accuracy import LossAndAccuracy, XAxis
from workbench.ui.charts.pointed_plot import PointedPlot
from workbench.ui.style import theme

_HEADROOM = 10


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


class LearningCurves(LossAndAccuracy):
    """Loss and accuracy of training and validation against epochs or steps, named at the line ends."""

    def __init__(self) -> None:
        super().__init__(_Panel(percent=False), _Panel(percent=True))
        self.loss: _Panel
        self.accuracy: _Panel
        self._learning = Learning()
        self._axis: XAxis = "epoch"
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
        self.drawn("step" if by_step else "epoch")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits itself into its new size."""
        super().resizeEvent(event)
        self._draw()


class _Panel(PointedPlot):
    """One of the two plots: training faint and smoothed, validation, and their names at the line ends."""

    def __init__(self, *, percent: bool) -> None:
        super().__init__(percent=percent)
        self.steps = self.plot(connect="finite", antialias=True)
        self.training = self.plot(connect="finite", antialias=True)
        self.validation = self.plot(connect="finite", antialias=True, symbol="o", symbolSize=5)
        self.apply_theme()

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
        trained = (np.asarray(x, np.float64), smoothed(values, len(values) // 40 + 1))
        validated = (checked_x, finite(checked))
        self.steps.setData(*decimated(x, values, most))
        self.training.setData(*decimated(*trained, most))  # what is said of it does not depend on the width
        self.validation.setData(*validated)
        known = [v for _, ys in (trained, validated) for v in ys[np.isfinite(ys)]]
        top = 1.0 if self.percent else max([0.1, *known]) * 1.1
        top *= 1 + _HEADROOM / max(1.0, float(self.getViewBox().height()))
        self.setYRange(0.0, top, padding=0)
        self.name_lines((trained, validated), names, ("accent", "second"), total, top)

    def apply_theme(self) -> None:
        """Takes the colours of the theme in use."""
        super().apply_theme()
        faint = theme.colour("accent")
        faint.setAlpha(70)
        self.steps.setPen(pg.mkPen(faint, width=1))
        self.training.setPen(pg.mkPen(theme.colour("accent"), width=2))
        self.validation.setPen(pg.mkPen(theme.colour("second"), width=2))
        self.validation.setSymbolBrush(theme.colour("second"))
        self.validation.setSymbolPen(None)
