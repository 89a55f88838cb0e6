"""What every page has: a title, a line that says where you stand, its actions, and a place for its work."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from workbench.ui.parts.widgets import PrimaryButton, column, label, row
from workbench.ui.session.session import Session
from workbench.ui.session.state import Folders, Runs, Slice, State, Work
from workbench.ui.style import theme

_TEXT_WIDTH = 420


class Page(QWidget):
    """Base of the five pages.

    Put the page's work into `body`; call `need()` where the page cannot be used yet and `ready()`
    where it can. `show_state` is called with the newest state when the page becomes visible, and
    after that at most 30 times a second, when one of the slices has changed that it shows.

    Attributes:
        shows: The slices of the state that the page shows; `enabled_actions` takes the three below.

    Signals:
        wants_page: Asks the window to show the page of that name.
    """

    wants_page = Signal(str)
    shows: ClassVar[tuple[type[Slice], ...]] = (Folders, Runs, Work)

    def __init__(self, session: Session, title: str) -> None:
        super().__init__()
        self.session = session
        self.setObjectName("canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(title)
        self.title = label(title, "title")
        self.subtitle = label("", "muted", wrap=True)
        self._actions = row()
        self.missing = _Missing()
        self._work = QWidget()
        self.body = QVBoxLayout(self._work)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(theme.M)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._work)
        self._stack.addWidget(self.missing)
        header = row(column(self.title, self.subtitle, space=theme.XS), self._actions)
        header.setStretch(0, 1)
        header.setAlignment(self._actions, Qt.AlignmentFlag.AlignTop)
        inner = QWidget()
        inner.setMaximumWidth(theme.px(theme.PAGE_WIDTH))
        whole = column(header, self._stack, space=theme.M)
        whole.setStretch(1, 1)
        inner.setLayout(whole)
        outer = row(-1, inner, -1)
        outer.setStretch(1, 1000)
        outer.setContentsMargins(theme.L, theme.L, theme.L, theme.M)
        self.setLayout(outer)
        session.store.subscribe(self._state_changed, *self.shows)

    @Slot(object)
    def _state_changed(self, state: State) -> None:
        if self.isVisible():
            self.show_state(state)

    def showEvent(self, event: QShowEvent) -> None:
        """Catches up with what it missed while hidden."""
        super().showEvent(event)
        self.show_state(self.session.state)

    def add_action(self, *buttons: QWidget) -> None:
        """Adds buttons at the right of the title; the primary one last."""
        for button in buttons:
            self._actions.addWidget(button)

    def show_photos(self, samples: tuple[str, ...], title: str) -> None:
        """Shows photos of the folder that another page speaks of, by their ids; only *Images* can."""

    def need(
        self, title: str, text: str, button: str, clicked: Callable[[], object], *, enabled: bool = True
    ) -> None:
        """Shows what is missing before the page can be used, with the button that gets it."""
        self.missing.say(title, text, button, clicked, enabled=enabled)
        self._stack.setCurrentWidget(self.missing)

    def need_patience(self, state: State, go_to_images: Callable[[], object]) -> bool:
        """Says that a folder is being read, where there was none before; returns whether that is so."""
        reading = state.folders.catalog is None and bool(state.work.working & {"scan", "sample"})
        if reading:
            self.need(
                self.tr("Your photos are being read"),
                self.tr("This page can be used as soon as that is done."),
                self.tr("See how far it is"),
                go_to_images,
            )
        return reading

    def ready(self) -> None:
        """Shows the page's work."""
        self._stack.setCurrentWidget(self._work)

    def to_top(self) -> None:
        """Begins at its top; called where something else leads to the page."""
        for area in self.findChildren(QScrollArea):
            area.verticalScrollBar().setValue(0)

    def show_state(self, state: State) -> None:
        """Draws the newest state."""
        raise NotImplementedError


class _Missing(QWidget):
    """A calm middle: what is missing, why, and the button that gets it."""

    def __init__(self) -> None:
        super().__init__()
        self._clicked: Callable[[], object] | None = None
        self._title, self._text = label("", "section"), label("", "muted", wrap=True)
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setFixedWidth(theme.px(_TEXT_WIDTH))
        self.button = PrimaryButton("", self._run)
        centre = Qt.AlignmentFlag.AlignHCenter
        # A row of its own lets the text have the height that its fixed width needs.
        layout = column(-1, self._title, row(-1, self._text, -1), theme.S, self.button, -1)
        for widget in (self._title, self.button):
            layout.setAlignment(widget, centre)
        layout.setStretch(layout.count() - 1, 2)
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def say(
        self, title: str, text: str, button: str, clicked: Callable[[], object], *, enabled: bool
    ) -> None:
        self._clicked = clicked
        self._title.setText(title)
        self._text.setText(text)
        self._text.setMinimumHeight(self._text.heightForWidth(theme.px(_TEXT_WIDTH)))
        self.button.setText(button)
        self.button.setEnabled(enabled)

    def _run(self) -> None:
        if self._clicked is not None:
            self._clicked()
