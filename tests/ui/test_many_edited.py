"""Very many photos edited at once: one edit in the project's file, one undo, and the page shows it."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from tests.core.folder_help import put
from tests.ui.conftest import PATIENCE_MS
from workbench.core.project.store import ProjectStore
from workbench.ui.pages import images_folder
from workbench.ui.pages.images_folder import FolderView
from workbench.ui.parts.gallery import Gallery
from workbench.ui.session.session import Session
from workbench.ui.window import MainWindow

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
EACH, MANY = 270, 500


@pytest.fixture
def many(window: MainWindow, session: Session, tmp_path: Path, qtbot: QtBot) -> FolderView:
    """A window with 540 photos of two classes open, its engine at work."""
    names = (f"{kind}/{number:03}.png" for kind in ("discs", "squares") for number in range(EACH))
    put(tmp_path / "many", *names)
    session.folders.open(tmp_path / "many")
    view: FolderView = window.page.folder_view  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: len(view.gallery.rows) == 2 * EACH, timeout=PATIENCE_MS)
    qtbot.waitUntil(view.gallery.isVisible, timeout=PATIENCE_MS)
    return view


def click(qtbot: QtBot, gallery: Gallery, number: int, modifier: Qt.KeyboardModifier) -> None:
    index = gallery.model().index(number, 0)
    gallery.scrollTo(index)
    at = gallery.visualRect(index).center()
    qtbot.mouseClick(gallery.viewport(), Qt.MouseButton.LeftButton, modifier, at)


def select_many(qtbot: QtBot, view: FolderView) -> list[str]:
    click(qtbot, view.gallery, 0, NONE)
    click(qtbot, view.gallery, MANY - 1, SHIFT)
    return [sample.id for sample in view.gallery.selection()]


def journal(view: FolderView, folder: Path) -> list[tuple[str, int, int]]:
    """What the project's file holds: of each edit its code, how many photos it moved, if it is undone."""
    project = view._session.edits.project
    assert project is not None
    copy = folder / "copy.db"
    copy.unlink(missing_ok=True)
    project.copy_to(copy)
    with contextlib.closing(sqlite3.connect(copy)) as database:
        found = database.execute("SELECT told, change, undone FROM edits ORDER BY number").fetchall()
    return [
        (
            json.loads(told)["code"],
            sum(len(moved["samples"]) for moved in json.loads(change)["moved"]),
            undone,
        )
        for told, change, undone in found
    ]


def counts(view: FolderView) -> dict[str, int]:
    return {row.name: row.count for row in view.classes.rows}


def test_500_photos_are_put_into_a_class_at_once(many: FolderView, tmp_path: Path, qtbot: QtBot) -> None:
    chosen = select_many(qtbot, many)
    assert len(chosen) == MANY
    assert many.selection.count.text() == "500 of 540 selected"
    qtbot.keyClick(many.gallery, Qt.Key.Key_1)
    expected = {"All photos": 540, "discs": MANY, "squares": 40}
    qtbot.waitUntil(lambda: counts(many) == expected, timeout=PATIENCE_MS)
    assert journal(many, tmp_path) == [("edit.reclassed", MANY, 0)], "those that were discs are confirmed"
    assert [sample.class_id for sample in many.gallery.rows] == ["discs"] * MANY + ["squares"] * 40
    assert [sample.id for sample in many.gallery.selection()] == chosen, "they stay selected"
    assert many.gallery.model().index(499, 0).data(Qt.ItemDataRole.AccessibleTextRole).endswith(" · discs")
    qtbot.keyClick(many.gallery, Qt.Key.Key_Z, CTRL)
    before = {"All photos": 540, "discs": EACH, "squares": EACH}
    qtbot.waitUntil(lambda: counts(many) == before, timeout=PATIENCE_MS)
    assert journal(many, tmp_path) == [("edit.reclassed", MANY, 1)]
    assert [sample.class_id for sample in many.gallery.rows] == ["discs"] * EACH + ["squares"] * EACH


def test_500_photos_are_left_out_at_once(many: FolderView, tmp_path: Path, qtbot: QtBot) -> None:
    chosen = select_many(qtbot, many)
    qtbot.keyClick(many.gallery, Qt.Key.Key_Delete)
    expected = {"All photos": 40, "discs": 0, "squares": 40, "Left out": MANY}
    qtbot.waitUntil(lambda: counts(many) == expected, timeout=PATIENCE_MS)
    assert journal(many, tmp_path) == [("edit.left_out", MANY, 0)]
    assert not {sample.id for sample in many.gallery.rows} & set(chosen)
    qtbot.keyClick(many.gallery, Qt.Key.Key_Z, CTRL)
    before = {"All photos": 540, "discs": EACH, "squares": EACH}
    qtbot.waitUntil(lambda: counts(many) == before, timeout=PATIENCE_MS)
    assert journal(many, tmp_path) == [("edit.left_out", MANY, 1)]
    assert [sample.id for sample in many.gallery.rows][:MANY] == chosen, "in their places"


def test_what_was_kept_is_there_when_the_folder_is_opened_again(
    many: FolderView, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    select_many(qtbot, many)
    qtbot.keyClick(many.gallery, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: counts(many)["discs"] == MANY, timeout=PATIENCE_MS)
    put(tmp_path / "few", *(f"{kind}/{number}.png" for kind in "ab" for number in range(3)))
    session.folders.open(tmp_path / "few")
    qtbot.waitUntil(lambda: counts(many) == {"All photos": 6, "a": 3, "b": 3}, timeout=PATIENCE_MS)
    put(tmp_path / "many", "squares/new.png")
    (tmp_path / "many" / "discs" / "000.png").unlink()
    session.folders.open(tmp_path / "many")
    expected = {"All photos": 540, "discs": MANY - 1, "squares": 41}
    qtbot.waitUntil(lambda: counts(many) == expected, timeout=PATIENCE_MS)
    outside = session.state.edits.outside
    assert (outside.new, outside.gone) == (("squares/new.png",), ("discs/000.png",))
    own = session.state.edits.project
    assert own is not None
    session.edits.close()
    with ProjectStore(own.folder) as kept:
        assert kept.catalog is not None
        assert kept.catalog.counts == {"discs": MANY - 1, "squares": 41}


def test_all_photos_are_selected_at_once_and_single_ones_taken_out(many: FolderView, qtbot: QtBot) -> None:
    gallery = many.gallery
    gallery.setFocus()
    qtbot.keyClick(gallery, Qt.Key.Key_A, CTRL)
    assert gallery.selection() == list(gallery.rows)
    assert many.selection.count.text() == "540 of 540 selected"
    for number in (3, 1, 530):
        click(qtbot, gallery, number, CTRL)
    left = [sample for place, sample in enumerate(gallery.rows) if place not in (1, 3, 530)]
    assert gallery.selection() == left


def test_what_is_selected_is_painted_as_such(many: FolderView, qtbot: QtBot) -> None:
    gallery = many.gallery
    click(qtbot, gallery, 0, NONE)
    qtbot.waitUntil(lambda: not many._session.state.work.working, timeout=PATIENCE_MS)
    gallery.setFocus()
    before = gallery.viewport().grab().toImage()
    qtbot.keyClick(gallery, Qt.Key.Key_A, CTRL)
    assert gallery.viewport().grab().toImage() != before


def test_another_height_moves_no_photo_and_another_width_all(many: FolderView, qtbot: QtBot) -> None:
    gallery, window = many.gallery, many.window()

    def places() -> list[tuple[int, int]]:
        found = (gallery.visualRect(gallery.model().index(number, 0)) for number in range(40))
        return [(each.x(), each.y()) for each in found]

    qtbot.waitUntil(lambda: len({x for x, _ in places()}) > 1, timeout=PATIENCE_MS)
    before, most = places(), gallery.verticalScrollBar().maximum()
    window.resize(window.width(), window.height() - 90)
    qtbot.waitUntil(lambda: gallery.verticalScrollBar().maximum() > most, timeout=PATIENCE_MS)
    assert places() == before
    window.resize(window.width() + 260, window.height())
    qtbot.waitUntil(lambda: places() != before, timeout=PATIENCE_MS)
    last = gallery.model().index(len(gallery.rows) - 1, QModelIndex().column() + 1)
    gallery.scrollTo(last)
    assert gallery.viewport().rect().contains(gallery.visualRect(last).center())


def test_a_large_folder_is_checked_while_the_window_goes_on(
    window: MainWindow, session: Session, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images_folder, "_AT_ONCE", 5)
    put(tmp_path / "one", *(f"{kind}/{number}.png" for kind in "ab" for number in range(3)))
    copy = (tmp_path / "one" / "a" / "0.png").read_bytes()
    (tmp_path / "one" / "a" / "copy.png").write_bytes(copy)
    put(tmp_path / "two", *(f"{kind}/{number}.png" for kind in "ab" for number in range(30)))
    view: FolderView = window.page.folder_view  # type: ignore[attr-defined]
    session.folders.open(tmp_path / "one")
    qtbot.waitUntil(lambda: view.look.text() == "1 thing to look at", timeout=PATIENCE_MS)
    assert not view.look.isHidden()
    session.folders.open(tmp_path / "two")
    qtbot.waitUntil(lambda: len(view.gallery.rows) == 60, timeout=PATIENCE_MS)
    qtbot.waitUntil(view.look.isHidden, timeout=PATIENCE_MS)
