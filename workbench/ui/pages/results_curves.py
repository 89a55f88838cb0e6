"""Curves on the Results page: closed at first; of all classes together, or of one of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from workbench.core.results.calibration import Reliability
from workbench.core.results.curves import Curve
from workbench.core.results.numbers import ClassCurves, Numbers
from workbench.ui.parts.editors import ChoiceEdit
from workbench.ui.parts.widgets import Button, Card, column, label, row
from workbench.ui.session.preference_control import PreferenceControl
from workbench.ui.style import theme
from workbench.ui.words import curves as words

if TYPE_CHECKING:
    from workbench.ui.charts.share_plot import Line

InThread = Callable[[Callable[[], object], Callable[[Any], None]], None]
_OPEN, _ALL = "results/curves_open", -1
_TWO_COLUMNS, _PLOT_HEIGHT, _CHOICE_WIDTH = 700, 220, 240


class CurvesCard(Card):
    """A head that opens it, the class that is shown, and four plots.

    Args:
        preferences: They remember whether it is open.
        in_thread: Runs a function on a thread of its own and hands its result to another: curves of very
            many classes take a second, and are only made where somebody looks.
    """

    def __init__(self, preferences: PreferenceControl, in_thread: InThread) -> None:
        super().__init__()
        self._preferences, self._in_thread = preferences, in_thread
        self._numbers: Numbers | None = None
        self._ready: Numbers | None = None
        self._plots: dict[words.Kind, _Plot] = {}
        self._columns = 0
        self.expand = Button("", self._toggle, role="quiet")
        self.expand.setAccessibleName(self.tr("Curves"))
        self.expand.setCheckable(True)
        self.expand.setChecked(bool(preferences.recall(_OPEN, False)))
        self.missing = label("", "muted", wrap=True)
        self.choice = ChoiceEdit({_ALL: self.tr("All classes")})
        self.choice.setAccessibleName(self.tr("Whose curves"))
        self.choice.setFixedWidth(theme.px(_CHOICE_WIDTH))
        self.choice.edited.connect(self._draw)
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.L)
        self._open = QWidget()
        self._open.setLayout(column(self._grid))
        self.body.addLayout(row(self.expand, -1, self.choice))
        self.body.addWidget(self.missing)
        self.body.addWidget(self._open)
        self._expand()

    def show_numbers(self, numbers: Numbers | None, why: str = "") -> None:
        """Shows the curves of other predictions.

        Args:
            numbers: What they say; None where they are not known (yet).
            why: Why they are not, a sentence; "" while they are read.
        """
        before = self._numbers.classes if self._numbers is not None else ()
        self._numbers = numbers
        self.missing.setText(why)
        if numbers is not None and numbers.classes != before:
            self.choice.clear()
            self.choice.values = [_ALL, *range(len(numbers.classes))]
            self.choice.addItems([self.tr("All classes"), *numbers.classes])
        self._expand()

    @Slot(int)
    def choose(self, number: int) -> None:
        """Shows the curves of a class; -1 those of all."""
        if self._numbers is not None and number < len(self._numbers.classes):
            self.choice.show_value(number)
            self._draw()

    def plot(self, kind: words.Kind) -> _Plot:
        """One of the plots, once they have been shown."""
        return self._plots[kind]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two plots beside each other where there is room."""
        super().resizeEvent(event)
        self._place()

    def _toggle(self) -> None:
        self._preferences.remember(_OPEN, self.expand.isChecked())
        self._expand()

    def _expand(self) -> None:
        opened = self.expand.isChecked()
        self.expand.setText(("▾ " if opened else "▸ ") + self.tr("Curves"))
        self.missing.setVisible(opened and bool(self.missing.text()))
        ready = self._numbers is not None and self._ready is self._numbers
        for each in (self._open, self.choice):
            each.setVisible(opened and ready)
        if opened and self._numbers is not None and not ready:
            self._in_thread(partial(_made, self._numbers), self._show_made)
        self._draw()

    @Slot(object)
    def _show_made(self, numbers: Numbers) -> None:
        if numbers is self._numbers:
            self._ready = numbers
            self._expand()

    @Slot()
    def _draw(self) -> None:
        numbers = self._numbers
        if numbers is None or numbers is not self._ready or not self.expand.isChecked():
            return
        if not self._plots:
            self._plots = {kind: _Plot(kind) for kind in words.KINDS}
            self._place()
        number = self.choice.values[max(0, self.choice.currentIndex())]
        curves = numbers.overall if number == _ALL else numbers.of_class(number)
        temperature = numbers.calibration.temperature if number == _ALL else None
        for plot in self._plots.values():
            plot.show_curves(curves, temperature)

    def _place(self) -> None:
        columns = 2 if self.width() >= theme.px(_TWO_COLUMNS) else 1
        if columns == self._columns and self._grid.count() == len(self._plots):
            return
        self._columns = columns
        for number, plot in enumerate(self._plots.values()):
            self._grid.addWidget(plot, *divmod(number, columns))
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, columns - 1)


def _made(numbers: Numbers) -> Numbers:
    """The same, once everything that is shown of it has been made."""
    assert numbers.overall is not None
    return numbers


class _Plot(QWidget):
    """A plot with its head, what its axes are, and a line that says what is pointed at."""

    def __init__(self, kind: words.Kind) -> None:
        super().__init__()
        # With the first curves: what draws them takes a while to load, and most people look at none.
        from workbench.ui.charts.share_plot import SharePlot  # loads pyqtgraph

        self.kind = kind
        across, up = words.axes(kind)
        self.shown = SharePlot(words.title(kind), diagonal=kind in ("roc", "calibration"))
        self.shown.setFixedHeight(theme.px(_PLOT_HEIGHT))
        self.shown.pointed.connect(self._say)
        self._summary = ""
        self.said = label("", "muted", wrap=True)
        self.said.setMinimumHeight(2 * self.said.fontMetrics().lineSpacing() + 2)
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        below = label(across, "caption")
        below.setAlignment(Qt.AlignmentFlag.AlignRight)
        head = label(words.title(kind), "strong", wrap=True)
        self.setLayout(column(head, label(up, "caption"), self.shown, below, self.said, space=theme.XS))

    def show_curves(self, curves: ClassCurves, temperature: float | None) -> None:
        """Shows the kind of curve that it is for."""
        if self.kind == "calibration":
            self._summary = words.about_calibration(curves.before, curves.after, temperature)
            lines = [_bins(self.tr("as it is"), curves.before, "accent")]
            if curves.after is not None:
                lines.append(_bins(self.tr("scaled"), curves.after, "second"))
        else:
            curve: Curve = getattr(curves, self.kind)
            self._summary = words.summary(self.kind, curve.area)
            lines = [_line(self.kind, curve)]
        self.shown.show_lines(lines, self._summary)
        self._say("")

    @Slot(str)
    def _say(self, text: str) -> None:
        self.said.setText(text or self._summary)


def _line(kind: words.Kind, curve: Curve) -> Line:
    from workbench.ui.charts.share_plot import Line  # as in `_Plot`

    return Line("", curve.x, curve.y, "accent", partial(words.point, kind, curve))


def _bins(name: str, found: Reliability, colour: str) -> Line:
    from workbench.ui.charts.share_plot import Line  # as in `_Plot`

    known = found.counts > 0
    numbers = known.nonzero()[0]

    def say(place: int) -> str:
        return words.bin_point(found, int(numbers[place]))

    return Line(name, found.probability[known], found.share[known], colour, say, dots=True)
