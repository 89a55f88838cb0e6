"""What a model costs, on Results: a real model in a real engine, asked for by opening the card."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.core.training_help import drive, tiny_config
from tests.ui.conftest import PATIENCE_MS, changed
from workbench.core.learning import train
from workbench.core.project.runs import summarise
from workbench.core.results.cost import Cost
from workbench.ui.pages.results import ResultsPage
from workbench.ui.session.session import Session
from workbench.ui.words.cost import lines, rounded

LEFT = Qt.MouseButton.LeftButton
KNOWN = Cost(4_652_008, 385_187_552, 18_700_000, "Made-up runtime", 6.5, 12.3, 16, 16)


def test_the_cost_of_a_model_is_measured_where_somebody_looks_and_nothing_learns(
    opened: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    catalog = opened.state.folders.catalog
    assert catalog is not None
    folder = tmp_path / "run"
    folder.mkdir()
    drive(train(catalog, tiny_config(epochs=1), folder, device="cpu"))
    run = summarise(folder)
    page = ResultsPage(opened)
    qtbot.addWidget(page)
    page.resize(900, 700)
    opened.store.put(*changed(opened.state, shown=run, every=(run,), working=frozenset({"train"})).slices())
    page.show_state(opened.state)
    page.show()
    card = page.cost
    assert card.isVisible()
    assert not card.said.isVisible()
    qtbot.mouseClick(card.expand, LEFT)
    assert card.said.text() == "Measuring…"
    waiting = "The time a photo takes is measured when nothing is learning any more."
    qtbot.waitUntil(lambda: card.said.text().endswith(waiting), timeout=PATIENCE_MS)
    assert "numbers learned (parameters)." in card.said.text()
    opened.store.put(*changed(opened.state, working=frozenset()).slices())
    page.show_state(opened.state)
    qtbot.waitUntil(lambda: "ms a photo on this computer" in card.said.text(), timeout=PATIENCE_MS)
    assert "8 photos timed" in card.said.text()
    learning = changed(opened.state, shown=run, working=frozenset({"train"}))
    page.show_state(learning)
    assert "ms a photo on this computer" in card.said.text(), "what was measured before stays"


def test_a_model_that_has_gone_is_said(opened: Session, qtbot: QtBot, tmp_path: Path) -> None:
    catalog = opened.state.folders.catalog
    assert catalog is not None
    folder = tmp_path / "run"
    folder.mkdir()
    drive(train(catalog, tiny_config(epochs=1), folder, device="cpu"))
    run = summarise(folder)
    (folder / "model.checkpoint").unlink()
    page = ResultsPage(opened)
    qtbot.addWidget(page)
    opened.store.put(*changed(opened.state, shown=run, every=(run,)).slices())
    page.show_state(opened.state)
    page.show()
    qtbot.mouseClick(page.cost.expand, LEFT)
    qtbot.waitUntil(lambda: page.cost.said.text() not in ("", "Measuring…"), timeout=PATIENCE_MS)
    assert "parameters" not in page.cost.said.text()


def test_every_line_says_what_it_is_of() -> None:
    assert lines(KNOWN, learning=False) == [
        "4.65 million numbers learned (parameters).",
        "0.39 billion multiplications a photo (multiply-adds).",
        "18.7 MB on disk.",
        "6.50 ms a photo on this computer (Made-up runtime, 16 at a time; 16 photos timed).",
        "12.3 ms before that to open a photo (decoding).",
    ]


@pytest.mark.parametrize(
    ("count", "said"), [(8_123, "8,123"), (340_000, "0.34 million"), (86_600_000, "86.6 million")]
)
def test_large_numbers_are_said_in_words(count: int, said: str) -> None:
    assert rounded(count) == said


def test_what_is_not_known_is_said() -> None:
    unknown = Cost(8_123, None, 40_000, "")
    assert lines(unknown, learning=False)[1:] == [
        "How many multiplications a photo takes could not be counted.",
        "0.04 MB on disk.",
        "Only the full edition can run it, so the time a photo takes is not known.",
    ]
    untimed = lines(Cost(8_123, 1_000_000, 40_000, "torch"), learning=False)
    assert untimed[-1] == "The time a photo takes was not measured: no photo is at hand."
