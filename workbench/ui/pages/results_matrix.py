"""The middle of the Results page: the confusion matrix, and in words what goes wrong most often."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QSizePolicy, QWidget

from workbench.core.results.metrics import Metrics
from workbench.ui.charts.matrix import ConfusionMatrix
from workbench.ui.parts.widgets import Button, Card, column, label, row
from workbench.ui.style import theme
from workbench.ui.words.outcome import mistakes

_ROW_PADDING, _MATRIX_HEIGHT, _WORDS_WIDTH = 12, 400, 304
_WIDE, _TWO_COLUMNS = 700, 560
_UNLIMITED = 16777215


class MatrixCard(Card):
    """The matrix and its worst mistakes, side by side where there is room."""

    def __init__(self) -> None:
        super().__init__()
        self._columns = 1
        self.about = label("", "muted", wrap=True)
        self.matrix = ConfusionMatrix()
        self.matrix.setMinimumHeight(_MATRIX_HEIGHT)
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
        indented = row(_ROW_PADDING, self.matrix, space=0)
        indented.setStretchFactor(self.matrix, 1)
        self._beside.addLayout(indented, 1)
        self._beside.addWidget(self._words)
        self._words.setFixedWidth(_WORDS_WIDTH)
        head = label(self.tr("What it takes for what"), "section")
        # What a pointer lights in the list of mistakes begins left of the words in it.
        self.body.setContentsMargins(theme.M - _ROW_PADDING, theme.M, theme.M, theme.M)
        for each in (head, self.about, self._head):
            each.setIndent(_ROW_PADDING)
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
        self._head.setText(self.tr("Most often mistaken") if found else self.tr("No mistakes"))
        self._words.setVisible(metrics is not None)

    def words(self) -> list[str]:
        """The worst mistakes as they are listed."""
        return [each.accessibleName() for each in self._mistakes]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts the words beside the matrix, or below it where there is little room."""
        super().resizeEvent(event)
        wide = self.width() >= _WIDE
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._beside.setDirection(way)
        self._words.setMinimumWidth(_WORDS_WIDTH if wide else 0)
        self._words.setMaximumWidth(_WORDS_WIDTH if wide else _UNLIMITED)
        columns = 2 if _TWO_COLUMNS <= self.width() < _WIDE else 1
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


class _Mistake(Button):
    """A mistake in words; a click shows its cell in the matrix."""

    def __init__(self, matrix: ConfusionMatrix, true: int, predicted: int) -> None:
        self._matrix, self.cell = matrix, (true, predicted)
        sentence = matrix.sentence(true, predicted)
        super().__init__("", self._show, role="row")
        self.setCheckable(True)
        self.setAccessibleName(sentence)
        self.setToolTip(sentence)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._sentence = sentence

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shortens the sentence in the middle where it does not fit."""
        super().resizeEvent(event)
        room = self.width() - theme.L
        self.setText(self.fontMetrics().elidedText(self._sentence, Qt.TextElideMode.ElideMiddle, room))

    def _show(self) -> None:
        self._matrix.choose(*self.cell)
