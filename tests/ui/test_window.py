from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import changed
from workbench.core.errors import ErrorReport
from workbench.ui.alone import made_up_instant, made_up_state, made_up_training
from workbench.ui.app import UncaughtErrors
from workbench.ui.frame.dialogs import ClosingQuestion, Help
from workbench.ui.frame.places import PLACES
from workbench.ui.session.session import Session
from workbench.ui.session.state import State
from workbench.ui.style import theme
from workbench.ui.window import MainWindow

NAMES = [place.name for place in PLACES]


@pytest.fixture
def window(session: Session, qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(session, theme.Theme(qapp))
    made.show()
    qtbot.waitExposed(made)
    yield made
    session.store.put(*changed(session.state, working=frozenset()).slices())
    made.close()
    made.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def show(window: MainWindow, session: Session, state: State) -> None:
    session.store.put(*state.slices())
    window.show_state(session.state)
    window.messages.show_state(session.state)
    window.page.show_state(session.state)


def test_pages_are_made_when_they_are_first_shown(window: MainWindow) -> None:
    assert list(window.pages) == ["images"]
    window.show_page("share")
    assert list(window.pages) == ["images", "share"]
    assert window.page is window.pages["share"]


@pytest.mark.parametrize("number", range(1, 6))
def test_every_page_has_its_key(window: MainWindow, qtbot: QtBot, number: int) -> None:
    qtbot.keyClick(window, str(number), Qt.KeyboardModifier.ControlModifier)
    assert window.page is window.pages[NAMES[number - 1]]
    assert window.rail.buttons[NAMES[number - 1]].isChecked()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("state", ["empty", "full", "training"])
def test_every_control_can_be_reached_and_has_a_name(
    window: MainWindow, session: Session, name: str, state: str
) -> None:
    if state != "empty":
        show(window, session, made_up_state() if state == "full" else made_up_training())
    window.show_page(name)
    reachable = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.focusProxy()
    ]
    assert reachable
    nameless = [
        widget
        for widget in reachable
        if not widget.accessibleName() and not (isinstance(widget, QAbstractButton) and widget.text())
    ]
    assert not nameless, [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}" for widget in nameless
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_page_fits_the_smallest_window(
    window: MainWindow, session: Session, name: str, qtbot: QtBot
) -> None:
    show(window, session, made_up_training())
    window.show_page(name)
    window.resize(*theme.MINIMUM_SIZE)
    qtbot.wait(50)
    assert (window.width(), window.height()) == theme.MINIMUM_SIZE


def test_a_message_says_what_to_do_and_goes_away(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    session.work.report(ErrorReport.said("The disk is full.", "Make room.", "errno 28"))
    qtbot.waitUntil(window.messages.isVisible)
    assert window.messages.accessibleName() == "The disk is full. Make room."
    assert window.messages.details_area.isHidden()
    window.messages.details_button.click()
    assert window.messages.details_area.isVisible()
    window.messages.copy_button.click()
    assert "errno 28" in QGuiApplication.clipboard().text()
    window.messages.close_button.click()
    qtbot.waitUntil(window.messages.isHidden)


def test_a_cut_off_run_can_be_continued_from_the_message(window: MainWindow, session: Session) -> None:
    state = made_up_state()
    assert state.runs.shown is not None
    broken = replace(state.runs.shown, can_continue=True)
    show(
        window,
        session,
        changed(state, error=ErrorReport.said("It ended.", "Go on."), interrupted=broken),
    )
    assert window.messages.continue_button.isVisible()
    assert window.messages.continue_button.text() == "Continue"
    show(window, session, changed(session.state, interrupted=state.runs.shown))
    assert window.messages.continue_button.text() == "Start again"
    show(window, session, changed(session.state, interrupted=None))
    assert window.messages.continue_button.isHidden()


def test_closing_while_a_model_learns_asks_first(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    show(window, session, made_up_training())
    window.close()
    assert window.isVisible()
    question = window.findChild(ClosingQuestion)
    qtbot.mouseClick(question.keep, Qt.MouseButton.LeftButton)
    assert window.isVisible()
    assert "train" in session.state.work.working


def test_closing_does_not_ask_while_a_run_is_quickly_made_again(window: MainWindow, session: Session) -> None:
    show(window, session, made_up_instant(1, learning=True))
    window.close()
    assert window.findChild(ClosingQuestion) is None
    assert window.isHidden()


def test_a_first_model_is_announced_until_it_was_looked_at(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    state = made_up_instant()
    show(window, session, changed(state, news=state.runs.shown, first=True))
    assert window.page is window.pages["images"], "it steals no page"
    assert window.messages.isVisible()
    assert window.messages.accessibleName() == (
        "Your first model is ready. "
        "Right for 88 to 97 of 100 photos; every photo was tested by a model that hadn't learned from it."
    )
    window.messages.results_button.click()
    assert window.page is window.pages["results"]
    qtbot.waitUntil(window.messages.isHidden)
    assert session.state.runs.news is None


def test_an_error_is_shown_before_what_went_well(window: MainWindow, session: Session) -> None:
    state = made_up_instant()
    show(
        window,
        session,
        changed(state, news=state.runs.shown, first=True, error=ErrorReport.said("It ended.", "Go on.")),
    )
    assert window.messages.accessibleName() == "It ended. Go on."
    assert window.messages.results_button.isHidden()
    window.messages.close_button.click()
    show(window, session, session.state)
    assert window.messages.accessibleName().startswith("Your first model")
    window.messages.close_button.click()
    assert session.state.runs.news is None


def test_learning_by_itself_is_turned_off_in_the_settings(window: MainWindow, session: Session) -> None:
    session.preferences.train_on_opening = True
    again = MainWindow(session, window.appearance)
    action = next(each for each in again.settings_menu.actions() if each.text().startswith("Start learning"))
    assert action.isChecked()
    action.trigger()
    assert session.preferences.train_on_opening is False
    again.deleteLater()


def test_the_theme_is_chosen_in_the_settings_and_remembered(window: MainWindow, session: Session) -> None:
    actions = {action.data(): action for action in window.settings_menu.actions() if action.data()}
    actions["dark"].trigger()
    assert theme.tokens() is theme.DARK
    assert session.preferences.recall("window/theme", "system") == "dark"
    actions["light"].trigger()
    assert theme.tokens() is theme.LIGHT


def test_help_opens_with_its_key(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.findChild(Help).isVisible()
    window.findChild(Help).accept()


def test_what_nobody_caught_becomes_a_message_and_the_program_lives(
    window: MainWindow, session: Session, qtbot: QtBot, log_watch: object, capsys: pytest.CaptureFixture[str]
) -> None:
    log_watch.expect("nobody caught this")  # type: ignore[attr-defined]
    uncaught = UncaughtErrors()
    uncaught.caught.connect(session.work.report, Qt.ConnectionType.QueuedConnection)
    uncaught.install()
    try:
        sys.excepthook(ZeroDivisionError, ZeroDivisionError("a slot went wrong"), None)
        qtbot.waitUntil(lambda: session.state.work.error is not None)
        assert session.state.work.error is not None
        assert "ZeroDivisionError" in session.state.work.error.details
        session.work.dismiss_error()
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: session.state.work.error is not None)
    finally:
        uncaught.remove()
    assert window.isVisible()


def test_the_first_paint_waits_for_nothing_heavy(profile: Path) -> None:
    code = (
        "import sys, workbench.cli; from PySide6.QtWidgets import QApplication; app = QApplication([])\n"
        "from workbench.ui.style import theme; from workbench.ui.session.session import Session\n"
        "from workbench.ui.window import MainWindow\n"
        "session = Session(); MainWindow(session, theme.Theme(app)).grab(); session.close()\n"
        "heavy = 'torch timm onnxruntime openvino scipy numpy msgspec pyqtgraph PIL rich'.split()\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
