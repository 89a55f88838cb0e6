"""Loss over accuracy on one x axis, with one crosshair and a line that says the values under it."""

from __future__ import annotations

import math
from typing import Literal

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.ui.charts.pointed_plot import PointedPlot
from workbench.ui.parts.widgets import column, label
from workbench.ui.style import theme

XAxis = Literal["epoch", "step"]


class LossAndAccuracy(QWidget):
    """Base of the learning curves: the mouse, or the arrow keys, show values in both plots at once."""

    def __init__(self, loss: PointedPlot, accuracy: PointedPlot) -> None:
        super().__init__()
        self.loss, self.accuracy = loss, accuracy
        self._counts: XAxis = "epoch"
        self._at = math.nan
        self.loss.plotItem.hideAxis("bottom")
        self.accuracy.setXLink(self.loss)
        self.heads = (
            label(self.tr("Loss: how wrong it is, lower is better"), "caption"),
            label(self.tr("Accuracy: share of right answers"), "caption"),
        )
        self.said = label("", "caption", wrap=True)
        self.said.setMinimumHeight(2 * self.said.fontMetrics().lineSpacing() + 2)  # nothing may jump
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        for panel in (self.loss, self.accuracy):
            panel.pointed.connect(self.point)
        layout = column(
            self.heads[0], self.loss, self.heads[1], self.accuracy, self.said, space=theme.XS
        )  # fmt: skip
        layout.setStretch(1, 1)
        layout.setStretch(3, 1)
        self.setLayout(layout)
        self.setMinimumSize(280, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def drawn(self, counts: XAxis) -> None:
        """Has the values said anew, once other curves are drawn."""
        self._counts = counts
        loss, accuracy = (head.text() for head in self.heads)
        self.setAccessibleDescription(f"{loss}: {self.loss.words()}. {accuracy}: {self.accuracy.words()}.")
        self.point(self._at)

    @Slot(float)
    def point(self, x: float) -> None:
        """Shows the values of all lines at a place; NaN shows none."""
        self._at = x
        said = []
        for panel, head in ((self.loss, self.tr("Loss")), (self.accuracy, self.tr("Accuracy"))):
            read = panel.read_off(x)
            panel.point(x, [(place, value) for _, place, value in read])
            if read:
                values = (f"{name} {panel.value_words(value)}{self._place(at)}" for name, at, value in read)
                said.append(f"{head}: {', '.join(values)}")
        self.said.setText("\n".join(said))

    def _place(self, x: float) -> str:
        if math.isnan(x):
            return ""
        if self._counts == "step":
            return self.tr(" (step {number})").format(number=f"{x:,.0f}")
        return self.tr(" (epoch {number})").format(number=f"{x:.0f}" if x == round(x) else f"{x:.1f}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go from epoch to epoch, or from step to step."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        places = self.accuracy.places() or self.loss.places()
        whole = [place for place in places if place == round(place)] or places
        if step is None or not whole:
            event.ignore()
            return
        if not math.isfinite(self._at):
            self.point(whole[0] if step > 0 else whole[-1])
            return
        beyond = [place for place in whole if (place - self._at) * step > 0]
        if beyond:
            self.point(beyond[0] if step > 0 else beyond[-1])

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Takes the crosshair away."""
        super().focusOutEvent(event)
        self.point(math.nan)

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.loss.apply_theme()
            self.accuracy.apply_theme()
