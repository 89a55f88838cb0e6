"""The main window: wires rail, pages, messages and status strip to the session, and knows no rules."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QEvent, QPoint, QSize, QTimer, Slot
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QMainWindow, QMenu, QScrollArea, QStackedWidget, QWidget

from workbench.core.paths import log_dir
from workbench.ui.frame.dialogs import ClosingQuestion, Help
from workbench.ui.frame.message_bar import MessageBar
from workbench.ui.frame.places import PLACES, waiting
from workbench.ui.frame.rail import Rail
from workbench.ui.frame.sizes import fit_to_screen
from workbench.ui.frame.strip import StatusStrip
from workbench.ui.pages.drop_page import DropPage, Light, open_model
from workbench.ui.pages.page import Page
from workbench.ui.parts.desktop import choose_model, show_folder
from workbench.ui.parts.dropped import Dropped
from workbench.ui.parts.widgets import column, row, scrolled
from workbench.ui.session.actions import is_interruptible
from workbench.ui.session.session import Session
from workbench.ui.session.state import Runs, State, Work
from workbench.ui.style import theme
from workbench.ui.words.models import what_stays

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
        self._closing = self._watches_screen = False
        self.pages: dict[str, Page] = {}
        self.rail, self.messages, self.strip = Rail(), MessageBar(session), StatusStrip()
        self._stack = _Pages()
        self._light = Light(self._stack)
        self.setWindowTitle(self.tr("Image classification workbench"))
        self.setAcceptDrops(True)
        right = column(_reachable(self._stack), self.messages, self.strip, space=0)
        right.setStretch(0, 1)
        middle = QWidget()
        middle.setObjectName("canvas")
        middle.setLayout(row(self.rail, right, space=0))
        self.setCentralWidget(middle)
        self.rail.chosen.connect(self.show_page)
        self.rail.settings.clicked.connect(self._open_settings)
        self.rail.help.clicked.connect(self._open_help)
        self.messages.wants_page.connect(self._lead_to)
        session.models.ready.connect(self._show_opened_model)
        session.photos_wanted.connect(self._show_photos)
        self.strip.wants_page.connect(self.show_page)
        self.strip.stop.connect(self._stop)
        session.store.subscribe(self.show_state, Runs, Work)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Open), self, self._choose_folder)
        QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), self, self._open_help)
        self.settings_menu = self._make_settings_menu()
        self._closing_timer = QTimer(self, singleShot=True, interval=_CLOSING_MS)
        self._closing_timer.timeout.connect(self.close)
        self.restoreGeometry(session.preferences.recall("window/geometry", QByteArray()))
        fit_to_screen(self, remembered=bool(session.preferences.recall("window/geometry", QByteArray())))
        self.show_page(page)

    @Slot(str)
    def show_page(self, name: str) -> None:
        """Shows a page, and makes it first where that has not happened yet."""
        if name not in self.pages:
            place = next(place for place in PLACES if place.name == name)
            page = place.make(self.session)
            page.wants_page.connect(self._lead_to)
            self.pages[name] = page
            self._stack.addWidget(page)
        if self._stack.currentWidget() is not self.pages[name]:
            self._leave()
        self._stack.setCurrentWidget(self.pages[name])
        self._stack.updateGeometry()
        self.pages[name].setFocus()
        self.rail.show_page(name)
        self.show_state(self.session.state)

    def _leave(self) -> None:
        """What was said about something on a page does not follow to the next one."""
        state = self.session.state
        if state.work.error is not None and state.work.error.is_input and state.runs.interrupted is None:
            self.session.work.dismiss_error()

    @Slot(str)
    def _lead_to(self, name: str) -> None:
        """Shows a page from its top: something else has led there."""
        self.show_page(name)
        self.page.to_top()

    @Slot(tuple, str)
    def _show_photos(self, samples: tuple[str, ...], title: str) -> None:
        self._lead_to("images")
        self.page.show_photos(samples, title)

    @Slot()
    def _show_opened_model(self) -> None:
        self._lead_to("try_it")

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self._stack.currentWidget()  # type: ignore[return-value]

    @Slot(object)
    def show_state(self, state: State) -> None:
        """Shows the newest state on the rail and in the status strip."""
        run, news = state.runs.shown, state.runs.news
        if self.page is self.pages.get("results") and run is not None and run.result is not None:
            self._seen |= {run.folder.name}
        if news is not None and self.page in (self.pages.get("results"), self.pages.get("train")):
            self.session.runs.dismiss_news()  # they say it themselves
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
            "stop_adding": session.adding.stop,
            "stop_predicting": session.predictions.stop,
            "stop_export": session.projects.stop,
            "stop_stress": session.stress.stop,
        }
        stops[action]()

    # Drops on pages that take none

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcomes what another page, or the window itself, can take."""
        dropped = Dropped.of(event.mimeData())
        if dropped.kind != "nothing":
            event.acceptProposedAction()
            self._light.show_over(dropped, _page_for(dropped))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forgets about it."""
        self._light.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Opens a model or a folder, or asks about photos, on the page that this belongs to."""
        self._light.hide()
        dropped = Dropped.of(event.mimeData())
        event.acceptProposedAction()
        if open_model(self.session, dropped):
            return
        self.show_page(_page_for(dropped))
        page = self.page
        assert isinstance(page, DropPage)
        page.take(event.mimeData())

    @Slot()
    def _open_model(self) -> None:
        choose_model(self, self.session)

    @Slot()
    def _choose_folder(self) -> None:
        self.show_page("images")
        self.page.choose_folder()  # type: ignore[attr-defined]

    # Settings and help

    def _make_settings_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(self.tr("Open a model…"), self._open_model)
        menu.addSeparator()
        menu.addAction(self.tr("Appearance")).setEnabled(False)
        group = QActionGroup(self)
        for choice, words in (
            ("system", self.tr("Same as the system")),
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
            self.tr("Start learning when a folder is opened"),
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
        show_folder(self.session, log_dir())

    @Slot()
    def _open_help(self) -> None:
        Help(self).open()

    def showEvent(self, event: QShowEvent) -> None:
        """Knows its frame only now, and so whether it fits."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._fit)
        if not self._watches_screen and (handle := self.windowHandle()) is not None:
            handle.screenChanged.connect(self._shrink)
            self._watches_screen = True

    @Slot()
    def _fit(self) -> None:
        fit_to_screen(self, remembered=True)

    @Slot()
    def _shrink(self) -> None:
        """Fits a smaller screen; where it lies is the person's, who moves it there just now."""
        if not self.isMaximized():
            self.resize(self.size().boundedTo(self.screen().availableSize()))

    # Closing

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks while a long run learns; otherwise ends the engines in order and remembers the window."""
        in_training = not is_interruptible(self.session.state)
        if in_training and not self._closing:
            event.ignore()
            question = ClosingQuestion(self, what_stays(self.session.state.runs.under_way))
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


def _page_for(dropped: Dropped) -> str:
    """The page that takes what was dropped somewhere else."""
    return "images" if dropped.kind in ("folder", "folders", "mixed", "zip") else "try_it"


class _Pages(QStackedWidget):
    """The pages; only the one that is shown counts for how small the window may be."""

    def minimumSizeHint(self) -> QSize:
        """That of the page shown."""
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()

    def sizeHint(self) -> QSize:
        """That of the page shown."""
        page = self.currentWidget()
        return page.sizeHint() if page is not None else super().sizeHint()


class _Room(QWidget):
    """What the pages fill; without a layout, whose preferred height a scroll area would insist on."""

    def __init__(self, pages: _Pages) -> None:
        super().__init__()
        self._pages = pages
        pages.setParent(self)

    def minimumSizeHint(self) -> QSize:
        """That of the page shown."""
        return self._pages.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Has the pages fill it."""
        self._pages.setGeometry(self.rect())

    def event(self, event: QEvent) -> bool:
        """Passes on that the page shown needs more or less room."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().event(event)


def _reachable(pages: _Pages) -> QScrollArea:
    """The pages, which scroll as a whole in a window that is smaller than the page shown can be."""
    return scrolled(_Room(pages))
