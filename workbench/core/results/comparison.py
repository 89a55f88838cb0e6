"""Whether one model is better than another on the same samples, or only luckier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.core.results.predictions import PredictionTable

LEVEL = 0.05
"""Two equally good models differ this much or more in at most one of twenty comparisons."""


@dataclass(frozen=True)
class Comparison:
    """Two models' predictions for the same samples, which neither had learned.

    Attributes:
        put_right: Samples that only the second model predicts right. Of samples that belong together, as
            copies do, all count as one, which goes to the model that is right about more of them.
        spoiled: Samples that only the first model predicts right.
        samples: How many were compared.
        p_value: How often two equally good models would differ so much or more, 0 to 1: McNemar's test
            (1947) in its exact form, the two-sided binomial test of `put_right` among those that differ.
    """

    put_right: int
    spoiled: int
    samples: int
    p_value: float

    @classmethod
    def of_counts(cls, put_right: int, spoiled: int, samples: int) -> Comparison:
        """The comparison with these counts."""
        return cls(put_right, spoiled, samples, exact_p_value(put_right, spoiled))

    @classmethod
    def of(cls, table: PredictionTable, first: str, second: str) -> Comparison:
        """Compares two models on the samples for which the table has predictions of both.

        Args:
            table: True classes are known; each model predicts a sample once.
            first, second: Names in the table's column `model`.
        """
        rows = table.where(model=second)
        groups = rows.samples if rows.groups is None else rows.groups.tolist()
        right = _right_by_sample(table, first), _right_by_sample(table, second)
        return cls.of_gains(gains(*right, dict(zip(rows.samples, groups, strict=True))))

    @classmethod
    def of_gains(cls, gained: Mapping[Hashable, int]) -> Comparison:
        """The comparison that `gains` says."""
        put_right = sum(gain > 0 for gain in gained.values())
        spoiled = sum(gain < 0 for gain in gained.values())
        return cls.of_counts(put_right, spoiled, len(gained))

    @property
    def is_better(self) -> bool:
        """Whether the second model is better by more than luck would bring about, at `LEVEL`."""
        return self.put_right > self.spoiled and self.p_value < LEVEL


def exact_p_value(put_right: int, spoiled: int) -> float:
    """The two-sided p-value of a fair coin that shows one side `put_right` and the other `spoiled` times."""
    tosses = put_right + spoiled
    term = fewer = 1  # exact integers: binomial coefficients from 0 to the smaller count
    for count in range(min(put_right, spoiled)):
        term = term * (tosses - count) // (count + 1)
        fewer += term
    return min(1.0, 2 * fewer / (1 << tosses))


FEWEST = next(count for count in range(1, 100) if exact_p_value(count, 0) < LEVEL)
"""So many put right, and none spoiled, are the fewest that show that a model is better."""


def gains(
    before: Mapping[str, bool], after: Mapping[str, bool], groups: Mapping[str, Hashable]
) -> dict[Hashable, int]:
    """For each group of samples, how many more of them are right after than before.

    Args:
        before, after: Whether the answer for a sample is right; what is not in both is not compared.
        groups: The group of each sample.
    """
    gained: dict[Hashable, int] = defaultdict(int)
    for sample in before.keys() & after.keys():
        gained[groups[sample]] += after[sample] - before[sample]
    return gained


def _right_by_sample(table: PredictionTable, model: str) -> dict[str, bool]:
    """Whether a model is right about each sample that counts."""
    rows = table.where(model=model)
    rows = rows.take(rows.counts.nonzero()[0])
    return dict(zip(rows.samples, rows.is_right.tolist(), strict=True))
