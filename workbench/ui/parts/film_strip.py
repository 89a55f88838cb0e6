"""What was asked so far, as a strip of small photos with their answers, the newest first."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workbench.core.events import Prediction
from workbench.ui.parts.gallery import THUMBNAIL, Index, draw_square
from workbench.ui.session.session import Session
from workbench.ui.style import theme

_SQUARE, _WORDS = 80, 22


class _Answers(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.answers: tuple[Prediction, ...] = ()

    def show_answers(self, answers: tuple[Prediction, ...]) -> None:
        self.beginResetModel()
        self.answers = answers
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.answers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        answer = self.answers[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return answer.class_name or "–"
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{Path(answer.path).name} · {answer.class_name or answer.error}"
        return None


class _AnswerDelegate(QStyledItemDelegate):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        answer = index.model().answers[index.row()]
        square = QRect(option.rect.left() + 2, option.rect.top() + 2, _SQUARE, _SQUARE)
        draw_square(painter, self._session.thumbnails.get(answer.path, THUMBNAIL), square)
        painter.save()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("accent"), 3))
            painter.drawRoundedRect(QRectF(square).adjusted(1, 1, -1, -1), 4, 4)
        font = option.font
        font.setPixelSize(theme.CAPTION)
        painter.setFont(font)
        painter.setPen(theme.colour("text" if chosen else "muted"))
        room = QRect(square.left(), square.bottom() + 2, _SQUARE, _WORDS)
        words = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideMiddle, _SQUARE)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignHCenter, words)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(_SQUARE + theme.S, _SQUARE + _WORDS + 4)


class FilmStrip(QListView):
    """The history of *Try it*.

    Signals:
        chosen: The `Prediction` that the person went to.
    """

    chosen = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._model = _Answers()
        self.setModel(self._model)
        self.setItemDelegate(_AnswerDelegate(session))
        self.setProperty("role", "plain")
        self.setAccessibleName(self.tr("What you asked so far"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(_SQUARE + _WORDS + theme.L)
        self.selectionModel().currentChanged.connect(self._moved)
        session.thumbnails.came.connect(self._arrived)

    def show_answers(self, answers: tuple[Prediction, ...], current: Prediction | None) -> None:
        """Shows another history, with one of its answers chosen."""
        if answers is not self._model.answers:
            self._model.show_answers(answers)
        row = next((row for row, answer in enumerate(answers) if answer is current), -1)
        if row >= 0 and self.currentIndex().row() != row:
            self.setCurrentIndex(self._model.index(row))

    @Slot(str)
    def _arrived(self, _: str) -> None:
        self.viewport().update()

    @Slot(QModelIndex)
    def _moved(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self._model.answers[index.row()])
