"""The middle of the Results page: the confusion matrix, and in words what goes wrong most often."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from workbench.core.events import Metrics
from workbench.ui.charts.matrix import ConfusionMatrix
from workbench.ui.parts.widgets import Button, Card, clear, column, label
from workbench.ui.style import theme
from workbench.ui.words.outcome import mistakes

_ROW_PADDING, _MATRIX_HEIGHT, _WORDS_WIDTH, _WIDE = 12, 400, 304, 760


class MatrixCard(Card):
    """The matrix and its worst mistakes, side by side where there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.about = label("", "muted", wrap=True)
        self.matrix = ConfusionMatrix()
        self.matrix.setMinimumHeight(_MATRIX_HEIGHT)
        self._words = QWidget()
        self._mistakes = column(space=0)
        self._head = label("", "strong")
        self._head.setIndent(_ROW_PADDING)
        self._words.setLayout(column(self._head, self._mistakes, -1))
        self._beside = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._beside.setSpacing(theme.L)
        self._beside.addWidget(self.matrix, 1)
        self._beside.addWidget(self._words)
        self.body.addWidget(label(self.tr("What it takes for what"), "section"))
        self.body.addWidget(self.about)
        self.body.addSpacing(theme.S)
        self.body.addLayout(self._beside)
        self.matrix.cell_clicked.connect(self._mark)

    def show_metrics(self, classes: tuple[str, ...], metrics: Metrics | None, about: str) -> None:
        """Shows other numbers, with a sentence on the photos that they come from."""
        self.about.setText(about)
        self.matrix.set_counts(classes, metrics.confusion if metrics is not None else None)
        clear(self._mistakes)
        found = mistakes(classes, metrics) if metrics is not None else []
        for true, predicted in found:
            self._mistakes.addWidget(_Mistake(self.matrix, true, predicted))
        self._head.setText(self.tr("Most often mistaken") if found else self.tr("No mistakes"))
        self._words.setVisible(metrics is not None)

    def words(self) -> list[str]:
        """The worst mistakes as they are listed."""
        listed = (self._mistakes.itemAt(place).widget() for place in range(self._mistakes.count()))
        return [each.accessibleName() for each in listed]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts the words beside the matrix, or below it where there is little room."""
        super().resizeEvent(event)
        wide = self.width() >= _WIDE
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._beside.setDirection(way)
        self._words.setFixedWidth(_WORDS_WIDTH) if wide else self._words.setMaximumWidth(self.width())

    @Slot(int, int)
    def _mark(self, true: int, predicted: int) -> None:
        for place in range(self._mistakes.count()):
            each = self._mistakes.itemAt(place).widget()
            if isinstance(each, _Mistake):
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
