from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.catalogs import classes_of, sample_at
from tests.ui.conftest import PATIENCE_MS, changed, files
from workbench.core.data.catalog import Catalog, Roots, Skipped
from workbench.core.messages import Message
from workbench.ui.pages.images import ImagesPage
from workbench.ui.parts.gallery import Gallery
from workbench.ui.session.session import Session
from workbench.ui.session.state import Folders, State
from workbench.ui.words.findings import count_of, findings

Drop = Callable[[QWidget, QMimeData], None]


@pytest.fixture
def page(session: Session, qtbot: QtBot) -> ImagesPage:
    made = ImagesPage(session)
    qtbot.addWidget(made)
    made.resize(1000, 640)
    made.show()
    made.show_state(session.state)
    return made


def test_an_empty_page_offers_three_ways_to_begin(page: ImagesPage) -> None:
    assert page.target.isVisible()
    assert page.target.choose_button.isEnabled()
    assert page.target.sample_button.isEnabled()
    assert page.target.recent_head.isHidden()


def test_a_dropped_folder_is_opened(
    page: ImagesPage, session: Session, image_folder: Path, drop: Drop, qtbot: QtBot
) -> None:
    drop(page, files(image_folder))
    qtbot.waitUntil(lambda: page.folder_view.isVisible(), timeout=PATIENCE_MS)
    assert page.subtitle.text() == "Shapes & sizes: 8 photos in 2 classes · left out: “triangles”"
    assert page.folder_view.gallery.model().rowCount() == 8
    assert page.folder_view.look.text() == "2 things to look at"


def test_choosing_a_class_shows_its_photos(
    page: ImagesPage, session: Session, image_folder: Path, drop: Drop, qtbot: QtBot
) -> None:
    drop(page, files(image_folder))
    qtbot.waitUntil(lambda: page.folder_view.isVisible(), timeout=PATIENCE_MS)
    classes, gallery = page.folder_view.classes, page.folder_view.gallery
    place = classes.visualRect(classes.model().index(2, 0)).center()
    qtbot.mouseClick(classes.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert gallery.model().rowCount() == 4
    assert gallery.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole) == "squares/0.png · squares"
    qtbot.keyClick(classes, Qt.Key.Key_Home)
    assert gallery.model().rowCount() == 8


def test_a_photo_has_details_when_asked_for(
    page: ImagesPage, session: Session, image_folder: Path, drop: Drop, qtbot: QtBot
) -> None:
    drop(page, files(image_folder))
    qtbot.waitUntil(lambda: page.folder_view.isVisible(), timeout=PATIENCE_MS)
    gallery, details = page.folder_view.gallery, page.folder_view.details
    assert details.isHidden()
    gallery.setCurrentIndex(gallery.model().index(1, 0))
    qtbot.keyClick(gallery, Qt.Key.Key_Return)
    assert details.isVisible()
    assert details.class_line.whole() == "Class: discs"
    qtbot.keyClick(gallery, Qt.Key.Key_Right)
    assert details.name.whole() == "2.png"


def test_what_was_left_out_is_listed_with_its_reason(
    page: ImagesPage, session: Session, image_folder: Path, drop: Drop, qtbot: QtBot
) -> None:
    drop(page, files(image_folder))
    qtbot.waitUntil(lambda: page.folder_view.isVisible(), timeout=PATIENCE_MS)
    qtbot.mouseClick(page.folder_view.look, Qt.MouseButton.LeftButton)
    assert page.folder_view.findings.isVisible()
    said = [widget.accessibleName() for widget in page.folder_view.findings.findChildren(QWidget)]
    assert any("notes.jpg" in words for words in said)
    qtbot.mouseClick(page.folder_view.look, Qt.MouseButton.LeftButton)
    assert page.folder_view.gallery.isVisible()


@pytest.mark.parametrize("what", ["nothing", "text", "address", "file", "two folders"])
def test_other_drops_are_answered_by_a_sentence(
    page: ImagesPage, session: Session, image_folder: Path, drop: Drop, what: str, qtbot: QtBot
) -> None:
    mime = QMimeData()
    if what == "text":
        mime.setText("hello")
    elif what == "address":
        mime = files("https://example.org/photos")
    elif what == "file":
        mime = files(image_folder / "discs" / "0.png")
    elif what == "two folders":
        mime = files(image_folder / "discs", image_folder / "squares")
    drop(page, mime)
    qtbot.waitUntil(lambda: session.state.work.error is not None, timeout=PATIENCE_MS)
    assert session.state.work.error is not None
    assert session.state.work.error.title.endswith(".")
    assert session.state.work.error.hint.endswith(".")
    assert session.state.work.working == frozenset()
    if what == "two folders":
        assert "“Shapes & sizes”" in session.state.work.error.hint


def test_folders_that_were_open_are_offered_again(opened: Session, image_folder: Path, qtbot: QtBot) -> None:
    page = ImagesPage(opened)
    qtbot.addWidget(page)
    page.show()
    opened.store.put(Folders())
    page.show_state(opened.state)
    buttons = [button for button in page.target.findChildren(QPushButton) if button.property("folder")]
    assert [button.property("folder") for button in buttons] == [str(image_folder)]
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: opened.state.folders.catalog is not None, timeout=PATIENCE_MS)


def test_while_a_folder_is_read_the_page_counts(page: ImagesPage) -> None:
    page.show_state(
        changed(State(), working=frozenset({"scan"}), progress={"scan": (30, 120, "Reading photos…")})
    )
    assert page.reading.isVisible()
    assert page.reading.count.text() == "30 of 120"
    assert page.reading.bar.share() == 0.25


def test_findings_are_gathered_by_kind() -> None:
    skipped = (
        Skipped("a/1.jpg", Message("truncated", {"name": "1.jpg"})),
        Skipped("a/2.jpg", Message("something_new")),
        Skipped("b/3.jpg", Message("truncated", {"name": "3.jpg"})),
    )
    roots, notes = Roots.of(Path("/photos")), (Message("no_training_set"),)
    catalog = Catalog(roots, classes_of("ab"), (), skipped, ("c",), 3, notes)
    found = findings(catalog)
    assert [(finding.title, len(finding.items), finding.left_out) for finding in found] == [
        ("Classes that are left out", 1, True),
        ("Damaged or cut off", 2, True),
        ("Left out", 1, True),
        ("Good to know", 1, False),
    ]
    assert count_of(found) == 4
    assert findings(replace(catalog, skipped=(), empty_classes=(), notes=())) == []


def test_ten_thousand_photos_ask_only_for_those_in_view(session: Session, qtbot: QtBot) -> None:
    samples = tuple(sample_at(f"a/{number}.jpg", "a") for number in range(20_000))
    catalog = Catalog(Roots.of(Path("/photos")), classes_of("a"), samples)
    gallery = Gallery(session)
    qtbot.addWidget(gallery)
    asked: set[str] = set()
    session.thumbnails.get = lambda photo, size: asked.add(photo.path)  # type: ignore[method-assign,assignment]
    gallery.show_photos(catalog, samples)
    gallery.resize(700, 500)
    gallery.show()
    qtbot.waitExposed(gallery)
    qtbot.waitUntil(lambda: bool(asked))
    assert len(asked) < 60
    gallery.scrollToBottom()
    qtbot.waitUntil(lambda: str(Path("/photos/a/19999.jpg")) in asked)
    assert len(asked) < 120
