"""Counts and measures of answers, against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss, precision_recall_fscore_support

from workbench.core.results.metrics import metrics_of_confusion, metrics_of_probabilities


def answers(classes: int, occurring: list[int], predicted: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Eighty targets out of some classes, and probabilities whose largest is always among others."""
    random = np.random.default_rng(classes)
    probabilities = random.dirichlet(np.ones(classes), 80)
    probabilities[:, predicted] += 1.0
    return probabilities / probabilities.sum(axis=1, keepdims=True), random.choice(occurring, 80)


@pytest.mark.parametrize(
    ("classes", "occurring", "predicted"),
    [
        (2, [0, 1], [0, 1]),
        (5, [0, 1, 2, 3, 4], [0, 1, 2, 3, 4]),
        (5, [0, 2, 3], [0, 1, 2]),  # 3 is never the answer, 1 is only ever a wrong one, 4 is neither
        (3, [1], [1]),
        (3, [0], [2]),
    ],
)
def test_every_measure_is_that_of_scikit_learn(
    classes: int, occurring: list[int], predicted: list[int]
) -> None:
    probabilities, targets = answers(classes, occurring, predicted)
    guesses, every = probabilities.argmax(axis=1), list(range(classes))
    metrics = metrics_of_probabilities(probabilities, targets)
    precision, recall, f1, _ = precision_recall_fscore_support(
        targets, guesses, labels=every, zero_division=0
    )
    np.testing.assert_array_equal(metrics.confusion, confusion_matrix(targets, guesses, labels=every))
    np.testing.assert_allclose(metrics.precision, precision)
    np.testing.assert_allclose(metrics.recall, recall)
    np.testing.assert_allclose(metrics.f1, f1)
    assert metrics.accuracy == pytest.approx(accuracy_score(targets, guesses))
    assert metrics.macro_f1 == pytest.approx(f1[np.unique(targets)].mean())
    assert metrics.loss == pytest.approx(log_loss(targets, probabilities, labels=every))


def test_the_loss_of_what_was_held_to_be_impossible_is_a_number() -> None:
    metrics = metrics_of_probabilities(np.array([[1.0, 0.0]]), np.array([1]))
    assert metrics.accuracy == 0.0
    assert np.isfinite(metrics.loss)


def test_one_sample_is_enough() -> None:
    metrics = metrics_of_confusion(np.array([[0, 0], [0, 1]]), 0.5)
    assert (metrics.accuracy, metrics.macro_f1, metrics.loss) == (1.0, 1.0, 0.5)
    assert metrics.recall.tolist() == [0.0, 1.0]
