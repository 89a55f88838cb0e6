"""Drives the whole program from `main()`: real window, real engines, real clicks and drops."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QSettings, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from workbench.core.data.sample_photos import draw_sample
from workbench.core.paths import settings_file
from workbench.ui.app import main
from workbench.ui.pages.page import Page
from workbench.ui.pages.train import TrainPage
from workbench.ui.session.state import State
from workbench.ui.window import MainWindow

PATIENCE_MS = 240_000
"""For what engines must do on a busy machine; only a test that fails waits so long."""


class Person:
    """What a person can do with the window, and what they can see."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self._qtbot = window, qtbot

    @property
    def state(self) -> State:
        return self.window.session.state

    def wait(self, seen: Callable[[], object]) -> None:
        """Waits until something is seen; a message that was not waited for ends the wait."""

        def looked() -> bool:
            if seen():
                return True
            assert self.state.work.error is None, self.state.work.error
            return False

        self._qtbot.waitUntil(looked, timeout=PATIENCE_MS)

    def click(self, button: QWidget) -> None:
        assert button.isVisible(), f"{button} cannot be seen"
        assert button.isEnabled(), f"{button} cannot be clicked"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def go_to(self, name: str) -> Page:
        self.click(self.window.rail.buttons[name])
        assert self.window.page is self.window.pages[name]
        return self.window.page

    def button(self, words: str) -> QPushButton:
        found = [button for button in self.window.page.findChildren(QPushButton) if button.text() == words]
        assert len(found) == 1, f"{len(found)} buttons say {words!r}"
        return found[0]

    def set_number(self, name: str, value: int) -> None:
        """Types a number into a field of *Advanced*."""
        field = next(box for box in self.window.page.findChildren(QSpinBox) if box.accessibleName() == name)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, str(value))
        QTest.keyClick(field, Qt.Key.Key_Return)

    def drop(self, target: QWidget, *paths: Path) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        where = QPoint(target.width() // 2, target.height() // 2)
        buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(where, Qt.DropAction.CopyAction, mime, buttons, keys)
        QApplication.sendEvent(target, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(
            target, QDropEvent(QPointF(where), Qt.DropAction.CopyAction, mime, buttons, keys)
        )

    def fine_tune(self, *, epochs: int) -> None:
        """Chooses the usual way in *Advanced*, asks for small photos so that it is quick, presses Train."""
        page = self.go_to("train")
        assert isinstance(page, TrainPage)
        if not page.choices.expand.isChecked():
            self.click(page.choices.expand)
        card = page.choices.advanced.others.card("transfer")
        QTest.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(12, 12))
        self.wait(page.choices.advanced.settings.editor("epochs").isVisible)
        self.set_number("Epochs", epochs)
        self.set_number("Image size", 96)
        self.click(self.button("Train"))
        self.wait(lambda: "train" in self.state.work.working)


@pytest.fixture
def in_program(qapp: QApplication, qtbot: QtBot) -> Callable[..., None]:
    """Runs `main(argv)` and, inside it, what a person does; the program must end with status 0.

    Where `train_on_opening` is not asked for, no first model is made unless somebody presses Train.
    """

    def run(act: Callable[[Person], None], *argv: str, train_on_opening: bool = False) -> None:
        settings = QSettings(str(settings_file()), QSettings.Format.IniFormat)
        settings.setValue("train/by_itself", train_on_opening)
        settings.sync()
        mistakes: list[BaseException] = []

        def begin() -> None:
            window = next(
                w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()
            )
            try:
                act(Person(window, qtbot))
            except BaseException as mistake:  # noqa: BLE001 - it is raised again outside the event loop
                mistakes.append(mistake)
            finally:
                window._closing = True  # without the question, where the act has failed half-way
                window.close()
                last_resort.start()

        last_resort = QTimer(singleShot=True, interval=10_000)
        last_resort.timeout.connect(qapp.quit)
        QTimer.singleShot(0, begin)
        status = main(list(argv))
        last_resort.stop()
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if mistakes:
            raise mistakes[0]
        assert status == 0

    return run


@pytest.fixture
def photos(tmp_path: Path) -> Iterator[Path]:
    """Sixty photos of six classes; at the end they must be as they were, to the byte."""
    drawing = draw_sample(tmp_path / "Things", per_class=10)
    folder = tmp_path / "Things"
    for _ in drawing:
        pass
    before = digests(folder)
    yield folder
    assert digests(folder) == before


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Qt's display for tests cannot pass size hints on to a window manager, and says so each time."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))
