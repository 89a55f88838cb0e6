"""Photos without classes, and photos with a table, as a person opens them: real photos, window and engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.core.table_help import photos_into, write
from tests.ui.conftest import PATIENCE_MS, files
from tests.ui.test_editing import answer, content, counts, select, until
from workbench.core.data.catalog import LOOSE, Catalog
from workbench.ui.pages.images import ImagesPage
from workbench.ui.pages.images_folder import FolderView
from workbench.ui.session.session import Session
from workbench.ui.window import MainWindow

Drop = Callable[[QWidget, QMimeData], None]
KEYS = {"sign0": Qt.Key.Key_2, "sign1": Qt.Key.Key_1}
"""Of the classes “zero” and “one”, which stand in the order of their names."""


@pytest.fixture
def signs(tmp_path: Path, data_folder: Path) -> Path:
    """Ten photos of either of two hand signs, in one folder."""
    photos_into(tmp_path / "Signs", data_folder / "sign_digits", "01", 10)
    return tmp_path / "Signs"


def page_of(window: MainWindow) -> ImagesPage:
    page = window.page
    assert isinstance(page, ImagesPage)
    return page


def catalog_of(session: Session) -> Catalog:
    catalog = session.state.folders.catalog
    assert catalog is not None
    return catalog


def refuse(window: MainWindow, folder: Path, drop: Drop, qtbot: QtBot) -> None:
    drop(page_of(window), files(folder))
    qtbot.waitUntil(window.messages.sort_button.isVisible, timeout=PATIENCE_MS)


def make_class(view: FolderView, name: str, qtbot: QtBot) -> None:
    qtbot.mouseClick(view.new_class, Qt.MouseButton.LeftButton)
    answer(qtbot, name)
    qtbot.waitUntil(lambda: name in counts(view), timeout=PATIENCE_MS)


def choose_row(view: FolderView, part: str, qtbot: QtBot) -> None:
    number = next(number for number, row in enumerate(view.classes.rows) if row.part == part)
    place = view.classes.visualRect(view.classes.model().index(number, 0)).center()
    qtbot.mouseClick(view.classes.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_loose_photos_get_classes_by_hand_and_a_model_suggests_the_rest(
    window: MainWindow, session: Session, signs: Path, drop: Drop, qtbot: QtBot
) -> None:
    before = content(signs)
    refuse(window, signs, drop, qtbot)
    assert window.messages._title.text() == (
        "The photos lie directly in “Signs”, so nothing says what each one shows."
    )
    assert window.messages._hint.text().endswith(" Or sort them here: no file is moved.")
    qtbot.mouseClick(window.messages.sort_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.state.folders.catalog is not None, timeout=PATIENCE_MS)
    view = page_of(window).folder_view
    qtbot.waitUntil(view.isVisible, timeout=PATIENCE_MS)
    assert not window.messages.isVisible()
    assert [(row.name, row.count) for row in view.classes.rows] == [("All photos", 20), ("Not classed", 20)]
    assert page_of(window).subtitle.text().startswith("Signs: 20 photos without classes. Make classes, ")
    assert view.classes.rows[view.classes.currentIndex().row()].part == "unclassed"
    first = " · a model learns most from the first 6"
    qtbot.waitUntil(lambda: view._title.whole() == "Not classed" + first, timeout=PATIENCE_MS)
    asked = session.state.health.followed
    assert asked is not None
    assert tuple(sample.id for sample in view.gallery.rows[:6]) == asked.asked
    for name in ("zero", "one"):
        make_class(view, name, qtbot)
    for start, key in KEYS.items():
        rows = [n for n, sample in enumerate(view.gallery.rows) if sample.path.startswith(start)]
        select(view, *rows[:3])
        qtbot.keyClick(view.gallery, key)
        wanted = {"one": 3 if start == "sign1" else 0, "zero": 3}
        until(qtbot, view, **wanted)

    def suggested() -> bool:
        followed = session.state.health.followed
        return followed is not None and len(followed.samples) == 20 and not followed.left

    qtbot.waitUntil(suggested, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(view._suggested) >= 14, timeout=PATIENCE_MS)
    qtbot.waitUntil(view.number.isVisible, timeout=PATIENCE_MS)
    assert [(row.name, row.share) for row in view.classes.rows[1:]] == [
        ("one", 1.0), ("zero", 1.0), ("Not classed", 1.0)
    ]  # fmt: skip
    assert session.state.runs.every == ()
    choose_row(view, "unclassed", qtbot)
    assert len(view.gallery.rows) == 14
    qtbot.keyClick(view.gallery, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.mouseClick(view.selection.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: sum(counts(view).values()) == 20, timeout=PATIENCE_MS)
    right = [
        catalog_of(session).name_of(sample.class_id) == {"0": "zero", "1": "one"}[sample.path[4]]
        for sample in catalog_of(session).samples
    ]
    assert sum(right) >= 17
    assert content(signs) == before


def test_a_folder_that_was_begun_is_opened_without_asking(
    window: MainWindow, session: Session, signs: Path, drop: Drop, qtbot: QtBot
) -> None:
    refuse(window, signs, drop, qtbot)
    qtbot.mouseClick(window.messages.sort_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.state.edits.possible, timeout=PATIENCE_MS)
    view = page_of(window).folder_view
    qtbot.waitUntil(view.isVisible, timeout=PATIENCE_MS)
    make_class(view, "zero", qtbot)
    select(view, 0)
    qtbot.keyClick(view.gallery, Qt.Key.Key_1)
    until(qtbot, view, zero=1)
    session.folders.open(signs)  # read again, while it is open
    qtbot.waitUntil(lambda: "scan" in session.state.work.working, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not session.state.work.working, timeout=PATIENCE_MS)
    assert session.state.work.error is None
    assert counts(view) == {"zero": 1}
    session.edits.close()
    later = Session()
    later.preferences.train_on_opening = False
    try:
        later.folders.open(signs)
        qtbot.waitUntil(lambda: later.state.folders.catalog is not None, timeout=PATIENCE_MS)
        assert catalog_of(later).counts == {"zero": 1}
        reading = catalog_of(later).reading
        assert reading is not None
        assert reading.key == LOOSE
        assert later.state.work.error is None
    finally:
        later.close()


def test_the_button_goes_with_its_message(
    window: MainWindow, session: Session, signs: Path, image_folder: Path, drop: Drop, qtbot: QtBot
) -> None:
    refuse(window, signs, drop, qtbot)
    qtbot.mouseClick(window.messages.close_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.messages.isVisible(), timeout=PATIENCE_MS)
    drop(page_of(window), files(image_folder / "squares" / "notes.jpg"))
    qtbot.waitUntil(window.messages.isVisible, timeout=PATIENCE_MS)
    assert window.messages.sort_button.isHidden()
    session.folders.open(image_folder)
    qtbot.waitUntil(lambda: session.state.folders.catalog is not None, timeout=PATIENCE_MS)
    assert session.state.folders.without_classes is None
    assert catalog_of(session).class_names == ("discs", "squares")


def test_photos_with_a_table_are_opened_and_a_change_of_the_table_is_told(
    window: MainWindow, session: Session, signs: Path, drop: Drop, qtbot: QtBot
) -> None:
    names = sorted(path.name for path in signs.iterdir())
    rows = [[name, {"0": "zero", "1": "one"}[name[4]]] for name in names]
    write(signs / "labels.csv", [("file", "class"), *rows[:-2]], ";", "utf-16")
    before = content(signs)
    drop(page_of(window), files(signs))
    qtbot.waitUntil(lambda: session.state.edits.possible, timeout=PATIENCE_MS)
    view = page_of(window).folder_view
    qtbot.waitUntil(view.isVisible, timeout=PATIENCE_MS)
    until(qtbot, view, one=8, zero=10)
    assert [row.count for row in view.classes.rows if row.part == "unclassed"] == [2]
    told = [words.text() for words in view.findings.findChildren(QLabel)]
    assert "The classes are the column “class” of the table “labels.csv”." in told
    assert content(signs) == before
    rows[0][1] = "one"
    write(signs / "labels.csv", [("file", "class"), *rows], ";", "utf-16")
    session.folders.open(signs)
    qtbot.waitUntil(lambda: bool(session.state.edits.outside), timeout=PATIENCE_MS)
    until(qtbot, view, one=11, zero=9)
    assert view.changes.text.text().endswith("3 with another class, set or group in the table.")
    qtbot.mouseClick(view.changes.show_new, Qt.MouseButton.LeftButton)
    assert [sample.id for sample in view.gallery.rows] == sorted([names[0], *names[-2:]])
