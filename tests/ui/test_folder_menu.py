"""The menu *Folder* on Images, and ZIP files in the window."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.core.folder_help import put, state_of
from tests.ui.conftest import PATIENCE_MS, changed, files
from tests.ui.menus import answer, choose
from tests.zip_help import zipped
from workbench.core.data import edits
from workbench.core.lessons.lesson_rows import LESSONS, lesson_folder
from workbench.core.messages import Message
from workbench.core.paths import data_dir
from workbench.ui.pages.drop_page import DropPage
from workbench.ui.pages.images import ImagesPage
from workbench.ui.session.session import Session
from workbench.ui.window import MainWindow

Drop = Callable[[QWidget, QMimeData], None]


@pytest.fixture
def page(window: MainWindow) -> ImagesPage:
    shown = window.page
    assert isinstance(shown, ImagesPage)
    return shown


def open_menu(page: ImagesPage, qtbot: QtBot) -> QMenu:
    qtbot.mouseClick(page.menu, Qt.MouseButton.LeftButton)
    menus = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible()]
    assert len(menus) == 1
    return menus[0]


def entries(menu: QMenu) -> dict[str, bool]:
    return {
        action.text().partition("\t")[0]: action.isEnabled()
        for action in menu.actions()
        if not action.isSeparator()
    }


def recent(menu: QMenu) -> list[str]:
    (inner,) = [action.menu() for action in menu.actions() if action.text() == "Recent"]
    assert isinstance(inner, QMenu)
    return [action.text() for action in inner.actions()]


def open_now(session: Session, folder: Path, qtbot: QtBot) -> None:
    def is_open() -> bool:
        catalog = session.state.folders.catalog
        return catalog is not None and catalog.folder == folder and not session.state.work.working

    session.folders.open(folder)
    qtbot.waitUntil(is_open, timeout=PATIENCE_MS)


def test_before_a_folder_is_open_others_can_be_opened(page: ImagesPage, qtbot: QtBot) -> None:
    menu = open_menu(page, qtbot)
    assert {words for words, enabled in entries(menu).items() if enabled} == {
        "Another folder…",
        "A ZIP file or a project…",
        "Sample photos",
        "Photos for lessons",
        "Open a model…",
    }
    menu.close()


def test_a_recent_folder_is_opened_from_the_menu(
    page: ImagesPage, session: Session, image_folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    put(tmp_path / "R&D", *(f"{kind}/{number}.png" for kind in "ab" for number in range(3)))
    open_now(session, image_folder, qtbot)
    open_now(session, tmp_path / "R&D", qtbot)
    qtbot.waitUntil(lambda: len(page.menu._recent) == 2, timeout=PATIENCE_MS)
    menu = open_menu(page, qtbot)
    assert recent(menu) == ["Shapes && sizes"]
    choose("Recent", "Shapes && sizes")
    qtbot.waitUntil(lambda: page.subtitle.text().startswith("Shapes & sizes: 8 photos"), timeout=PATIENCE_MS)


def test_the_folder_is_read_again(
    page: ImagesPage, session: Session, image_folder: Path, qtbot: QtBot
) -> None:
    open_now(session, image_folder, qtbot)
    put(image_folder, "squares/new.png")
    open_menu(page, qtbot)
    choose("Read this folder again")
    qtbot.waitUntil(lambda: page.subtitle.text().startswith("Shapes & sizes: 9 photos"), timeout=PATIENCE_MS)
    assert session.state.edits.outside.new == ("squares/new.png",)


def test_the_menu_works_from_the_keyboard(
    page: ImagesPage, session: Session, image_folder: Path, qtbot: QtBot
) -> None:
    open_now(session, image_folder, qtbot)
    qtbot.waitUntil(page.menu.isVisible)
    page.menu.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(page.menu, Qt.Key.Key_Space)
    (menu,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible()]
    first = menu.actions()[0]
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    assert menu.activeAction() is first
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    (dialog,) = page.findChildren(QFileDialog)
    assert dialog.fileMode() == QFileDialog.FileMode.Directory
    dialog.reject()


def test_nothing_is_opened_while_something_is_read(page: ImagesPage, session: Session, qtbot: QtBot) -> None:
    session.store.put(*changed(session.state, working=frozenset({"scan"})).slices())
    qtbot.waitUntil(lambda: not page.menu.isVisible())


def test_a_zip_is_chosen(page: ImagesPage, session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    file = zipped(tmp_path / "Our pets.zip")
    open_menu(page, qtbot)
    choose("A ZIP file or a project…")
    (dialog,) = page.window().findChildren(QFileDialog)
    assert dialog.nameFilters()[0] == "ZIP files (*.zip *.ZIP)"
    dialog.selectFile(str(file))
    dialog.accept()
    qtbot.waitUntil(lambda: page.subtitle.text().startswith("Our pets: 6 photos"), timeout=PATIENCE_MS)


def test_a_zip_is_dropped(
    page: ImagesPage, session: Session, image_folder: Path, drop: Drop, qtbot: QtBot
) -> None:
    file = Path(shutil.make_archive(str(image_folder.parent / "Shapes"), "zip", image_folder))
    before = state_of(image_folder), file.read_bytes()
    drop(page, files(file))
    qtbot.waitUntil(lambda: page.subtitle.text().startswith("Shapes: 8 photos"), timeout=PATIENCE_MS)
    catalog = session.state.folders.catalog
    assert catalog is not None
    assert catalog.folder.is_relative_to(data_dir())
    assert (state_of(image_folder), file.read_bytes()) == before
    assert session.state.edits.possible


def test_a_zip_says_what_letting_it_go_would_do(
    page: ImagesPage, window: MainWindow, tmp_path: Path, qapp: QApplication
) -> None:
    mime = files(zipped(tmp_path / "a.zip"))
    assert isinstance(page, DropPage)
    event = QDragEnterEvent(
        QPoint(50, 50),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    qapp.sendEvent(page, event)
    assert page.light.words() == "Drop to unpack and open this ZIP file"


def test_a_damaged_zip_leaves_the_open_folder(
    page: ImagesPage, session: Session, image_folder: Path, tmp_path: Path, drop: Drop, qtbot: QtBot
) -> None:
    open_now(session, image_folder, qtbot)
    before = session.state.folders.catalog
    (tmp_path / "a.zip").write_text("no")
    drop(page, files(tmp_path / "a.zip"))
    qtbot.waitUntil(lambda: session.state.work.error is not None, timeout=PATIENCE_MS)
    assert session.state.work.error is not None
    assert session.state.work.error.title == "“a.zip” is damaged, or is only a part of a ZIP file."
    assert session.state.folders.catalog is before
    qtbot.waitUntil(page.folder_view.isVisible)


def test_unpacking_is_stopped(
    page: ImagesPage, session: Session, tmp_path: Path, drop: Drop, qtbot: QtBot
) -> None:
    file = zipped(tmp_path / "a.zip", *(f"cats/more {number}.png" for number in range(3000)))
    drop(page, files(file))
    qtbot.waitUntil(page.reading._stop.isVisible, timeout=PATIENCE_MS)
    qtbot.mouseClick(page.reading._stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not session.state.work.working, timeout=PATIENCE_MS)
    assert session.state.folders.catalog is None
    assert not list((data_dir() / "unpacked").glob("*"))


def test_photos_for_lessons_say_their_size_first(page: ImagesPage, session: Session, qtbot: QtBot) -> None:
    folder = lesson_folder(LESSONS.of("pets"))
    put(folder, *(f"{kind}/{number}.png" for kind in ("Abyssinian", "pug") for number in range(3)))
    menu = open_menu(page, qtbot)
    (inner,) = [action.menu() for action in menu.actions() if action.text() == "Photos for lessons"]
    assert isinstance(inner, QMenu)
    assert [action.text() for action in inner.actions()] == [
        "CIFAR-10: 7,000 photos, 170 MB to fetch",
        "EuroSAT: 27,000 photos, 94 MB to fetch",
        "Fashion-MNIST: 7,000 photos, 31 MB to fetch",
        "Oxford-IIIT Pets: 7,390 photos",
        "Oxford Flowers: 8,189 photos, 345 MB to fetch",
        "German traffic signs: 39,270 photos, 277 MB to fetch",
    ]
    assert all("Licence: " in action.toolTip() for action in inner.actions())
    choose("Photos for lessons", "Oxford-IIIT Pets: 7,390 photos")
    qtbot.waitUntil(
        lambda: page.subtitle.text().startswith("Oxford-IIIT Pets: 6 photos"), timeout=PATIENCE_MS
    )


# Projects


def named(session: Session, name: str) -> bool:
    project = session.state.edits.project
    return project is not None and project.name == name and not session.state.work.working


def class_of(session: Session, photo: str) -> str:
    catalog = session.state.folders.catalog
    assert catalog is not None
    return next(catalog.name_of(each.class_id) for each in catalog.samples if each.path == photo)


def move(session: Session, photo: str, qtbot: QtBot) -> None:
    told = Message("edit.reclassed", {"count": 1, "class_name": "squares"})
    session.edits.edit(told, lambda catalog: edits.reclassed(catalog, {photo}, "squares"))
    qtbot.waitUntil(lambda: class_of(session, photo) == "squares", timeout=PATIENCE_MS)


def export(page: ImagesPage, session: Session, file: Path, how: str, qtbot: QtBot) -> None:
    open_menu(page, qtbot)
    choose("Export this project", how)
    (dialog,) = page.window().findChildren(QFileDialog)
    dialog.selectFile(str(file))
    dialog.accept()
    qtbot.waitUntil(lambda: session.state.work.error is not None, timeout=PATIENCE_MS)


def test_a_project_is_copied_and_both_go_their_ways(
    page: ImagesPage, session: Session, image_folder: Path, qtbot: QtBot
) -> None:
    open_now(session, image_folder, qtbot)
    before = state_of(image_folder)
    move(session, "discs/0.png", qtbot)
    open_menu(page, qtbot)
    choose("Copy this project…")
    answer(qtbot, "Second opinion")
    qtbot.waitUntil(lambda: named(session, "Second opinion"), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: page.subtitle.text().startswith("Second opinion (Shapes & sizes): 8 photos"))
    assert class_of(session, "discs/0.png") == "squares"
    session.edits.undo()
    qtbot.waitUntil(lambda: class_of(session, "discs/0.png") == "discs", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(page.menu._recent) == 2, timeout=PATIENCE_MS)
    assert recent(open_menu(page, qtbot)) == ["Shapes && sizes"]
    choose("Recent", "Shapes && sizes")
    qtbot.waitUntil(lambda: named(session, ""), timeout=PATIENCE_MS)
    assert class_of(session, "discs/0.png") == "squares"
    assert state_of(image_folder) == before


def test_a_new_project_of_the_same_folder_begins_anew(
    page: ImagesPage, session: Session, image_folder: Path, qtbot: QtBot
) -> None:
    open_now(session, image_folder, qtbot)
    move(session, "discs/0.png", qtbot)
    open_menu(page, qtbot)
    choose("New project for this folder…")
    answer(qtbot, "Anew")
    qtbot.waitUntil(lambda: named(session, "Anew"), timeout=PATIENCE_MS)
    assert class_of(session, "discs/0.png") == "discs"


@pytest.mark.parametrize("how", ["Without its photos…", "With its photos…"])
def test_a_project_is_exported_and_dropped_again(
    page: ImagesPage, session: Session, image_folder: Path, tmp_path: Path, drop: Drop, how: str, qtbot: QtBot
) -> None:
    open_now(session, image_folder, qtbot)
    move(session, "discs/0.png", qtbot)
    file = tmp_path / "it.zip"
    export(page, session, file, how, qtbot)
    assert session.state.work.error is not None
    assert session.state.work.error.title == "The project is now in “it.zip”."
    project = session.state.edits.project
    assert project is not None
    assert not (project.folder / "export.db").exists()
    session.edits.undo()
    qtbot.waitUntil(lambda: class_of(session, "discs/0.png") == "discs", timeout=PATIENCE_MS)
    shutil.move(image_folder, tmp_path / "elsewhere")
    session.work.dismiss_error()
    drop(page, files(file))
    if how == "With its photos…":
        qtbot.waitUntil(lambda: session.state.edits.project not in (None, project), timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: not session.state.work.working, timeout=PATIENCE_MS)
        catalog = session.state.folders.catalog
        assert catalog is not None
        assert catalog.folder.is_relative_to(data_dir())
        assert class_of(session, "discs/0.png") == "squares"
    else:
        qtbot.waitUntil(lambda: session.state.work.error is not None, timeout=PATIENCE_MS)
        assert session.state.work.error is not None
        assert "its photos are not on this computer" in session.state.work.error.title


def test_nothing_of_others_is_replaced_by_an_export(
    page: ImagesPage, session: Session, image_folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    open_now(session, image_folder, qtbot)
    (tmp_path / "own.zip").write_bytes(b"mine")
    export(page, session, tmp_path / "own.zip", "Without its photos…", qtbot)
    assert session.state.work.error is not None
    assert "own.zip" in session.state.work.error.title
    assert (tmp_path / "own.zip").read_bytes() == b"mine"
    qtbot.waitUntil(lambda: not session.state.work.working, timeout=PATIENCE_MS)
