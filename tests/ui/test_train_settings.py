"""The settings on the Train page: only those that have an effect, and those that fit each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import changed
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.durations import Rates
from workbench.core.improve.plan import ImproveSpeed
from workbench.ui import alone
from workbench.ui.pages.train import TrainPage
from workbench.ui.session.session import Session


@pytest.fixture
def page(session: Session, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> TrainPage:
    monkeypatch.setattr(session.previews, "request", lambda *_: None)  # no engine is needed here
    made = TrainPage(session)
    qtbot.addWidget(made)
    made.resize(1200, 900)
    made.show()
    state = changed(alone.made_up_state(), shown=None, every=(), losses=())
    session.store.put(*state.slices())
    made.show_state(session.state)
    return made


def show(page: TrainPage, config: TrainingConfig) -> None:
    page.session.preferences.configure(config)
    page.show_state(page.session.state)


def test_cards_say_where_practising_could_not_show_that_it_helps(page: TrainPage) -> None:
    measured = Rates(100.0, ImproveSpeed(views=50.0, learned=200.0))
    state = alone.made_up_instant()
    run = state.runs.in_use
    assert run is not None
    assert run.result is not None
    assert run.result.cross_validated is not None
    nearly_perfect = replace(run.result.cross_validated, accuracy=0.988)  # wrong about 3 of 250
    run = replace(run, result=replace(run.result, cross_validated=nearly_perfect))
    page.session.store.put(*changed(state, rates=measured, in_use=run).slices())
    page.show_state(page.session.state)
    for key in ("better", "best"):
        told = page.choices.cards.card(key).accessibleDescription()
        assert "Hardly worth it: the instant model makes so few mistakes (3)" in told
        assert "here" not in told
    assert "here" in page.choices.cards.card("instant").accessibleDescription()


def test_advanced_holds_only_what_the_choice_uses(page: TrainPage) -> None:
    page.choices.expand.click()
    settings, sliders = page.choices.advanced.settings, page.choices.advanced.sliders
    shown = [name for name in settings.names() if settings.editor(name).isVisible()]
    assert shown == [
        "photos",
        "networks",
        "input_size",
        "channels",
        "seed",
        "weights_file",
        "test_fraction",
        "subfolders_together",
    ]
    assert not sliders.isVisible()
    show(page, recommended("transfer"))
    hidden = {name for name in settings.names() if not settings.editor(name).isVisible()}
    assert hidden == {"photos", "networks", "momentum", "decay_factor", "decay_epochs", "plateau_patience"}
    assert sliders.isVisible()
    config = TrainingConfig(mode="transfer", optimizer="sgd", schedule="step")
    show(page, config)
    hidden = {name for name in settings.names() if not settings.editor(name).isVisible()}
    assert hidden == {"photos", "networks", "warmup", "plateau_patience"}
    assert "SGD with momentum" in settings.editor("momentum").toolTip()
    show(page, recommended("improve"))
    assert {"amp", "weight_decay", "label_smoothing"} < {
        name for name in settings.names() if settings.editor(name).isVisible()
    }
    assert sliders.row("rotation").isVisible()
    assert not sliders.row("mixup").isVisible()


def test_fewer_epochs_lower_those_for_the_head_and_say_so(page: TrainPage, qtbot: QtBot) -> None:
    page.choices.expand.click()
    show(page, recommended("transfer"))
    advanced = page.choices.advanced
    editor: Any = advanced.settings.editor("epochs")
    assert not advanced.said.isVisible()
    editor.selectAll()
    qtbot.keyClicks(editor, "3")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    config = page.session.state.preferences.config
    assert (config.epochs, config.head_epochs) == (3, 2)
    assert "2 of the 3 epochs" in advanced.said.text()
    qtbot.waitUntil(advanced.said.isVisible)
