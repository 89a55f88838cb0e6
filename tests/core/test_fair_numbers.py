"""Numbers that do not flatter: copies count once, what was learned counts apart, what none can know not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, balanced_accuracy_score

import workbench.words  # noqa: F401 - gives messages their sentences
from tests.catalogs import classes_of, sample_at
from workbench.core.data.catalog import Roots, Split
from workbench.core.data.groups import groups_of, in_several_classes, pictures_of
from workbench.core.data.stored_split import SampleSet, StoredSplit
from workbench.core.events import EpochDone
from workbench.core.project.event_log import from_json, to_json
from workbench.core.results.cautions import cautions
from workbench.core.results.comparison import Comparison
from workbench.core.results.estimate import Estimate
from workbench.core.results.measures import Measures
from workbench.core.results.metrics import measures_of_table, metrics_of
from workbench.core.results.predictions import FAIR, LEARNED, UNCHECKED, PredictionTable, concat

CLASSES = ("common", "rare")


class Store:
    """What a set asks of a pixel store: which samples were lost."""

    def __init__(self, *lost: int) -> None:
        self.lost = [(index, None) for index in lost]


def table(
    targets: list[int], predicted: list[int], *, classes: tuple[str, ...] = CLASSES, **more: Any
) -> PredictionTable:
    """Predictions that are certain."""
    names = [f"{number}.jpg" for number in range(len(targets))]
    answers = np.eye(len(classes))[predicted]
    columns = {
        name: np.array(values) if isinstance(values, list) else values for name, values in more.items()
    }
    return PredictionTable.of(classes, names, np.array(targets), answers, **columns)


def said(measures: Measures, classes: tuple[str, ...] = CLASSES) -> list[str]:
    return [each.title for each in cautions(measures, classes)]


def test_five_photos_twenty_times_are_five() -> None:
    right = [True, True, True, False, True]
    groups = np.repeat(np.arange(5), 20)
    found = metrics_of(
        table([0] * 100, np.where(np.repeat(right, 20), 0, 1).tolist(), groups=groups)
    ).measures
    assert (found.samples, found.groups, found.group_accuracy) == (100, 5, 0.8)
    estimate = Estimate.of("test", found)
    theirs = binomtest(4, 5).proportion_ci(confidence_level=0.95, method="wilson")
    assert (estimate.low, estimate.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert (estimate.accuracy, estimate.samples, estimate.groups) == (0.8, 100, 5)
    assert "Each group counts once, so that they count as 5." in " ".join(said(found))


def test_one_photo_with_many_copies_does_not_outweigh_the_others() -> None:
    """Ninety copies of a photo that it gets right, ten others that it gets wrong: one of eleven."""
    groups = [0] * 90 + list(range(1, 11))
    found = metrics_of(table([0] * 100, [0] * 90 + [1] * 10, groups=groups)).measures
    assert found.accuracy == 0.9
    assert Estimate.of("test", found).accuracy == pytest.approx(1 / 11)


def test_without_copies_nothing_changes() -> None:
    targets, predicted = [0] * 30 + [1] * 20, [0] * 25 + [1] * 25
    plain = metrics_of(table(targets, predicted)).measures
    fair = metrics_of(table(targets, predicted, groups=list(range(50)), worth=np.zeros(50, np.int8))).measures
    assert plain == fair
    assert plain.accuracy == accuracy_score(targets, predicted)
    assert Estimate.of("test", plain).groups == 50
    assert said(plain) == []


def test_what_it_learned_from_is_left_out_and_told_beside_it() -> None:
    """Six photos that it learned from, all right; four new ones, two of them right."""
    targets, predicted = [0, 0, 0, 1, 1, 1, 0, 0, 1, 1], [0, 0, 0, 1, 1, 1, 0, 1, 1, 0]
    worth = np.array([LEARNED] * 6 + [FAIR] * 4, np.int8)
    found = metrics_of(table(targets, predicted, worth=worth)).measures
    assert (found.samples, found.accuracy, found.learned) == (4, 0.5, 6)
    assert found.accuracy_with_learned == accuracy_score(targets, predicted) == 0.8
    assert not found.only_learned
    (sentence,) = said(found)
    assert "6 more photos are also among the others" in sentence
    assert "80 of 100" in sentence


def test_where_it_learned_from_all_of_them_that_is_said() -> None:
    found = metrics_of(table([0, 1, 1], [0, 1, 1], worth=np.full(3, LEARNED, np.int8))).measures
    assert (found.samples, found.accuracy, found.learned, found.accuracy_with_learned) == (3, 1.0, 3, None)
    assert found.only_learned
    assert "says nothing about new photos" in said(found)[0]


def test_what_no_model_could_know_is_not_counted_as_wrong() -> None:
    worth = np.array([FAIR, FAIR, FAIR, UNCHECKED, UNCHECKED], np.int8)
    found = metrics_of(table([0, 0, 0, 1, 1], [0, 0, 0, 0, 0], worth=worth)).measures
    assert (found.accuracy, found.samples, found.unchecked, found.macro_f1) == (1.0, 3, 2, 1.0)
    sentences = said(found)
    assert any("not counted: 2 photos" in sentence for sentence in sentences)
    assert any("averages are over 1 of 2 classes: “rare”" in sentence for sentence in sentences)
    assert measures_of_table(table([1], [0], worth=np.full(1, UNCHECKED, np.int8))) is None


def test_a_model_that_never_says_the_rare_class_is_not_praised() -> None:
    found = metrics_of(table([0] * 190 + [1] * 6, [0] * 196))
    assert found.mean_recall == balanced_accuracy_score([0] * 190 + [1] * 6, [0] * 196)
    sentences = said(found.measures)
    assert "It found none of the photos of “rare”." in sentences
    assert any("taken class by class, it finds 50 of 100" in sentence for sentence in sentences)


def test_right_for_ten_thousand_and_wrong_for_one_is_half() -> None:
    found = metrics_of(table([0] * 10_000 + [1], [0] * 10_001))
    assert found.accuracy > 0.999
    assert (found.mean_recall, found.measures.macro_f1) == (0.5, pytest.approx(0.5, abs=1e-3))
    assert "It found none of the photos of “rare”." in said(found.measures)


def test_without_a_matrix_what_is_known_is_still_said() -> None:
    known = Measures(
        0.1, 0.9, 0.8, 40, None, groups=4, group_accuracy=0.75, learned=3, accuracy_with_learned=0.9
    )
    assert len(said(known)) == 2


def test_two_models_are_compared_by_picture() -> None:
    """Nineteen copies put right are one photo put right: no evidence."""
    groups = [0] * 19 + [1, 2, 3]
    first = table([0] * 22, [1] * 19 + [0, 0, 0], groups=groups, model="instant")
    second = table([0] * 22, [0] * 22, groups=groups, model="improved")
    found = Comparison.of(concat([first, second]), "instant", "improved")
    assert (found.put_right, found.spoiled, found.samples) == (1, 0, 4)
    assert not found.is_better


def test_a_table_keeps_what_its_rows_are_worth(tmp_path: Path) -> None:
    some = table([0, 1, 1], [0, 1, 0], groups=[7, 7, 8], worth=np.array([0, 1, 2], np.int8), subset="test")
    both = concat([some, table([0], [0], subset="validation")])
    both.save(tmp_path / "predictions.npz")
    loaded = PredictionTable.load(tmp_path / "predictions.npz")
    assert loaded.groups is not None
    assert loaded.worth is not None
    assert loaded.worth.tolist() == [0, 1, 2, 0]
    assert loaded.groups[:3].tolist() == [7, 7, 8]
    assert len(set(loaded.groups.tolist())) == 3
    again = loaded.where(set="validation")
    assert metrics_of(again).measures == metrics_of(table([0], [0])).measures


def test_measures_cross_the_event_log_with_all_they_say() -> None:
    found = metrics_of(
        table([0, 0, 1], [0, 0, 1], groups=[1, 1, 2], worth=np.array([0, 0, 1], np.int8))
    ).measures
    event = EpochDone(1, 2, found, found, True, 0.1, 1.0)
    assert from_json(to_json(event)).validation == found


def sets(split: Split) -> StoredSplit:
    return StoredSplit.of(split, Store())  # type: ignore[arg-type]


def test_given_sets_that_share_pictures_are_found_out() -> None:
    """The same bytes, and another file of the same picture, as a scan would have named it."""
    training = (
        sample_at("train/a.jpg", "common", "training", "d1"),
        sample_at("train/b.jpg", "rare", "training", "d2", picture="d2"),
    )
    validation = (
        sample_at("val/a.jpg", "common", "validation", "d1"),
        sample_at("val/c.jpg", "common", "validation", "d3"),
    )
    test = (
        sample_at("test/b.png", "rare", "test", "d9", picture="d2"),
        sample_at("test/c.jpg", "common", "test", "d3"),
    )
    stored = sets(Split(Roots.of(Path("/p")), classes_of(CLASSES), training, validation, test))
    assert stored.training.worth.tolist() == [FAIR, FAIR]
    assert stored.validation.worth.tolist() == [LEARNED, FAIR]
    assert stored.test.worth.tolist() == [LEARNED, FAIR]


def test_a_picture_in_two_classes_is_neither_right_nor_wrong() -> None:
    samples = (
        sample_at("a/1.jpg", "common", digest="d1", picture="d1"),
        sample_at("b/1.png", "rare", digest="d2", picture="d1"),
        sample_at("a/2.jpg", "common", digest="d3"),
    )
    assert in_several_classes(samples) == {"d1", "d2"}
    stored = sets(Split(Roots.of(Path("/p")), classes_of(CLASSES), samples, ()))
    assert stored.training.worth.tolist() == [UNCHECKED, UNCHECKED, FAIR]


def test_a_group_of_several_classes_is_no_contradiction() -> None:
    """One patient, one photographer: kept on one side, but not one picture."""
    samples = [sample_at(f"{name}/1.jpg", name, group="Ms Smith") for name in CLASSES]
    assert len(set(groups_of(samples))) == 1
    assert len(set(pictures_of(samples))) == 2
    assert in_several_classes(samples) == set()


@pytest.mark.parametrize("seed", range(5))
def test_every_beginning_of_a_fair_order_is_a_fair_sample(seed: int) -> None:
    """Of any beginning, each class has its share, to within two photos."""
    counts = {"a": 60, "b": 30, "c": 10}
    samples = tuple(sample_at(f"{c}/{n}.jpg", c) for c, count in counts.items() for n in range(count))
    split = Split(Roots.of(Path("/p")), classes_of(counts), (), samples)
    whole = SampleSet.of("validation", split, samples)
    ordered = whole.in_fair_order(seed)
    assert sorted(sample.id for sample in ordered.samples) == sorted(sample.id for sample in samples)
    for length in (5, 20, 50, 64):
        for index, count in enumerate(counts.values()):
            among = int((ordered.targets[:length] == index).sum())
            assert abs(among - length * count / 100) <= 2
    place = {sample.id: number for number, sample in enumerate(samples)}
    assert ordered.members.tolist() == [place[sample.id] for sample in ordered.samples]
    assert ordered.targets.tolist() == split.targets(ordered.samples).tolist()
    other = whole.in_fair_order(seed + 1)
    assert [s.id for s in other.samples] != [s.id for s in ordered.samples]
