"""A split whose pixels are in a store: which samples are left, where they are, which class each has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.core.data.catalog import Sample, Split
from workbench.core.data.pixels import PixelStore
from workbench.core.events import Note
from workbench.core.results.predictions import PredictionTable


@dataclass(frozen=True)
class SampleSet:
    """One set of samples, those that the store lost left out.

    Attributes:
        name: `training`, `validation`, `test`, or "" outside of a split.
        classes: Class names in the order of their indices.
        samples: N of them.
        members: Their indices in the store, int64, shape (N,).
        targets: Their class indices, int64, shape (N,).
    """

    name: str
    classes: tuple[str, ...]
    samples: tuple[Sample, ...]
    members: NDArray[np.int64]
    targets: NDArray[np.int64]

    @classmethod
    def of(
        cls, name: str, split: Split, samples: Sequence[Sample], store: PixelStore, *, first: int = 0
    ) -> SampleSet:
        """The set of samples that have the store's indices from `first` on."""
        lost = {index for index, _ in store.lost}
        kept = [place for place in range(len(samples)) if first + place not in lost]
        left = tuple(samples[place] for place in kept)
        members = np.array(kept, dtype=np.int64) + first
        return cls(name, split.class_names, left, members, split.targets(left))

    def __len__(self) -> int:
        return len(self.samples)

    def part(self, rows: NDArray[np.int64]) -> SampleSet:
        """Only the samples at some positions, shape (n,)."""
        chosen = tuple(self.samples[row] for row in rows.tolist())
        return replace(self, samples=chosen, members=self.members[rows], targets=self.targets[rows])

    def table(
        self,
        model: str,
        probabilities: NDArray[np.floating[Any]],
        *,
        rows: NDArray[np.int64] | None = None,
        folds: NDArray[np.int64] | None = None,
    ) -> PredictionTable:
        """What a model predicts for some of the samples.

        Args:
            probabilities: Shape (n, classes).
            rows: Positions of the n samples, shape (n,); None takes the first n.
            folds: As `PredictionTable` has them, shape (n,).
        """
        rows = np.arange(len(probabilities)) if rows is None else rows
        ids = [self.samples[row].id for row in rows.tolist()]
        targets = self.targets[rows]
        return PredictionTable.of(
            self.classes, ids, targets, probabilities, subset=self.name, model=model, folds=folds
        )


@dataclass(frozen=True)
class StoredSplit:
    """A split less the samples that were lost since its folder was read, and its sets in the store.

    Attributes:
        store: Has the pixels; whoever built it closes it.
        split: What is left of the split.
    """

    store: PixelStore
    split: Split
    training: SampleSet
    validation: SampleSet
    test: SampleSet

    @classmethod
    def of(cls, split: Split, store: PixelStore) -> StoredSplit:
        """Of a store that was built from `split.samples`."""
        checked = len(split.training)
        training = SampleSet.of("training", split, split.training, store)
        validation = SampleSet.of("validation", split, split.validation, store, first=checked)
        test = SampleSet.of("test", split, split.test, store, first=checked + len(split.validation))
        left = replace(split, training=training.samples, validation=validation.samples, test=test.samples)
        return cls(store, left, training, validation, test)

    def notes(self) -> Iterator[Note]:
        """One for each sample that was lost."""
        for _, message in self.store.lost:
            yield Note("sample_lost", {"why": message})
