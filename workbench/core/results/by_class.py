"""How good a model is at each class, and what that comes to over all of them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from workbench.core.results.curves import areas
from workbench.core.results.metrics import confusion_of
from workbench.core.results.predictions import PredictionTable

Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Means:
    """Means over classes, each 0 to 1.

    Attributes:
        precision, recall, f1, iou: A class that is never predicted counts with a precision of 0.
        average_precision: Over all classes that occur this is the mAP; NaN where it is not known.
        roc_auc: Over the classes where it is defined; NaN where it is not known.
    """

    precision: float
    recall: float
    f1: float
    iou: float
    average_precision: float
    roc_auc: float


@dataclass(frozen=True)
class ByClass:
    """Numbers of each class, in the order of the classes; every array has shape (classes,).

    Attributes:
        samples: How many were tested.
        predicted: How many were taken for the class.
        precision: NaN where none was taken for it.
        recall, f1: NaN where none was tested.
        iou: Intersection over union, the Jaccard index: of all samples that are of the class or were taken
            for it, the share that are both. NaN where none was tested.
        average_precision: Area under the precision-recall curve; NaN where none was tested, or not known.
        roc_auc: Area under the ROC curve; NaN where all samples or none are of the class, or not known.
        confused_with: The class that most of its samples were wrongly taken for, the first of equals; -1
            where there was none.
        confused: How many that were.
    """

    samples: Integers
    predicted: Integers
    precision: Doubles
    recall: Doubles
    f1: Doubles
    iou: Doubles
    average_precision: Doubles
    roc_auc: Doubles
    confused_with: Integers
    confused: Integers

    @classmethod
    def of_confusion(cls, confusion: Integers) -> ByClass:
        """What a confusion matrix tells, shape (classes, classes), row = true class: no areas."""
        classes = len(confusion)
        right = confusion.diagonal().astype(np.float64)
        true, predicted = confusion.sum(axis=1), confusion.sum(axis=0)
        wrong = confusion.copy()
        np.fill_diagonal(wrong, 0)
        most = wrong.max(axis=1, initial=0)
        other = wrong.argmax(axis=1) if classes else np.zeros(0, np.int64)
        unknown = np.full(classes, np.nan)
        with np.errstate(invalid="ignore", divide="ignore"):
            tested = np.where(true > 0, 1.0, np.nan)
            return cls(
                samples=true,
                predicted=predicted,
                precision=right / predicted,
                recall=right / true,
                f1=tested * 2 * right / (true + predicted),
                iou=tested * right / (true + predicted - right),
                average_precision=unknown,
                roc_auc=unknown,
                confused_with=np.where(most > 0, other, -1),
                confused=most,
            )

    @classmethod
    def of(cls, table: PredictionTable) -> ByClass:
        """Of a table's predictions, of those that count."""
        counted = table.take(np.flatnonzero(table.counts))
        found = cls.of_confusion(confusion_of(counted))
        precision, under = areas(counted.probabilities, counted.targets)
        return replace(found, average_precision=precision, roc_auc=under)

    @property
    def macro(self) -> Means:
        """Means over the classes that occur among the tested samples, each counting the same."""
        return self._means((self.samples > 0).astype(np.float64))

    @property
    def weighted(self) -> Means:
        """Means over the same classes, each counting as many times as it has samples."""
        return self._means(self.samples.astype(np.float64))

    def _means(self, weights: Doubles) -> Means:
        undefined = {"average_precision", "roc_auc"}

        def mean(name: str) -> float:
            values: Doubles = getattr(self, name)
            counted = weights > 0
            if name in undefined:
                counted &= np.isfinite(values)
            total = weights[counted].sum()
            if not total:
                return float("nan")
            return float((np.nan_to_num(values[counted]) * weights[counted]).sum() / total)

        return Means(*(mean(each.name) for each in fields(Means)))
