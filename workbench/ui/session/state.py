"""What the window knows (`State`) and what may be done now (`enabled_actions`): data and one table, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from workbench.core.config.methods import method_of
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog
from workbench.core.durations import Rates
from workbench.core.errors import ErrorReport
from workbench.core.events import HeadFitted, Prediction, StepDone
from workbench.core.project.runs import RunSummary

Work = Literal["scan", "sample", "train", "predict", "download"]


@dataclass(frozen=True)
class State:
    """Everything that the pages show; replaced as a whole, never changed in place.

    Attributes:
        engine: The device's own name once the engine is warm ("" until then).
        rates: How fast this computer was measured to be.
        catalog: The open image folder, None before one is chosen.
        working: The kinds of work that run now.
        stopping: Those of them that were asked to end.
        progress: Per kind of work: done, total (0 = unknown), sentence.
        left: Per kind of work: seconds that it still takes, once that can be told.
        config: What *Train* will start.
        training: The run under way, None where none is.
        step: Its newest step.
        losses: (step, epoch, loss, accuracy) of every reported step of the run shown, oldest first.
        heads: Every head that the run shown has fitted to features, in order.
        run: The run shown on Train, Results and Share (under way or finished).
        runs: Every run of the open project, the newest first.
        predictions: What was dropped on *Try it*, the newest first.
        error: The message to show, None where there is none.
        interrupted: A run that ended without being asked, which can go on or be started again.
        news: A run that began by itself and has ended well, until somebody has looked at it.
    """

    engine: str = ""
    rates: Rates = field(default_factory=Rates)
    catalog: Catalog | None = None
    working: frozenset[Work] = frozenset()
    stopping: frozenset[Work] = frozenset()
    progress: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    left: dict[str, float] = field(default_factory=dict)
    config: TrainingConfig = field(default_factory=TrainingConfig)
    training: RunSummary | None = None
    step: StepDone | None = None
    losses: tuple[tuple[int, float, float, float], ...] = ()
    heads: tuple[HeadFitted, ...] = ()
    run: RunSummary | None = None
    runs: tuple[RunSummary, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    error: ErrorReport | None = None
    interrupted: RunSummary | None = None
    news: RunSummary | None = None


Action = Literal[
    "choose_folder", "make_sample", "train", "stop_training", "continue_training", "predict", "stop_scan",
    "stop_predicting", "open_results", "use_model", "copy_model_path",
]  # fmt: skip


def enabled_actions(state: State) -> frozenset[Action]:
    """The table that decides every button.

    | action | enabled when |
    | --- | --- |
    | choose_folder, make_sample | nothing is scanned or drawn, and a run under way gives way |
    | stop_predicting | photos are being looked at, and were not asked to stop |
    | stop_scan | a folder is scanned or the sample is drawn, and was not asked to stop |
    | train | a folder with two classes is open and nothing is scanned or trained |
    | stop_training | a run is under way and was not asked to stop |
    | continue_training | the run shown can go on and none is under way |
    | predict, use_model, copy_model_path | the run shown has a model |
    | open_results | the run shown has an epoch or a fitted head behind it |
    """
    reading = bool(state.working & {"scan", "sample"})
    model = state.run is not None and state.run.model
    stoppable = state.working - state.stopping
    rules: dict[Action, bool] = {
        "choose_folder": not reading and is_interruptible(state),
        "make_sample": not reading and is_interruptible(state),
        "stop_scan": bool(stoppable & {"scan", "sample"}),
        "stop_predicting": "predict" in stoppable,
        "train": not reading
        and "train" not in state.working
        and state.catalog is not None
        and len(state.catalog.classes) >= 2,
        "stop_training": "train" in stoppable,
        "continue_training": "train" not in state.working
        and state.run is not None
        and state.run.can_continue,
        "predict": model,
        "use_model": model,
        "copy_model_path": model,
        "open_results": state.run is not None and has_numbers(state.run),
    }
    return frozenset(action for action, enabled in rules.items() if enabled)


def is_interruptible(state: State) -> bool:
    """Whether no run is lost by closing or by opening another folder: an instant run is soon made again."""
    if "train" not in state.working:
        return True
    return state.training is not None and method_of(state.training.config).interruptible


def is_instant(run: RunSummary) -> bool:
    """Whether a run has no steps: it only fits heads to features."""
    return not method_of(run.config).counts


def starts_by_itself(state: State) -> bool:
    """Whether a first model can be made of the open folder, and there is none yet.

    Two classes need two photos each: one to learn from, one to be asked about.
    """
    if state.catalog is None or "train" not in enabled_actions(state) or any(run.model for run in state.runs):
        return False
    return sum(count >= 2 for count in state.catalog.counts.values()) >= 2


def has_numbers(run: RunSummary) -> bool:
    """Whether a run has come so far that something can be said about it."""
    return bool(run.history or run.fitted or run.result)


def came_to_nothing(run: RunSummary) -> bool:
    """Whether a run has ended with neither numbers nor a model to show."""
    return run.state != "training" and not (has_numbers(run) or run.model or run.can_continue)
