"""The bar that messages slide into: what is wrong, what to do, and the button for it."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QPropertyAnimation, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QWidget

from workbench.core.data.catalog import WITHOUT_CLASSES
from workbench.core.errors import ErrorReport
from workbench.core.project.runs import RunSummary
from workbench.ui.parts.widgets import Button, Card, IconButton, column, label, row
from workbench.ui.session.session import Session
from workbench.ui.session.state import Folders, Runs, State, Work
from workbench.ui.style import theme
from workbench.ui.style.icons import icon
from workbench.ui.words.models import news_title
from workbench.ui.words.outcome import meaning, outcome_of
from workbench.ui.words.refusals import same_photos

_DETAILS_HEIGHT = 96
_UNLIMITED = 16777215


class MessageBar(QFrame):
    """One message at a time, above the status strip; it never covers the work.

    Signals:
        wants_page: The page that the message speaks of.
    """

    wants_page = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: ErrorReport | RunSummary | None = None
        self._sign = QLabel()
        self._sign.setFixedWidth(24)
        self._title, self._hint = label("", "strong", wrap=True), label("", "muted", wrap=True)
        self.continue_button = Button("", session.runs.resume)
        self.results_button = Button(self.tr("See the results"), self._go_to_results)
        self.same_button = Button(self.tr("The same photos"), self._same)
        self.others_button = Button(self.tr("Other photos"), self._others)
        self.sort_button = Button(self.tr("Sort them here"), self._sort)
        self.sort_button.setToolTip(self.tr("Make classes and put the photos into them; no file is moved."))
        self.details_button = Button(self.tr("Details"), self._toggle, role="quiet")
        self.close_button = IconButton("ph.x", self.tr("Dismiss this message"), self._dismiss)
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setFixedHeight(_DETAILS_HEIGHT)
        self._details.setAccessibleName(self.tr("Technical details"))
        self.copy_button = Button(self.tr("Copy details"), self._copy_details, icon_name="ph.copy")
        self.details_area = QWidget()
        self.details_area.setLayout(column(self._details, row(self.copy_button, -1)))
        words = column(self._title, self._hint, space=2)
        line = row(
            self._sign,
            words,
            self.continue_button,
            self.results_button,
            self.same_button,
            self.others_button,
            self.sort_button,
            self.details_button,
            self.close_button,
        )
        line.setStretch(1, 1)
        card = Card(line, self.details_area, margin=12)
        layout = column(card)
        layout.setContentsMargins(theme.L, 0, theme.L, theme.S)
        self.setLayout(layout)
        self._slide = QPropertyAnimation(self, b"maximumHeight", self)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.finished.connect(self._slid)
        self.hide()
        session.store.subscribe(self.show_state, Folders, Runs, Work)

    @Slot(object)
    def show_state(self, state: State) -> None:
        """Shows the newest message, or none; what went wrong comes before what went well."""
        interrupted, message = state.runs.interrupted, state.work.error or state.runs.news
        asking = message is None and state.runs.maybe is not None
        if asking and state.runs.maybe is not None:
            message = same_photos(state.runs.maybe)
        self.same_button.setVisible(asking)
        self.others_button.setVisible(asking)
        self.sort_button.setVisible(_can_be_sorted(state))
        self.continue_button.setVisible(interrupted is not None and "train" not in state.work.working)
        if interrupted is not None:
            again, on = self.tr("Start again"), self.tr("Continue")
            self.continue_button.setText(on if interrupted.can_continue else again)
        if message is self._shown or (asking and message == self._shown):
            return
        self._shown = message
        self.results_button.setVisible(isinstance(message, RunSummary))
        if message is None:
            self.hide()
        elif isinstance(message, RunSummary):
            outcome, in_use = outcome_of(message), state.runs.in_use
            title = news_title(message, in_use, first=state.runs.first)
            self._say(title, meaning(outcome) if outcome else "")
            taken = in_use is not None and in_use.folder == message.folder
            sign = ("ph.check-circle", "good") if taken else ("ph.info", "accent")
            self._sign.setPixmap(icon(*sign).pixmap(20, 20))
        else:
            here = self.tr(" Or sort them here: no file is moved.") if _can_be_sorted(state) else ""
            self._say(message.title, message.hint + here, str(message.details))
            sign = ("ph.info", "accent") if message.is_input else ("ph.warning-circle", "bad")
            self._sign.setPixmap(icon(*sign).pixmap(20, 20))

    def _say(self, title: str, hint: str, details: str = "") -> None:
        self._title.setText(title)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._details.setPlainText(details)
        self.details_button.setVisible(bool(details))
        self.details_area.hide()
        self.setAccessibleName(f"{title} {hint}")
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
        self.details_area.setVisible(self.details_area.isHidden())

    @Slot()
    def _dismiss(self) -> None:
        if isinstance(self._shown, RunSummary):
            self._session.runs.dismiss_news()
        elif self._session.state.work.error is None and self._session.state.runs.maybe is not None:
            self._session.runs.folder.answer_maybe(None)
        else:
            self._session.work.dismiss_error()

    @Slot()
    def _same(self) -> None:
        self._session.runs.folder.answer_maybe(same=True)

    @Slot()
    def _others(self) -> None:
        self._session.runs.folder.answer_maybe(same=False)

    @Slot()
    def _sort(self) -> None:
        self.wants_page.emit("images")
        self._session.folders.sort_here()

    @Slot()
    def _go_to_results(self) -> None:
        self._session.runs.dismiss_news()
        self.wants_page.emit("results")

    @Slot()
    def _copy_details(self) -> None:
        if isinstance(self._shown, ErrorReport):
            text = f"{self._shown.title} {self._shown.hint}\n\n{self._shown.details}"
            QGuiApplication.clipboard().setText(text)


def _can_be_sorted(state: State) -> bool:
    """Whether the message is that of a folder whose photos have no classes."""
    error = state.work.error
    told = error is not None and error.message.code in WITHOUT_CLASSES
    return told and state.folders.without_classes is not None
