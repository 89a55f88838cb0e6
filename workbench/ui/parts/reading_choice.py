"""Asks what says the classes: two ways to read a folder, as little trees with photo counts."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from workbench.core.data.catalog import TABLE, ReadAs, Unclear
from workbench.ui.parts.card_list import draw_text
from workbench.ui.parts.widgets import Button, Card, PrimaryButton, clear, column, label, row, scrolled
from workbench.ui.style import theme
from workbench.ui.style.icons import icon
from workbench.words import say

_LINE, _INDENT, _ICON, _WIDTH = 28, 28, 18, 300
_MOST_CLASSES = 6


class ReadingTree(QWidget):
    """A folder and the classes that a reading finds in it, each with its number of photos."""

    def __init__(self, folder: str, reading: ReadAs) -> None:
        super().__init__()
        self._folder = folder
        self._rows = list(reading.classes.items())[:_MOST_CLASSES]
        more = len(reading.classes) - len(self._rows)
        self._more = self.tr("and {count:,} more classes").format(count=more) if more else ""
        lines = 1 + len(self._rows) + bool(self._more)
        self.setFixedSize(QSize(_WIDTH, lines * _LINE + theme.S))
        listed = ", ".join(f"{name} {count:,}" for name, count in self._rows)
        self.setAccessibleName(f"{folder}: {listed} {self._more}".strip())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws the tree."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        stem = theme.S + _ICON / 2
        painter.setPen(QPen(theme.colour("line"), 2))
        last = (len(self._rows) + 0.5) * _LINE
        painter.drawLine(QPointF(stem, _LINE - 2), QPointF(stem, last))
        for line in range(1, len(self._rows) + 1):
            middle = (line + 0.5) * _LINE
            painter.drawLine(QPointF(stem, middle), QPointF(theme.S + _INDENT - 4, middle))
        self._draw_line(painter, 0, self._folder, "")
        for line, (name, count) in enumerate(self._rows, start=1):
            self._draw_line(painter, line, name, f"{count:,}")
        if self._more:
            painter.setPen(theme.colour("muted"))
            left = theme.S + _INDENT
            top = (len(self._rows) + 1) * _LINE
            draw_text(painter, QRect(left, top, self.width() - left, _LINE), self._more)

    def _draw_line(self, painter: QPainter, line: int, name: str, count: str) -> None:
        left = theme.S + (_INDENT if line else 0)
        place = QRect(left, line * _LINE + (_LINE - _ICON) // 2, _ICON, _ICON)
        icon("ph.folder-fill" if line else "ph.folder-open-fill", "accent").paint(painter, place)
        painter.setPen(theme.colour("muted"))
        room = QRect(place.right() + theme.S, line * _LINE, self.width() - place.right() - 2 * theme.S, _LINE)
        draw_text(painter, room, count, Qt.AlignmentFlag.AlignRight)
        width = painter.fontMetrics().horizontalAdvance(count) + theme.S if count else 0
        painter.setPen(theme.colour("text"))
        draw_text(painter, room.adjusted(0, 0, -width, 0), name)


class ReadingChoice(QWidget):
    """Two cards, the likelier reading first, each with a button.

    Signals:
        chosen: The folder's path and the key of the reading.
        cancelled: The person wants another folder.
    """

    chosen = Signal(str, str)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._question: Unclear | None = None
        self.buttons: list[Button] = []
        self._title = label("", "title")
        text = label(self.tr("The folder can be read in two ways. Nothing in it is changed."), "muted")
        self._cards = row(space=theme.L)
        self._other = Button(self.tr("Choose another folder…"), self.cancelled.emit)
        head = (row(-1, self._title, -1), row(-1, text, -1))
        inner = QWidget()
        inner.setLayout(column(-1, *head, theme.M, self._cards, theme.M, row(-1, self._other, -1), -1))
        self.setLayout(column(scrolled(inner)))

    def show_question(self, question: Unclear) -> None:
        """Shows the two readings of another folder."""
        if question is self._question:
            return
        self._question = question
        by_table = any(reading.key.startswith(TABLE) for reading in question.readings)
        folders, classes = self.tr("Which folders are the classes?"), self.tr("Which classes are meant?")
        self._title.setText(classes if by_table else folders)
        clear(self._cards)
        self.buttons = []
        self._cards.addStretch(1)
        for number, reading in enumerate(question.readings):
            self._cards.addWidget(self._card(question, reading, likelier=number == 0))
        self._cards.addStretch(1)
        for before, after in zip(self.buttons, [*self.buttons[1:], self._other], strict=True):
            QWidget.setTabOrder(before, after)

    def _card(self, question: Unclear, reading: ReadAs, *, likelier: bool) -> Card:
        words = self.tr("These {count:,} classes").format(count=len(reading.classes))
        button = (PrimaryButton if likelier else Button)(words, self._choose)
        button.setProperty("reading", reading.key)
        button.setAccessibleName(f"{words}: {', '.join(reading.classes)}")
        self.buttons.append(button)
        why = label(say(reading.why), "", wrap=True)
        why.setFixedWidth(_WIDTH)
        card = Card(label(self.tr("Either") if likelier else self.tr("Or"), "caption"))
        for widget in (ReadingTree(question.folder.name, reading), why):
            card.body.addWidget(widget)
        card.body.addStretch(1)
        card.body.addWidget(button)
        return card

    def _choose(self) -> None:
        assert self._question is not None
        self.chosen.emit(str(self._question.folder), self.sender().property("reading"))
