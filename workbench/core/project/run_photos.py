"""The photos behind a run's matrix: what each was taken for, and what edits have changed since."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.core.config.methods import DEFAULT
from workbench.core.data.catalog import Catalog, Sample
from workbench.core.errors import InputError
from workbench.core.events import Followed
from workbench.core.project.runs import SPLIT, RunSummary
from workbench.core.project.split_file import read_split
from workbench.core.results.comparison import Comparison, gains
from workbench.core.results.predictions import PredictionTable


class Cell(NamedTuple):
    """A cell of the matrix by its classes' indices; with -1 in one place a whole row or column."""

    true: int = -1
    predicted: int = -1


MISTAKES = Cell()
"""Stands for all mistakes."""


class Answer(NamedTuple):
    """What a run says of a photo.

    Attributes:
        true, predicted: Ids of its class when the run began, and of the class that it was taken for.
        probability: Of the latter, 0 to 1.
    """

    true: str
    predicted: str
    probability: float


@dataclass(frozen=True, eq=False)  # arrays cannot be compared with ==
class RunPhotos:
    """The N photos that a run's matrix counts.

    Attributes:
        classes: Ids of the classes by their indices.
        samples: Ids of the photos.
        true, predicted: Indices of the class that each had, and that it was taken for, int64, shape (N,).
        probability: Of the latter, float64, shape (N,).
        groups: What belongs together, as copies do, has one group.
        digests: Of the files, by id; "" or missing where that is not known.
        is_instant: Whether the model that was kept is one that follows edits.
    """

    classes: tuple[str, ...]
    samples: tuple[str, ...]
    true: NDArray[np.int64]
    predicted: NDArray[np.int64]
    probability: NDArray[np.float64]
    groups: tuple[Hashable, ...]
    digests: Mapping[str, str]
    is_instant: bool

    @classmethod
    def of(cls, run: RunSummary, judged: PredictionTable) -> RunPhotos:
        """Of the predictions that a run is judged by (`run_predictions.judged`)."""
        table = judged.take(judged.counts.nonzero()[0])
        ids, digests = _split_of(run)
        return cls(
            tuple(ids.get(name, name) for name in table.classes),
            table.samples,
            table.targets,
            table.predicted,
            table.probabilities.max(axis=1, initial=0.0),
            table.samples if table.groups is None else tuple(table.groups.tolist()),
            digests,
            set(table.models) == {DEFAULT},
        )

    def rows(self, cell: Cell) -> NDArray[np.int64]:
        """The rows of a cell, worst first.

        That is, mistakes first, the most probable one before the others; then the photos that were
        recognised, the least probable one first.
        """
        chosen = np.ones(len(self.samples), bool)
        if cell == MISTAKES:
            chosen = self.true != self.predicted
        if cell.true >= 0:
            chosen &= self.true == cell.true
        if cell.predicted >= 0:
            chosen &= self.predicted == cell.predicted
        rows = np.flatnonzero(chosen)
        return self.worst_first(rows)

    def worst_first(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Some rows, in the order in which `rows` has them."""
        right = self.true[rows] == self.predicted[rows]
        probability = self.probability[rows]
        found: NDArray[np.int64] = rows[np.lexsort((np.where(right, probability, -probability), right))]
        return found

    def answer(self, row: int) -> Answer:
        """What the run says of one photo."""
        true, predicted = self.classes[self.true[row]], self.classes[self.predicted[row]]
        return Answer(true, predicted, float(self.probability[row]))

    def still_here(self, catalog: Catalog) -> dict[str, Sample]:
        """The photos that are in the folder, or left out, and whose files are still the same; by id."""
        wanted = set(self.samples)
        return {
            sample.id: sample
            for sample in (*catalog.samples, *catalog.excluded)
            if sample.id in wanted and self.digests.get(sample.id, "") in ("", sample.digest)
        }


@dataclass(frozen=True)
class Since:
    """What edits have changed about the photos that a run was tested on.

    Attributes:
        comparison: The run's answers, judged by the classes of then, against the answers of now, judged by
            the classes of now, of the same photos. Photos of one group count as one.
        by_class: How many of those that were put right have the answer that they had: their class is another.
        uncounted: Photos of the run that cannot be compared: they have gone, are left out, have no class now,
            or no model that has not learned from them knows their class.
        edited: How many of the run's photos have another class now, or none, or are left out.
        by_model: Whether the answers of now come from the model that follows; else they are the run's own.
    """

    comparison: Comparison
    by_class: int
    uncounted: int
    edited: int
    by_model: bool


def since(photos: RunPhotos, catalog: Catalog, followed: Followed | None) -> Since:
    """Compares a run with how things are now.

    Args:
        followed: What a model says that has learned the newest edits. Its answers are set against those of a
            run that has the same kind of model; another run's own answers are judged by the classes of now.
    """
    here, out = photos.still_here(catalog), {sample.id for sample in catalog.excluded}
    known = {each.id for each in catalog.classes}
    answered = photos.answer
    then = {sample: answered(row) for row, sample in enumerate(photos.samples)}
    now = {key: each.class_id for key, each in here.items() if each.class_id in known and key not in out}
    own = {key: then[key].predicted for key in now if then[key].predicted in known}
    by_model = photos.is_instant and followed is not None
    answers = _answers(followed) if by_model and followed is not None else own
    groups = dict(zip(photos.samples, photos.groups, strict=True))
    before = {key: each.true == each.predicted for key, each in then.items()}
    after = {key: answers[key] == now[key] for key in now if key in answers}
    gained = gains(before, after, groups)
    kept = {
        groups[key]
        for key in after
        if after[key] and not before[key] and answers[key] == then[key].predicted and gained[groups[key]] > 0
    }
    return Since(
        Comparison.of_gains(gained),
        len(kept),
        len(then) - len(after),
        sum(key in out or each.class_id != then[key].true for key, each in here.items()),
        by_model,
    )


def _answers(followed: Followed) -> dict[str, str]:
    """The class that a model takes each photo for that it has not learned and whose class it knows."""
    fair = ~np.isnan(followed.own)
    told = zip(followed.samples, followed.said.tolist(), fair.tolist(), strict=True)
    found = {sample: followed.classes[said] for sample, said, is_fair in told if is_fair}
    return found | {sample: followed.classes[said] for sample, said in followed.tested.items()}


def _split_of(run: RunSummary) -> tuple[dict[str, str], dict[str, str]]:
    """Class ids by name, and digests by sample; empty where the split cannot be read: then names are ids."""
    try:
        split = read_split(run.folder / SPLIT)
    except (OSError, ValueError, KeyError, TypeError, InputError):
        return {}, {}
    return (
        {each.name: each.id for each in split.classes},
        {sample.id: sample.digest for sample in split.samples},
    )
