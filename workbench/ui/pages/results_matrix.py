"""The middle of the Results page: the confusion matrix, and in words what goes wrong most often."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QWidget

from workbench.core.results.metrics import Metrics
from workbench.ui.charts.matrix import ConfusionMatrix
from workbench.ui.parts.widgets import Card, as_tip, column, label, row
from workbench.ui.parts.wrapping import PADDING, RowButton
from workbench.ui.style import theme
from workbench.ui.words.outcome import mistakes

_LEAST, _WORDS_WIDTH = 300, 304
_WIDE, _TWO_COLUMNS = 700, 560
_UNLIMITED = 16777215


class MatrixCard(Card):
    """The matrix and its worst mistakes, side by side where there is room."""

    def __init__(self) -> None:
        super().__init__()
        self._columns = 1
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
        self.body.addSpacing(theme.S)
        self.body.addLayout(self._beside)
        self.matrix.cell_clicked.connect(self._mark)

    def show_metrics(self, classes: tuple[str, ...], metrics: Metrics | None, about: str) -> None:
        """Shows other numbers, with a sentence on the photos that they come from."""
        self.about.setText(about)
        self.matrix.set_counts(classes, metrics.confusion if metrics is not None else None)
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
