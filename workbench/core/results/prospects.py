"""How likely a comparison that is under way will still show that the second model is better."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln

from workbench.core.results.comparison import FEWEST, LEVEL, Comparison
from workbench.core.results.predictions import PredictionTable

_PRIOR = 0.5  # of either side of a rate that nobody has seen yet (Jeffreys)
_UNHEARD_OF = 1e-9  # outcomes that are rarer are left out


@dataclass(frozen=True)
class Prospects:
    """What has been compared, and what has not.

    Attributes:
        compared: The comparison so far; of samples that belong together all count as one, as there.
        wrong: Of what is compared: how many the first model is wrong about.
        wrong_left: Of what is left: how many the first model is wrong about, which could be put right.
        right_left: Of what is left: the others, which could be spoiled.
    """

    compared: Comparison
    wrong: int
    wrong_left: int
    right_left: int

    @classmethod
    def of(cls, table: PredictionTable, first: str, second: str) -> Prospects:
        """Of two models that are compared on the samples that the first has predicted out of fold.

        Args:
            table: True classes are known; the second model has predicted some of the samples.
            first, second: Names in the table's column `model`.
        """
        rows = table.where(model=first, cross_validated=True)
        rows = rows.take(rows.counts.nonzero()[0])
        done = set(table.where(model=second, cross_validated=True).samples)
        groups = rows.samples if rows.groups is None else rows.groups.tolist()
        wrong: dict[object, bool] = {}
        seen: dict[object, bool] = {}
        for sample, group, right in zip(rows.samples, groups, rows.is_right.tolist(), strict=True):
            wrong[group] = wrong.get(group, False) or not right
            seen[group] = sample in done
        both = [(wrong[group], seen[group]) for group in wrong]
        compared = Comparison.of(table.where(cross_validated=True), first, second) if done else None
        return cls(
            compared or Comparison.of_counts(0, 0, 0),
            both.count((True, True)),
            both.count((True, False)),
            both.count((False, False)),
        )

    @property
    def chance(self) -> float:
        """Probability, 0 to 1, that the second model will be better in the end (`Comparison.is_better`).

        What the second model does to what is left is drawn at the rates that fit what is compared: the
        predictive power of an interim analysis (Spiegelhalter, Freedman & Blackburn, 1986), with a
        beta-binomial distribution for what is put right and one for what is spoiled. Before anything is
        compared nothing speaks against it: 1, or 0 where there are too few mistakes to show anything with.
        """
        compared = self.compared
        if not compared.samples:
            return float(self.wrong_left >= FEWEST)
        right = compared.samples - self.wrong
        gains = _drawn(self.wrong_left, compared.put_right, self.wrong - compared.put_right)
        losses = _drawn(self.right_left, compared.spoiled, right - compared.spoiled)
        up_to = np.cumsum(losses)
        chance, bearable = 0.0, -1
        for gain, probability in enumerate(gains.tolist()):
            put_right = compared.put_right + gain
            while bearable < self.right_left and _is_better(put_right, compared.spoiled + bearable + 1):
                bearable += 1
            if bearable >= 0 and probability > _UNHEARD_OF:
                chance += probability * float(up_to[bearable])
        return min(chance, 1.0)


def _drawn(count: int, happened: int, did_not: int) -> NDArray[np.float64]:
    """Probabilities of 0 to `count` events: beta-binomial, after what has happened so far."""
    a, b = max(happened, 0) + _PRIOR, max(did_not, 0) + _PRIOR
    k = np.arange(count + 1)
    ways = gammaln(count + 1) - gammaln(k + 1) - gammaln(count - k + 1)
    found: NDArray[np.float64] = np.exp(ways + betaln(k + a, count - k + b) - betaln(a, b))
    return found


def _is_better(put_right: int, spoiled: int) -> bool:
    """As `Comparison.is_better`, in floating point: the numbers here may be thousands."""
    if put_right <= spoiled:
        return False
    tosses, k = put_right + spoiled, np.arange(spoiled + 1)
    terms = gammaln(tosses + 1) - gammaln(k + 1) - gammaln(tosses - k + 1) - tosses * np.log(2.0)
    return bool(2 * np.exp(terms).sum() < LEVEL)
