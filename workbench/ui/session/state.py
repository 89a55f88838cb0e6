"""What the window knows, in slices (`State`). No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog, Unclear
from workbench.core.durations import Rates
from workbench.core.errors import ErrorReport
from workbench.core.events import FirstModel, Followed, HeadFitted, Insight, PhotoMap, Prediction, StepDone
from workbench.core.messages import Message
from workbench.core.project.outside import Outside
from workbench.core.project.projects import Elsewhere, Project
from workbench.core.project.runs import MODEL, RunSummary
from workbench.core.results.estimate import Estimate
from workbench.core.results.reject import USUAL, Caution, RejectRule

if TYPE_CHECKING:  # NumPy is loaded with the first of them
    from workbench.core.health.traits import Traits

WorkKind = Literal["scan", "sample", "add", "train", "predict", "export", "stress"]


@dataclass(frozen=True)
class Folders:
    """The image folder.

    Attributes:
        catalog: What is in the open folder, None before one is chosen.
        question: A folder that waits until the person has said which of its folders are the classes.
        first_model: Of a handful of photos of a large folder, until there is one of more.
        without_classes: A folder that was refused because nothing says what its photos show; they can be
            sorted here. None once that is done, or another folder was asked for.
    """

    catalog: Catalog | None = None
    question: Unclear | None = None
    first_model: FirstModel | None = None
    without_classes: Path | None = None


@dataclass(frozen=True)
class Edits:
    """What a person can do to the photos of the open folder.

    Attributes:
        opening: A number of its own for each opening of a folder: what was found out of another one is of
            other photos.
        project: The project that the photos belong to; None where it cannot be written.
        possible: Whether edits can be kept.
        can_undo, can_redo: What would be taken back, and made again; None where there is nothing.
        outside: How the folder had changed when it was opened, until somebody has seen that.
    """

    opening: int = 0
    project: Project | None = None
    possible: bool = False
    can_undo: Message | None = None
    can_redo: Message | None = None
    outside: Outside = field(default_factory=Outside)


@dataclass(frozen=True, eq=False)  # they have arrays, which cannot be compared with ==
class Health:
    """What was found out about the photos of the open folder; empty whenever a folder is opened.

    Attributes:
        traits: How bright, sharp and large they are; None until that is known.
        followed: What a model of the folder says, as it was put lately; None where there is none.
        placed: Where the photos lie on the map; None until somebody has looked at it.
        insight: What its features say beyond that; None until that was found. After edits it is found again
            once it is quiet, and until then about the photos as they were.
    """

    traits: Traits | None = None
    followed: Followed | None = None
    placed: PhotoMap | None = None
    insight: Insight | None = None


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
        first: It is a first one, of a handful of photos.
    """

    file: Path
    classes: tuple[str, ...]
    estimate: Estimate | None = None
    run: RunSummary | None = None
    first: FirstModel | None = None


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
        made: Predictions of what was dropped on *Try it*, the newest first, judged with `caution`.
        rule: When the model says nothing; None until it has said something, and where it has none.
        caution: How easily, as the person wishes for this model.
    """

    made: tuple[Prediction, ...] = ()
    rule: RejectRule | None = None
    caution: Caution = USUAL


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
        soonest: Per kind of work: seconds until it may be over already, where that may be before.
        share: Per kind of work that has several stages: how much of all of them is done, 0 to 1.
        error: The message to show, None where there is none.
        engine: The device's own name once the service engine is warm ("" until then).
        rates: How fast this computer was measured to be.
    """

    working: frozenset[WorkKind] = frozenset()
    stopping: frozenset[WorkKind] = frozenset()
    progress: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    left: dict[str, float] = field(default_factory=dict)
    soonest: dict[str, float] = field(default_factory=dict)
    share: dict[str, float] = field(default_factory=dict)
    error: ErrorReport | None = None
    engine: str = ""
    rates: Rates = field(default_factory=Rates)


Slice = Folders | Edits | Health | Runs | Opened | Predictions | Preferences | Work


@dataclass(frozen=True)
class State:
    """Everything that the pages show. A slice is replaced as a whole, never changed in place."""

    folders: Folders = field(default_factory=Folders)
    edits: Edits = field(default_factory=Edits)
    health: Health = field(default_factory=Health)
    runs: Runs = field(default_factory=Runs)
    opened: Opened = field(default_factory=Opened)
    predictions: Predictions = field(default_factory=Predictions)
    preferences: Preferences = field(default_factory=Preferences)
    work: Work = field(default_factory=Work)

    def slices(self) -> tuple[Slice, ...]:
        """All eight."""
        return (
            self.folders,
            self.edits,
            self.health,
            self.runs,
            self.opened,
            self.predictions,
            self.preferences,
            self.work,
        )


def model_in_use(state: State) -> Model | None:
    """What is asked and handed out: the model opened by itself, a first one, or that of the run in use."""
    if state.opened.model is not None:
        return state.opened.model
    if (first := state.folders.first_model) is not None:
        return Model(Path(first.file), first.classes, first.estimate, first=first)
    run = state.runs.in_use
    return (
        Model(run.folder / MODEL, run.classes, run.estimate, run) if run is not None and run.model else None
    )


def training_left(state: State) -> tuple[float, float]:
    """Until the run under way ends, and until it may be over already; negative where that is not known."""
    work, step = state.work, state.runs.step
    of_steps = step.eta_seconds if step is not None and "train" not in work.progress else -1.0
    return work.left.get("train", of_steps), work.soonest.get("train", -1.0)


def is_same_run(one: RunSummary, other: RunSummary | None) -> bool:
    """Whether two summaries tell of one run, perhaps at different times."""
    return other is not None and one.folder == other.folder


def has_numbers(run: RunSummary) -> bool:
    """Whether a run has come so far that something can be said about it."""
    return bool(run.history or run.fitted or run.result)


def is_empty(run: RunSummary) -> bool:
    """Whether a run has ended with neither numbers nor a model to show."""
    return run.state != "training" and not (has_numbers(run) or run.model or run.can_continue)
