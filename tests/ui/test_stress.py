"""The stress test on Results: a real model, a real engine, and clicks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS, changed
from workbench.core import edition
from workbench.core.augmentation.augmentation_rows import augmentations_of
from workbench.core.config.training_config import recommended
from workbench.core.project.runs import RunSummary
from workbench.core.results.estimate import wilson_interval
from workbench.core.stress.disturbances import DISTURBANCES
from workbench.core.stress.findings import (
    FILES,
    PhotosTested,
    Point,
    RowFound,
    StressFound,
    judged,
    load_found,
)
from workbench.ui import alone
from workbench.ui.pages.results import ResultsPage
from workbench.ui.pages.results_stress import StressCard
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.configuring import choice_of, help_with, with_augmentation
from workbench.ui.session.session import Session
from workbench.ui.window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def point(strength: float, right: int, spoiled: int = 0) -> Point:
    low, high = wilson_interval(right, 100)
    return Point(strength, right / 100, low, high, 0, spoiled, 2.0**-spoiled)


def found(kind: str = "disturbances") -> StressFound:
    """Turned, it fails at 45°; blurred, it holds."""
    base, rows = point(0, 95), []
    for key, rights in (("rotation", (95, 94, 92, 60, 40)), ("blur", (95, 95, 94, 94))):
        strengths = DISTURBANCES.of(key).strengths
        points = tuple(point(s, right, 95 - right) for s, right in zip(strengths, rights, strict=True))
        rows.append(RowFound(key, base, points, judged(base, points, different=100, baseline=0.4)))
    return StressFound("disturbances", PhotosTested("validation", 100, 200, 0.4, "mugs"), tuple(rows))


@pytest.fixture
def card(session: Session, qtbot: QtBot) -> Iterator[StressCard]:
    """With a finding that is made up, on a run that is made up."""
    state = alone.made_up_state()
    assert state.runs.shown is not None
    session.store.put(*changed(state, config=recommended("instant")).slices())
    made = StressCard(session)
    qtbot.addWidget(made)
    made.resize(900, 900)
    made.show()
    made.show_run(state.runs.shown)
    qtbot.waitUntil(lambda: session.work.in_threads == 0)
    session.stress._found[state.runs.shown.folder, "disturbances"] = found()
    made.show_state(session.state)
    return made


def test_a_row_says_where_it_fails_and_its_button_changes_the_next_training(
    card: StressCard, session: Session, qtbot: QtBot
) -> None:
    turned, blurred = card.disturbances.rows
    assert turned.verdict.text().startswith("Begins to fail when turned by 45°: right for 60 of 100")
    assert blurred.verdict.text().startswith("Holds in all that was tried")
    assert not blurred.button.isVisible()
    assert turned.button.text() == "Choose “Better” with “Turn”"
    assert "looks at photos as they are" in turned.hint.text()
    qtbot.mouseClick(turned.button, LEFT)
    config = session.state.preferences.config
    assert choice_of(config) == "better"
    assert augmentations_of(config)["rotation"] == DISTURBANCES.of("rotation").help_at(45) == 1.0
    assert augmentations_of(config)["horizontal_flip"] > 0  # what Better has anyway stays
    card.show_state(session.state)
    assert "The next training is “Better” with “Turn” at 100 %" in turned.hint.text()
    assert "kept only if" in turned.hint.text()
    with qtbot.waitSignal(card.wants_page) as led:
        qtbot.mouseClick(turned.button, LEFT)
    assert led.args == ["train"]
    assert session.state.preferences.config == config


def test_a_method_with_random_changes_keeps_its_settings(card: StressCard, session: Session) -> None:
    config = recommended("transfer")
    session.preferences.configure(config)
    card.show_state(session.state)
    turned = card.disturbances.rows[0]
    assert turned.button.text() == "Switch on “Turn”"
    turned._switch_on()
    assert session.state.preferences.config == with_augmentation(config, "rotation", 1.0)
    card.show_state(session.state)
    assert turned.hint.text() == "“Turn” is on at 100 % for the next training. Test that model again."
    assert turned.button.text() == "Go to Train"


def test_a_run_that_has_practised_with_it_is_told_apart(card: StressCard, session: Session) -> None:
    from dataclasses import replace  # of runs, not of settings

    run = session.state.runs.shown
    assert run is not None
    run = replace(run, config=with_augmentation(recommended("transfer"), "rotation", 1.0).to_dict())
    turned = card.disturbances.rows[0]
    turned.offer_help(recommended("instant"), run)
    assert turned.hint.text().startswith("It has practised with “Turn” already")
    assert not turned.button.isVisible()


def test_the_light_edition_offers_nothing_that_it_cannot_do(
    card: StressCard, monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    monkeypatch.setattr(edition, "_is_there", lambda: False)
    assert help_with(recommended("instant"), "rotation", 0.5) is None
    card.show_state(session.state)
    turned = card.disturbances.rows[0]
    assert "full edition" in turned.hint.text()
    assert not turned.button.isVisible()
    card.expand.click()
    assert not card.attacks.isVisible()
    assert "full edition" in card.elsewhere.text()
    assert card.elsewhere.isVisible()


@pytest.mark.parametrize("width", [420, 760, 1200])
def test_rows_fit_at_any_width(card: StressCard, width: int, qtbot: QtBot) -> None:
    card.resize(width, 900)
    qtbot.wait(20)
    for row in card.disturbances.rows:
        assert row.strip.geometry().right() <= row.width()
        assert row.verdict.height() >= row.verdict.heightForWidth(row.verdict.width())
        assert row.strip.accessibleName().startswith("as it is: right for 95 of 100 (89 to 98)")


def test_a_test_needs_a_model_and_quiet() -> None:
    state = alone.made_up_state()
    assert "stress_test" in enabled_actions(state)
    assert "stress_test" not in enabled_actions(changed(state, working=frozenset({"train"})))
    assert "stress_test" not in enabled_actions(changed(state, working=frozenset({"stress"})))
    assert "stop_stress" in enabled_actions(changed(state, working=frozenset({"stress"})))
    stopping = changed(state, working=frozenset({"stress"}), stopping=frozenset({"stress"}))
    assert "stop_stress" not in enabled_actions(stopping)


@pytest.mark.e2e
@pytest.mark.usefixtures("ready_backbone")
def test_from_the_button_to_the_rows_and_after_a_restart(
    window: MainWindow, drawn_pair: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    session = window.session
    photos = tmp_path / "photos"
    for name in ("apples", "leaves"):
        shutil.copytree(drawn_pair / "train" / name, photos / name)
    session.folders.open(photos)
    qtbot.waitUntil(lambda: session.state.folders.catalog is not None, timeout=PATIENCE_MS)
    session.runs.train()

    def finished() -> RunSummary | None:
        run = session.state.runs.shown
        busy = session.state.work.working
        return run if run is not None and run.result is not None and not busy else None

    qtbot.waitUntil(lambda: finished() is not None, timeout=PATIENCE_MS)
    run = finished()
    assert run is not None
    window.show_page("results")
    page = window.page
    assert isinstance(page, ResultsPage)
    part = page.stress.disturbances
    qtbot.waitUntil(part.begin.isVisible, timeout=PATIENCE_MS)
    assert "Takes about" in part.head.text.text() or "Takes a few" in part.head.text.text()
    page.area.ensureWidgetVisible(part.begin)
    qtbot.mouseClick(part.begin, LEFT)
    qtbot.waitUntil(lambda: "stress" in session.state.work.working, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(part.rows) >= 1 and part.stop.isVisible(), timeout=PATIENCE_MS)
    assert not part.begin.isVisible()
    qtbot.mouseClick(part.stop, LEFT)
    qtbot.waitUntil(lambda: session.stress.under_way is None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "Ended early" in part.on.text(), timeout=PATIENCE_MS)
    kept = session.stress.found(run.folder, "disturbances")
    assert kept is not None
    assert kept.stopped
    assert len(part.rows) == len(kept.rows) < len(DISTURBANCES)
    assert part.rows[0].strip.pictures() == 1 + len(DISTURBANCES.of("darkness").strengths)
    assert load_found(run.folder, "disturbances", kept.model) == kept
    assert (run.folder / FILES["disturbances"]).is_file()
    assert part.begin.text() == "Test again"
    # Another window finds it again.
    other = Session()
    other.preferences.train_on_opening = False
    try:
        other.stress.read(run)
        qtbot.waitUntil(lambda: other.stress.found(run.folder, "disturbances") == kept, timeout=PATIENCE_MS)
    finally:
        other.close()
    # A model that cannot be tested says why, and what was wrong is forgotten when it is tried again.
    shutil.rmtree(photos)
    qtbot.mouseClick(part.begin, LEFT)
    qtbot.waitUntil(lambda: part.wrong.isVisible(), timeout=PATIENCE_MS)
    assert part.wrong.text().startswith("None of these photos can be read any more.")
    assert not part.rows


@pytest.mark.e2e
@pytest.mark.usefixtures("ready_backbone")
def test_closing_the_window_ends_a_test(drawn_model: Path, qtbot: QtBot) -> None:
    from workbench.core.project.runs import summarise  # only here

    session = Session()
    session.stress.begin(summarise(drawn_model.parent), "disturbances")
    qtbot.waitUntil(
        lambda: bool(session.state.work.progress.get("stress", (0, 0, ""))[1]), timeout=PATIENCE_MS
    )
    session.close()
