"""What to do next, after a stress test: practise what the model in use fails at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS, changed
from workbench.core.augmentation.augmentation_rows import augmentations_of
from workbench.core.config.training_config import recommended
from workbench.core.data.catalog import Catalog
from workbench.core.events import Followed
from workbench.core.stress.disturbances import DISTURBANCES
from workbench.core.stress.findings import PhotosTested, Point, RowFound, StressFound, judged
from workbench.ui import alone
from workbench.ui.pages.results_next import NextSteps
from workbench.ui.session.configuring import choice_of, with_augmentation
from workbench.ui.session.session import Session

TESTED = PhotosTested("validation", 100, 200, 0.4, "mugs")


def row_found(key: str, last: float) -> RowFound:
    """A model that is right for 95 of 100, and for a share of them once a disturbance is strongest."""
    *milder, strongest = DISTURBANCES.of(key).strengths
    points = [Point(each, 0.95, 0.9, 0.98) for each in milder]
    spoiled = round(100 * (0.95 - last))
    points.append(Point(strongest, last, last - 0.1, last + 0.1, 0, spoiled, 2.0**-spoiled))
    base = Point(0, 0.95, 0.9, 0.98)
    return RowFound(key, base, tuple(points), judged(base, points, different=100, baseline=0.4))


def all_right(catalog: Catalog) -> Followed:
    """What a model says that makes no mistake."""
    names = tuple(each.id for each in catalog.classes)
    said = np.array([names.index(sample.class_id or names[0]) for sample in catalog.samples], np.int32)
    sure = np.full(len(said), 0.9, np.float32)
    ids = tuple(sample.id for sample in catalog.samples)
    return Followed(str(catalog.folder), catalog.revision, None, names, ids, said, sure, sure)


@pytest.fixture
def steps(session: Session, qtbot: QtBot) -> Iterator[NextSteps]:
    """Of a run that is made up, whose model fails at two disturbances and at none of the others."""
    made_up = alone.made_up_state()
    run = made_up.runs.shown
    assert run is not None
    catalog = made_up.folders.catalog
    assert catalog is not None
    state = changed(
        made_up, config=recommended("instant"), in_use=run, under_way=None, followed=all_right(catalog)
    )
    session.store.put(*state.slices())
    made = NextSteps(session)
    qtbot.addWidget(made)
    made.resize(1000, 300)
    made.show_state(session.state)
    rows = tuple(row_found(key, last) for key, last in (("blur", 0.8), ("rotation", 0.5), ("noise", 0.95)))
    session.stress._found[run.folder, "disturbances"] = StressFound("disturbances", TESTED, rows)
    session.stress.changed.emit(run.folder)
    qtbot.waitUntil(lambda: "practise" in kinds(made), timeout=PATIENCE_MS)
    return made


def kinds(steps: NextSteps) -> list[str]:
    return [card.step.kind for card in steps.cards]


def test_the_disturbance_that_costs_most_is_offered_and_one_click_switches_on_what_helps(
    steps: NextSteps, session: Session, qtbot: QtBot
) -> None:
    (card,) = (card for card in steps.cards if card.step.kind == "practise")
    assert card.title.text() == "Practise with “Turn”"
    assert "Begins to fail when turned by 90°: right for 50 of 100" in card.reason.text()
    with qtbot.waitSignal(steps.wants_page) as led:
        qtbot.mouseClick(card.go, Qt.MouseButton.LeftButton)
    assert led.args == ["train"]
    config = session.state.preferences.config
    assert choice_of(config) == "better"
    assert augmentations_of(config)["rotation"] == 1.0
    steps.show_state(session.state)
    qtbot.waitUntil(lambda: card not in steps.cards, timeout=PATIENCE_MS)
    titles = [each.title.text() for each in steps.cards]
    assert "Practise with “Turn”" not in titles, "it is on"
    assert "Practise with “Blur”" in titles, "the next one"


def test_what_it_has_practised_is_not_offered_again(steps: NextSteps, session: Session, qtbot: QtBot) -> None:
    run = session.state.runs.in_use
    assert run is not None
    practised = with_augmentation(with_augmentation(recommended("transfer"), "rotation", 1.0), "blur", 1.0)
    session.store.put(*changed(session.state, in_use=replace(run, config=practised.to_dict())).slices())
    steps.show_state(session.state)
    qtbot.waitUntil(lambda: "practise" not in kinds(steps), timeout=PATIENCE_MS)
