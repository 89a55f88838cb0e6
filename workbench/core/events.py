"""What long work reports while it runs: small frozen dataclasses of Python numbers and NumPy arrays.

The same events cross the pipe to the window and are appended, as JSON lines, to the run folder (see
`core.project.event_log`).
Every long job is a generator that yields events and returns its result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from workbench.core.messages import Message
from workbench.core.results.comparison import Comparison
from workbench.core.results.estimate import Estimate, How, fairest
from workbench.core.results.measures import Measures
from workbench.core.results.prediction import Prediction as Prediction

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RunState = Literal["training", "finished", "stopped", "interrupted"]


@dataclass(frozen=True)
class Progress:
    """How far a phase has come.

    Attributes:
        phase: `scan`, `compare`, `download`, `prepare`, `decode`, `features`, `sample`, `predict`,
            `evaluate`.
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
    def message(self) -> Message:
        """What is to be said."""
        return Message(self.code, self.values)

    @property
    def text(self) -> str:
        """The sentence."""
        return self.message.title


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
    """One epoch with its measures. `validation` is None where there are no validation samples."""

    epoch: int
    step: int
    training: Measures
    validation: Measures | None
    is_best: bool
    learning_rate: float
    seconds: float


@dataclass(frozen=True)
class HeadFitted:
    """A head was fitted to features: from here on there is a model to use.

    Attributes:
        kind: `ridge` while photos are still looked at; then, from two views of each, `logistic` (averaged
            with ridge) or `blend` (with the nearest centroid, where photos are few).
        cross_validated: Over every training sample, each answered by a head that had not learned it; None
            where none could be checked, as no class has two different pictures.
        seconds: Since the job began.
        samples, of: How many training samples it has learned from, of all that there are; 0 in what older
            versions wrote: all.
    """

    kind: str
    cross_validated: Measures | None
    seconds: float
    samples: int = 0
    of: int = 0

    @property
    def is_final(self) -> bool:
        """Whether no better one follows."""
        return self.kind != "ridge"

    @property
    def is_of_some(self) -> bool:
        """Whether there were training samples that it had not learned from."""
        return self.samples < self.of


@dataclass(frozen=True)
class FirstModel:
    """While a large folder is still being read: a model of a handful of photos of each class.

    Attributes:
        folder: The image folder, absolute.
        file: The model file.
        classes: What it tells apart.
        estimate: How good it is, None where that cannot be told.
        samples: How many photos it has learned from.
        of: How many files in the folder may be photos of its classes.
        seconds: Since the folder was chosen.
    """

    folder: str
    file: str
    classes: tuple[str, ...]
    estimate: Estimate | None
    samples: int
    of: int
    seconds: float


@dataclass(frozen=True, eq=False)  # arrays cannot be compared with ==
class Followed:
    """A model of the open folder as the person has put its photos; see `core.instant.following`.

    Attributes:
        folder, revision: Of the catalog that it has learned.
        estimate: How good it is, None where that cannot be told.
        classes: Ids, in the order of their indices.
        samples: Ids of N photos: all that it has learned, and those without a class.
        said: What it takes each for, an index of a class, int32, shape (N,): by a model that had not learned
            that photo.
        probability: Of that class, 0 to 1, float32, shape (N,).
        own: The probability of the class that a photo has, float32, shape (N,); NaN where it has none, or no
            model without it knows the class.
        asked: Ids of photos without a class from which a model would learn most, in this order.
        left: How many photos without a class have not been looked at yet; they are not among the N.
        tested: By id, the index of the class that it takes each photo for of a validation or test set.
    """

    folder: str
    revision: int
    estimate: Estimate | None
    classes: tuple[str, ...]
    samples: tuple[str, ...]
    said: NDArray[np.int32]
    probability: NDArray[np.float32]
    own: NDArray[np.float32]
    asked: tuple[str, ...] = ()
    left: int = 0
    tested: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)  # arrays cannot be compared with ==
class Plane:
    """A plane in the space of features, through which photos are looked at; see `core.instant.photo_map`.

    Attributes:
        backbone: The key of the backbone that the features are of.
        mean, factor: How features are standardised, float32, shape (features,).
        axes: Two orthonormal columns, float32, shape (features, 2).
    """

    backbone: str
    mean: NDArray[np.float32]
    factor: NDArray[np.float32]
    axes: NDArray[np.float32]


@dataclass(frozen=True, eq=False)  # arrays cannot be compared with ==
class PhotoMap:
    """Where photos lie in a plane by their features: what looks alike lies near one another.

    Attributes:
        samples: Ids of N photos.
        places: float32, shape (N, 2).
        plane: What they were projected onto; None where there are too few photos for one.
        unknown: How many photos have no place yet, because nobody has looked at them.
        lost: How many have none because their files cannot be read.
    """

    samples: tuple[str, ...]
    places: NDArray[np.float32]
    plane: Plane | None
    unknown: int
    lost: int = 0


@dataclass(frozen=True)
class Growth:
    """What more photos would change, as the learning curve has it: models of a quarter, half and all of them.

    Attributes:
        classes: Ids of classes that more photos would help, and about how many more would spare a model a
            third of its mistakes on each; the one with the most mistakes first.
        everywhere: About how many more photos in all would do so, where that holds for no class alone; 0
            where the curve does not say so.
        half, whole: Accuracy with half of the photos and with all of them, 0 to 1.
    """

    classes: tuple[tuple[str, int], ...]
    everywhere: int
    half: float
    whole: float


@dataclass(frozen=True)
class Insight:
    """What the features of the open folder's photos say; see `core.instant.insight`.

    Attributes:
        folder, revision: Of the catalog that it is about.
        strangers: Ids of the photos that look like no others, the strangest first.
        growth: What more photos would change; None where there are too few to tell.
        measures: Cross-validated, with what a split at random would have shown; None where nothing can be
            checked.
    """

    folder: str
    revision: int
    strangers: tuple[str, ...]
    growth: Growth | None
    measures: Measures | None


@dataclass(frozen=True)
class CheckpointSaved:
    """From here on at most the work after `step` can be lost."""

    path: str
    step: int


@dataclass(frozen=True)
class TrainingResult:
    """What `train` returns.

    Attributes:
        checkpoint: The model file, best epoch by the measure that the configuration names.
        best_epoch: The epoch whose model was kept; None where no epochs were chosen among.
        epochs, steps: Of training by gradients, 0 where there was none.
        validation: Its measures on the validation set, None where there is none.
        test: Its measures on the test set, touched once, None where there is none.
        stopped: Whether the person ended it early.
        seconds: Wall time by phase: `prepare`, `decode`, `features`, `head`, `train`, `total`; those that
            there were.
        cross_validated: Measures on the training samples, each predicted by a model that had not learned
            it; on those of the compared folds where `improved` won; None where that was not asked
            (modes `transfer` and `scratch`).
        runtime: What computed the features ("OpenVINO bf16"); None where none were needed.
        architecture: Of the model that was kept, where it may be another than was asked for; "" else.
        look: The last other way to look at photos that was kept (`core.improve.ways`); "" where none was.
        kept: In mode `improve`, which model won on the same samples.
        comparison: In mode `improve`, the instant model with the improved one, on the samples of the
            compared folds; None where none was compared.
        accuracy_before: Where `improved` won, what the instant model reached on those samples.
    """

    run: str
    checkpoint: str
    best_epoch: int | None
    epochs: int
    steps: int
    validation: Measures | None
    test: Measures | None
    stopped: bool
    samples_per_second: float
    lost_samples: int
    seconds: dict[str, float] = field(default_factory=dict)
    cross_validated: Measures | None = None
    runtime: str | None = None
    architecture: str = ""
    look: str = ""
    kept: Literal["instant", "improved"] | None = None
    comparison: Comparison | None = None
    accuracy_before: float | None = None

    @property
    def fairest(self) -> tuple[How, Measures] | None:
        """The measures that the run is judged by."""
        return fairest(
            {"test": self.test, "validation": self.validation, "cross_validated": self.cross_validated}
        )

    @property
    def estimate(self) -> Estimate | None:
        """The accuracy to expect on other photos; None where no photos were kept to measure it with."""
        return None if self.fairest is None else Estimate.of(*self.fairest)


@dataclass(frozen=True)
class Thumbnail:
    """A small upright picture of a file, uint8, shape (height, width, 3); None where unreadable.

    `stamp` is the file's (`files.stamp_of`) when it was read.
    """

    path: str
    pixels: NDArray[np.uint8] | None
    stamp: str = ""


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
STEPS_A_SECOND = 10
"""Steps of training are reported so often: enough to watch, and little work for the window."""
