"""What a model answered for photos that it had not learned from: one side of a comparison."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from workbench.core.results.predictions import FAIR, LEARNED, PredictionTable


@dataclass(frozen=True, eq=False)  # arrays cannot be compared with ==
class HeldOut:
    """One row for each of the N photos that say something about new ones, and which others there are.

    Attributes:
        classes, names: Ids and names of the classes, by index; the same where only names are known.
        samples: Ids of the photos.
        digests: Of their files; "" where that is not known.
        true, predicted: Indices of the class that each has, and that it was taken for, int64, shape (N,).
        probability: Of the latter, float64, shape (N,).
        sets: From what each answer comes: `test`, `validation`, `cross_validated`, or "" outside of a split.
        groups: Of each photo: what belongs together has one number, int64, shape (N,).
        learned: Digests by id of the photos that it learned from, or from nearly the same picture.
        unchecked: The same of those that can be neither right nor wrong.
        chose: The sets whose photos also decided what was kept of the model.
    """

    classes: tuple[str, ...]
    names: tuple[str, ...]
    samples: tuple[str, ...]
    digests: tuple[str, ...]
    true: NDArray[np.int64]
    predicted: NDArray[np.int64]
    probability: NDArray[np.float64]
    sets: tuple[str, ...]
    groups: NDArray[np.int64]
    learned: Mapping[str, str] = field(default_factory=dict)
    unchecked: Mapping[str, str] = field(default_factory=dict)
    chose: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        table: PredictionTable,
        *,
        ids: Mapping[str, str] | None = None,
        digests: Mapping[str, str] | None = None,
        learned: Collection[str] = (),
        chose: Collection[str] = (),
    ) -> HeldOut:
        """The rows of a table that say something about new photos.

        Args:
            table: Of one model; of a photo that occurs more than once, the first row counts.
            ids: Of classes, by name; a class that is not there has its name as id.
            digests: Of the photos' files, by id.
            learned: Ids of the photos that it learned from and that the table may not list.
            chose: As the attribute.
        """
        ids, digests = ids or {}, digests or {}
        by_itself = np.array([name == "training" for name in table.sets], bool) & (table.folds < 0)
        worth = np.full(len(table), FAIR, np.int8) if table.worth is None else table.worth
        known = table.targets >= 0
        fair = known & (worth == FAIR) & ~by_itself
        taught = known & ((worth == LEARNED) | ((worth == FAIR) & by_itself))
        first = dict[str, int]()
        for row in np.flatnonzero(fair).tolist():
            first.setdefault(table.samples[row], row)
        rows = np.fromiter(first.values(), np.int64, len(first))
        chosen = table.take(rows)
        groups = np.arange(len(rows), dtype=np.int64) if chosen.groups is None else chosen.groups
        not_fair = [table.samples[row] for row in np.flatnonzero(taught).tolist()]
        neither = [table.samples[row] for row in np.flatnonzero(~fair & ~taught).tolist()]
        return cls(
            tuple(ids.get(name, name) for name in table.classes),
            table.classes,
            chosen.samples,
            tuple(digests.get(sample, "") for sample in chosen.samples),
            chosen.targets,
            chosen.predicted,
            chosen.probabilities.max(axis=1, initial=0.0),
            tuple(
                "cross_validated" if fold >= 0 else name
                for fold, name in zip(chosen.folds.tolist(), chosen.sets, strict=True)
            ),
            groups,
            {each: digests.get(each, "") for each in (*not_fair, *learned) if each not in first},
            {each: digests.get(each, "") for each in neither if each not in first},
            frozenset(chose),
        )

    def take(self, rows: NDArray[np.int64]) -> HeldOut:
        """These rows alone; what is known of other photos stays."""
        places = rows.tolist()
        return replace(
            self,
            samples=tuple(self.samples[row] for row in places),
            digests=tuple(self.digests[row] for row in places),
            true=self.true[rows],
            predicted=self.predicted[rows],
            probability=self.probability[rows],
            sets=tuple(self.sets[row] for row in places),
            groups=self.groups[rows],
        )
