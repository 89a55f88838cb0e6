"""The table of predictions, and what is made from it, against SciPy and scikit-learn."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import sklearn.metrics
from scipy.stats import binomtest

from workbench.core.errors import InputError
from workbench.core.events import Prediction
from workbench.core.messages import Message
from workbench.core.models.classifier import predictions_table
from workbench.core.results.comparison import LEVEL, Comparison
from workbench.core.results.estimate import Estimate, fairest
from workbench.core.results.measures import Measures
from workbench.core.results.metrics import confusion_of, metrics_of
from workbench.core.results.predictions import PredictionTable, concat, from_answers

CLASSES = ("ant", "bee", "crab", "dog")


def made(
    count: int = 60, *, seed: int = 0, subset: str = "training", model: str = "instant"
) -> PredictionTable:
    random = np.random.default_rng(seed)
    return PredictionTable.of(
        CLASSES,
        [f"{number}.png" for number in range(count)],
        random.integers(-1, 4, count),
        random.dirichlet(np.ones(4), count),
        subset=subset,
        model=model,
        folds=random.integers(0, 5, count) if subset == "training" else None,
    )


def test_a_table_comes_back_whatever_the_files_are_called(tmp_path: Path) -> None:
    names = ("", "cat/a.png", os.fsdecode(b"cat/\xff.png"), "dog/ü\n.png")
    probabilities = np.random.default_rng(0).dirichlet(np.ones(4), 4)
    training = PredictionTable.of(
        CLASSES,
        names,
        np.array([0, 3, -1, 1]),
        probabilities,
        subset="training",
        folds=np.array([2, 0, 1, 1]),
    )
    table = concat([training, made(3, subset="", model="")])
    table.save(tmp_path / "predictions.npz")
    loaded = PredictionTable.load(tmp_path / "predictions.npz")
    assert loaded.classes == CLASSES
    assert loaded.samples == (*names, "0.png", "1.png", "2.png")
    assert loaded.targets.tolist() == table.targets.tolist()
    assert loaded.folds.tolist() == [2, 0, 1, 1, -1, -1, -1]
    assert (loaded.sets, loaded.models) == (table.sets, table.models)
    np.testing.assert_allclose(loaded.probabilities, table.probabilities, atol=1e-7)


def test_an_empty_table_comes_back(tmp_path: Path) -> None:
    made(0).save(tmp_path / "predictions.npz")
    assert len(PredictionTable.load(tmp_path / "predictions.npz")) == 0


@pytest.mark.parametrize("place", range(40, 2600, 160))
def test_a_damaged_or_missing_table_is_told_in_a_sentence(tmp_path: Path, place: int) -> None:
    path = tmp_path / "predictions.npz"
    with pytest.raises(InputError, match=r"cannot be read\."):
        PredictionTable.load(path)
    made().save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:place])
    with pytest.raises(InputError, match=r"cannot be read\."):
        PredictionTable.load(path)


def test_a_flipped_bit_among_the_probabilities_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "predictions.npz"
    table = made()
    table.save(path)
    content = bytearray(path.read_bytes())
    place = content.index(table.probabilities.astype(np.float32).tobytes()) + 100
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"cannot be read\."):
        PredictionTable.load(path)


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="different lengths"):
        PredictionTable.of(CLASSES, ["a"], np.array([0, 1]), np.ones((1, 4)) / 4)
    with pytest.raises(ValueError, match="class that there is not"):
        PredictionTable.of(CLASSES, ["a"], np.array([4]), np.ones((1, 4)) / 4)
    with pytest.raises(ValueError, match="different classes"):
        concat([made(), PredictionTable.of(("a",), ["a"], np.array([0]), np.ones((1, 1)))])


def test_rows_are_chosen_by_set_model_and_fold() -> None:
    table = concat([made(5), made(4, subset="test"), made(3, model="improved")])
    assert len(table) == 12
    assert [len(table.where(set=name)) for name in ("training", "test", "validation")] == [8, 4, 0]
    assert len(table.where(set="training", model="improved")) == 3
    assert len(table.where(cross_validated=False)) == 4


def test_answers_of_an_older_version_become_a_table(tmp_path: Path) -> None:
    path = tmp_path / "answers.npz"
    with pytest.raises(InputError, match=r"cannot be read\."):
        from_answers(path, CLASSES, "instant")
    probabilities = np.random.default_rng(0).dirichlet(np.ones(4), 2).astype(np.float32)
    np.savez(
        path,
        paths=np.frombuffer("ä/1.png\0b/2.png".encode(), np.uint8),
        targets=np.array([0, 3]),
        probabilities=probabilities,
        folds=np.array([1, 0]),
    )
    table = from_answers(path, CLASSES, "instant")
    assert table.samples == ("ä/1.png", "b/2.png")
    assert (table.sets, table.models) == (("training",) * 2, ("instant",) * 2)
    assert (table.targets.tolist(), table.folds.tolist()) == ([0, 3], [1, 0])
    np.testing.assert_array_equal(table.probabilities, probabilities)


def test_measures_are_those_of_scikit_learn() -> None:
    table = made(300, seed=3)
    known = table.targets >= 0
    true, predicted = table.targets[known], table.predicted[known]
    found = metrics_of(table)
    np.testing.assert_array_equal(confusion_of(table), sklearn.metrics.confusion_matrix(true, predicted))
    np.testing.assert_array_equal(found.confusion, confusion_of(table))
    assert found.loss == pytest.approx(sklearn.metrics.log_loss(true, table.probabilities[known]))
    assert found.macro_f1 == pytest.approx(sklearn.metrics.f1_score(true, predicted, average="macro"))
    assert found.measures.samples == known.sum()
    assert found.measures.right == (true == predicted).sum()
    with pytest.raises(ValueError, match="known"):
        metrics_of(table.take(np.flatnonzero(~known)))


@pytest.mark.parametrize(
    ("put_right", "spoiled"), [(0, 0), (1, 0), (5, 0), (6, 0), (0, 6), (9, 2), (10, 1), (40, 60), (700, 500)]
)
def test_the_comparison_is_the_exact_binomial_test(put_right: int, spoiled: int) -> None:
    found = Comparison.of_counts(put_right, spoiled, 2000)
    differ = put_right + spoiled
    expected = binomtest(put_right, differ, 0.5).pvalue if differ else 1.0
    assert found.p_value == pytest.approx(expected, rel=1e-9)
    assert found.is_better == (put_right > spoiled and expected < LEVEL)


def test_one_photo_put_right_is_luck() -> None:
    assert not Comparison.of_counts(1, 0, 100).is_better
    assert Comparison.of_counts(6, 0, 100).is_better


def test_models_are_compared_on_the_samples_that_both_predicted() -> None:
    right, wrong = np.eye(4)[[0, 1, 2, 3]], np.eye(4)[[1, 2, 3, 0]]
    targets = np.array([0, 1, 2, 3])
    first = PredictionTable.of(CLASSES, ["a", "b", "c", "d"], targets, wrong, model="instant")
    second = PredictionTable.of(CLASSES, ["d", "c", "b"], targets[:0:-1], right[:0:-1], model="improved")
    found = Comparison.of(concat([first, second]), "instant", "improved")
    assert (found.put_right, found.spoiled, found.samples) == (3, 0, 3)
    back = Comparison.of(concat([first, second]), "improved", "instant")
    assert (back.put_right, back.spoiled, back.p_value) == (0, 3, found.p_value)


def test_the_fairest_scores_come_first() -> None:
    test, validation, folds = (Measures(0.5, right / 20, 0.5, 20) for right in (15, 16, 17))
    assert fairest({"cross_validated": folds, "validation": validation, "test": test}) == ("test", test)
    assert fairest({"cross_validated": folds, "validation": validation}) == ("validation", validation)
    assert fairest({"cross_validated": folds, "test": None}) == ("cross_validated", folds)
    assert fairest({"test": None}) is None
    estimate = Estimate.of("test", test)
    theirs = binomtest(15, 20).proportion_ci(confidence_level=0.95, method="wilson")
    assert (estimate.accuracy, estimate.samples, estimate.how) == (0.75, 20, "test")
    assert (estimate.low, estimate.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_predictions_become_a_table_without_true_classes() -> None:
    named = dict(zip(CLASSES, (0.1, 0.2, 0.3, 0.4), strict=True))
    answers = [
        Prediction("a.png", "dog", 0.4, named),
        Prediction("b.png", "", 0.0, {}, Message("empty_file", {"name": "b.png"})),
    ]
    table = predictions_table(CLASSES, answers)
    assert table.samples == ("a.png",)
    assert table.targets.tolist() == [-1]
    assert table.probabilities.tolist() == [[0.1, 0.2, 0.3, 0.4]]
    assert len(predictions_table(CLASSES, [])) == 0
