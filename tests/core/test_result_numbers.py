"""Every number of a table of predictions, against scikit-learn's or a count by hand, on random inputs."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as theirs

from workbench.core.results.by_class import ByClass
from workbench.core.results.calibration import Calibration, Reliability, most_probable
from workbench.core.results.curves import coverage_accuracy, pooled, precision_recall, roc
from workbench.core.results.numbers import Numbers
from workbench.core.results.predictions import LEARNED, PredictionTable
from workbench.core.results.probabilities import brier, log_loss

KINDS = ("plain", "ties", "absent", "single", "few")
CASES = [
    (classes, kind, seed)
    for seed, classes in enumerate((2, 3, 5, 10, 23, 50))
    for kind in KINDS
    if not (classes == 2 and kind == "absent")
]
EXACT = {"rtol": 0.0, "atol": 1e-6}


def made(classes: int, kind: str, seed: int) -> PredictionTable:
    """Random predictions that are right more often than not.

    Args:
        kind: `ties` rounds probabilities to tenths, of `absent` every third class has no sample, of `single`
            every class but one has one sample, of `few` there are as many samples as classes.
    """
    random = np.random.default_rng([seed, classes, KINDS.index(kind)])
    count = classes if kind == "few" else 120
    targets = random.integers(0, classes, count)
    if kind == "absent":
        targets = targets - (targets % 3 == 2)
    if kind == "single":
        targets = np.concatenate([np.arange(classes), np.zeros(40, np.int64)])
    logits = random.normal(0, 1, (len(targets), classes))
    logits[np.arange(len(targets)), targets] += 1.5 * random.random(len(targets))
    if kind == "ties":
        logits = logits.round(0)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    names = tuple(f"class {number}" for number in range(classes))
    return PredictionTable.of(
        names, [f"{number}.jpg" for number in range(len(targets))], targets, probabilities
    )


@pytest.fixture(params=CASES, ids=lambda case: "-".join(map(str, case)))
def table(request: pytest.FixtureRequest) -> PredictionTable:
    return made(*request.param)


def test_each_class_is_counted_as_scikit_learn_does(table: PredictionTable) -> None:
    found, every = ByClass.of(table), list(range(len(table.classes)))
    precision, recall, f1, samples = theirs.precision_recall_fscore_support(
        table.targets, table.predicted, labels=every, zero_division=0
    )
    iou = theirs.jaccard_score(table.targets, table.predicted, labels=every, average=None, zero_division=0)
    tested, named = samples > 0, found.predicted > 0
    np.testing.assert_array_equal(found.samples, samples)
    np.testing.assert_array_equal(found.predicted, np.bincount(table.predicted, minlength=len(every)))
    np.testing.assert_allclose(found.precision[named], precision[named], **EXACT)
    assert np.isnan(found.precision[~named]).all()
    for ours, other in ((found.recall, recall), (found.f1, f1), (found.iou, iou)):
        np.testing.assert_allclose(ours[tested], other[tested], **EXACT)
        assert np.isnan(ours[~tested]).all()


def test_areas_are_those_of_scikit_learn(table: PredictionTable) -> None:
    found = ByClass.of(table)
    for number in range(len(table.classes)):
        truth, column = table.targets == number, table.probabilities[:, number]
        if not truth.any():
            assert np.isnan([found.average_precision[number], found.roc_auc[number]]).all()
            continue
        expected = theirs.average_precision_score(truth, column)
        assert found.average_precision[number] == pytest.approx(expected, abs=1e-6)
        assert found.roc_auc[number] == pytest.approx(theirs.roc_auc_score(truth, column), abs=1e-6)


@pytest.mark.parametrize("average", ["macro", "weighted"])
def test_means_are_those_of_scikit_learn_over_the_classes_that_occur(
    table: PredictionTable, average: str
) -> None:
    means = getattr(ByClass.of(table), average)
    occur = np.unique(table.targets)
    how = {"labels": occur, "average": average, "zero_division": 0}
    precision, recall, f1, _ = theirs.precision_recall_fscore_support(table.targets, table.predicted, **how)
    iou = theirs.jaccard_score(table.targets, table.predicted, **how)
    truth = table.targets[:, None] == occur
    ranked = theirs.average_precision_score(truth, table.probabilities[:, occur], average=average)
    under = theirs.roc_auc_score(truth, table.probabilities[:, occur], average=average)
    np.testing.assert_allclose(
        [means.precision, means.recall, means.f1, means.iou, means.average_precision, means.roc_auc],
        [precision, recall, f1, iou, ranked, under],
        **EXACT,
    )


def test_curves_have_scikit_learns_points(table: PredictionTable) -> None:
    for number in np.unique(table.targets).tolist()[:6]:
        truth, column = table.targets == number, table.probabilities[:, number]
        precision, recall, thresholds = theirs.precision_recall_curve(truth, column)
        ours = precision_recall(column, truth)
        np.testing.assert_allclose(ours.y, precision[:-1][::-1], **EXACT)
        np.testing.assert_allclose(ours.x, recall[:-1][::-1], **EXACT)
        np.testing.assert_allclose(ours.thresholds, thresholds[::-1], **EXACT)
        wrong, right, thresholds = theirs.roc_curve(truth, column, drop_intermediate=False)
        ours = roc(column, truth)
        np.testing.assert_allclose(ours.x, wrong, **EXACT)
        np.testing.assert_allclose(ours.y, right, **EXACT)
        np.testing.assert_allclose(ours.thresholds, thresholds, **EXACT)


def test_losses_are_those_of_scikit_learn(table: PredictionTable) -> None:
    every = list(range(len(table.classes)))
    expected = theirs.log_loss(table.targets, table.probabilities, labels=every)
    assert log_loss(table.probabilities, table.targets) == pytest.approx(expected, abs=1e-6)
    truth = np.eye(len(every))[table.targets]
    by_hand = np.mean([((p - t) ** 2).sum() for p, t in zip(table.probabilities, truth, strict=True)])
    assert brier(table.probabilities, table.targets) == pytest.approx(by_hand, abs=1e-6)


def test_bins_are_those_counted_by_hand(table: PredictionTable) -> None:
    found = most_probable(table.probabilities, table.targets)
    error = 0.0
    for number in range(15):
        rows = [
            row
            for row, p in enumerate(table.probabilities.max(axis=1))
            if number / 15 <= p < (number + 1) / 15 or (number == 14 and p == 1.0)
        ]
        assert found.counts[number] == len(rows)
        if not rows:
            assert np.isnan([found.probability[number], found.share[number]]).all()
            continue
        said = np.mean([table.probabilities[row].max() for row in rows])
        true = np.mean([table.predicted[row] == table.targets[row] for row in rows])
        assert found.probability[number] == pytest.approx(said, abs=1e-6)
        assert found.share[number] == pytest.approx(true, abs=1e-6)
        error += len(rows) / len(table) * abs(said - true)
    assert found.error == pytest.approx(error, abs=1e-6)


def test_coverage_is_counted_by_hand(table: PredictionTable) -> None:
    highest, right = table.probabilities.max(axis=1), table.is_right
    found = coverage_accuracy(highest, right)
    area = before = 0.0
    for point, threshold in enumerate(sorted(set(highest.tolist()), reverse=True)):
        rows = highest >= threshold
        assert found.thresholds[point] == threshold
        assert found.x[point] == pytest.approx(rows.mean(), abs=1e-6)
        assert found.y[point] == pytest.approx(right[rows].mean(), abs=1e-6)
        area += (rows.mean() - before) * right[rows].mean()
        before = rows.mean()
    assert (found.x[-1], found.y[-1]) == pytest.approx((1.0, right.mean()))
    assert found.area == pytest.approx(area, abs=1e-6)


def test_most_confused_with_is_the_largest_cell_beside_the_diagonal(table: PredictionTable) -> None:
    found = ByClass.of(table)
    matrix = theirs.confusion_matrix(table.targets, table.predicted, labels=list(range(len(table.classes))))
    for number, row in enumerate(matrix.tolist()):
        others = [count if other != number else 0 for other, count in enumerate(row)]
        assert found.confused[number] == max(others)
        assert found.confused_with[number] == (others.index(max(others)) if max(others) else -1)


def test_the_curves_of_all_classes_are_scikit_learns_micro_averages(table: PredictionTable) -> None:
    numbers = Numbers.of(table)
    assert numbers is not None
    truth = np.eye(len(table.classes))[table.targets]
    expected = theirs.average_precision_score(truth.ravel(), table.probabilities.ravel())
    assert numbers.overall.precision_recall.area == pytest.approx(expected, abs=1e-6)
    expected = theirs.roc_auc_score(truth.ravel(), table.probabilities.ravel())
    assert numbers.overall.roc.area == pytest.approx(expected, abs=1e-6)


def test_corners_are_points_of_the_whole_curves_and_nothing_lies_beside_them(table: PredictionTable) -> None:
    truth = (table.targets[:, None] == np.arange(len(table.classes))).ravel()
    every = table.probabilities.ravel()
    ranked, receiver = pooled(table.probabilities, table.targets)
    for corners, whole in ((ranked, precision_recall(every, truth)), (receiver, roc(every, truth))):
        places = {threshold: place for place, threshold in enumerate(whole.thresholds.tolist())}
        at = [places[threshold] for threshold in corners.thresholds.tolist()]
        np.testing.assert_allclose(corners.x, whole.x[at], **EXACT)
        np.testing.assert_allclose(corners.y, whole.y[at], **EXACT)
        assert at[-1] == len(whole.x) - 1
        assert corners.area == pytest.approx(whole.area, abs=1e-12)
        level = whole.x if corners is ranked else whole.y  # it does not change between two corners
        for first, last in zip([-1, *at], at, strict=False):
            between = level[first + 1 : last]
            assert (between == level[last]).all()


def test_what_was_learned_from_is_left_out() -> None:
    table = made(4, "plain", 1)
    worth = np.zeros(len(table), np.int8)
    worth[:100] = LEARNED
    some = PredictionTable.of(table.classes, table.samples, table.targets, table.probabilities, worth=worth)
    numbers, alone = Numbers.of(some), Numbers.of(table.take(np.arange(100, 120)))
    assert numbers is not None
    assert alone is not None
    assert numbers.by_class.samples.sum() == 20
    np.testing.assert_array_equal(numbers.by_class.average_precision, alone.by_class.average_precision)
    assert numbers.calibration.before.error == alone.calibration.before.error
    unknown = PredictionTable.of(("a", "b"), ["x"], np.array([-1]), np.array([[0.5, 0.5]]))
    assert Numbers.of(unknown) is None


def test_one_sample_has_numbers_and_no_curves() -> None:
    numbers = Numbers.of(PredictionTable.of(("a", "b"), ["x"], np.array([1]), np.array([[0.3, 0.7]])))
    assert numbers is not None
    assert numbers.by_class.average_precision[1] == 1.0
    assert np.isnan(numbers.by_class.roc_auc).all()
    assert np.isnan(numbers.by_class.macro.roc_auc)
    assert numbers.calibration.after is None
    curves = numbers.of_class(0)
    assert len(curves.roc.x) == len(curves.precision_recall.x) == len(curves.coverage.x) == 0
    assert curves.before.counts.sum() == 1


def test_no_predictions_have_no_error() -> None:
    empty = Reliability.of(np.zeros(0), np.zeros(0, bool))
    assert empty.counts.sum() == 0
    assert np.isnan(empty.error)


def test_a_long_curve_keeps_its_ends_and_its_area() -> None:
    random = np.random.default_rng(0)
    truth = random.random(5000) < 0.3
    whole = roc(random.random(5000) + truth * 0.4, truth)
    thin = whole.thinned(100)
    assert len(thin.x) == 100
    assert (thin.x[0], thin.y[0], thin.x[-1], thin.y[-1]) == (0.0, 0.0, 1.0, 1.0)
    assert thin.area == whole.area


def test_calibration_says_what_was_measured_before_and_after() -> None:
    table = made(5, "plain", 2)
    found = Calibration.of(table)
    assert found.before.error == most_probable(table.probabilities, table.targets).error
    assert found.scaled is not None
    assert found.after is not None
    assert found.after.error == most_probable(found.scaled, table.targets).error
    assert found.log_loss_after == log_loss(found.scaled, table.targets)
    assert found.brier_after == brier(found.scaled, table.targets)
