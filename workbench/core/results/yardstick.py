"""One yardstick for several models: their numbers on the photos that one of them was tested on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.core.results.held_out import HeldOut
from workbench.core.results.paired import LeftOut, Paired


@dataclass(frozen=True)
class OnTheSame:
    """How a model does on the photos of a yardstick.

    Attributes:
        accuracy: Share of right answers, 0 to 1, what belongs together counting once; None where it was not
            fairly tested on all of these photos: then its number is of others.
        right: Of how many of them it is right.
        tested: On how many of them it was.
        of: How many there are.
        learned: How many of the others it learned from.
    """

    accuracy: float | None
    right: int
    tested: int
    of: int
    learned: int

    @classmethod
    def of_model(cls, yardstick: HeldOut, other: HeldOut) -> OnTheSame:
        """Of another model.

        Args:
            yardstick: The photos that the number of the one shown is of (`only`).
            other: Everything that the other was tested on.
        """
        found = Paired.of(yardstick, other)
        left: LeftOut = found.left_out
        whole = len(found) == len(yardstick.samples)
        accuracy = found.accuracy[1] if whole and found.accuracy is not None else None
        learned = left.learned[1]
        return cls(accuracy, int(found.right[1].sum()), len(found), len(yardstick.samples), learned)


def only(whole: HeldOut, how: str) -> HeldOut:
    """The rows of a model that come from one set: those that its number is of."""
    rows = np.array([row for row, name in enumerate(whole.sets) if name == how], np.int64)
    return whole.take(rows)
