"""Putting photos right on *Images*, with keys, mouse and menus; the files stay as they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS
from tests.ui.menus import answer, choose
from workbench.core.data.catalog import Catalog
from workbench.core.data.edits import reclassed
from workbench.core.events import Followed
from workbench.core.messages import Message
from workbench.core.project.projects import Project
from workbench.core.project.store import FILE
from workbench.ui.pages.images_folder import FolderView
from workbench.ui.parts.mime import SAMPLES
from workbench.ui.session.session import Session
from workbench.ui.session.state import Health

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def bytes_before(image_folder: Path) -> dict[str, tuple[bytes, int]]:
    return content(image_folder)


def content(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def select(view: FolderView, *numbers: int) -> None:
    """Clicks on photos, all but the first with Ctrl."""
    gallery = view.gallery
    for place, number in enumerate(numbers):
        at = gallery.visualRect(gallery.model().index(number, 0)).center()
        modifier = CTRL if place else Qt.KeyboardModifier.NoModifier
        QtBot.mouseClick(gallery.viewport(), Qt.MouseButton.LeftButton, modifier, at)


def counts(view: FolderView) -> dict[str, int]:
    catalog = view._session.state.folders.catalog
    assert catalog is not None
    return catalog.counts


def until(qtbot: QtBot, view: FolderView, **expected: int) -> None:
    qtbot.waitUntil(lambda: counts(view) == expected, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: shown_counts(view) == expected, timeout=PATIENCE_MS)


def shown_counts(view: FolderView) -> dict[str, int]:
    return {row.name: row.count for row in view.classes.rows if row.part == "class"}


def test_a_number_key_puts_the_selected_photos_into_a_class(
    view: FolderView, image_folder: Path, bytes_before: dict[str, tuple[bytes, int]], qtbot: QtBot
) -> None:
    select(view, 0, 2)
    assert view.selection.count.text() == "2 of 8 selected"
    qtbot.keyClick(view.gallery, Qt.Key.Key_2)
    until(qtbot, view, discs=2, squares=6)
    assert view.selection.undo_button.toolTip() == "Undo: put 2 photos into “squares” (Ctrl+Z)"
    assert [sample.id for sample in view.gallery.selection()] == ["discs/0.png", "discs/2.png"]
    qtbot.keyClick(view.gallery, Qt.Key.Key_Z, CTRL)
    until(qtbot, view, discs=4, squares=4)
    qtbot.keyClick(view.gallery, Qt.Key.Key_Z, CTRL | SHIFT)
    until(qtbot, view, discs=2, squares=6)
    assert content(image_folder) == bytes_before


def test_in_a_class_the_next_photo_takes_the_place_of_one_that_was_put_elsewhere(
    view: FolderView, qtbot: QtBot
) -> None:
    place = view.classes.visualRect(view.classes.model().index(1, 0)).center()
    qtbot.mouseClick(view.classes.viewport(), Qt.MouseButton.LeftButton, pos=place)
    select(view, 1)
    for left in (3, 2):
        qtbot.keyClick(view.gallery, Qt.Key.Key_2)
        until(qtbot, view, discs=left, squares=8 - left)
    (now,) = view.gallery.selection()
    assert now.id == "discs/3.png"
    assert view.gallery.sample() == now


def test_delete_leaves_photos_out_and_they_can_be_brought_back(view: FolderView, qtbot: QtBot) -> None:
    select(view, 0, 1)
    qtbot.keyClick(view.gallery, Qt.Key.Key_Delete)
    until(qtbot, view, discs=2, squares=4)
    assert view.classes.rows[-1].name == "Left out"
    assert view.classes.rows[-1].count == 2
    last = view.classes.visualRect(view.classes.model().index(len(view.classes.rows) - 1, 0)).center()
    qtbot.mouseClick(view.classes.viewport(), Qt.MouseButton.LeftButton, pos=last)
    assert [sample.id for sample in view.gallery.rows] == ["discs/0.png", "discs/1.png"]
    select(view, 0)
    qtbot.mouseClick(view.selection.back_button, Qt.MouseButton.LeftButton)
    until(qtbot, view, discs=3, squares=4)
    select(view, 0)
    qtbot.mouseClick(view.selection.back_button, Qt.MouseButton.LeftButton)
    until(qtbot, view, discs=4, squares=4)
    assert [row.part for row in view.classes.rows] == ["all", "class", "class"]
    assert len(view.gallery.rows) == 8, "where nothing is left out any more, all are shown"


def test_photos_are_dragged_onto_a_class(view: FolderView, qapp: QApplication, qtbot: QtBot) -> None:
    select(view, 0, 1, 2)
    mime = QMimeData()
    mime.setData(SAMPLES, b"3")
    onto = view.classes.visualRect(view.classes.model().index(2, 0)).center()
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for kind in (QDragEnterEvent, QDragMoveEvent):
        drag = kind(onto, Qt.DropAction.MoveAction, mime, left, none)
        qapp.sendEvent(view.classes.viewport(), drag)
        assert drag.isAccepted()
    drop = QDropEvent(QPointF(onto), Qt.DropAction.MoveAction, mime, left, none)
    qapp.sendEvent(view.classes.viewport(), drop)
    until(qtbot, view, discs=1, squares=7)


def test_a_menu_puts_photos_into_a_new_class(view: FolderView, qtbot: QtBot) -> None:
    select(view, 5, 6)
    at = view.gallery.visualRect(view.gallery.model().index(5, 0)).center()
    view.gallery.customContextMenuRequested.emit(at)
    choose("Put into", "A new class…")
    answer(qtbot, "rings & co")
    until(qtbot, view, discs=4, squares=2, **{"rings & co": 2})


def test_classes_are_renamed_merged_and_deleted(view: FolderView, qtbot: QtBot) -> None:
    def menu(number: int) -> None:
        at = view.classes.visualRect(view.classes.model().index(number, 0)).center()
        view.classes.customContextMenuRequested.emit(at)

    menu(1)
    choose("Rename…")
    answer(qtbot, "squares")
    qtbot.waitUntil(lambda: view._session.state.work.error is not None, timeout=PATIENCE_MS)
    assert view._session.state.work.error.title == "There is already a class called “squares”."
    menu(1)
    choose("Rename…")
    answer(qtbot, "zebras")
    until(qtbot, view, squares=4, zebras=4)
    menu(1)
    choose("Merge into", "zebras")
    until(qtbot, view, zebras=8)
    menu(1)
    choose("Delete the class, keep its photos")
    until(qtbot, view)
    assert [(row.name, row.count) for row in view.classes.rows] == [("All photos", 8), ("Not classed", 8)]
    for expected in ({"zebras": 8}, {"squares": 4, "zebras": 4}, {"discs": 4, "squares": 4}):
        qtbot.mouseClick(view.selection.undo_button, Qt.MouseButton.LeftButton)
        until(qtbot, view, **expected)
    assert not view.selection.undo_button.isEnabled()


def test_the_gallery_is_narrowed_by_name_and_sorted(view: FolderView, qtbot: QtBot) -> None:
    qtbot.keyClick(view.gallery, Qt.Key.Key_F, CTRL)
    qtbot.waitUntil(view.filter.text.hasFocus)
    qtbot.keyClicks(view.filter.text, "S/3")
    qtbot.waitUntil(lambda: len(view.gallery.rows) == 2)
    assert [sample.id for sample in view.gallery.rows] == ["discs/3.png", "squares/3.png"]
    qtbot.keyClick(view.filter.text, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(view.gallery.rows) == 8)
    view.filter.order.setCurrentIndex(view.filter.order.findData("name"))
    view.filter.order.activated.emit(1)
    assert [Path(sample.path).name for sample in view.gallery.rows] == [f"{n // 2}.png" for n in range(8)]


def test_keys_pressed_quickly_one_after_the_other_do_what_they_say(view: FolderView, qtbot: QtBot) -> None:
    select(view, 0, 1)
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_Delete, Qt.Key.Key_2, Qt.Key.Key_Delete):
        qtbot.keyClick(view.gallery, key)
    until(qtbot, view, discs=2, squares=4)
    assert view._session.state.work.error is None
    qtbot.keyClick(view.gallery, Qt.Key.Key_Z, CTRL)
    qtbot.keyClick(view.gallery, Qt.Key.Key_Z, CTRL)
    until(qtbot, view, discs=4, squares=4)


def test_what_is_suggested_is_offered_and_what_is_right_can_be_said(view: FolderView, qtbot: QtBot) -> None:
    ids = [sample.id for sample in view.gallery.rows]
    told = Followed(
        str(view._session.state.folders.catalog.folder),  # type: ignore[union-attr]
        0,
        None,
        ("discs", "squares"),
        tuple(ids),
        np.array([1, 1, 0, 0, 1, 1, 1, 1], np.int32),
        np.full(8, 0.9, np.float32),
        np.array([0.1, 0.1, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9], np.float32),
    )
    view._session.store.put(Health(followed=told))
    qtbot.waitUntil(lambda: view.look.text() == "3 things to look at", timeout=PATIENCE_MS)
    qtbot.mouseClick(view.look, Qt.MouseButton.LeftButton)
    assert view._title.whole() == "3 things to look at"
    qtbot.mouseClick(view.look, Qt.MouseButton.LeftButton)
    select(view, 2)
    assert view.selection.accept_button.isHidden()
    select(view, 0)
    qtbot.mouseClick(view.selection.right_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.selection.right_button.isHidden(), timeout=PATIENCE_MS)
    assert counts(view) == {"discs": 4, "squares": 4}
    select(view, 1)
    qtbot.mouseClick(view.selection.accept_button, Qt.MouseButton.LeftButton)
    until(qtbot, view, discs=3, squares=5)


def test_edits_are_there_when_the_folder_is_opened_again(
    view: FolderView, session: Session, image_folder: Path, qtbot: QtBot
) -> None:
    select(view, 0)
    qtbot.keyClick(view.gallery, Qt.Key.Key_2)
    until(qtbot, view, discs=3, squares=5)
    session.folders.open(image_folder)
    qtbot.waitUntil(lambda: "scan" in session.state.work.working, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not session.state.work.working, timeout=PATIENCE_MS)
    assert counts(view) == {"discs": 3, "squares": 5}
    assert session.state.edits.can_undo == Message("edit.reclassed", {"count": 1, "class_name": "squares"})


def test_what_changed_in_the_folder_is_noticed_and_edits_stay(
    view: FolderView, session: Session, image_folder: Path, qtbot: QtBot
) -> None:
    select(view, 0)
    qtbot.keyClick(view.gallery, Qt.Key.Key_2)
    until(qtbot, view, discs=3, squares=5)
    (image_folder / "discs" / "0.png").rename(image_folder / "discs" / "first.png")
    (image_folder / "squares" / "3.png").unlink()
    session.folders.open(image_folder)
    qtbot.waitUntil(lambda: bool(session.state.edits.outside), timeout=PATIENCE_MS)
    outside = session.state.edits.outside
    assert (outside.gone, outside.moved) == (("squares/3.png",), (("discs/0.png", "discs/first.png"),))
    until(qtbot, view, discs=3, squares=4)
    assert view.changes.text.text().endswith("last open here: 1 gone, 1 moved or renamed.")
    qtbot.mouseClick(view.changes.show_new, Qt.MouseButton.LeftButton)
    assert [sample.id for sample in view.gallery.rows] == ["discs/first.png"]
    qtbot.keyClick(view.gallery, Qt.Key.Key_Escape)
    assert len(view.gallery.rows) == 7
    session.edits.forget_outside()
    qtbot.waitUntil(view.changes.isHidden)


def test_a_folder_that_is_open_in_another_window_is_left_alone(
    view: FolderView, image_folder: Path, qtbot: QtBot
) -> None:
    other = Session()
    try:
        other.folders.open(image_folder)
        qtbot.waitUntil(lambda: other.state.work.error is not None, timeout=PATIENCE_MS)
        assert other.state.work.error is not None
        assert other.state.work.error.title == "These photos are open in another window of the program."
        assert other.state.folders.catalog is None
        assert not other.state.work.working
    finally:
        other.close()


def test_edits_of_a_newer_version_are_left_alone_and_the_photos_shown(
    session: Session, image_folder: Path, qtbot: QtBot
) -> None:
    project = Project.of(image_folder)
    with sqlite3.connect(project.folder / FILE) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    before = (project.folder / FILE).read_bytes()
    session.folders.open(image_folder)
    qtbot.waitUntil(lambda: session.state.folders.catalog is not None, timeout=PATIENCE_MS)
    assert session.state.work.error is not None
    assert session.state.work.error.message.code == "newer_edits"
    assert not session.state.edits.possible
    assert (project.folder / FILE).read_bytes() == before


def test_edits_that_wait_when_the_window_closes_are_made(
    opened: Session, image_folder: Path, qtbot: QtBot
) -> None:
    def put(number: int) -> Callable[[Catalog], Catalog]:
        return lambda catalog: reclassed(catalog, [f"discs/{number}.png"], "squares")

    for number in range(4):
        opened.edits.edit(Message("edit"), put(number))
    opened.close()
    again = Session()
    try:
        again.preferences.train_on_opening = False
        again.folders.open(image_folder)
        qtbot.waitUntil(lambda: again.state.folders.catalog is not None, timeout=PATIENCE_MS)
        assert again.state.folders.catalog is not None
        assert again.state.folders.catalog.counts == {"discs": 0, "squares": 8}
    finally:
        again.close()
