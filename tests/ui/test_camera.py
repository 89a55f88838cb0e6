"""Taking photos for a class: the device alone is a stand-in, or the real QtMultimedia that finds none."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
)
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.ui.adding_help import added, click
from tests.ui.test_editing import choose, content, until
from workbench.core.errors import ResourceError
from workbench.ui.pages.images_folder import FolderView
from workbench.ui.parts.camera import Camera, _SystemCamera

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


def settle(view: FolderView, qtbot: QtBot) -> None:
    """Waits until a menu has gone, which the display for tests takes for the end of the window's turn."""
    qtbot.waitUntil(lambda: not any(isinstance(w, QMenu) for w in QApplication.topLevelWidgets()))
    QApplication.processEvents()
    view.window().activateWindow()
    qtbot.waitUntil(view.window().isActiveWindow)
    view.adding.camera.shoot.setFocus()


class DrawnCamera(Camera):
    """Stands in for the device alone: gives a picture when it is told to."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.on = False
        self._number = 0

    def start(self) -> None:
        self.on = True

    def stop(self) -> None:
        self.on = False

    def give(self) -> None:
        assert self.on
        self._number += 1
        image = QImage(160, 120, QImage.Format.Format_RGB32)
        image.fill(QColor.fromHsv(40 * self._number % 360, 200, 200))
        for place in range(0, 160, 7):
            for row in range(120):
                image.setPixelColor((place + self._number * row) % 160, row, QColor("black"))
        self.pictured.emit(image)


@pytest.fixture
def cameras(view: FolderView) -> list[DrawnCamera]:
    made: list[DrawnCamera] = []

    def opened(parent: QObject) -> Camera:
        made.append(DrawnCamera(parent))
        return made[-1]

    view.adding.camera.opens = opened
    return made


def test_holding_the_button_shoots_several_a_second_into_the_class(
    view: FolderView,
    cameras: list[DrawnCamera],
    image_folder: Path,
    qtbot: QtBot,
) -> None:
    before = content(image_folder)
    panel = view.adding.camera
    view.classes.customContextMenuRequested.emit(
        view.classes.visualRect(view.classes.model().index(2, 0)).center()
    )
    choose("Take photos with the camera…")
    (camera,) = cameras
    assert camera.on
    assert panel.title.whole() == "Camera · into “squares”"
    assert not panel.shoot.isEnabled(), "until there is something to be seen"
    camera.give()
    assert panel.shoot.isEnabled()
    settle(view, qtbot)
    at = panel.shoot.rect().center()
    qtbot.mousePress(panel.shoot, Qt.MouseButton.LeftButton, pos=at)
    for shots in (2, 3, 4):
        camera.give()
        qtbot.waitUntil(lambda shots=shots: panel.count.text() == f"{shots} shots…")
    qtbot.mouseRelease(panel.shoot, Qt.MouseButton.LeftButton, pos=at)
    until(qtbot, view, discs=4, squares=8)
    qtbot.waitUntil(lambda: panel.count.text() == "4 photos added.")
    assert view.selection.undo_button.toolTip() == "Undo: add 4 photos to “squares” (Ctrl+Z)"
    shots = added(view)
    assert len({sample.group for sample in shots}) == 1
    assert shots[0].group.startswith("camera/")
    assert {(sample.width, sample.height) for sample in shots} == {(160, 120)}
    qtbot.mouseClick(panel.shoot, Qt.MouseButton.LeftButton, pos=at)
    assert panel.count.text() == "4 photos added.", "nothing new was to be seen"
    camera.give()
    qtbot.mouseClick(panel.shoot, Qt.MouseButton.LeftButton, pos=at)
    until(qtbot, view, discs=4, squares=9)
    assert len({sample.group for sample in added(view)}) == 2
    for expected in (8, 4):
        qtbot.mouseClick(view.selection.undo_button, Qt.MouseButton.LeftButton)
        until(qtbot, view, discs=4, squares=expected)
    assert content(image_folder) == before
    qtbot.keyClick(view.gallery, Qt.Key.Key_Escape)
    assert panel.isHidden()
    assert not camera.on, "it is off while nobody sees its picture"


def test_the_space_bar_shoots_and_the_class_follows_the_list(
    view: FolderView,
    cameras: list[DrawnCamera],
    qtbot: QtBot,
) -> None:
    panel = view.adding.camera
    qtbot.mouseClick(view.take_photos, Qt.MouseButton.LeftButton)
    assert panel.title.whole() == "Camera · without a class"
    click(view, 1, qtbot)
    assert panel.title.whole() == "Camera · into “discs”"
    cameras[0].give()
    qtbot.waitUntil(panel.shoot.hasFocus)
    press, release = QEvent.Type.KeyPress, QEvent.Type.KeyRelease
    for kind, repeats in ((press, False), (release, True), (press, True), (release, True), (press, True)):
        QApplication.sendEvent(panel.shoot, QKeyEvent(kind, Qt.Key.Key_Space, NONE, " ", repeats))
    cameras[0].give()
    qtbot.waitUntil(lambda: panel.count.text() == "2 shots…")
    QApplication.sendEvent(panel.shoot, QKeyEvent(release, Qt.Key.Key_Space, NONE, " "))
    until(qtbot, view, discs=6, squares=4)
    assert view.selection.undo_button.toolTip() == "Undo: add 2 photos to “discs” (Ctrl+Z)"
    click(view, 2, qtbot)
    assert panel.count.text() == "Hold the button, or the space bar."
    qtbot.mouseClick(view.take_photos, Qt.MouseButton.LeftButton)
    assert [camera.on for camera in cameras] == [False, True]


def test_a_camera_that_breaks_while_it_shoots_keeps_what_there_is(
    view: FolderView,
    cameras: list[DrawnCamera],
    qtbot: QtBot,
) -> None:
    panel = view.adding.camera
    click(view, 1, qtbot)
    qtbot.mouseClick(view.take_photos, Qt.MouseButton.LeftButton)
    cameras[0].give()
    qtbot.mousePress(panel.shoot, Qt.MouseButton.LeftButton, pos=panel.shoot.rect().center())
    cameras[0].failed.emit(ResourceError.said("The camera gives no pictures.", "Look again."))
    assert panel.problem.text() == "The camera gives no pictures."
    assert panel.again.isVisible()
    until(qtbot, view, discs=5, squares=4)
    qtbot.mouseClick(panel.again, Qt.MouseButton.LeftButton)
    assert [camera.on for camera in cameras] == [False, True]
    assert panel.shoot.isVisible()


def test_a_system_without_a_camera_says_so(view: FolderView, qtbot: QtBot) -> None:
    """With the real QtMultimedia, which finds none on a machine that runs tests."""
    panel = view.adding.camera
    qtbot.mouseClick(view.take_photos, Qt.MouseButton.LeftButton)
    if panel.shoot.isVisible():
        pytest.skip("this computer has a camera")
    assert panel.problem.text() == "No camera was found."
    assert panel.remedy.text() == "Connect one, or switch on the one that is built in, and look again."
    assert panel.again.isVisible()
    assert not panel.shoot.isVisible()
    qtbot.mouseClick(panel.again, Qt.MouseButton.LeftButton)
    assert panel.problem.text() == "No camera was found."


def test_a_copy_without_qtmultimedia_says_so(
    view: FolderView,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **more: Any) -> Any:
        if name == "PySide6" and "QtMultimedia" in (args[2] or ()):
            raise ImportError("no QtMultimedia")
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    qtbot.mouseClick(view.take_photos, Qt.MouseButton.LeftButton)
    monkeypatch.undo()
    assert view.adding.camera.problem.text() == "This copy of the program can't use cameras."


@pytest.mark.qt_log_ignore("No RHI backend", extend=True)
def test_a_frame_of_qtmultimedia_becomes_a_picture(qapp: QApplication, qtbot: QtBot) -> None:
    """The real classes, with a device that is none and a frame that is handed to their sink."""
    from PySide6.QtCore import QLoggingCategory

    QLoggingCategory.setFilterRules("qt.multimedia.*=false")
    from PySide6 import QtMultimedia  # after the rules, as in the program

    parent = QObject()
    camera = _SystemCamera(QtMultimedia, QtMultimedia.QCameraDevice(), parent)
    pictures: list[QImage] = []
    errors: list[ResourceError] = []
    camera.pictured.connect(pictures.append)
    camera.failed.connect(errors.append)
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    camera._sink.setVideoFrame(QtMultimedia.QVideoFrame(image))
    qtbot.waitUntil(lambda: len(pictures) == 1)
    assert (pictures[0].width(), pictures[0].pixelColor(3, 3).name()) == (64, "#008080")
    camera._camera.errorOccurred.emit(QtMultimedia.QCamera.Error.CameraError, "gone")
    assert [error.title for error in errors] == ["The camera gives no pictures."]
    camera.stop()
