"""One class against all others, at every threshold of its probability: curves and the areas below them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]

_AT_ONCE = 64  # classes whose probabilities are copied to be sorted


@dataclass(frozen=True)
class Curve:
    """Points of a curve, from the highest threshold to the lowest.

    Attributes:
        x, y: Each 0 to 1, shape (points,).
        thresholds: From what probability on a sample is taken at each point, shape (points,).
        area: 0 to 1; NaN where it is not defined.
    """

    x: Doubles
    y: Doubles
    thresholds: Doubles
    area: float

    def thinned(self, most: int) -> Curve:
        """The same with at most so many points, evenly chosen, the first and the last included."""
        if len(self.x) <= most:
            return self
        rows = np.unique(np.linspace(0, len(self.x) - 1, most).round().astype(np.int64))
        return Curve(self.x[rows], self.y[rows], self.thresholds[rows], self.area)


def precision_recall(probabilities: Doubles, truth: Booleans) -> Curve:
    """Precision (y) against recall (x), one point for each probability that occurs.

    The area is the average precision: the precision at each threshold, weighted by how much recall grows
    there, without interpolation (as scikit-learn's `average_precision_score`).

    Args:
        probabilities: Of the class, shape (samples,).
        truth: Which samples are of the class, shape (samples,).

    Returns:
        No points and an area of NaN where no sample is of the class.
    """
    return _precision_recall(*_taken(probabilities, truth))


def _precision_recall(thresholds: Doubles, found: Integers, taken: Integers) -> Curve:
    positives = int(found[-1]) if len(found) else 0
    if not positives:
        return _no_curve()
    recall, precision = found / positives, found / taken
    return Curve(recall, precision, thresholds, float((np.diff(recall, prepend=0.0) * precision).sum()))


def roc(probabilities: Doubles, truth: Booleans) -> Curve:
    """The share of samples of the class that are taken (y) against that of others (x): receiver operating.

    The area is that of the trapezoids: how often a sample of the class gets a higher probability than one
    of another class, ties counting half.

    Args:
        probabilities: Of the class, shape (samples,).
        truth: Which samples are of the class, shape (samples,).

    Returns:
        From (0, 0) to (1, 1); no points and an area of NaN where all samples or none are of the class.
    """
    return _roc(*_taken(probabilities, truth))


def both(probabilities: Doubles, truth: Booleans) -> tuple[Curve, Curve]:
    """`precision_recall` and `roc`, from one sort."""
    taken = _taken(probabilities, truth)
    return _precision_recall(*taken), _roc(*taken)


def _roc(thresholds: Doubles, found: Integers, taken: Integers) -> Curve:
    positives = int(found[-1]) if len(found) else 0
    negatives = int(taken[-1]) - positives if len(taken) else 0
    if not positives or not negatives:
        return _no_curve()
    y = np.concatenate([[0.0], found / positives])
    x = np.concatenate([[0.0], (taken - found) / negatives])
    area = float((np.diff(x) * (y[1:] + y[:-1]) / 2).sum())
    return Curve(x, y, np.concatenate([[np.inf], thresholds]), area)


def coverage_accuracy(probabilities: Doubles, right: Booleans) -> Curve:
    """Accuracy (y) against coverage (x), the share of samples answered, the surest first.

    Args:
        probabilities: The highest of each sample, shape (samples,).
        right: Whether that class is the true one, shape (samples,).

    Returns:
        One point for each probability that occurs; its area is the mean accuracy over all coverages, each
        step counting as far as it adds samples (one minus the area under the risk-coverage curve).
    """
    thresholds, found, taken = _taken(probabilities, right)
    if not len(right):
        return _no_curve()
    coverage, accuracy = taken / len(right), found / taken
    return Curve(coverage, accuracy, thresholds, float((np.diff(coverage, prepend=0.0) * accuracy).sum()))


def pooled(probabilities: Doubles, targets: Integers) -> tuple[Curve, Curve]:
    """Both curves of all pairs of a sample and a class, each a prediction of its own (micro-average).

    The pairs are many and nearly all of them false, so only the corners of the curves are made: points
    between two of them lie on the line from one to the other, upright (precision-recall) or level (ROC).
    The areas are those of all points.

    Args:
        probabilities: (samples, classes).
        targets: (samples,).

    Returns:
        As `precision_recall` and `roc`.
    """
    every = np.sort(probabilities, axis=None)
    own = np.sort(probabilities[np.arange(len(targets)), targets])
    corners = _corners(every, own)
    return _precision_recall(*corners), _roc(*corners)


def _corners(every: Doubles, own: Doubles) -> tuple[Doubles, Integers, Integers]:
    """As `_taken`, but only where one of `own`, the true ones, is taken, and right before each of those.

    Args:
        every, own: Rising.
    """
    thresholds = np.unique(own)[::-1]
    found = len(own) - np.searchsorted(own, thresholds, "left")
    taken = len(every) - np.searchsorted(every, thresholds, "left")
    above = len(every) - np.searchsorted(every, thresholds, "right")
    before = np.append(above, len(every))
    found, found_before = np.append(found, 0), np.append(0, found)
    both_found = np.stack([found_before, found], 1).ravel()[:-1]
    both_taken = np.stack([before, np.append(taken, 0)], 1).ravel()[:-1]
    kept = np.diff(both_taken, prepend=0) > 0
    both_found, both_taken = both_found[kept], both_taken[kept]
    return every[len(every) - both_taken], both_found, both_taken


def areas(probabilities: Doubles, targets: Integers) -> tuple[Doubles, Doubles]:
    """Average precision and area under the ROC curve of each class against all others.

    Both follow from how many samples, and how many of the class, get at least the probability of each sample
    of the class: no curve is made, of which there may be a thousand.

    Args:
        probabilities: (samples, classes).
        targets: (samples,).

    Returns:
        Two arrays of shape (classes,); NaN where one is not defined.
    """
    classes = probabilities.shape[1]
    precision, under = (np.full(classes, np.nan) for _ in range(2))
    order, counts = np.argsort(targets, kind="stable"), np.bincount(targets, minlength=classes)
    ends = np.cumsum(counts)
    occur = np.flatnonzero(counts)
    for first in range(0, len(occur), _AT_ONCE):
        numbers = occur[first : first + _AT_ONCE]
        # One class after the other in memory: sorting every thousandth number takes several times as long.
        columns = np.sort(probabilities[:, numbers].T.copy(), axis=1)
        for number, every in zip(numbers.tolist(), columns, strict=True):
            samples = order[ends[number] - counts[number] : ends[number]]
            own = np.sort(probabilities[samples, number])
            precision[number], under[number] = _areas(every, own)
    return precision, under


def _areas(every: Doubles, own: Doubles) -> tuple[float, float]:
    """Both areas of a class from the probabilities of all samples and of its own, each rising."""
    taken, above = (len(every) - np.searchsorted(every, own, side) for side in ("left", "right"))
    found, found_above = (len(own) - np.searchsorted(own, own, side) for side in ("left", "right"))
    negatives = len(every) - len(own)
    precision = float((found / taken).mean())
    if not negatives:
        return precision, float("nan")
    before = (taken - found + above - found_above) / 2  # others that come first; of equals half
    return precision, float(1.0 - before.mean() / negatives)


def _no_curve() -> Curve:
    return Curve(np.zeros(0), np.zeros(0), np.zeros(0), float("nan"))


def _taken(probabilities: Doubles, truth: Booleans) -> tuple[Doubles, Integers, Integers]:
    """Each probability that occurs, falling, how many true samples have at least it, and how many in all."""
    order = np.argsort(-probabilities, kind="stable")
    ordered = probabilities[order]
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True)[: len(ordered)])
    return ordered[last], np.cumsum(truth[order], dtype=np.int64)[last], (last + 1).astype(np.int64)
