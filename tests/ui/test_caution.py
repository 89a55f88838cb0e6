"""“None of these” on Try it: a real model, a real engine, a stranger, and clicks on bold and careful."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS
from workbench.ui.pages.try_it import TryItPage
from workbench.words import say


def ask(try_it: TryItPage, photo: Path, qtbot: QtBot) -> None:
    before = len(try_it.session.state.predictions.made)
    try_it.session.predictions.predict([photo])
    qtbot.waitUntil(lambda: len(try_it.session.state.predictions.made) > before, timeout=PATIENCE_MS)


def test_a_stranger_is_none_of_these_and_the_choice_is_remembered(
    try_it: TryItPage, drawn_model: Path, drawn_pair: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    stranger = tmp_path / "noise.png"
    pixels = np.random.default_rng(4).integers(0, 256, (90, 120, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(stranger)
    ask(try_it, stranger, qtbot)
    choice, price = try_it.caution.choice, try_it.caution.price
    qtbot.waitUntil(choice.isVisible, timeout=PATIENCE_MS)
    assert choice.button("middle").isChecked()
    middle = price.text()
    assert middle.startswith("Says nothing on about ")
    qtbot.mouseClick(choice.button("careful"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: price.text() != middle, timeout=PATIENCE_MS)
    made = try_it.session.state.predictions.made[0]
    assert (made.accepted, made.class_name) == (False, "")
    assert try_it.prediction.name.whole() == "None of these"
    assert try_it.prediction.lead.text() == "Unlike any photo that it learned from."
    assert not try_it.prediction.share.isVisible()
    assert try_it.prediction.others[0].name.whole() == made.nearest in ("apples", "leaves")
    assert try_it.history.words(made)[0] == "none of these"
    try_it.session.models.open(drawn_model)  # its predictions are forgotten, the choice is not
    qtbot.waitUntil(lambda: not try_it.session.state.predictions.made, timeout=PATIENCE_MS)
    ask(try_it, drawn_pair / "val" / "apples" / "003.jpg", qtbot)
    assert try_it.session.state.predictions.caution == "careful"
    assert choice.button("careful").isChecked()


def test_another_choice_keeps_the_photo_that_is_shown(
    try_it: TryItPage, drawn_pair: Path, qtbot: QtBot
) -> None:
    first, second = (drawn_pair / "val" / "apples" / name for name in ("000.jpg", "001.jpg"))
    ask(try_it, first, qtbot)
    ask(try_it, second, qtbot)
    qtbot.waitUntil(lambda: len(try_it.history.rows) == 2, timeout=PATIENCE_MS)
    try_it.history.setCurrentIndex(try_it.history.model().index(1, 0))
    for key in ("careful", "bold", "middle"):
        qtbot.mouseClick(try_it.caution.choice.button(key), Qt.MouseButton.LeftButton)
        assert try_it.session.state.predictions.caution == key
        rule = try_it.session.state.predictions.rule
        assert rule is not None
        told = say(rule.price(key))  # type: ignore[arg-type]
        qtbot.waitUntil(lambda told=told: try_it.caution.price.text() == told, timeout=PATIENCE_MS)
        assert try_it.history.rows[try_it.history.currentIndex().row()].path == str(first)
        assert try_it.prediction._file.whole() == str(first)
