"""Everything that a table of predictions says about how good a model is, in one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workbench.core.results.by_class import ByClass
from workbench.core.results.calibration import Calibration, Reliability
from workbench.core.results.curves import Curve, both, coverage_accuracy, pooled
from workbench.core.results.predictions import PredictionTable
from workbench.core.results.trust import Baseline

MOST_POINTS = 1000
"""Of a curve: more cannot be told apart on a screen."""


@dataclass(frozen=True)
class ClassCurves:
    """The curves of one class against all others, or of all classes together.

    Attributes:
        precision_recall, roc: Of one class; of all together each pair of a sample and a class counts as a
            prediction of its own (micro-average).
        before, after: Reliability of the class's probability; of all together, of each sample's most probable
            class. `after` is None where samples cannot be divided for temperature scaling.
        coverage: Accuracy against coverage; of one class among the samples taken for it.
    """

    precision_recall: Curve
    roc: Curve
    before: Reliability
    after: Reliability | None
    coverage: Curve


@dataclass(frozen=True, eq=False)  # arrays cannot be compared with ==
class Numbers:
    """What is made from the predictions that count; what takes long, once it is asked for.

    Attributes:
        table: These predictions.
        by_class: Class by class, areas included.
        baseline: What naming one class always would get right.
    """

    table: PredictionTable
    by_class: ByClass
    baseline: Baseline

    @classmethod
    def of(cls, table: PredictionTable) -> Numbers | None:
        """Of a table of one model's predictions; None where none of them counts."""
        baseline = Baseline.of(table)
        if baseline is None:
            return None
        counted = table.take(np.flatnonzero(table.counts))
        return cls(counted, ByClass.of(counted), baseline)

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names."""
        return self.table.classes

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """Of N samples, (N, classes)."""
        return self.table.probabilities

    @property
    def targets(self) -> NDArray[np.int64]:
        """Their class indices, (N,)."""
        return self.table.targets

    @cached_property
    def predicted(self) -> NDArray[np.int64]:
        """Index of the most probable class of each, (N,)."""
        return self.table.predicted

    @cached_property
    def calibration(self) -> Calibration:
        """Before and after temperature scaling."""
        return Calibration.of(self.table)

    @cached_property
    def overall(self) -> ClassCurves:
        """The curves of all classes together."""
        first, second = pooled(self.probabilities, self.targets)
        right = self.predicted == self.targets
        return ClassCurves(
            first.thinned(MOST_POINTS),
            second.thinned(MOST_POINTS),
            self.calibration.before,
            self.calibration.after,
            coverage_accuracy(self.probabilities.max(axis=1), right).thinned(MOST_POINTS),
        )

    def of_class(self, number: int) -> ClassCurves:
        """The curves of one class against all others."""
        probabilities, truth = self.probabilities[:, number], self.targets == number
        scaled = self.calibration.scaled
        named = self.predicted == number
        return ClassCurves(
            *_thinned(probabilities, truth),
            Reliability.of(probabilities, truth),
            Reliability.of(scaled[:, number], truth) if scaled is not None else None,
            coverage_accuracy(probabilities[named], truth[named]).thinned(MOST_POINTS),
        )


def _thinned(probabilities: NDArray[np.float64], truth: NDArray[np.bool_]) -> tuple[Curve, Curve]:
    first, second = both(probabilities, truth)
    return first.thinned(MOST_POINTS), second.thinned(MOST_POINTS)
