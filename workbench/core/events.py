"""What long work reports while it runs: small frozen dataclasses of Python numbers and NumPy arrays.

The same events cross the pipe to the window and are appended, as JSON lines, to the run folder.
Every long job is a generator that yields events and returns its result.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from workbench.core.messages import Message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RunState = Literal["training", "finished", "stopped", "interrupted"]


@dataclass(frozen=True)
class Progress:
    """How far a phase has come.

    Attributes:
        phase: `scan`, `download`, `prepare`, `decode`, `features`, `sample`, `predict`, `evaluate`.
        done, total: In units of the phase (files, bytes); total 0 where it is not known yet.
        message: What is done, "Reading photos…"; None where the phase says enough.
    """

    phase: str
    done: int
    total: int
    message: Message | None = None

    @property
    def text(self) -> str:
        """What is done, in words; may be empty."""
        return self.message.title if self.message else ""


@dataclass(frozen=True)
class Note:
    """Something that the person should know: memory was short, a photo went missing.

    Attributes:
        code: Of its message (`out_of_memory`, `not_finite`, `sample_lost`, `older_checkpoint`, …).
        values: What the sentence is filled with.
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @classmethod
    def said(cls, text: str) -> Note:
        """A note whose sentence is made already."""
        return cls("said", Message.said(text).values)

    @property
    def text(self) -> str:
        """The sentence."""
        return Message(self.code, self.values).title


@dataclass(frozen=True)
class Metrics:
    """How well the model did on one set of samples.

    Attributes:
        loss: Mean cross-entropy per sample, ≥ 0 (training: with augmentation and label smoothing).
        accuracy: Share of right answers, 0 to 1.
        precision, recall, f1: One value a class, each 0 to 1, shape (classes,).
        macro_f1: Mean of `f1` over the classes that occur.
        confusion: Counts, shape (classes, classes), row = true class, column = predicted class.
    """

    loss: float
    accuracy: float
    macro_f1: float
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]
    confusion: NDArray[np.int64]


@dataclass(frozen=True)
class TrainingStarted:
    """The first event of a training run; a resumed run sends it again."""

    run: str
    mode: str
    architecture: str
    device: str
    amp: str
    parameters: int
    classes: tuple[str, ...]
    training_samples: int
    validation_samples: int
    test_samples: int
    epochs: int
    steps_per_epoch: int
    first_step: int = 0


@dataclass(frozen=True)
class StepDone:
    """The state of the training loop, at most 20 times a second.

    Attributes:
        step: Optimizer steps done since the run began.
        epoch: The epoch under way, counted from 1; `epoch_position` is its done share, 0 to 1.
        loss, accuracy: Means over the training samples since the last such event.
        learning_rate: Of the head.
        samples_per_second: Over the last seconds.
        eta_seconds: Until training ends, validation included; negative where not known yet.
    """

    step: int
    epoch: int
    epoch_position: float
    loss: float
    accuracy: float
    learning_rate: float
    samples_per_second: float
    eta_seconds: float


@dataclass(frozen=True)
class EpochDone:
    """One epoch with its metrics. `validation` is None where there are no validation samples."""

    epoch: int
    step: int
    training: Metrics
    validation: Metrics | None
    is_best: bool
    learning_rate: float
    seconds: float


@dataclass(frozen=True)
class HeadFitted:
    """A head was fitted to features: from here on there is a model to use.

    Attributes:
        kind: `ridge` (the first one, from the centre view alone), then, from both views, `logistic`
            (averaged with ridge) or `blend` (with the nearest centroid, where photos are few).
        cross_validated: Over every training sample, each answered by a head that had not learned it.
        seconds: Since the job began.
    """

    kind: str
    cross_validated: Metrics
    seconds: float


@dataclass(frozen=True)
class CheckpointSaved:
    """From here on at most the work after `step` can be lost."""

    path: str
    step: int


@dataclass(frozen=True)
class TrainingResult:
    """What `fit` returns.

    Attributes:
        checkpoint: The model file, best epoch by the measure that the configuration names.
        validation: Its metrics on the validation set, None where there is none.
        test: Its metrics on the test set, touched once, None where there is none.
        stopped: Whether the person ended it early.
        seconds: Wall time by phase: `prepare`, `decode`, `features`, `head`, `train`, `total`; those that
            there were.
        cross_validated: Metrics over the training samples, each answered by a model that had not
            learned it; over those of the compared folds where `improved` won; None where that was not
            asked (modes `transfer` and `scratch`).
        runtime: What computed the features ("OpenVINO bf16"); "" where none were needed.
        kept: In mode `improve`, which model won on the same samples: `instant` or `improved`; else "".
        accuracy_before: Where `improved` won, what the instant model reached on the samples of
            `cross_validated`.
    """

    run: str
    checkpoint: str
    best_epoch: int
    epochs: int
    steps: int
    validation: Metrics | None
    test: Metrics | None
    stopped: bool
    samples_per_second: float
    lost_samples: int
    seconds: dict[str, float] = field(default_factory=dict)
    cross_validated: Metrics | None = None
    runtime: str = ""
    kept: str = ""
    accuracy_before: float | None = None


@dataclass(frozen=True)
class Prediction:
    """The answer for one image.

    Attributes:
        path: As it was given.
        class_name: The most probable class; "" where the file could not be read.
        probabilities: One for each class, 0 to 1, sum 1; empty where the file could not be read.
        error: What is wrong with the file and what to do; "" where it could be read.
    """

    path: str
    class_name: str
    probability: float
    probabilities: dict[str, float]
    error: str = ""


@dataclass(frozen=True)
class Thumbnail:
    """A small upright picture of a file, uint8, shape (height, width, 3); None where unreadable."""

    path: str
    pixels: NDArray[np.uint8] | None


Event = (
    Progress
    | Note
    | TrainingStarted
    | StepDone
    | EpochDone
    | HeadFitted
    | CheckpointSaved
    | TrainingResult
    | Thumbnail
)
_KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        Progress,
        Note,
        TrainingStarted,
        StepDone,
        EpochDone,
        HeadFitted,
        CheckpointSaved,
        TrainingResult,
    )
}
_FLOAT_ARRAYS = ("precision", "recall", "f1")


def to_json(event: Any) -> dict[str, Any]:
    """An event as plain JSON values, with its kind under `event`; not for thumbnails."""
    return {"event": type(event).__name__, **plain(event)}


def from_json(record: dict[str, Any]) -> Any:
    """The event that `to_json` wrote.

    Raises:
        KeyError: The record is of a kind that this version does not know.
    """
    values = dict(record)
    kind = _KINDS[values.pop("event")]
    if kind is Note and "text" in values:  # sentences until 0.1.0
        return Note.said(values["text"])
    if kind is Progress and "text" in values:
        values["message"] = values.pop("text")
    if values.get("message"):
        values["message"] = Message.read(values["message"])
    if kind is TrainingResult and "engine" in values:  # its name until 0.1.0
        values["runtime"] = values.pop("engine")
    for name in ("training", "validation", "test", "cross_validated"):
        if isinstance(values.get(name), dict):
            values[name] = metrics_from_json(values[name])
    if "classes" in values:
        values["classes"] = tuple(values["classes"])
    return kind(**values)


def metrics_from_json(values: dict[str, Any]) -> Metrics:
    """The `Metrics` that `to_json` wrote inside another event."""
    import numpy as np  # only here: the window paints before it reads a run, and is quicker without

    arrays = {name: np.asarray(values[name], dtype=np.float64) for name in _FLOAT_ARRAYS}
    confusion = np.asarray(values["confusion"], dtype=np.int64)
    return Metrics(values["loss"], values["accuracy"], values["macro_f1"], confusion=confusion, **arrays)


def plain(value: Any) -> Any:
    """A dataclass of numbers and arrays as plain JSON values."""
    if dataclasses.is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    return value.tolist() if hasattr(value, "tolist") else value  # of an array


STEPS_A_SECOND = 10
"""Steps of training are reported so often: enough to watch, and little work for the window."""
