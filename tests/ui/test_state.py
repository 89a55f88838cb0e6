from __future__ import annotations

from dataclasses import replace

import pytest

from tests.catalogs import classes_of
from tests.ui.conftest import changed
from workbench.core.events import RunState
from workbench.core.messages import Message
from workbench.ui.alone import made_up_instant, made_up_state, made_up_training
from workbench.ui.session.actions import enabled_actions, is_interruptible, should_train_on_opening
from workbench.ui.session.state import State, is_empty

OPEN = {"choose_folder", "make_sample"}
AGAIN = OPEN | {"read_again"}
FULL = made_up_state()
FOLDER = changed(State(), catalog=FULL.folders.catalog)
EDIT = {"edit_photos", "draw_test_set"}
MODEL = {"predict", "use_model", "copy_model_path", "open_results"}
KEPT = {"describe_run", "delete_run"}


def with_run(**changes: object) -> State:
    assert FULL.runs.shown is not None
    return changed(FULL, shown=replace(FULL.runs.shown, **changes))


def in_sets(test_asked: float = 0.0) -> State:
    """A folder with a test set, its own or one that was drawn."""
    assert FULL.folders.catalog is not None
    first, *rest = FULL.folders.catalog.samples
    samples = (replace(first, subset="test"), *rest)
    catalog = replace(FULL.folders.catalog, samples=samples, test_asked=test_asked)
    return changed(FOLDER, catalog=catalog, possible=True)


def two_runs(state: RunState) -> State:
    """The run shown, and another in some state."""
    run = FULL.runs.shown
    assert run is not None
    other = replace(run, folder=run.folder.with_name("another"), state=state)
    return changed(FULL, every=(other, run))


@pytest.mark.parametrize(
    ("state", "enabled"),
    [
        (State(), OPEN),
        (changed(State(), working=frozenset({"scan"})), {"stop_scan"}),
        (changed(State(), working=frozenset({"sample"})), {"stop_scan"}),
        (changed(State(), working=frozenset({"predict"})), OPEN | {"stop_predicting"}),
        (changed(FOLDER, possible=True, working=frozenset({"add"})), EDIT | {"train", "stop_adding"}),
        (
            changed(FOLDER, working=frozenset({"add"}), stopping=frozenset({"add"}), possible=True),
            EDIT | {"train"},
        ),
        (FOLDER, AGAIN | {"train"}),
        (changed(FOLDER, working=frozenset({"scan"})), {"stop_scan"}),
        (changed(FOLDER, possible=True), AGAIN | EDIT | {"train"}),
        (in_sets(test_asked=0.2), AGAIN | {"train", "edit_photos", "forget_test_set"}),
        (in_sets(), AGAIN | {"train", "edit_photos"}),
        (changed(FOLDER, possible=True, working=frozenset({"scan"})), {"stop_scan"}),
        (changed(FOLDER, possible=True, can_undo=Message("edit")), AGAIN | EDIT | {"train", "undo"}),
        (changed(FOLDER, possible=True, can_redo=Message("edit")), AGAIN | EDIT | {"train", "redo"}),
        (changed(FOLDER, can_undo=Message("edit")), AGAIN | {"train"}),
        (changed(FOLDER, working=frozenset({"train"})), {"stop_training"}),
        (FULL, AGAIN | MODEL | {"train", "describe_run", "stress_test"}),
        (
            changed(FULL, working=frozenset({"stress"})),
            AGAIN | MODEL | {"train", "describe_run", "stop_stress"},
        ),
        (made_up_training(), MODEL | {"stop_training"}),
        (changed(with_run(model=False), in_use=None), AGAIN | {"train", "open_results"} | KEPT),
        (changed(with_run(model=False, history=(), result=None), in_use=None), AGAIN | {"train"} | KEPT),
        (changed(made_up_training(), stopping=frozenset({"train"})), MODEL),
        (changed(State(), working=frozenset({"scan"}), stopping=frozenset({"scan"})), set()),
        (made_up_instant(0, learning=True), AGAIN | {"stop_training"}),
        (made_up_instant(1, learning=True), AGAIN | MODEL | {"stop_training"}),
        (made_up_instant(), AGAIN | MODEL | {"train", "describe_run", "stress_test"}),
        (
            with_run(can_continue=True),
            AGAIN | MODEL | {"train", "continue_training", "describe_run", "stress_test"},
        ),
        (
            changed(with_run(can_continue=True), working=frozenset({"train"})),
            MODEL | {"stop_training", "describe_run"},
        ),
        (two_runs("finished"), AGAIN | MODEL | {"train", "describe_run", "compare_runs", "stress_test"}),
        (two_runs("training"), AGAIN | MODEL | {"train", "describe_run", "stress_test"}),
    ],
)
def test_the_table_of_actions(state: State, enabled: set[str]) -> None:
    assert enabled_actions(state) == enabled


def test_one_class_cannot_be_trained() -> None:
    assert FULL.folders.catalog is not None
    alone = replace(FULL.folders.catalog, classes=FULL.folders.catalog.classes[:1])
    assert "train" not in enabled_actions(changed(State(), catalog=alone))


def counted(*photos: int) -> State:
    """An open folder of classes with so many photos, and no run yet."""
    assert FULL.folders.catalog is not None
    names = [f"class {index}" for index in range(len(photos))]
    samples = tuple(
        replace(FULL.folders.catalog.samples[0], path=f"{name}/{number}.jpg", class_id=name)
        for name, count in zip(names, photos, strict=True)
        for number in range(count)
    )
    catalog = replace(FULL.folders.catalog, classes=classes_of(names), samples=samples)
    return changed(State(), catalog=catalog)


@pytest.mark.parametrize(
    ("photos", "begins"),
    [((2, 2), True), ((1, 5, 2), True), ((9, 1), False), ((50,), False), ((), False)],
)
def test_a_first_model_needs_two_classes_of_two_photos(photos: tuple[int, ...], begins: bool) -> None:
    assert should_train_on_opening(counted(*photos)) is begins


def test_a_first_model_is_made_once_and_when_nothing_else_runs() -> None:
    state = counted(5, 5)
    assert FULL.runs.shown is not None
    assert not should_train_on_opening(State())
    assert not should_train_on_opening(changed(state, every=(FULL.runs.shown,)))
    assert should_train_on_opening(changed(state, every=(replace(FULL.runs.shown, model=False),)))
    assert not should_train_on_opening(changed(state, working=frozenset({"train"})))
    assert not should_train_on_opening(changed(state, working=frozenset({"scan"})))


def test_only_a_long_run_stands_in_the_way() -> None:
    assert is_interruptible(State())
    assert is_interruptible(made_up_instant(0, learning=True))
    assert not is_interruptible(made_up_training())


def test_a_run_without_numbers_model_or_way_on_came_to_nothing() -> None:
    assert FULL.runs.shown is not None
    empty = replace(FULL.runs.shown, state="interrupted", history=(), result=None, model=False)
    assert is_empty(empty)
    assert not is_empty(replace(empty, state="training"))
    assert not is_empty(replace(empty, can_continue=True))
    assert not is_empty(replace(empty, fitted=made_up_instant().runs.heads[0]))
