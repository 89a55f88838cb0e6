"""The bar that messages slide into: what is wrong, what to do, and the button for it."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QPropertyAnimation, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QWidget

from workbench.core.errors import ErrorReport
from workbench.ui.parts.widgets import Button, Card, IconButton, column, icon, label, row
from workbench.ui.session.session import Session
from workbench.ui.session.state import State
from workbench.ui.style import theme

_DETAILS_HEIGHT = 96
_UNLIMITED = 16777215


class MessageBar(QFrame):
    """One message at a time, above the status strip; it never covers the work."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: ErrorReport | None = None
        self._sign = QLabel()
        self._sign.setFixedWidth(24)
        self._title, self._hint = label("", "strong", wrap=True), label("", "muted", wrap=True)
        self._continue = Button(self.tr("Continue"), session.continue_training)
        self._fold = Button(self.tr("Details"), self._toggle, role="quiet")
        self._close = IconButton("ph.x", self.tr("Dismiss this message"), session.dismiss_error)
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setFixedHeight(_DETAILS_HEIGHT)
        self._details.setAccessibleName(self.tr("Technical details"))
        self._copy = Button(self.tr("Copy details"), self._copy_details, icon_name="ph.copy")
        self._folded = QWidget()
        self._folded.setLayout(column(self._details, row(self._copy, -1)))
        words = column(self._title, self._hint, space=2)
        line = row(self._sign, words, self._continue, self._fold, self._close)
        line.setStretch(1, 1)
        card = Card(line, self._folded, margin=12)
        layout = column(card)
        layout.setContentsMargins(theme.L, 0, theme.L, theme.S)
        self.setLayout(layout)
        self._slide = QPropertyAnimation(self, b"maximumHeight", self)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.finished.connect(self._slid)
        self.hide()

    def show_state(self, state: State) -> None:
        """Shows the newest message, or none."""
        can_continue = state.interrupted is not None and "train" not in state.working
        self._continue.setVisible(can_continue)
        if state.error is self._shown:
            return
        self._shown = state.error
        if state.error is None:
            self.hide()
            return
        sign = ("ph.info", "accent") if state.error.is_input else ("ph.warning-circle", "bad")
        self._sign.setPixmap(icon(*sign).pixmap(20, 20))
        self._title.setText(state.error.title)
        self._hint.setText(state.error.hint)
        self._details.setPlainText(state.error.details)
        self._fold.setVisible(bool(state.error.details))
        self._folded.hide()
        self.setAccessibleName(f"{state.error.title} {state.error.hint}")
        self._slide_in()

    def _slide_in(self) -> None:
        self.show()
        duration = theme.motion(self)
        if duration:
            self._slide.setDuration(duration)
            self._slide.setStartValue(0)
            self._slide.setEndValue(max(self.sizeHint().height(), 64))
            self._slide.start()

    @Slot()
    def _slid(self) -> None:
        self.setMaximumHeight(_UNLIMITED)

    @Slot()
    def _toggle(self) -> None:
        self._folded.setVisible(self._folded.isHidden())

    @Slot()
    def _copy_details(self) -> None:
        if self._shown is not None:
            text = f"{self._shown.title} {self._shown.hint}\n\n{self._shown.details}"
            QGuiApplication.clipboard().setText(text)
