"""Better through the session: a real engine practises, and one model stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS
from workbench.core.config.training_config import recommended
from workbench.core.project.runs import MODEL
from workbench.core.settings import replace
from workbench.ui.session.session import Session
from workbench.ui.words.learning import headline
from workbench.ui.words.outcome import which_was_kept

pytestmark = pytest.mark.e2e


@pytest.fixture
def image_folder(tmp_path: Path) -> Path:
    """Two classes that nothing tells apart: an instant model makes mistakes that could be put right."""
    random = np.random.default_rng(0)
    for name in ("heads", "tails"):
        (tmp_path / "coins" / name).mkdir(parents=True)
        for number in range(8):
            pixels = random.integers(0, 255, (40, 40, 3), np.uint8)
            Image.fromarray(pixels).save(tmp_path / "coins" / name / f"{number}.png")
    return tmp_path / "coins"


def test_better_counts_rounds_and_says_which_model_stays(opened: Session, qtbot: QtBot) -> None:
    assert opened.state.work.rates.pace is None
    # Small photos, looked at in one way: how the rounds are told is the same.
    opened.preferences.configure(replace(recommended("improve"), {"networks": "one", "input_size": 96}))
    opened.runs.train()
    assert opened.runs.pid, "it takes long, so it has an engine of its own"
    qtbot.waitUntil(lambda: opened.state.runs.step is not None, timeout=PATIENCE_MS)
    run = opened.state.runs.shown
    assert run is not None
    assert run.model, "the instant model stands already"
    assert headline(run, opened.state.runs.step, "") == "Practising: round 1 of 6"
    qtbot.waitUntil(lambda: "train" not in opened.state.work.working, timeout=PATIENCE_MS)
    run = opened.state.runs.shown
    assert run is not None
    assert run.result is not None
    assert run.result.epochs == len(run.history)
    assert run.result.kept in ("instant", "improved")
    assert headline(run, opened.state.runs.step, "") == which_was_kept(run) != ""
    assert (run.folder / MODEL).is_file()
    qtbot.waitUntil(lambda: opened.state.work.rates.pace is not None, timeout=PATIENCE_MS)
