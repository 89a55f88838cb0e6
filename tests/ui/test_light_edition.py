"""The Train page where torch is missing: what needs it is shown, says why, and can't be chosen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import changed
from workbench.core import edition
from workbench.core.config.training_config import recommended
from workbench.core.durations import Rates
from workbench.core.improve.plan import ImproveSpeed
from workbench.core.project.runs import RunSummary
from workbench.ui import alone
from workbench.ui.pages.train import TrainPage
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.session import Session

LACKS = "Comes with the full edition of this program."


@pytest.fixture
def page(session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> TrainPage:
    monkeypatch.setattr(edition, "_is_there", lambda: False)
    made = TrainPage(session)
    qtbot.addWidget(made)
    made.resize(1200, 900)
    made.show()
    state = changed(alone.made_up_state(), shown=None, every=(), losses=())
    session.store.put(*changed(state, rates=Rates(100.0, ImproveSpeed(views=50.0, learned=200.0))).slices())
    made.show_state(session.state)
    return made


def test_better_and_best_say_why_they_cannot_be_chosen(page: TrainPage, qtbot: QtBot) -> None:
    cards = page.choices.cards
    assert cards.card("instant").isEnabled()
    for key in ("better", "best"):
        card = cards.card(key)
        assert not card.isEnabled()
        assert card.accessibleDescription().endswith(LACKS)
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(12, card.height() // 2))
        assert page.session.state.preferences.config == recommended("instant")


def test_so_do_the_other_ways_to_learn(page: TrainPage) -> None:
    others = page.choices.advanced.others
    assert others.keys() == ["transfer", "scratch"]
    for key in others.keys():  # noqa: SIM118 - not a mapping
        assert not others.card(key).isEnabled()
        assert LACKS in others.card(key).accessibleDescription()


def test_a_run_of_the_full_edition_is_not_continued(page: TrainPage) -> None:
    state = page.session.state
    run = alone.made_up_run(state.folders.catalog.folder)
    shown = changed(state, shown=changed_run(run, "improve"))
    assert "continue_training" not in enabled_actions(shown)
    assert "train" not in enabled_actions(changed(state, config=recommended("improve")))
    assert "train" in enabled_actions(changed(state, config=recommended("instant")))


def changed_run(run: RunSummary, mode: str) -> RunSummary:
    return replace(run, config=recommended(mode).to_dict(), can_continue=True)
