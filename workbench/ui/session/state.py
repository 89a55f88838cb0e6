"""What the window knows, in slices (`State`), and what may be done now (`enabled_actions`). No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from workbench.core.config.methods import method_of
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog, Unclear
from workbench.core.durations import Rates
from workbench.core.errors import ErrorReport, InputError
from workbench.core.events import HeadFitted, Prediction, StepDone
from workbench.core.project.projects import Elsewhere
from workbench.core.project.runs import MODEL, RunSummary
from workbench.core.results.estimate import Estimate

WorkKind = Literal["scan", "sample", "train", "predict"]


@dataclass(frozen=True)
class Folders:
    """The image folder.

    Attributes:
        catalog: What is in the open folder, None before one is chosen.
        question: A folder that waits until the person has said which of its folders are the classes.
    """

    catalog: Catalog | None = None
    question: Unclear | None = None


@dataclass(frozen=True)
class Runs:
    """The training runs of the open folder.

    Attributes:
        every: All of them, the newest first.
        shown: The one on Results (under way or finished).
        in_use: The one whose model Try it asks and Share hands out.
        losses: (step, epoch, loss, accuracy) of every reported step of the run watched, oldest first.
        heads: Every head that the run watched has fitted to features, in order.
        under_way: The run that is being trained, None where none is.
        step: The newest step of the run watched.
        interrupted: A run that ended without being asked, which can go on or be started again.
        news: A run that has ended well, until somebody has looked at it.
        first: Whether `news` is the first model of a folder, which began by itself.
        maybe: Another project that these photos may belong to, until the person has said so.
    """

    every: tuple[RunSummary, ...] = ()
    shown: RunSummary | None = None
    in_use: RunSummary | None = None
    losses: tuple[tuple[int, float, float, float], ...] = ()
    heads: tuple[HeadFitted, ...] = ()
    under_way: RunSummary | None = None
    step: StepDone | None = None
    interrupted: RunSummary | None = None
    news: RunSummary | None = None
    first: bool = False
    maybe: Elsewhere | None = None

    @property
    def watched(self) -> RunSummary | None:
        """The run on Train: the one under way, or else the one shown."""
        under_way = self.under_way  # which may still belong to the folder that was open before
        if under_way is not None and any(run.folder == under_way.folder for run in self.every):
            return under_way
        return self.shown


@dataclass(frozen=True, eq=False)  # runs have arrays, which cannot be compared with ==
class Model:
    """A model that can be asked and handed out.

    Attributes:
        file: Where it is.
        classes: What it tells apart.
        estimate: How good it is, None where that was not measured.
        run: The run that made it; None for a file that was opened by itself.
    """

    file: Path
    classes: tuple[str, ...]
    estimate: Estimate | None = None
    run: RunSummary | None = None


@dataclass(frozen=True)
class Opened:
    """A model file that was opened by itself.

    Attributes:
        model: It is asked in place of the folder's own until it is put away; None where there is none.
    """

    model: Model | None = None


@dataclass(frozen=True)
class Predictions:
    """What the model has said about new photos.

    Attributes:
        made: Predictions of what was dropped on *Try it*, the newest first.
    """

    made: tuple[Prediction, ...] = ()


@dataclass(frozen=True)
class Preferences:
    """What the person has chosen.

    Attributes:
        config: What *Train* will start.
    """

    config: TrainingConfig = field(default_factory=TrainingConfig)


@dataclass(frozen=True)
class Work:
    """What runs now, on what, and what went wrong.

    Attributes:
        working: The kinds of work that run now.
        stopping: Those of them that were asked to end.
        progress: Per kind of work: done, total (0 = unknown), sentence.
        left: Per kind of work: seconds that it still takes, once that can be told.
        share: Per kind of work that has several stages: how much of all of them is done, 0 to 1.
        error: The message to show, None where there is none.
        engine: The device's own name once the service engine is warm ("" until then).
        rates: How fast this computer was measured to be.
    """

    working: frozenset[WorkKind] = frozenset()
    stopping: frozenset[WorkKind] = frozenset()
    progress: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    left: dict[str, float] = field(default_factory=dict)
    share: dict[str, float] = field(default_factory=dict)
    error: ErrorReport | None = None
    engine: str = ""
    rates: Rates = field(default_factory=Rates)


Slice = Folders | Runs | Opened | Predictions | Preferences | Work


@dataclass(frozen=True)
class State:
    """Everything that the pages show. A slice is replaced as a whole, never changed in place."""

    folders: Folders = field(default_factory=Folders)
    runs: Runs = field(default_factory=Runs)
    opened: Opened = field(default_factory=Opened)
    predictions: Predictions = field(default_factory=Predictions)
    preferences: Preferences = field(default_factory=Preferences)
    work: Work = field(default_factory=Work)

    def slices(self) -> tuple[Slice, ...]:
        """All six."""
        return self.folders, self.runs, self.opened, self.predictions, self.preferences, self.work


Action = Literal[
    "choose_folder", "make_sample", "train", "stop_training", "continue_training", "predict", "stop_scan",
    "stop_predicting", "open_results", "use_model", "copy_model_path", "put_in_use",
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
    | predict, use_model, copy_model_path | a model is in use, or was opened by itself |
    | put_in_use | the run shown has a model, is not under way and is not in use |
    | open_results | the run shown has an epoch or a fitted head behind it |
    """
    catalog, shown, working = state.folders.catalog, state.runs.shown, state.work.working
    reading = bool(working & {"scan", "sample"})
    model = model_in_use(state) is not None
    stoppable = working - state.work.stopping
    rules: dict[Action, bool] = {
        "choose_folder": not reading and is_interruptible(state),
        "make_sample": not reading and is_interruptible(state),
        "stop_scan": bool(stoppable & {"scan", "sample"}),
        "stop_predicting": "predict" in stoppable,
        "train": not (reading or "train" in working) and catalog is not None and len(catalog.classes) >= 2,
        "stop_training": "train" in stoppable,
        "continue_training": "train" not in working and shown is not None and shown.can_continue,
        "predict": model,
        "use_model": model,
        "copy_model_path": model,
        "put_in_use": shown is not None
        and shown.model
        and shown.state != "training"
        and not is_same_run(shown, state.runs.in_use),
        "open_results": shown is not None and has_numbers(shown),
    }
    return frozenset(action for action, enabled in rules.items() if enabled)


def model_in_use(state: State) -> Model | None:
    """The model that is asked and handed out: the one opened by itself, or that of the run in use."""
    if state.opened.model is not None:
        return state.opened.model
    run = state.runs.in_use
    return (
        Model(run.folder / MODEL, run.classes, run.estimate, run) if run is not None and run.model else None
    )


def is_same_run(one: RunSummary, other: RunSummary | None) -> bool:
    """Whether two summaries tell of one run, perhaps at different times."""
    return other is not None and one.folder == other.folder


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
    """Whether a first model can be made of the open folder, and there is none yet.

    Two classes need two photos each: one to learn from, one to be asked about.
    """
    catalog = state.folders.catalog
    if catalog is None or "train" not in enabled_actions(state) or any(run.model for run in state.runs.every):
        return False
    return sum(count >= 2 for count in catalog.counts.values()) >= 2


def has_numbers(run: RunSummary) -> bool:
    """Whether a run has come so far that something can be said about it."""
    return bool(run.history or run.fitted or run.result)


def is_empty(run: RunSummary) -> bool:
    """Whether a run has ended with neither numbers nor a model to show."""
    return run.state != "training" and not (has_numbers(run) or run.model or run.can_continue)
