"""The nouns of the first two hops: what is there (`Catalog`) and how it is divided (`Split`)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Subset = Literal["", "training", "validation", "test"]


@dataclass(frozen=True, slots=True)
class Sample:
    """One image with its class.

    Attributes:
        path: Relative to the image folder, in the file system's own spelling.
        class_index: Position of its class in `Catalog.classes`.
        subset: The set that the folder itself puts it in; "" where the folder has no split.
        digest: SHA-256 of the file's bytes, 64 hex digits.
        width, height: In pixels, after the image has been turned upright.
    """

    path: str
    class_index: int
    subset: Subset
    digest: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that was left out.

    Attributes:
        path: Relative to the image folder.
        reason: Stable code for reports (`not_an_image`, `truncated`, `unreadable`, `loop`, …).
        message: One sentence for the person.
    """

    path: str
    reason: str
    message: str


@dataclass(frozen=True)
class Catalog:
    """What is in an image folder, and what is wrong with it.

    Attributes:
        folder: The image folder, absolute.
        classes: Class names in the order of their indices (sorted).
        samples: Every usable image.
        skipped: Every file that was left out, with its reason.
        empty_classes: Class folders without a usable image; they are not in `classes`.
        system_files: How many system files (`.DS_Store`, `Thumbs.db`, …) were passed over.
        notes: Sentences about how the folder was read; what may be wrong with it: see `core.health`.
    """

    folder: Path
    classes: tuple[str, ...]
    samples: tuple[Sample, ...]
    skipped: tuple[Skipped, ...] = ()
    empty_classes: tuple[str, ...] = ()
    system_files: int = 0
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Samples of each class, by class name, in class order."""
        counted = Counter(sample.class_index for sample in self.samples)
        return {name: counted[index] for index, name in enumerate(self.classes)}

    @property
    def subsets(self) -> dict[str, int]:
        """Samples of each set that the folder itself has; empty where it has no split."""
        return dict(Counter(sample.subset for sample in self.samples if sample.subset))


@dataclass(frozen=True)
class Split:
    """A catalog divided into sets that share no image.

    Attributes:
        folder: The image folder, absolute.
        classes: Class names in the order of their indices.
        training, validation, test: The samples of each set; `test` is empty where there is none.
    """

    folder: Path
    classes: tuple[str, ...]
    training: tuple[Sample, ...]
    validation: tuple[Sample, ...]
    test: tuple[Sample, ...] = ()
