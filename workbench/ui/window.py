"""The main window: wires rail, pages, messages and status strip to the session, and knows no rules."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QPoint, QTimer, QUrl, Slot
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QMenu, QStackedWidget, QWidget

from workbench.core.paths import log_dir
from workbench.ui.frame.dialogs import ClosingQuestion, Help
from workbench.ui.frame.message_bar import MessageBar
from workbench.ui.frame.places import PLACES, waiting
from workbench.ui.frame.rail import Rail
from workbench.ui.frame.strip import StatusStrip
from workbench.ui.pages.page import Page
from workbench.ui.parts.widgets import column, row
from workbench.ui.session.session import Session
from workbench.ui.session.state import Runs, State, Work, is_interruptible
from workbench.ui.style import theme

_CLOSING_MS = 5000


class MainWindow(QMainWindow):
    """The one window of the program.

    Args:
        session: What the window knows.
        appearance: The theme, which the settings menu changes.
        page: The page to begin with.
    """

    def __init__(self, session: Session, appearance: theme.Theme, page: str = "images") -> None:
        super().__init__()
        self.session, self.appearance = session, appearance
        self._seen: frozenset[str] = frozenset(session.preferences.recall("results/seen", []))
        self._closing = False
        self.pages: dict[str, Page] = {}
        self.rail, self.messages, self.strip = Rail(), MessageBar(session), StatusStrip()
        self._stack = QStackedWidget()
        self.setWindowTitle(self.tr("Image classification workbench"))
        self.setMinimumSize(*theme.MINIMUM_SIZE)
        right = column(self._stack, self.messages, self.strip, space=0)
        right.setStretch(0, 1)
        middle = QWidget()
        middle.setObjectName("canvas")
        middle.setLayout(row(self.rail, right, space=0))
        self.setCentralWidget(middle)
        self.rail.chosen.connect(self.show_page)
        self.rail.settings.clicked.connect(self._open_settings)
        self.rail.help.clicked.connect(self._open_help)
        self.messages.wants_page.connect(self.show_page)
        self.strip.wants_page.connect(self.show_page)
        self.strip.stop.connect(self._stop)
        session.store.subscribe(self.show_state, Runs, Work)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Open), self, self._choose_folder)
        QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), self, self._open_help)
        self.settings_menu = self._make_settings_menu()
        self._closing_timer = QTimer(self, singleShot=True, interval=_CLOSING_MS)
        self._closing_timer.timeout.connect(self.close)
        self.resize(1200, 800)
        self.restoreGeometry(session.preferences.recall("window/geometry", QByteArray()))
        self.show_page(page)

    @Slot(str)
    def show_page(self, name: str) -> None:
        """Shows a page, and makes it first where that has not happened yet."""
        if name not in self.pages:
            place = next(place for place in PLACES if place.name == name)
            page = place.make(self.session)
            page.wants_page.connect(self.show_page)
            self.pages[name] = page
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(self.pages[name])
        self.pages[name].setFocus()
        self.rail.show_page(name)
        self.show_state(self.session.state)

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self._stack.currentWidget()  # type: ignore[return-value]

    @Slot(object)
    def show_state(self, state: State) -> None:
        """Shows the newest state on the rail and in the status strip."""
        run = state.runs.shown
        if self.page is self.pages.get("results") and run is not None and run.result is not None:
            self._seen |= {run.folder.name}
            if state.runs.news is not None:
                self.session.runs.dismiss_news()
        self.rail.show_dots(waiting(state, self._seen))
        self.strip.show_state(state, next(name for name, page in self.pages.items() if page is self.page))
        if self._closing and "train" not in state.work.working:
            self.close()

    @Slot(str)
    def _stop(self, action: str) -> None:
        session = self.session
        stops = {
            "stop_training": session.runs.stop,
            "stop_scan": session.folders.stop,
            "stop_predicting": session.predictions.stop,
        }
        stops[action]()

    @Slot()
    def _choose_folder(self) -> None:
        self.show_page("images")
        self.page.choose_folder()  # type: ignore[attr-defined]

    # Settings and help

    def _make_settings_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(self.tr("Appearance")).setEnabled(False)
        group = QActionGroup(self)
        for choice, words in (
            ("system", self.tr("As the system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ):
            action = QAction(words, menu, checkable=True, checked=choice == self.appearance.choice)
            action.setData(choice)
            group.addAction(action)
            menu.addAction(action)
        group.triggered.connect(self._choose_theme)
        stronger = QAction(
            self.tr("More contrast"), menu, checkable=True, checked=self.appearance.more_contrast
        )
        stronger.toggled.connect(self._set_more_contrast)
        menu.addAction(stronger)
        menu.addSeparator()
        train_on_opening = QAction(
            self.tr("Learn by itself when a folder is opened"),
            menu,
            checkable=True,
            checked=self.session.preferences.train_on_opening,
        )
        train_on_opening.toggled.connect(self._set_train_on_opening)
        menu.addAction(train_on_opening)
        menu.addSeparator()
        menu.addAction(self.tr("Open the folder of log files"), self._open_logs)
        return menu

    @Slot(QAction)
    def _choose_theme(self, action: QAction) -> None:
        self.appearance.choose(action.data())
        self.session.preferences.remember("window/theme", action.data())

    @Slot(bool)
    def _set_more_contrast(self, more: bool) -> None:
        self.appearance.set_more_contrast(more)
        self.session.preferences.remember("window/contrast", more)

    @Slot(bool)
    def _set_train_on_opening(self, wanted: bool) -> None:
        self.session.preferences.train_on_opening = wanted

    @Slot()
    def _open_settings(self) -> None:
        button = self.rail.settings
        height = self.settings_menu.sizeHint().height()
        self.settings_menu.popup(button.mapToGlobal(button.rect().bottomRight()) - QPoint(0, height))

    @Slot()
    def _open_logs(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_dir())))

    @Slot()
    def _open_help(self) -> None:
        Help(self).open()

    # Closing

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks while a long run learns; otherwise ends the engines in order and remembers the window."""
        in_training = not is_interruptible(self.session.state)
        if in_training and not self._closing:
            event.ignore()
            question = ClosingQuestion(self)
            question.stop.connect(self._stop_and_close)
            question.open()
            return
        if in_training and self._closing_timer.isActive():
            event.ignore()
            return
        self.session.preferences.remember("window/geometry", self.saveGeometry())
        self.session.preferences.remember("results/seen", sorted(self._seen))
        self.hide()
        self.session.close()
        super().closeEvent(event)

    @Slot()
    def _stop_and_close(self) -> None:
        """Stops, waits a few seconds for the run to save itself, and closes."""
        self._closing = True
        self._closing_timer.start()
        self.session.runs.stop()
