"""Photos that are dropped, pasted, chosen or photographed into the open folder; its files stay untouched."""

from __future__ import annotations

import builtins
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, Qt
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
)
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS, files
from tests.ui.test_editing import choose, content, counts, select, until
from workbench.core.data.added import ADDED
from workbench.core.data.catalog import Sample
from workbench.core.errors import ResourceError
from workbench.ui.pages.images import ImagesPage
from workbench.ui.pages.images_folder import FolderView
from workbench.ui.parts.camera import Camera
from workbench.ui.parts.class_list import ClassList
from workbench.ui.session.session import Session

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def view(opened: Session, qtbot: QtBot) -> Iterator[FolderView]:
    page = ImagesPage(opened)
    qtbot.addWidget(page)
    page.resize(1000, 640)
    opened.store.subscribe(page.show_state)
    page.show_state(opened.state)
    page.show()
    qtbot.waitExposed(page)
    yield page.folder_view
    page.hide()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Three photos that lie in no class folder, and a text that is called a photo."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for number in range(3):
        image = Image.new("RGB", (64, 48), "white")
        draw = ImageDraw.Draw(image)
        draw.polygon(
            [(10 * number, 40), (30, 4 + 8 * number), (60, 30)], fill=("teal", "maroon", "olive")[number]
        )
        image.save(folder / f"new {number}.png")
    (folder / "words.png").write_text("no picture")
    return folder


def drop_on(classes: ClassList, number: int, mime: QMimeData) -> bool:
    """Drops something on a row of the class list, as the window system would; whether it is taken."""
    at = classes.visualRect(classes.model().index(number, 0)).center()
    button = Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(at, Qt.DropAction.CopyAction, mime, button, NONE)
    QApplication.sendEvent(classes.viewport(), enter)
    move = QDragMoveEvent(at, Qt.DropAction.CopyAction, mime, button, NONE)
    QApplication.sendEvent(classes.viewport(), move)
    drop = QDropEvent(QPointF(at), Qt.DropAction.CopyAction, mime, button, NONE)
    QApplication.sendEvent(classes.viewport(), drop)
    return move.isAccepted() and drop.isAccepted()


def added(view: FolderView) -> list[Sample]:
    catalog = view._session.state.folders.catalog
    assert catalog is not None
    return [sample for sample in catalog.samples if sample.root == ADDED]


def title(view: FolderView) -> str:
    error = view._session.state.work.error
    return error.title if error is not None else ""


def click(view: FolderView, number: int, qtbot: QtBot) -> None:
    place = view.classes.visualRect(view.classes.model().index(number, 0)).center()
    qtbot.mouseClick(view.classes.viewport(), Qt.MouseButton.LeftButton, pos=place)


def settle(view: FolderView, qtbot: QtBot) -> None:
    """Waits until a menu has gone, which the display for tests takes for the end of the window's turn."""
    qtbot.waitUntil(lambda: not any(isinstance(w, QMenu) for w in QApplication.topLevelWidgets()))
    QApplication.processEvents()
    view.window().activateWindow()
    qtbot.waitUntil(view.window().isActiveWindow)
    view.adding.camera.shoot.setFocus()


def page_of(view: FolderView) -> ImagesPage:
    page = view.parent()
    while not isinstance(page, ImagesPage):
        assert page is not None
        page = page.parent()
    return page


def test_files_dropped_on_a_class_are_added_to_it_and_that_is_undone_and_redone(
    view: FolderView,
    image_folder: Path,
    elsewhere: Path,
    session: Session,
    qtbot: QtBot,
) -> None:
    before = content(image_folder), content(elsewhere)
    assert drop_on(view.classes, 2, files(elsewhere / "new 0.png", elsewhere / "new 1.png"))
    until(qtbot, view, discs=4, squares=6)
    assert [row.count for row in view.classes.rows] == [10, 4, 6]
    assert view.selection.undo_button.toolTip() == "Undo: add 2 photos to “squares” (Ctrl+Z)"
    assert session.state.work.error is None
    qtbot.keyClick(view.gallery, Qt.Key.Key_Z, CTRL)
    until(qtbot, view, discs=4, squares=4)
    qtbot.keyClick(view.gallery, Qt.Key.Key_Y, CTRL)
    until(qtbot, view, discs=4, squares=6)
    assert {sample.path for sample in added(view)} == {"new 0.png", "new 1.png"}
    assert (content(image_folder), content(elsewhere)) == before
    session.folders.open(image_folder)
    qtbot.waitUntil(lambda: "scan" in session.state.work.working, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not session.state.work.working, timeout=PATIENCE_MS)
    assert counts(view) == {"discs": 4, "squares": 6}
    assert not session.state.edits.outside
    qtbot.mouseClick(view.selection.undo_button, Qt.MouseButton.LeftButton)
    until(qtbot, view, discs=4, squares=4)


def test_what_cannot_be_used_is_said_and_the_rest_is_added(
    view: FolderView,
    image_folder: Path,
    elsewhere: Path,
    qtbot: QtBot,
) -> None:
    again = elsewhere / "again.png"
    shutil.copy(image_folder / "discs" / "0.png", again)
    assert drop_on(view.classes, 1, files(elsewhere / "words.png"))
    qtbot.waitUntil(lambda: bool(title(view)), timeout=PATIENCE_MS)
    assert title(view) == "“words.png” is not an image, whatever its name says."
    assert drop_on(view.classes, 1, files(again))
    qtbot.waitUntil(lambda: title(view) == "“again.png” is here already, as “0.png”.", timeout=PATIENCE_MS)
    assert drop_on(view.classes, 1, files(*sorted(elsewhere.iterdir())))
    until(qtbot, view, discs=7, squares=4)
    error = view._session.state.work.error
    assert error is not None
    assert error.title == "2 of 5 files were not added."
    assert error.hint == (
        "“again.png” is here already, as “0.png”. “words.png” is not an image, whatever its name says."
    )
    assert str(again) in str(error.details)


def test_a_folder_dropped_on_a_class_gives_its_photos(
    view: FolderView,
    elsewhere: Path,
    qtbot: QtBot,
) -> None:
    (elsewhere / "words.png").unlink()
    assert drop_on(view.classes, 1, files(elsewhere))
    until(qtbot, view, discs=7, squares=4)


def test_dropped_on_all_photos_they_have_no_class_and_a_model_is_left_to_the_page(
    view: FolderView,
    elsewhere: Path,
    qtbot: QtBot,
) -> None:
    assert drop_on(view.classes, 0, files(elsewhere / "new 0.png"))
    qtbot.waitUntil(lambda: view.classes.rows[-1].name == "Not classed", timeout=PATIENCE_MS)
    assert counts(view) == {"discs": 4, "squares": 4}
    assert view.selection.undo_button.toolTip() == "Undo: add 1 photo without a class (Ctrl+Z)"
    assert not drop_on(view.classes, 1, files(elsewhere / "model.checkpoint"))
    select(view, 0)
    qtbot.keyClick(view.gallery, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: view.classes.rows[-1].name == "Left out", timeout=PATIENCE_MS)
    last = len(view.classes.rows) - 1
    assert not drop_on(view.classes, last, files(elsewhere / "new 1.png"))


def test_dropped_on_the_gallery_they_go_into_the_class_that_is_shown(
    view: FolderView,
    elsewhere: Path,
    drop: Callable[..., None],
    qtbot: QtBot,
) -> None:
    page = page_of(view)
    click(view, 2, qtbot)
    mime, at = files(elsewhere / "new 0.png"), page.rect().center()  # the event does not keep it
    enter = QDragEnterEvent(at, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, NONE)
    QApplication.sendEvent(page, enter)
    assert page.light.words() == "Drop to add it to “squares”"
    drop(page, files(elsewhere / "new 0.png"))
    until(qtbot, view, discs=4, squares=5)
    click(view, 0, qtbot)
    drop(page, files(elsewhere / "new 1.png", elsewhere / "new 2.png"))
    qtbot.waitUntil(lambda: view.classes.rows[-1].count == 2, timeout=PATIENCE_MS)
    assert view.classes.rows[-1].part == "unclassed"
    assert view._session.state.work.error is None


def test_files_and_pictures_are_pasted_into_the_class_that_is_shown(
    view: FolderView,
    elsewhere: Path,
    qtbot: QtBot,
) -> None:
    click(view, 1, qtbot)
    clipboard = QGuiApplication.clipboard()
    try:
        clipboard.setMimeData(files(elsewhere / "new 0.png"))
        qtbot.keyClick(view.gallery, Qt.Key.Key_V, CTRL)
        until(qtbot, view, discs=5, squares=4)
        picture = QImage(40, 30, QImage.Format.Format_RGB32)
        picture.fill(QColor(10, 200, 30))
        clipboard.setImage(picture)
        qtbot.keyClick(view.gallery, Qt.Key.Key_V, CTRL)
        until(qtbot, view, discs=6, squares=4)
        clipboard.setText("no picture")
        qtbot.keyClick(view.gallery, Qt.Key.Key_V, CTRL)
        assert title(view) == "There is no picture in what you dropped or pasted."
    finally:
        clipboard.clear()
    catalog = view._session.state.folders.catalog
    assert catalog is not None
    pasted = next(sample for sample in added(view) if sample.path.startswith("pasted "))
    with Image.open(catalog.roots.locate(pasted)) as image:
        assert (image.format, image.size, image.getpixel((5, 5))) == ("PNG", (40, 30), (10, 200, 30))


def test_photos_are_chosen_in_a_dialog_for_a_class(
    view: FolderView,
    elsewhere: Path,
    qtbot: QtBot,
) -> None:
    at = view.classes.visualRect(view.classes.model().index(2, 0)).center()
    view.classes.customContextMenuRequested.emit(at)
    choose("Add photos…")
    (dialog,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, QFileDialog) and w.isVisible()]
    dialog.filesSelected.emit([str(elsewhere / "new 2.png")])
    dialog.reject()
    until(qtbot, view, discs=4, squares=5)


def test_another_folder_waits_until_photos_are_added(
    view: FolderView,
    session: Session,
    elsewhere: Path,
    image_folder: Path,
    qtbot: QtBot,
) -> None:
    session.adding.add([elsewhere / "new 0.png"], "discs")
    assert "add" in session.state.work.working
    session.folders.open(image_folder)
    assert title(view) == "Another folder can't be opened right now."
    until(qtbot, view, discs=5, squares=4)


# The camera


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
