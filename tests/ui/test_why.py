"""Why? on Try it: a real model, a real engine, a click, the picture and its sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.core.training_help import drive
from tests.ui.conftest import PATIENCE_MS
from workbench.core.config.training_config import recommended
from workbench.core.data.scan import scan
from workbench.core.explain.explanation import Explanation
from workbench.core.learning import train
from workbench.core.settings import replace
from workbench.ui.pages.try_it import TryItPage
from workbench.ui.parts.thumbnail_row import ThumbnailRow
from workbench.ui.session.session import Session
from workbench.ui.words.explaining import explanation_words


@pytest.fixture(scope="module")
def model(drawn_pair: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("run")
    config = replace(recommended("instant"), {"networks": "one"})
    drive(train(drive(scan(drawn_pair))[1], config, run, device="cpu"))
    return run / "model.checkpoint"


@pytest.fixture
def page(session: Session, model: Path, qtbot: QtBot) -> TryItPage:
    made = TryItPage(session)
    qtbot.addWidget(made)
    made.resize(1100, 760)
    made.show()
    session.store.subscribe(made.show_state, *made.shows)
    session.models.open(model)
    qtbot.waitUntil(lambda: session.state.opened.model is not None, timeout=PATIENCE_MS)
    return made


def asked(page: TryItPage, photo: Path, qtbot: QtBot) -> None:
    page.session.predictions.predict([photo])
    qtbot.waitUntil(lambda: page.why.isVisible(), timeout=PATIENCE_MS)


def test_a_click_shows_where_the_model_looked(page: TryItPage, drawn_pair: Path, qtbot: QtBot) -> None:
    photos = sorted((drawn_pair / "val" / "apples").iterdir())
    before = photos[0].read_bytes()
    asked(page, photos[0], qtbot)
    assert not page.why.picture.isVisible()
    qtbot.mouseClick(page.why.ask, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.why.picture.isVisible, timeout=PATIENCE_MS)
    assert "“apples”" in page.why.words.text()
    assert page.why.ask.text() == "Show the photo"
    assert photos[0].read_bytes() == before
    page.session.predictions.predict([photos[1]])  # another photo: nothing of the one before stays
    qtbot.waitUntil(lambda: len(page.session.state.predictions.made) == 2, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not page.why.picture.isVisible(), timeout=PATIENCE_MS)
    assert page.why.ask.text() == "Why?"
    assert page.picture.isVisible()


def test_the_same_click_goes_back_to_the_photo(page: TryItPage, drawn_pair: Path, qtbot: QtBot) -> None:
    asked(page, drawn_pair / "val" / "leaves" / "000.jpg", qtbot)
    qtbot.mouseClick(page.why.ask, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.why.picture.isVisible, timeout=PATIENCE_MS)
    qtbot.mouseClick(page.why.ask, Qt.MouseButton.LeftButton)
    assert page.picture.isVisible()
    assert not page.why.words.isVisible()


def test_a_photo_that_has_gone_is_said(
    page: TryItPage, drawn_pair: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    photo = tmp_path / "apple.jpg"
    photo.write_bytes((drawn_pair / "val" / "apples" / "000.jpg").read_bytes())
    asked(page, photo, qtbot)
    photo.unlink()
    qtbot.mouseClick(page.why.ask, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.session.state.work.error is not None, timeout=PATIENCE_MS)
    assert page.why.ask.text() == "Why?"
    assert not page.why.picture.isVisible()


def test_the_sentence_says_whether_the_picture_means_something() -> None:
    telling = Explanation("ants", 0.97, None, None, "places", 0.41, 0.93)
    assert explanation_words(telling) == (
        "The bright parts speak for “ants”. With the brightest fifth covered, its probability falls from "
        "97 % to 41 %; with another fifth covered, it is 93 % on average."
    )
    little = Explanation("ants", 0.97, None, None, "places", 0.95, 0.96)
    assert "No single part decides here" in explanation_words(little)


def test_photos_of_the_open_folder_that_pulled_the_answer_are_named(
    session: Session, drawn_pair: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    """A folder is opened, its instant model made, a photo asked about: as a person does it."""
    for name in ("apples", "leaves"):
        shutil.copytree(drawn_pair / "train" / name, tmp_path / "photos" / name)
    page = TryItPage(session)
    qtbot.addWidget(page)
    page.resize(1100, 760)
    page.show()
    session.store.subscribe(page.show_state, *page.shows)
    session.preferences.train_on_opening = True
    session.folders.open(tmp_path / "photos")
    qtbot.waitUntil(lambda: session.state.health.followed is not None, timeout=PATIENCE_MS)
    asked(page, drawn_pair / "val" / "apples" / "000.jpg", qtbot)
    qtbot.mouseClick(page.why.ask, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.why.teachers.isVisible, timeout=PATIENCE_MS)
    rows = page.why.teachers.findChildren(ThumbnailRow)
    assert len(rows) == 2
    assert rows[0].accessibleName().count("(apples)") >= 5
    assert rows[1].accessibleName().count("(leaves)") >= 5
