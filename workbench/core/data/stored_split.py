"""A split whose pixels are in a store: which samples are left, where they are, which class each has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.core.data.catalog import Sample, Split
from workbench.core.data.fair_order import fair_order
from workbench.core.data.groups import groups_of, in_several_classes, pictures_of
from workbench.core.data.learned import LearnedPhotos
from workbench.core.data.pixels import PixelStore
from workbench.core.events import Note
from workbench.core.results.predictions import FAIR, LEARNED, UNCHECKED, PredictionTable, group_numbers


@dataclass(frozen=True)
class SampleSet:
    """One set of samples, those that the store lost left out.

    Attributes:
        name: `training`, `validation`, `test`, or "" outside of a split.
        classes: Class names in the order of their indices.
        samples: N of them.
        members: Their indices in the store, int64, shape (N,).
        targets: Their class indices, int64, shape (N,).
        groups: Numbers, the same for samples that belong together, int64, shape (N,).
        worth: What a prediction of each can say: `FAIR`, `LEARNED` or `UNCHECKED`, int8, shape (N,).
    """

    name: str
    classes: tuple[str, ...]
    samples: tuple[Sample, ...]
    members: NDArray[np.int64]
    targets: NDArray[np.int64]
    groups: NDArray[np.int64]
    worth: NDArray[np.int8]

    @classmethod
    def of(
        cls,
        name: str,
        split: Split,
        samples: Sequence[Sample],
        *,
        lost: Collection[int] = (),
        first: int = 0,
        learned: Collection[str] = (),
        contradictory: Collection[str] = (),
    ) -> SampleSet:
        """The set of samples that have the indices from `first` on.

        Args:
            lost: Indices of those that are left out.
            learned: Digests of the files whose picture a model has learned from when it is tested on the set.
            contradictory: Digests of the files whose picture lies in several classes.
        """
        kept = [place for place in range(len(samples)) if first + place not in lost]
        left = tuple(samples[place] for place in kept)
        members = np.array(kept, dtype=np.int64) + first
        worth = [
            LEARNED if s.digest in learned else UNCHECKED if s.digest in contradictory else FAIR for s in left
        ]
        return cls(
            name,
            split.class_names,
            left,
            members,
            split.targets(left),
            group_numbers(groups_of(left)),
            np.array(worth, np.int8),
        )

    def __len__(self) -> int:
        return len(self.samples)

    def part(self, rows: NDArray[np.int64]) -> SampleSet:
        """Only the samples at some positions, in that order, shape (n,)."""
        return replace(
            self,
            samples=tuple(self.samples[row] for row in rows.tolist()),
            **{name: getattr(self, name)[rows] for name in ("members", "targets", "groups", "worth")},
        )

    def table(
        self,
        model: str,
        probabilities: NDArray[np.floating[Any]],
        *,
        rows: NDArray[np.int64] | None = None,
        folds: NDArray[np.int64] | None = None,
        answerable: NDArray[np.bool_] | None = None,
    ) -> PredictionTable:
        """What a model predicts for some of the samples.

        Args:
            probabilities: Shape (n, classes).
            rows: Positions of the n samples, shape (n,); None takes the first n.
            folds: As `PredictionTable` has them, shape (n,).
            answerable: Which were predicted by a model that knows their class, shape (n,); None: all.
        """
        rows = np.arange(len(probabilities)) if rows is None else rows
        ids = [self.samples[row].id for row in rows.tolist()]
        worth = self.worth[rows]
        if answerable is not None:
            worth = np.where(answerable, worth, np.int8(UNCHECKED))
        return PredictionTable.of(
            self.classes,
            ids,
            self.targets[rows],
            probabilities,
            subset=self.name,
            model=model,
            folds=folds,
            groups=self.groups[rows],
            worth=worth,
        )

    def in_fair_order(self, seed: int, handful: int = 0) -> SampleSet:
        """The same samples in an order of which every beginning is a fair sample; see `fair_order`."""
        return self.part(fair_order(self.targets, seed, handful))


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
        left, sets = without_lost(split, {index for index, _ in store.lost})
        return cls(store, left, *sets)

    @cached_property
    def learned(self) -> LearnedPhotos:
        """The training set's photos, for the model file."""
        return LearnedPhotos.of(self.split.roots, self.split.training)

    def notes(self) -> Iterator[Note]:
        """One for each sample that was lost."""
        for _, message in self.store.lost:
            yield Note("sample_lost", {"why": message})


def without_lost(split: Split, lost: Collection[int]) -> tuple[Split, tuple[SampleSet, SampleSet, SampleSet]]:
    """A split and its sets for training, validation and test, less the samples that were lost.

    Args:
        lost: Their indices in `split.samples`.
    """
    contradictory, learned = in_several_classes(split.samples), _shown_in_training(split)
    first, sets = 0, []
    for name in ("training", "validation", "test"):
        samples = getattr(split, name)
        known = () if name == "training" else learned
        sets.append(
            SampleSet.of(
                name, split, samples, lost=lost, first=first, learned=known, contradictory=contradictory
            )
        )
        first += len(samples)
    training, validation, test = sets
    left = replace(split, training=training.samples, validation=validation.samples, test=test.samples)
    return left, (training, validation, test)


def _shown_in_training(split: Split) -> set[str]:
    """Digests of all files whose picture the training set shows."""
    pictures = pictures_of(split.samples)
    shown = set(pictures[: len(split.training)])
    return {s.digest for s, picture in zip(split.samples, pictures, strict=True) if picture in shown}
