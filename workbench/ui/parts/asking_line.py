"""A button that asks a longer question; while it is answered how far that is, and a way to stop."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from workbench.core.errors import ErrorReport
from workbench.ui.parts.widgets import Bar, Button, column, label, row
from workbench.ui.session.question import Question

_BAR_HEIGHT = 6


class AskingLine(QWidget):
    """The state of a question.

    Args:
        question: It.
        text: What the button says.
        ask: Called when it is pressed.

    Attributes:
        about: What the line speaks of, where the question may also be about something else; None: all.
    """

    def __init__(self, question: Question, text: str, ask: Callable[[], object]) -> None:
        super().__init__()
        self._question = question
        self.about: Hashable = None
        self.ask = Button(text, ask)
        self.time = label("", "muted", wrap=True)
        self.doing = label("", "muted", wrap=True)
        self.bar = Bar(0.0, "accent", _BAR_HEIGHT)
        self.stop = Button(self.tr("Stop"), question.stop)
        self.error = label("", "warn", wrap=True)
        begin, under_way = row(self.ask, self.time), row(self.doing, self.bar, self.stop)
        begin.setStretch(1, 1)
        for place in (0, 1):
            under_way.setStretch(place, 1)
        self.setLayout(column(self.error, begin, under_way))
        question.changed.connect(self.show_question)
        self.show_question()

    def show_time(self, text: str) -> None:
        """Says how long it takes; "" says nothing."""
        self.time.setText(text)

    @Slot()
    def show_question(self) -> None:
        """Shows how things stand."""
        question = self._question
        asking, progress = question.is_asking, question.progress
        shown: list[tuple[QWidget, bool]] = [(self.ask, not asking), (self.time, not asking)]
        shown += [(self.doing, asking), (self.bar, asking), (self.stop, asking)]
        for widget, visible in shown:
            widget.setVisible(visible)
        self.stop.setEnabled(not question.stopping)
        others = self.about is not None and question.about is not self.about
        if others:
            self.doing.setText(self.tr("Busy with another run…"))
        elif question.stopping:
            self.doing.setText(self.tr("Stopping…"))
        else:
            self.doing.setText(progress.text if progress is not None else self.tr("Getting ready…"))
        self.bar.set_share(progress.done / progress.total if progress is not None and progress.total else 0.0)
        self.error.setText(_said(question.error) if question.error is not None and not others else "")
        self.error.setVisible(bool(self.error.text()))


def _said(error: ErrorReport) -> str:
    return f"{error.title} {error.hint}".rstrip()
