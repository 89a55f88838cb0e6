"""The details of a photo, and what narrows the gallery by what is known of the photos."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS
from workbench.core.events import Followed
from workbench.core.images.facts import PhotoFacts, Seen
from workbench.ui.pages.images_folder import FolderView
from workbench.ui.session.state import Health
from workbench.ui.words.photo_facts import bytes_words, camera_lines, position_words, seen_words


@pytest.fixture
def image_folder(image_folder: Path) -> Path:
    """The small folder with one photo that is very long, and one with metadata of a camera."""
    strip = np.linspace(0, 255, 900)[None, :, None] * np.ones((60, 1, 3))
    Image.fromarray(strip.astype(np.uint8)).save(image_folder / "discs" / "strip.png")
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "EOS 80D"
    where = exif.get_ifd(ExifTags.IFD.GPSInfo)
    where.update({1: "N", 2: (48.0, 12.0, 0.0), 3: "W", 4: (16.0, 30.0, 0.0)})
    Image.effect_noise((160, 120), 90).convert("RGB").save(image_folder / "squares" / "taken.jpg", exif=exif)
    return image_folder


@pytest.fixture
def view_size() -> tuple[int, int]:
    return 1100, 700


def choose(view: FolderView, name: str, qtbot: QtBot) -> None:
    """Opens the details of a photo by a double click."""
    number = next(n for n, sample in enumerate(view.gallery.rows) if sample.path.endswith(name))
    index = view.gallery.model().index(number, 0)
    view.gallery.scrollTo(index)
    at = view.gallery.visualRect(index).center()
    for click in (qtbot.mouseClick, qtbot.mouseDClick):
        click(view.gallery.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: bool(view.details.seen.square.images), timeout=PATIENCE_MS)


def answers(view: FolderView) -> Followed:
    """A model that takes every photo for a disc, those of the other class without doubt."""
    ids = tuple(sample.id for sample in view.gallery.rows)
    own = np.array([0.9 if name.startswith("discs") else 0.02 for name in ids], np.float32)
    said, probability = np.zeros(len(ids), np.int32), np.full(len(ids), 0.98, np.float32)
    folder = str(view._session.state.folders.catalog.folder)  # type: ignore[union-attr]
    return Followed(folder, 0, None, ("discs", "squares"), ids, said, probability, own)


def test_a_long_photo_comes_with_a_warning(view: FolderView, qtbot: QtBot) -> None:
    choose(view, "strip.png", qtbot)
    details = view.details
    assert details.measures.text().startswith("900 × 60 px · ")
    assert details.measures.text().endswith(" · PNG")
    assert details.seen.words.property("role") == "warn"
    assert "15.0 times as long as wide" in details.seen.words.text()
    assert "rows" in details.seen.words.text()
    (square,) = details.seen.square.images
    assert square.width() == square.height() == 224
    assert details.camera.isHidden()
    assert details.where.isHidden()


def test_an_ordinary_photo_says_how_much_is_cut_away(view: FolderView, qtbot: QtBot) -> None:
    choose(view, "taken.jpg", qtbot)
    assert view.details.seen.words.property("role") == "muted"
    assert view.details.seen.words.text().startswith("Its middle, in 224 × 224 px: 4")
    assert view.details.camera.text() == "EOS 80D"


def test_where_a_photo_was_taken_is_said_only_to_those_who_ask(view: FolderView, qtbot: QtBot) -> None:
    choose(view, "taken.jpg", qtbot)
    assert view.details.where.isVisible()
    assert view.details.position.isHidden()
    qtbot.mouseClick(view.details.where, Qt.MouseButton.LeftButton)
    assert not view.details.position.isHidden()
    assert view.details.position.text() == "48.20000° N, 16.50000° W"
    choose(view, "0.png", qtbot)
    assert view.details.position.isHidden()


def test_random_changes_are_shown_and_others_the_next_time(view: FolderView, qtbot: QtBot) -> None:
    choose(view, "taken.jpg", qtbot)
    seen = view.details.seen
    with qtbot.waitSignal(view._session.inspection.varied, timeout=PATIENCE_MS):
        qtbot.mouseClick(seen.vary, Qt.MouseButton.LeftButton)
    first = list(seen.variants.images)
    with qtbot.waitSignal(view._session.inspection.varied, timeout=PATIENCE_MS):
        qtbot.mouseClick(seen.vary, Qt.MouseButton.LeftButton)
    shown = (first, list(seen.variants.images))
    assert len(shown[0]) == len(shown[1]) == 3
    assert shown[0] != shown[1]
    assert seen.vary.text() == "Show others"


def test_what_a_model_says_and_what_there_is_to_look_at_stands_there(view: FolderView, qtbot: QtBot) -> None:
    choose(view, "taken.jpg", qtbot)
    assert view.details.said.isHidden()
    view._session.store.put(Health(followed=answers(view)))
    qtbot.waitUntil(lambda: not view.details.problems.isHidden(), timeout=PATIENCE_MS)
    assert view.details.said.text() == "A model that has not learned from it says: discs (98 %)"
    assert "Perhaps in the wrong class" in view.details.problems.text()


def test_the_gallery_is_narrowed_by_problem_and_by_prediction(view: FolderView, qtbot: QtBot) -> None:
    assert view.filter.prediction.isHidden()
    view._session.store.put(Health(followed=answers(view)))
    qtbot.waitUntil(lambda: not view.filter.prediction.isHidden(), timeout=PATIENCE_MS)
    assert view.filter.prediction.itemText(1) == "Says discs (10)"
    box = view.filter.problem
    wrong = box.findData("Perhaps in the wrong class")
    assert box.itemText(wrong) == "Perhaps in the wrong class (5)"
    box.setFocus()
    box.setCurrentIndex(wrong - 1)
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert [sample.path.partition("/")[0] for sample in view.gallery.rows] == ["squares"] * 5
    squares = view.classes.visualRect(view.classes.model().index(1, 0)).center()
    qtbot.mouseClick(view.classes.viewport(), Qt.MouseButton.LeftButton, pos=squares)
    assert not view.gallery.rows, "no disc is perhaps in the wrong class"
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Home)
    assert len(view.gallery.rows) == 5


def test_an_edit_takes_a_photo_out_of_what_is_narrowed(view: FolderView, qtbot: QtBot) -> None:
    told = answers(view)
    view._session.store.put(Health(followed=told))
    box = view.filter.problem
    qtbot.waitUntil(lambda: box.findData("Perhaps in the wrong class") > 0, timeout=PATIENCE_MS)
    box.setCurrentIndex(box.findData("Perhaps in the wrong class"))
    box.activated.emit(box.currentIndex())
    view.gallery.setFocus()
    view.gallery.setCurrentIndex(view.gallery.model().index(0, 0))
    qtbot.keyClick(view.gallery, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: len(view.gallery.rows) == 4, timeout=PATIENCE_MS)


def test_facts_in_words() -> None:
    facts = PhotoFacts(1, "JPEG", "X", "", "", 1 / 250, 5.6, 400, 85)
    assert camera_lines(facts) == ["X", "1/250 s · f/5.6 · ISO 400 · 85 mm"]
    assert camera_lines(PhotoFacts(1, exposure=2.5)) == ["2.5 s"]
    assert [bytes_words(count) for count in (999, 1500, 999_499, 4_200_000)] == [
        "999 bytes", "2 KB", "999 KB", "4.2 MB",
    ]  # fmt: skip
    assert position_words((-1.5, 2.0)) == "1.50000° S, 2.00000° E"
    assert seen_words(Seen("cut", 224, 0.0), 5, 5) == ("All of it, in 224 × 224 px.", False)
    assert seen_words(Seen("cut", 224, 0.9), 5, 5)[1]
    assert seen_words(Seen("squeezed", 224, channels=1), 20, 10)[0].startswith(
        "All of it, in 224 × 224 px without colours. It is 2.0 times"
    )
