"""The nouns of the first two hops: what is there (`Catalog`) and how it is divided (`Split`).

Both are snapshots that nothing changes. A class is known by its id, so it may be renamed and sorted anew; its
index, which networks and tables of predictions need, is only made where they begin (`Split.targets`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workbench.core.messages import Message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Subset = Literal["", "training", "validation", "test"]
ReadingKey = str
READINGS: tuple[ReadingKey, ...] = ("folders", "sets", "inside", "together", "deepest", "itself", "table")
"""Keys of the ways to read a folder: each folder is a class (`folders`), folders are sets (`sets`),
classes are one level down (`inside`; with all versions of the photos `together`) or below kinds (`deepest`),
the folder itself is one class (`itself`), a table says the classes (`table`; one of several `table:PATH`)."""
TABLE: ReadingKey = "table"
"""What the keys of readings by a table begin with."""
LOOSE: ReadingKey = "loose"
"""Key of the reading in which no photo has a class yet: a person gives them in the window."""
WITHOUT_CLASSES = frozenset(
    {
        *("photos_without_classes", "photos_without_classes.table", "sets_without_classes"),
        *("only_one_class", "only_one_class.nested"),
    }
)
"""Codes of the refusals of a folder whose photos can be sorted in the window instead."""


@dataclass(frozen=True, slots=True)
class ImageClass:
    """A class of images.

    Attributes:
        id: Stays when the class is renamed; unique in a catalog.
        name: What people call it; unique in a catalog.
    """

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One image.

    Attributes:
        id: What it is called in splits and tables of predictions; unique in a catalog.
        path: Relative to its root, in the file system's own spelling; `Roots.locate` makes it whole.
        class_id: Of its class; None where it has none yet.
        subset: The set that the folder itself puts it in; "" where the folder has no split.
        digest: SHA-256 of the file's bytes, 64 hex digits.
        width, height: In pixels, after the image has been turned upright.
        group: Samples of one group (frames of a video, a burst, photos of one plant) are never on both sides
            of a split or a fold; "" where it belongs to none. The scan puts together what was taken in one go
            (`core.data.series`); further groups are joined by `core.data.groups.with_groups`. Equal digests
            belong together in any case.
        root: Id of the folder that `path` is relative to.
        picture: Samples of one name show the same picture, saved anew, resized, cropped a little, mirrored or
            with other metadata (see `core.data.pictures`); "" where no other file shows it.
    """

    id: str
    path: str
    class_id: str | None
    subset: Subset
    digest: str
    width: int
    height: int
    group: str = ""
    root: str = ""
    picture: str = ""


@dataclass(frozen=True)
class Roots:
    """The folders that samples lie in.

    Attributes:
        folders: Absolute paths by id. The first is the one that the person opened.
    """

    folders: Mapping[str, Path]

    @classmethod
    def of(cls, folder: Path) -> Roots:
        """One folder, whose id is ""."""
        return cls({"": folder})

    @property
    def main(self) -> Path:
        """The folder that the person opened."""
        return next(iter(self.folders.values()))

    def locate(self, sample: Sample) -> Path:
        """The absolute path of a sample's file.

        Raises:
            KeyError: The sample lies in another root.
        """
        return self.folders[sample.root] / sample.path


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that was left out.

    Attributes:
        path: Relative to the image folder.
        message: What is the matter with it.
        class_name: The class that it lies in; "" where it lies in none.
    """

    path: str
    message: Message
    class_name: str = ""

    @property
    def reason(self) -> str:
        """Stable code for reports (`not_an_image`, `truncated`, `unreadable`, `loop`, …)."""
        return self.message.reason


@dataclass(frozen=True)
class ReadAs:
    """One way to read a folder, as it is told to people; see `readings`.

    Attributes:
        why: Which folders it takes for classes: one sentence.
        classes: How many files of each class may be photos, by class name.
        subsets: The same for each set; empty where there are no sets.
    """

    key: ReadingKey
    why: Message
    classes: Mapping[str, int]
    subsets: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Unclear:
    """A folder of which a person has to say which of its folders are the classes.

    Attributes:
        folder: Absolute.
        readings: Two ways to read it, the likelier first.
    """

    folder: Path
    readings: tuple[ReadAs, ...]


@dataclass(frozen=True)
class Catalog:
    """What is in an image folder; what may be wrong with it: see `core.health`.

    Attributes:
        roots: The image folder, or several.
        classes: Sorted by name.
        samples: Every usable image.
        skipped: Every file that was left out, with its reason.
        empty_classes: Names of class folders without a usable image; they are not in `classes`.
        system_files: How many system files (`.DS_Store`, `Thumbs.db`, …) were passed over.
        notes: How the folder was read.
        hidden_photos: How many of the system files would be photos by their names (`.a.jpg`).
        reading: How folders became classes; None where they did not.
        other_readings: The other ways to read the folder, where it is not clear which is meant.
        revision: How many edits (`core.data.edits`) made this snapshot from the one that was read.
        brightness: How photos of more than 8 bits become 8: the folder's rule (`core.images.brightness`).
        excluded: Samples that a person has left out; they may be brought back.
        confirmed: Ids of samples whose class a person has given or found right.
        test_asked: The share of the photos that was asked for where a test set was drawn (`data.test_set`); 0
            where the folder has its own, or there is none.
    """

    roots: Roots
    classes: tuple[ImageClass, ...]
    samples: tuple[Sample, ...]
    skipped: tuple[Skipped, ...] = ()
    empty_classes: tuple[str, ...] = ()
    system_files: int = 0
    notes: tuple[Message, ...] = ()
    revision: int = 0
    brightness: tuple[tuple[str, float, float], ...] | None = ()
    hidden_photos: int = 0
    reading: ReadAs | None = None
    other_readings: tuple[ReadAs, ...] = ()
    excluded: tuple[Sample, ...] = ()
    confirmed: frozenset[str] = frozenset()
    test_asked: float = 0.0

    @property
    def folder(self) -> Path:
        """The image folder that the person opened, absolute."""
        return self.roots.main

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes, in their order."""
        return tuple(each.name for each in self.classes)

    @property
    def counts(self) -> dict[str, int]:
        """Samples of each class, by class name, in class order."""
        counted = Counter(sample.class_id for sample in self.samples)
        return {each.name: counted[each.id] for each in self.classes}

    @property
    def subsets(self) -> dict[str, int]:
        """Samples of each set that the folder itself has; empty where it has no split."""
        return dict(Counter(sample.subset for sample in self.samples if sample.subset))

    @property
    def test_share(self) -> tuple[int, float]:
        """How many photos with a class are in the test set, and their share of all that have one."""
        classed = [sample for sample in self.samples if sample.class_id is not None]
        tests = sum(sample.subset == "test" for sample in classed)
        return tests, tests / max(1, len(classed))

    def name_of(self, class_id: str | None) -> str:
        """Name of a class; "" for None and for a class that there is not."""
        return next((each.name for each in self.classes if each.id == class_id), "")


@dataclass(frozen=True)
class Split:
    """The samples of a catalog that have a class, divided into sets.

    Attributes:
        roots: The folders that they lie in.
        classes: In the order of their indices.
        training, validation, test: The samples of each set; `test` is empty where there is none.
        brightness: As in `Catalog`; None where an older version divided it.
    """

    roots: Roots
    classes: tuple[ImageClass, ...]
    training: tuple[Sample, ...]
    validation: tuple[Sample, ...]
    test: tuple[Sample, ...] = ()
    brightness: tuple[tuple[str, float, float], ...] | None = ()

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes, in the order of their indices."""
        return tuple(each.name for each in self.classes)

    @property
    def samples(self) -> tuple[Sample, ...]:
        """All samples: training, validation, test."""
        return (*self.training, *self.validation, *self.test)

    def targets(self, samples: Iterable[Sample]) -> NDArray[np.int64]:
        """Class indices of samples, shape (samples,).

        Raises:
            KeyError: A sample has no class, or one that is not in `classes`.
        """
        import numpy as np  # the window knows catalogs before it needs NumPy

        index = {each.id: position for position, each in enumerate(self.classes)}
        # The type of `class_id` allows None, of which a split has none.
        return np.array([index[sample.class_id] for sample in samples], dtype=np.int64)  # type: ignore[index]
