"""The middle of the Results page: the confusion matrix, and in words what goes wrong most often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QWidget

from workbench.core.results.metrics import Metrics
from workbench.ui.charts.matrix import ConfusionMatrix
from workbench.ui.pages.matrix_controls import MatrixControls
from workbench.ui.parts.widgets import Card, as_tip, column, label, row
from workbench.ui.parts.wrapping import PADDING, RowButton
from workbench.ui.style import theme
from workbench.ui.words.outcome import mistakes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LEAST, _WORDS_WIDTH = 300, 304
_WIDE, _TWO_COLUMNS = 700, 560
_UNLIMITED = 16777215


class MatrixCard(Card):
    """The matrix and its worst mistakes, side by side where there is room.

    Signals:
        wants_order: Counts whose classes are to be ordered by what is mixed up, which `take_order` is for.
    """

    wants_order = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._columns = 1
        self._confusion: NDArray[np.int64] | None = None
        self._similar = False
        self.controls = MatrixControls()
        self.about = label("", "muted", wrap=True)
        self.matrix = ConfusionMatrix(least=_LEAST)
        self._most = float(_LEAST)
        self._words = QWidget()
        self._mistakes: list[_Mistake] = []
        self._places = QGridLayout()
        self._places.setSpacing(0)
        self._head = label("", "strong")
        layout = column(self._head)
        layout.addLayout(self._places)
        layout.addStretch(1)
        self._words.setLayout(layout)
        self._beside = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._beside.setSpacing(theme.L)
        indented = row(PADDING, self.matrix, space=0)
        indented.setStretchFactor(self.matrix, 1)
        self._beside.addLayout(indented, 1)
        self._beside.addWidget(self._words)
        self._words.setFixedWidth(_WORDS_WIDTH)
        head = label(self.tr("Which classes it mixes up"), "section")
        # What a pointer lights in the list of mistakes begins left of the words in it.
        self.body.setContentsMargins(theme.M - PADDING, theme.M, theme.M, theme.M)
        for each in (head, self.about, self._head):
            each.setIndent(PADDING)
        self.body.addWidget(head)
        self.body.addWidget(self.about)
        self.body.addLayout(row(PADDING, self.controls, space=0))
        self.body.addSpacing(theme.S)
        self.body.addLayout(self._beside)
        self.matrix.cell_clicked.connect(self._mark)
        self.controls.percent_chosen.connect(self.matrix.set_percent)
        self.controls.similar_chosen.connect(self._choose_order)
        self.controls.class_found.connect(self.matrix.show_class)

    def show_metrics(self, classes: tuple[str, ...], metrics: Metrics | None, about: str) -> None:
        """Shows other numbers, with a sentence on the photos that they come from."""
        self.about.setText(about)
        confusion = metrics.confusion if metrics is not None else None
        self.matrix.set_counts(classes, confusion)
        self.controls.show_classes(classes if metrics is not None else ())
        if confusion is not self._confusion:
            self._confusion = confusion
            self._choose_order(self._similar)
        for each in self._mistakes:
            each.hide()
            each.deleteLater()
        found = mistakes(classes, metrics) if metrics is not None else []
        self._mistakes = [_Mistake(self.matrix, true, predicted) for true, predicted in found]
        self._place()
        self.matrix.reserve(self._most)
        self._head.setText(self.tr("Most frequent mistakes") if found else self.tr("No mistakes"))
        self._words.setVisible(metrics is not None)

    def reserve(self, most: float) -> None:
        """Has the matrix take the height that it can use, at most so much."""
        self._most = max(float(_LEAST), most)
        self.matrix.reserve(self._most)

    @Slot(object)
    def take_order(self, ordered: tuple[NDArray[np.int64], NDArray[np.int64]]) -> None:
        """Shows the counts that were ordered in that order, if both are still wanted."""
        counts, order = ordered
        if self._similar and counts is self._confusion:
            self.matrix.set_order(order)

    @Slot(object)
    def _choose_order(self, similar: bool) -> None:
        self._similar = similar
        if self._confusion is None:
            return
        if similar:
            self.wants_order.emit(self._confusion)
        else:
            self.matrix.set_order(None)

    def forget_chosen(self) -> None:
        """No cell and no mistake is chosen any more."""
        self.matrix.forget_chosen()
        self._mark(-1, -1)

    def words(self) -> list[str]:
        """The worst mistakes as they are listed."""
        return [each.accessibleName() for each in self._mistakes]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts the words beside the matrix, or below it where there is little room."""
        super().resizeEvent(event)
        wide = self.width() >= theme.px(_WIDE)
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._beside.setDirection(way)
        self._words.setMinimumWidth(theme.px(_WORDS_WIDTH) if wide else 0)
        self._words.setMaximumWidth(theme.px(_WORDS_WIDTH) if wide else _UNLIMITED)
        columns = 2 if not wide and self.width() >= theme.px(_TWO_COLUMNS) else 1
        self.matrix.reserve(self._most)
        if columns != self._columns:
            self._columns = columns
            self._place()

    def _place(self) -> None:
        """Lists the mistakes below each other, or in two columns where they have the whole card."""
        for number, each in enumerate(self._mistakes):
            self._places.addWidget(each, *divmod(number, self._columns))
        self._places.setColumnStretch(0, 1)
        self._places.setColumnStretch(1, self._columns - 1)

    @Slot(int, int)
    def _mark(self, true: int, predicted: int) -> None:
        for each in self._mistakes:
            each.setChecked(each.cell == (true, predicted))


class _Mistake(RowButton):
    """A mistake in words; a click shows its cell in the matrix."""

    def __init__(self, matrix: ConfusionMatrix, true: int, predicted: int) -> None:
        super().__init__(matrix.sentence(true, predicted, short=True))
        self._matrix, self.cell = matrix, (true, predicted)
        sentence = matrix.sentence(true, predicted)
        self.setCheckable(True)
        self.setAccessibleName(sentence)
        if sentence != self.sentence():
            self.setToolTip(as_tip(sentence))
        self.clicked.connect(self._show)

    def _show(self) -> None:
        self._matrix.choose(*self.cell)
