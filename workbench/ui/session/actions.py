"""What may be done now: the table behind every button (`enabled_actions`). No Qt."""

from __future__ import annotations

from typing import Literal

from workbench.core.config.methods import method_of
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog
from workbench.core.errors import InputError
from workbench.core.project.runs import RunSummary
from workbench.ui.session.state import State, has_numbers, is_same_run, model_in_use

Action = Literal[
    "choose_folder", "make_sample", "train", "stop_training", "continue_training", "predict", "stop_scan",
    "stop_predicting", "open_results", "use_model", "copy_model_path", "put_in_use", "edit_photos",
    "undo", "redo", "stop_adding", "read_again", "other_reading", "copy_project", "export_project",
    "stop_export", "draw_test_set", "forget_test_set", "stress_test", "stop_stress",
    "describe_run", "delete_run", "compare_runs",
]  # fmt: skip


def enabled_actions(state: State) -> frozenset[Action]:
    """The table that decides every button.

    | action | enabled when |
    | --- | --- |
    | choose_folder, make_sample | nothing is scanned, drawn or added, and a run under way gives way |
    | stop_predicting | photos are being looked at, and were not asked to stop |
    | stop_adding | photos are added, and that was not asked to stop |
    | stop_scan | a folder is scanned or the sample is drawn, and was not asked to stop |
    | train | a folder with two classes is open, nothing is scanned or trained, this edition has the method |
    | stop_training | a run is under way and was not asked to stop |
    | continue_training | the run shown can go on, this edition has its method, and none is under way |
    | predict, use_model, copy_model_path | a model is in use, or was opened by itself |
    | put_in_use | the run shown has a model, is not under way and is not in use |
    | describe_run | a run is shown that is not under way |
    | delete_run | the same, and its model is not in use |
    | compare_runs | the same as describe_run, it was tested, and so was another that is not under way |
    | edit_photos | a folder is open, and what is done to its photos can be kept |
    | draw_test_set | the same, the photos have classes, and no test set |
    | forget_test_set | as edit_photos, and a test set was drawn |
    | read_again | as choose_folder, and a folder is open |
    | other_reading | the same, and the folder can be read in another way |
    | copy_project | as choose_folder, and a project is open |
    | export_project | a project is open, and nothing is scanned or exported |
    | stop_export | a project is exported, and was not asked to stop |
    | stress_test | the run shown has a model, none is trained, none is tested |
    | stop_stress | a model is tested, and that was not asked to stop |
    | undo, redo | there is something to take back, or to make again |
    | open_results | the run shown has an epoch or a fitted head behind it |
    """
    catalog, shown, working = state.folders.catalog, state.runs.shown, state.work.working
    reading = bool(working & {"scan", "sample"})
    model = model_in_use(state) is not None
    stoppable = working - state.work.stopping
    editable = catalog is not None and not reading and state.edits.possible
    has_project = catalog is not None and state.edits.project is not None
    kept = shown is not None and shown.state != "training"
    openable = not reading and "add" not in working and is_interruptible(state)
    rules: dict[Action, bool] = {
        "choose_folder": openable,
        "make_sample": openable,
        "read_again": openable and catalog is not None,
        "other_reading": openable and catalog is not None and bool(catalog.other_readings),
        "copy_project": openable and has_project,
        "export_project": has_project and not reading and "export" not in working,
        "stop_export": "export" in stoppable,
        "stop_adding": "add" in stoppable,
        "stop_scan": bool(stoppable & {"scan", "sample"}),
        "stop_predicting": "predict" in stoppable,
        "train": not (reading or "train" in working)
        and catalog is not None
        and len(catalog.classes) >= 2
        and state.preferences.config.method.is_here,
        "stop_training": "train" in stoppable,
        "continue_training": "train" not in working
        and shown is not None
        and shown.can_continue
        and method_of(shown.config).is_here,
        "predict": model,
        "use_model": model,
        "copy_model_path": model,
        "put_in_use": shown is not None
        and shown.model
        and shown.state != "training"
        and not is_same_run(shown, state.runs.in_use),
        "stress_test": shown is not None and shown.model and not working & {"train", "stress"},
        "stop_stress": "stress" in stoppable,
        "describe_run": kept,
        "delete_run": kept and shown is not None and not is_same_run(shown, state.runs.in_use),
        "compare_runs": kept
        and shown is not None
        and shown.fairest is not None
        and len(comparable(state)) > 1,
        "open_results": shown is not None and has_numbers(shown),
        "edit_photos": editable,
        "draw_test_set": editable
        and catalog is not None
        and bool(catalog.classes)
        and not catalog.test_asked
        and "test" not in catalog.subsets,
        "forget_test_set": editable and catalog is not None and catalog.test_asked > 0,
        "undo": editable and state.edits.can_undo is not None,
        "redo": editable and state.edits.can_redo is not None,
    }
    return frozenset(action for action, enabled in rules.items() if enabled)


def comparable(state: State) -> list[RunSummary]:
    """The runs that can be compared: those that have ended and were tested."""
    return [run for run in state.runs.every if run.state != "training" and run.fairest is not None]


def is_done(state: State) -> bool:
    """Whether what *Train* would make is made already: next, one looks at the results."""
    run = state.runs.watched
    if "train" in state.work.working or run is None or run.state != "finished" or not has_numbers(run):
        return False
    return any(_made(other, state.preferences.config) for other in state.runs.every)


def _made(run: RunSummary, config: TrainingConfig) -> bool:
    try:
        return run.state == "finished" and TrainingConfig.from_dict(run.config) == config
    except InputError:  # settings of another version
        return False


def is_interruptible(state: State) -> bool:
    """Whether no run is lost by closing or by opening another folder: an instant run is soon made again."""
    if "train" not in state.work.working:
        return True
    run = state.runs.under_way
    return run is not None and method_of(run.config).interruptible


def should_train_on_opening(state: State) -> bool:
    """Whether a first model can be made of the open folder, and there is none yet."""
    catalog = state.folders.catalog
    if catalog is None or "train" not in enabled_actions(state) or any(run.model for run in state.runs.every):
        return False
    return has_two_classes(catalog)


def has_two_classes(catalog: Catalog | None) -> bool:
    """Whether two classes have two photos each: one to learn from, one to be asked about."""
    return catalog is not None and sum(count >= 2 for count in catalog.counts.values()) >= 2
