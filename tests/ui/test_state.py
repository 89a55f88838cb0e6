from __future__ import annotations

from dataclasses import replace

import pytest

from workbench.ui.alone import made_up_state, made_up_training
from workbench.ui.session.state import State, enabled_actions

OPEN = {"choose_folder", "make_sample"}
FULL = made_up_state()
FOLDER = State(catalog=FULL.catalog)
MODEL = {"predict", "use_model", "copy_model_path", "open_results"}


def with_run(**changes: object) -> State:
    assert FULL.run is not None
    return replace(FULL, run=replace(FULL.run, **changes))


@pytest.mark.parametrize(
    ("state", "enabled"),
    [
        (State(), OPEN),
        (State(working=frozenset({"scan"})), {"stop_scan"}),
        (State(working=frozenset({"sample"})), {"stop_scan"}),
        (State(working=frozenset({"predict"})), OPEN | {"stop_predicting"}),
        (FOLDER, OPEN | {"train"}),
        (replace(FOLDER, working=frozenset({"scan"})), {"stop_scan"}),
        (replace(FOLDER, working=frozenset({"train"})), {"stop_training"}),
        (FULL, OPEN | MODEL | {"train"}),
        (made_up_training(), MODEL | {"stop_training"}),
        (with_run(model=False), OPEN | {"train", "open_results"}),
        (with_run(model=False, history=()), OPEN | {"train"}),
        (with_run(can_continue=True), OPEN | MODEL | {"train", "continue_training"}),
        (replace(with_run(can_continue=True), working=frozenset({"train"})), MODEL | {"stop_training"}),
    ],
)
def test_the_table_of_actions(state: State, enabled: set[str]) -> None:
    assert enabled_actions(state) == enabled


def test_one_class_cannot_be_trained() -> None:
    assert FULL.catalog is not None
    alone = replace(FULL.catalog, classes=FULL.catalog.classes[:1])
    assert "train" not in enabled_actions(State(catalog=alone))
