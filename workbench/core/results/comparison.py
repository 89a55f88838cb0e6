"""Whether one model is better than another on the same samples, or only luckier."""

from __future__ import annotations

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
        put_right: Samples that only the second model predicts right.
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
        before, after = _right_by_sample(table, first), _right_by_sample(table, second)
        both = before.keys() & after.keys()
        put_right = sum(after[sample] and not before[sample] for sample in both)
        spoiled = sum(before[sample] and not after[sample] for sample in both)
        return cls.of_counts(put_right, spoiled, len(both))

    @property
    def is_better(self) -> bool:
        """Whether the second model is better by more than luck would bring about, at `LEVEL`."""
        return self.put_right > self.spoiled and self.p_value < LEVEL

    @property
    def is_worse(self) -> bool:
        """Whether the second model is worse by more than luck would bring about, at `LEVEL`."""
        return self.put_right < self.spoiled and self.p_value < LEVEL


def exact_p_value(put_right: int, spoiled: int) -> float:
    """The two-sided p-value of a fair coin that shows one side `put_right` and the other `spoiled` times."""
    tosses = put_right + spoiled
    term = fewer = 1  # exact integers: binomial coefficients from 0 to the smaller count
    for count in range(min(put_right, spoiled)):
        term = term * (tosses - count) // (count + 1)
        fewer += term
    return min(1.0, 2 * fewer / (1 << tosses))


def _right_by_sample(table: PredictionTable, model: str) -> dict[str, bool]:
    rows = table.where(model=model)
    return dict(zip(rows.samples, rows.is_right.tolist(), strict=True))
