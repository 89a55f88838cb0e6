"""The facts of a report: what a model is, what it learned from, how good it is. No sentences."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from workbench.core.config.training_config import TrainingConfig
from workbench.core.messages import Message
from workbench.core.names import visible
from workbench.core.results.estimate import Estimate
from workbench.core.results.measures import Measures
from workbench.core.results.numbers import Numbers
from workbench.core.results.reject import RejectRule
from workbench.core.results.trust import Trust

SetName = Literal["training", "validation", "test"]


@dataclass(frozen=True, slots=True)
class ListedPhoto:
    """One photo of a list.

    Attributes:
        digest: SHA-256 of its file, 64 hex digits.
        path: Relative to the image folder; of an added photo `added/NAME`.
        class_name: Its class when the run began.
        learned: Whether the model learned from it.
    """

    digest: str
    path: str
    class_name: str
    learned: bool


@dataclass(frozen=True)
class PhotoList:
    """The photos of one set, in the order of their paths."""

    set: SetName
    photos: tuple[ListedPhoto, ...]

    def lines(self) -> list[str]:
        """A line for each photo as `sha256sum` writes and checks it: the hash, two spaces, the path.

        As there, a path with a line break or a backslash has these written out, and a backslash before the
        hash. What else cannot be shown in a name is written out as well (`names.visible`).
        """
        return [_line(photo.digest, photo.path) for photo in self.photos]

    @property
    def digest(self) -> str:
        """SHA-256 of those lines, each with a line feed behind it, as UTF-8: tells lists apart."""
        text = "".join(f"{line}\n" for line in self.lines())
        return hashlib.sha256(text.encode()).hexdigest()


def _line(digest: str, path: str) -> str:
    written = path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"{'' if written == path else chr(92)}{digest}  {visible(written)}"


@dataclass(frozen=True)
class LearnedFrom:
    """What a model learned from, as far as it is known.

    Attributes:
        lists: The photos of each set, where the run's split is there; else empty.
        digests: Where only the model file tells: the first 32 hex digits of the SHA-256 of each photo that it
            learned from, sorted.
        counts: How many photos of each class it learned from, by class name; empty where that is not known.
    """

    lists: tuple[PhotoList, ...] = ()
    digests: tuple[str, ...] = ()
    counts: Mapping[str, int] | None = None

    @property
    def learned(self) -> int:
        """How many photos it learned from; 0 where that is not known."""
        return sum(photo.learned for each in self.lists for photo in each.photos) or len(self.digests)


@dataclass(frozen=True)
class ModelFacts:
    """What a model is.

    Attributes:
        name: Of its file, without its folder.
        digest: SHA-256 of that file.
        size: Of the file, in bytes.
        classes: Class names in the order of its outputs.
        config: The settings that it was trained with.
        architecture: The architecture's name for people.
        parameters: How many numbers the file holds as weights.
        multiply_adds: Of the network for one look at its usual size, by its row.
        input_size: Side of what the network sees, in px.
        views: How often it looks at each photo to answer.
        rule: When it says nothing; None where it has no rule.
        program, created: The version of the program that wrote the file, and when (ISO, UTC); "" unknown.
        device, runtime: What it was trained on and what computed features; "" where that is not known.
        run: Of a run, the name of its folder; "" where there is none.
    """

    name: str
    digest: str
    size: int
    classes: tuple[str, ...]
    config: TrainingConfig
    architecture: str
    parameters: int
    multiply_adds: int
    input_size: int
    views: int
    rule: RejectRule | None
    program: str = ""
    created: str = ""
    device: str = ""
    runtime: str = ""
    run: str = ""


@dataclass(frozen=True)
class Mistake:
    """One photo that was taken for another class.

    Attributes:
        path: Relative to the folder that was tested.
        true, predicted: Names of its class and of the one that it was taken for.
        probability: Of the latter, 0 to 1.
        thumbnail: A small JPEG file made from its pixels alone; empty where the photo is gone or another now.
    """

    path: str
    true: str
    predicted: str
    probability: float
    thumbnail: bytes


@dataclass(frozen=True, eq=False)  # numbers hold arrays
class Tested:
    """What was measured.

    Attributes:
        on: A folder that was given for it (`folder`), or what the run kept apart (`run`).
        folder: The name of the image folder, without what lies above it.
        subset: Of a folder, the set that was used; "" for all of it.
        measures: Of the photos that count.
        numbers: All that follows from the predictions.
        trust: What the number may be shown as.
        cautions: What makes it worth less than it looks.
        mistakes: The worst, at most so many as a report shows.
        wrong: How many there are in all.
        same, nearly: Of a folder: how many photos the model had learned from, the very files and nearly the
            same; None where that is not known, or the photos are of a run's own split.
        skipped: How many files were left out.
        crossing: Of a run: how many photos of its validation and test sets belong together with photos that
            it learned from, as they may in sets that the folder came with; None where that is not known.
    """

    on: Literal["folder", "run"]
    folder: str
    subset: str
    measures: Measures
    numbers: Numbers
    trust: Trust
    cautions: tuple[Message, ...]
    mistakes: tuple[Mistake, ...]
    wrong: int
    same: int | None = None
    nearly: int | None = None
    skipped: int = 0
    crossing: int | None = None

    @property
    def estimate(self) -> Estimate:
        """The accuracy to expect on other photos."""
        return self.trust.estimate


@dataclass(frozen=True)
class Versions:
    """With what a report was written.

    Attributes:
        program, python: Versions.
        system, processor: Of this computer; nothing that names it.
        libraries: Version by name, of those that are installed.
    """

    program: str
    python: str
    system: str
    processor: str
    libraries: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Report:
    """Everything that a report tells.

    Attributes:
        name: Of the image folder that the model learned from or was tested on; else of the model file.
        written: When, ISO, UTC.
        tested: What was measured; None where nothing was.
        repeat: The command that makes the model again, as arguments; the folder's name stands for its path.
    """

    name: str
    written: str
    model: ModelFacts
    learned: LearnedFrom
    tested: Tested | None
    repeat: tuple[str, ...]
    versions: Versions
