"""Everything that a table of predictions says about how good a model is, in one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.core.results.by_class import ByClass
from workbench.core.results.calibration import Calibration, Reliability
from workbench.core.results.curves import Curve, both, coverage_accuracy
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


@dataclass(frozen=True)
class Numbers:
    """What is made from the predictions that count.

    Attributes:
        classes: Class names.
        probabilities: (samples, classes).
        targets: (samples,).
        by_class: Class by class, areas included.
        calibration: Before and after temperature scaling.
        baseline: What naming one class always would get right.
        overall: The curves of all classes together.
    """

    classes: tuple[str, ...]
    probabilities: NDArray[np.float64]
    targets: NDArray[np.int64]
    by_class: ByClass
    calibration: Calibration
    baseline: Baseline
    overall: ClassCurves

    @classmethod
    def of(cls, table: PredictionTable) -> Numbers | None:
        """Of a table of one model's predictions; None where none of them counts."""
        rows, baseline = table.counts, Baseline.of(table)
        if baseline is None:
            return None
        probabilities, targets = table.probabilities[rows], table.targets[rows]
        calibration = Calibration.of(table)
        overall = _together(probabilities, targets, calibration)
        by_class = ByClass.of(table)
        return cls(table.classes, probabilities, targets, by_class, calibration, baseline, overall)

    def of_class(self, number: int) -> ClassCurves:
        """The curves of one class against all others."""
        probabilities, truth = self.probabilities[:, number], self.targets == number
        scaled = self.calibration.scaled
        named = self.probabilities.argmax(axis=1) == number
        return ClassCurves(
            *_thinned(probabilities, truth),
            Reliability.of(probabilities, truth),
            Reliability.of(scaled[:, number], truth) if scaled is not None else None,
            coverage_accuracy(probabilities[named], truth[named]).thinned(MOST_POINTS),
        )


def _together(
    probabilities: NDArray[np.float64], targets: NDArray[np.int64], calibration: Calibration
) -> ClassCurves:
    truth = (targets[:, None] == np.arange(probabilities.shape[1])).ravel()
    right = probabilities.argmax(axis=1) == targets
    return ClassCurves(
        *_thinned(probabilities.ravel(), truth),
        calibration.before,
        calibration.after,
        coverage_accuracy(probabilities.max(axis=1), right).thinned(MOST_POINTS),
    )


def _thinned(probabilities: NDArray[np.float64], truth: NDArray[np.bool_]) -> tuple[Curve, Curve]:
    first, second = both(probabilities, truth)
    return first.thinned(MOST_POINTS), second.thinned(MOST_POINTS)
