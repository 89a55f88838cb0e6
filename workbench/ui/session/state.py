"""What the window knows (`State`) and what may be done now (`enabled_actions`): data and one table, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from workbench.core.data.catalog import Catalog
from workbench.core.errors import ErrorReport
from workbench.core.events import Prediction, StepDone, TrainingStarted
from workbench.core.runs import RunSummary
from workbench.core.training.config import TrainingConfig

Work = Literal["scan", "sample", "train", "predict", "download"]


@dataclass(frozen=True)
class State:
    """Everything that the pages show; replaced as a whole, never changed in place.

    Attributes:
        engine: The device's own name once the engine is warm ("" until then).
        catalog: The open image folder, None before one is chosen.
        working: The kinds of work that run now.
        progress: Per kind of work: done, total (0 = unknown), sentence.
        left: Per kind of work: seconds that it still takes, once that can be told.
        config: What *Train* will start.
        training: The run under way, None where none is.
        step: Its newest step.
        losses: (step, epoch, loss, accuracy) of every reported step of the run shown, oldest first.
        run: The run shown on Train, Results and Share (under way or finished).
        runs: Every run of the open project, the newest first.
        predictions: What was dropped on *Try it*, the newest first.
        error: The message to show, None where there is none.
        interrupted: The folder of a run whose engine died and that can go on, None where there is none.
    """

    engine: str = ""
    catalog: Catalog | None = None
    working: frozenset[Work] = frozenset()
    progress: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    left: dict[str, float] = field(default_factory=dict)
    config: TrainingConfig = field(default_factory=TrainingConfig)
    training: TrainingStarted | None = None
    step: StepDone | None = None
    losses: tuple[tuple[int, float, float, float], ...] = ()
    run: RunSummary | None = None
    runs: tuple[RunSummary, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    error: ErrorReport | None = None
    interrupted: Path | None = None


Action = Literal[
    "choose_folder", "make_sample", "train", "stop_training", "continue_training", "predict", "stop_scan",
    "stop_predicting", "open_results", "use_model", "copy_model_path",
]  # fmt: skip


def enabled_actions(state: State) -> frozenset[Action]:
    """The table that decides every button.

    | action | enabled when |
    | --- | --- |
    | choose_folder, make_sample | nothing is being scanned, drawn or trained |
    | stop_predicting | photos are being looked at |
    | stop_scan | a folder is scanned or the sample is drawn |
    | train | a folder with two classes is open and nothing is scanned or trained |
    | stop_training | a run is under way |
    | continue_training | the run shown can go on and none is under way |
    | predict, use_model, copy_model_path | the run shown has a model |
    | open_results | the run shown has an epoch behind it |
    """
    busy = bool(state.working & {"scan", "sample", "train"})
    model = state.run is not None and state.run.model
    rules: dict[Action, bool] = {
        "choose_folder": not busy,
        "make_sample": not busy,
        "stop_scan": bool(state.working & {"scan", "sample"}),
        "stop_predicting": "predict" in state.working,
        "train": not busy and state.catalog is not None and len(state.catalog.classes) >= 2,
        "stop_training": "train" in state.working,
        "continue_training": "train" not in state.working
        and state.run is not None
        and state.run.can_continue,
        "predict": model,
        "use_model": model,
        "copy_model_path": model,
        "open_results": state.run is not None and bool(state.run.history),
    }
    return frozenset(action for action, enabled in rules.items() if enabled)
