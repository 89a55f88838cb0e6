"""Photos that are dropped, pasted, chosen or photographed into the open folder; its files stay untouched."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QGuiApplication,
    QImage,
)
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from tests.ui.adding_help import added, click, drop_on, page_of, title
from tests.ui.conftest import PATIENCE_MS, files
from tests.ui.test_editing import choose, content, counts, select, until
from workbench.ui.pages.images_folder import FolderView
from workbench.ui.session.session import Session

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


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
