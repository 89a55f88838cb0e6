"""“None of these” on Try it: a real model, a real engine, a stranger, and clicks on bold and careful."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.core.training_help import drive
from tests.ui.conftest import PATIENCE_MS
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.scan import scan
from workbench.core.learning import train
from workbench.ui.pages.try_it import TryItPage
from workbench.ui.session.session import Session
from workbench.words import say


@pytest.fixture(scope="module")
def model(drawn_pair: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("run")
    drive(train(drive(scan(drawn_pair))[1], TrainingConfig(networks="one"), run, device="cpu"))
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


def ask(page: TryItPage, photo: Path, qtbot: QtBot) -> None:
    before = len(page.session.state.predictions.made)
    page.session.predictions.predict([photo])
    qtbot.waitUntil(lambda: len(page.session.state.predictions.made) > before, timeout=PATIENCE_MS)


def test_a_stranger_is_none_of_these_and_the_choice_is_remembered(
    page: TryItPage, model: Path, drawn_pair: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    stranger = tmp_path / "noise.png"
    pixels = np.random.default_rng(4).integers(0, 256, (90, 120, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(stranger)
    ask(page, stranger, qtbot)
    choice, price = page.caution.choice, page.caution.price
    qtbot.waitUntil(choice.isVisible, timeout=PATIENCE_MS)
    assert choice.button("middle").isChecked()
    middle = price.text()
    assert middle.startswith("Says nothing on about ")
    qtbot.mouseClick(choice.button("careful"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: price.text() != middle, timeout=PATIENCE_MS)
    made = page.session.state.predictions.made[0]
    assert (made.accepted, made.class_name) == (False, "")
    assert page.prediction.name.whole() == "None of these"
    assert page.prediction.lead.text() == "Unlike any photo that it learned from."
    assert not page.prediction.share.isVisible()
    assert page.prediction.others[0].name.whole() == made.nearest in ("apples", "leaves")
    assert page.history.words(made)[0] == "none of these"
    page.session.models.open(model)  # its predictions are forgotten, the choice is not
    qtbot.waitUntil(lambda: not page.session.state.predictions.made, timeout=PATIENCE_MS)
    ask(page, drawn_pair / "val" / "apples" / "003.jpg", qtbot)
    assert page.session.state.predictions.caution == "careful"
    assert choice.button("careful").isChecked()


def test_another_choice_keeps_the_photo_that_is_shown(
    page: TryItPage, drawn_pair: Path, qtbot: QtBot
) -> None:
    first, second = (drawn_pair / "val" / "apples" / name for name in ("000.jpg", "001.jpg"))
    ask(page, first, qtbot)
    ask(page, second, qtbot)
    qtbot.waitUntil(lambda: len(page.history.rows) == 2, timeout=PATIENCE_MS)
    page.history.setCurrentIndex(page.history.model().index(1, 0))
    for key in ("careful", "bold", "middle"):
        qtbot.mouseClick(page.caution.choice.button(key), Qt.MouseButton.LeftButton)
        assert page.session.state.predictions.caution == key
        rule = page.session.state.predictions.rule
        assert rule is not None
        told = say(rule.price(key))  # type: ignore[arg-type]
        qtbot.waitUntil(lambda told=told: page.caution.price.text() == told, timeout=PATIENCE_MS)
        assert page.history.rows[page.history.currentIndex().row()].path == str(first)
        assert page.prediction._file.whole() == str(first)
