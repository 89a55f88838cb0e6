"""Why? on Try it: a real model, a real engine, a click, the picture and its sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS
from workbench.core.explain.explanation import Explanation
from workbench.ui.pages.try_it import TryItPage
from workbench.ui.parts.thumbnail_row import ThumbnailRow
from workbench.ui.session.session import Session
from workbench.ui.words.explaining import explanation_words


def asked(try_it: TryItPage, photo: Path, qtbot: QtBot) -> None:
    try_it.session.predictions.predict([photo])
    qtbot.waitUntil(lambda: try_it.why.isVisible(), timeout=PATIENCE_MS)


def test_a_click_shows_where_the_model_looked(try_it: TryItPage, drawn_pair: Path, qtbot: QtBot) -> None:
    photos = sorted((drawn_pair / "val" / "apples").iterdir())
    before = photos[0].read_bytes()
    asked(try_it, photos[0], qtbot)
    assert not try_it.why.picture.isVisible()
    qtbot.mouseClick(try_it.why.ask, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(try_it.why.picture.isVisible, timeout=PATIENCE_MS)
    assert "“apples”" in try_it.why.words.text()
    assert try_it.why.ask.text() == "Show the photo"
    assert photos[0].read_bytes() == before
    try_it.session.predictions.predict([photos[1]])  # another photo: nothing of the one before stays
    qtbot.waitUntil(lambda: len(try_it.session.state.predictions.made) == 2, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not try_it.why.picture.isVisible(), timeout=PATIENCE_MS)
    assert try_it.why.ask.text() == "Why?"
    assert try_it.picture.isVisible()


def test_the_same_click_goes_back_to_the_photo(try_it: TryItPage, drawn_pair: Path, qtbot: QtBot) -> None:
    asked(try_it, drawn_pair / "val" / "leaves" / "000.jpg", qtbot)
    qtbot.mouseClick(try_it.why.ask, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(try_it.why.picture.isVisible, timeout=PATIENCE_MS)
    qtbot.mouseClick(try_it.why.ask, Qt.MouseButton.LeftButton)
    assert try_it.picture.isVisible()
    assert not try_it.why.words.isVisible()


def test_a_photo_that_has_gone_is_said(
    try_it: TryItPage, drawn_pair: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    photo = tmp_path / "apple.jpg"
    photo.write_bytes((drawn_pair / "val" / "apples" / "000.jpg").read_bytes())
    asked(try_it, photo, qtbot)
    photo.unlink()
    qtbot.mouseClick(try_it.why.ask, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: try_it.session.state.work.error is not None, timeout=PATIENCE_MS)
    assert try_it.why.ask.text() == "Why?"
    assert not try_it.why.picture.isVisible()


def test_the_sentence_says_whether_the_picture_means_something() -> None:
    telling = Explanation("ants", 0.97, None, None, "places", 0.41, 0.93)
    assert explanation_words(telling) == (
        "The bright parts speak for “ants”. With the brightest fifth covered, its probability falls from "
        "97 % to 41 %; with another fifth covered, it is 93 % on average."
    )
    little = Explanation("ants", 0.97, None, None, "places", 0.95, 0.96)
    assert "No single part decides here" in explanation_words(little)


def test_what_rises_when_it_is_covered_speaks_for_nothing() -> None:
    unsure = Explanation("ants", 0.5, None, None, "places", 0.8, 0.9)
    assert not unsure.is_telling
    assert "falls" not in explanation_words(unsure)


def test_photos_of_the_open_folder_that_pulled_the_answer_are_named(
    session: Session, drawn_pair: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    """A folder is opened, its instant model made, a photo asked about: as a person does it."""
    for name in ("apples", "leaves"):
        shutil.copytree(drawn_pair / "train" / name, tmp_path / "photos" / name)
    try_it = TryItPage(session)
    qtbot.addWidget(try_it)
    try_it.resize(1100, 760)
    try_it.show()
    session.store.subscribe(try_it.show_state, *try_it.shows)
    session.preferences.train_on_opening = True
    session.folders.open(tmp_path / "photos")
    qtbot.waitUntil(lambda: session.state.health.followed is not None, timeout=PATIENCE_MS)
    asked(try_it, drawn_pair / "val" / "apples" / "000.jpg", qtbot)
    qtbot.mouseClick(try_it.why.ask, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(try_it.why.influential.isVisible, timeout=PATIENCE_MS)
    rows = try_it.why.influential.findChildren(ThumbnailRow)
    assert len(rows) == 2
    assert rows[0].accessibleName().count("(apples)") >= 5
    assert rows[1].accessibleName().count("(leaves)") >= 5
