"""The curves of two runs in one plot: how they learned, and accuracy against coverage on the same photos."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from workbench.core.project.runs import RunSummary
from workbench.core.results.curves import Curve, coverage_accuracy
from workbench.core.results.numbers import MOST_POINTS
from workbench.core.results.paired import Paired
from workbench.ui.parts.widgets import column, label
from workbench.ui.session.run_record import RunRecord
from workbench.ui.style import theme
from workbench.ui.words import curves as words

if TYPE_CHECKING:
    from workbench.ui.charts.compared_curves import Side

_LEARNING_HEIGHT, _COVERAGE_HEIGHT, _BESIDE = 420, 300, 760


class CurvesOfBoth(QWidget):
    """Two plots beside each other where there is room; A in one colour, B in another, named at their ends."""

    def __init__(self) -> None:
        super().__init__()
        # With the first comparison: what draws them takes a while to load, and most people compare nothing.
        from workbench.ui.charts.compared_curves import ComparedCurves
        from workbench.ui.charts.share_plot import SharePlot  # as above

        self.learning = ComparedCurves()
        self.learning.setFixedHeight(theme.px(_LEARNING_HEIGHT))
        self.learning_head = label(self.tr("How they learned"), "strong")
        self.learning_note = label("", "muted", wrap=True)
        self.coverage = SharePlot(words.title("coverage"))
        self.coverage.setFixedHeight(theme.px(_COVERAGE_HEIGHT))
        self.coverage.pointed.connect(self._say)
        self._summary = ""
        self.said = label("", "caption", wrap=True)
        self.said.setMinimumHeight(2 * self.said.fontMetrics().lineSpacing() + 2)
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        across, up = words.axes("coverage")
        below = label(across, "caption")
        below.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._left, self._right = QWidget(), QWidget()
        self._left.setLayout(
            column(self.learning_head, self.learning_note, self.learning, -1, space=theme.XS)
        )
        head = label(words.title("coverage"), "strong", wrap=True)
        self._right.setLayout(
            column(head, label(up, "caption"), self.coverage, below, self.said, -1, space=theme.XS)
        )
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(theme.L)
        for each in (self._left, self._right):
            self._both.addWidget(each, 1)
        self.setLayout(self._both)

    def show_both(
        self,
        runs: tuple[RunSummary, RunSummary],
        records: Sequence[RunRecord],
        paired: Paired | None,
    ) -> None:
        """Draws two runs.

        Args:
            records: Their stories; empty where they could not be read.
            paired: Both on the same photos; None where they could not be read.
        """
        learned = [bool(record.run.history) for record in records]
        self._left.setVisible(any(learned))
        if any(learned):
            first, second = (
                _side(name, run, record) for name, run, record in zip("AB", runs, records, strict=True)
            )
            self.learning.show_sides(first, second)
            level = [name for name, steps in zip("AB", learned, strict=True) if not steps]
            text = self.tr(
                "Each on its own validation photos. {who} has no epochs: its own number is the level line."
            )
            own = self.tr("Each on its own validation photos, so only the shapes can be compared.")
            self.learning_note.setText(text.format(who=level[0]) if level else own)
        self._right.setVisible(paired is not None and len(paired) > 0)
        if paired is not None and len(paired):
            self._show_coverage(paired)

    def _show_coverage(self, paired: Paired) -> None:
        from workbench.ui.charts.share_plot import Line  # as above

        lines, said = [], []
        for name, side, rows, right, colour in zip(
            "AB", (paired.first, paired.second), paired.rows, paired.right, ("second", "accent"), strict=True
        ):
            curve = coverage_accuracy(side.probability[rows], right).thinned(MOST_POINTS)
            lines.append(Line(name, curve.x, curve.y, colour, partial(_point, name, curve)))
            said.append(f"{name}: {words.summary('coverage', curve.area)}")
        self._summary = "\n".join(said)
        self.coverage.show_lines(lines, self._summary)
        self._say("")

    @Slot(str)
    def _say(self, text: str) -> None:
        self.said.setText(text or self._summary)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts the plots beside each other where there is room."""
        super().resizeEvent(event)
        beside = self.width() >= theme.px(_BESIDE)
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._both.setDirection(way)


def _side(name: str, run: RunSummary, record: RunRecord) -> Side:
    from workbench.ui.charts.compared_curves import Side  # as above
    from workbench.ui.charts.plots import Learning  # as above

    started, own = record.started, run.fairest
    epochs = started.epochs if started is not None else 0
    learning = Learning(record.losses, record.run.history, epochs) if record.run.history else Learning()
    if own is None:
        return Side(name, learning)
    return Side(name, learning, own[1].loss, own[1].accuracy)


def _point(name: str, curve: Curve, number: int) -> str:
    return f"{name}: {words.point('coverage', curve, number)}"
