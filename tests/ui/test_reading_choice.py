"""A folder that can be read in two ways is asked about, lost classes are named, files are refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.core.folder_help import put
from tests.ui.conftest import PATIENCE_MS, files
from tests.ui.menus import choose
from workbench.ui.pages.images import ImagesPage
from workbench.ui.parts.reading_choice import ReadingTree
from workbench.ui.session.session import Session
from workbench.ui.session.state import Folders

Drop = Callable[[QWidget, QMimeData], None]


@pytest.fixture
def page(session: Session, qtbot: QtBot) -> ImagesPage:
    made = ImagesPage(session)
    session.store.subscribe(made.show_state)
    qtbot.addWidget(made)
    made.resize(1000, 640)
    made.show()
    made.show_state(session.state)
    return made


@pytest.fixture
def orchard(tmp_path: Path) -> Path:
    """Two kinds of fruit, each with the same two folders in it, and one kind has more photos."""
    folder = tmp_path / "Orchard"
    for kind, count in (("apple", 3), ("pear", 2)):
        put(folder, *(f"{kind}/{state}/{n}.png" for state in ("healthy", "ill") for n in range(count)))
    return folder


def test_two_readings_are_drawn_and_the_one_that_is_chosen_is_used(
    page: ImagesPage, session: Session, orchard: Path, drop: Drop, qtbot: QtBot
) -> None:
    drop(page, files(orchard))
    qtbot.waitUntil(lambda: page.question.isVisible(), timeout=PATIENCE_MS)
    assert session.state.folders.catalog is None
    trees = [tree.accessibleName() for tree in page.question.findChildren(ReadingTree)]
    assert trees == ["Orchard: healthy 5, ill 5", "Orchard: apple 6, pear 4"]
    assert [button.property("reading") for button in page.question.buttons] == ["inside", "folders"]
    qtbot.mouseClick(page.question.buttons[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.folder_view.isVisible(), timeout=PATIENCE_MS)
    catalog = session.state.folders.catalog
    assert catalog is not None
    assert catalog.counts == {"apple": 6, "pear": 4}
    assert session.state.folders.question is None


def test_the_likelier_reading_by_keyboard(
    page: ImagesPage, session: Session, orchard: Path, drop: Drop, qtbot: QtBot
) -> None:
    drop(page, files(orchard))
    qtbot.waitUntil(lambda: page.question.isVisible(), timeout=PATIENCE_MS)
    qtbot.keyClick(page.question.buttons[0], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.folder_view.isVisible(), timeout=PATIENCE_MS)
    catalog = session.state.folders.catalog
    assert catalog is not None
    assert catalog.counts == {"healthy": 5, "ill": 5}


def test_an_answer_is_remembered_and_can_be_changed(
    page: ImagesPage, session: Session, orchard: Path, drop: Drop, qtbot: QtBot
) -> None:
    session.folders.open(orchard, "folders")
    qtbot.waitUntil(lambda: page.folder_view.isVisible(), timeout=PATIENCE_MS)
    session.store.put(Folders())
    qtbot.waitUntil(lambda: page.target.isVisible())
    session.folders.open(orchard)
    qtbot.waitUntil(lambda: page.folder_view.isVisible(), timeout=PATIENCE_MS)
    catalog = session.state.folders.catalog
    assert catalog is not None
    assert catalog.counts == {"apple": 6, "pear": 4}
    qtbot.mouseClick(page.menu, Qt.MouseButton.LeftButton)
    choose("Other classes…")
    qtbot.waitUntil(lambda: page.question.isVisible())
    assert [button.property("reading") for button in page.question.buttons] == ["folders", "inside"]


def test_the_folder_that_was_open_stays_until_the_question_is_answered(
    page: ImagesPage, session: Session, image_folder: Path, orchard: Path, drop: Drop, qtbot: QtBot
) -> None:
    drop(page, files(image_folder))
    qtbot.waitUntil(lambda: page.folder_view.isVisible(), timeout=PATIENCE_MS)
    before = session.state.folders.catalog
    drop(page, files(orchard))
    qtbot.waitUntil(lambda: page.question.isVisible(), timeout=PATIENCE_MS)
    assert session.state.folders.catalog is before
    session.folders.forget_question()
    qtbot.waitUntil(lambda: page.folder_view.isVisible(), timeout=PATIENCE_MS)
    assert page.subtitle.text().startswith("Shapes & sizes: 8 photos in 2 classes")


def test_many_classes_are_counted_in_the_tree(
    page: ImagesPage, tmp_path: Path, drop: Drop, qtbot: QtBot
) -> None:
    folder = tmp_path / "many"
    put(folder, *(f"{kind}/class {n:02}/a.png" for kind in ("left one", "right one") for n in range(9)))
    drop(page, files(folder))
    qtbot.waitUntil(lambda: page.question.isVisible(), timeout=PATIENCE_MS)
    first = page.question.findChildren(ReadingTree)[0]
    assert first.accessibleName().endswith("class 05 2 and 3 more classes")
    assert not first.grab().isNull()


def test_a_class_that_is_lost_is_named_in_the_subtitle_and_first(
    page: ImagesPage, image_folder: Path, drop: Drop, qtbot: QtBot
) -> None:
    (image_folder / "wasps").mkdir()
    for number in range(3):
        heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(400)
        (image_folder / "wasps" / f"{number}.HEIC").write_bytes(heic)
    drop(page, files(image_folder))
    qtbot.waitUntil(lambda: page.folder_view.isVisible(), timeout=PATIENCE_MS)
    assert page.subtitle.text().endswith("left out: “triangles” and “wasps”")
    qtbot.mouseClick(page.folder_view.look, Qt.MouseButton.LeftButton)
    said = [widget.accessibleName() for widget in page.folder_view.findings.findChildren(QWidget)]
    said = [words for words in said if words]
    assert any("The class “wasps” is left out" in words and "HEIC" in words for words in said[:4])


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        ("photos.zip", b"PK\x03\x04" + bytes(40), "“photos.zip” is damaged, or is only a part"),
        ("photos.rar", b"Rar!\x1a\x07" + bytes(40), "“photos.rar” is an archive"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "“a.jpg” is a single photo"),
        ("notes.txt", b"hello", "“notes.txt” is a file"),
    ],
)
def test_a_file_is_refused_by_what_it_is(
    page: ImagesPage,
    session: Session,
    tmp_path: Path,
    drop: Drop,
    qtbot: QtBot,
    name: str,
    content: bytes,
    title: str,
) -> None:
    (tmp_path / name).write_bytes(content)
    drop(page, files(tmp_path / name))
    qtbot.waitUntil(lambda: session.state.work.error is not None, timeout=PATIENCE_MS)
    assert session.state.work.error is not None
    assert session.state.work.error.title.startswith(title)
