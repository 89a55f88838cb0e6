"""Heads of mode *instant* for many samples and classes: in parts, in threads, on leading axes; and honest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_info

from workbench.core import threads
from workbench.core.instant import logistic, ridge, trainer
from workbench.core.instant.basis import Standardised, decompose, measured
from workbench.core.instant.folds import folds_of
from workbench.core.instant.heads import FittedHead, Integers, averaged
from workbench.core.instant.parts import by_rows, one_thread_a_product
from workbench.core.instant.ridge import fit_ridge, ridge_along
from workbench.core.instant.trainer import HeadTrainer
from workbench.core.models.linear_head import Floats
from workbench.core.results.probabilities import log_loss


def drawn(
    samples: int, size: int, classes: int, *, apart: float = 1.0, seed: int = 0
) -> tuple[Floats, Integers]:
    """Classes about a middle, in directions of falling strength."""
    random = np.random.default_rng(seed)
    targets = random.permutation(np.arange(samples) % classes)
    strengths = 1 / np.arange(1, size + 1) ** 0.7
    centres = apart * random.normal(size=(classes, size)) * strengths
    points = centres[targets] + random.normal(size=(samples, size)) * strengths
    return (points @ np.linalg.qr(random.normal(size=(size, size)))[0]).astype(np.float32), targets


def names(count: int) -> list[str]:
    return [f"photo {number}" for number in range(count)]


def accuracy(fitted: FittedHead, targets: Integers) -> float:
    return float((fitted.out_of_fold.argmax(axis=1) == targets).mean())


def test_the_leading_axes_hold_nearly_what_the_exact_ones_hold() -> None:
    features, _ = drawn(900, 600, 5)
    standard = Standardised(features, measured(features))[:].astype(np.float64)
    energy = np.linalg.eigvalsh(standard.T @ standard)[::-1]
    found, coordinates = decompose(features, 100)
    assert coordinates.shape == (900, 100)
    np.testing.assert_allclose(found.axes.T @ found.axes, np.eye(100), atol=1e-4)
    assert np.square(coordinates).sum() > 0.98 * energy[:100].sum()


def test_samples_in_half_precision_on_the_disk_give_the_same_heads(tmp_path: Path) -> None:
    features, targets = drawn(1500, 120, 4)
    halves = features.astype(np.float16)
    on_disk = np.memmap(tmp_path / "features", np.float16, "w+", shape=halves.shape)
    on_disk[:] = halves
    held = halves.astype(np.float32)
    for fit in (lambda rows: fit_ridge(rows, targets, names(1500), 4),
                lambda rows: HeadTrainer(4).fit(rows, targets, names(1500))):  # fmt: skip
        one, other = fit(on_disk), fit(held)
        np.testing.assert_array_equal(one.head.weight, other.head.weight)
        np.testing.assert_array_equal(one.out_of_fold, other.out_of_fold)


def test_the_number_of_processors_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    features, targets = drawn(1300, 150, 5)
    fitted = []
    for count in (1, 3):
        monkeypatch.setattr(threads, "thread_count", lambda wanted=None, count=count: count)
        fitted.append(HeadTrainer(5).fit(features, targets, names(1300)))
    np.testing.assert_array_equal(fitted[0].head.weight, fitted[1].head.weight)
    np.testing.assert_array_equal(fitted[0].out_of_fold, fitted[1].out_of_fold)


def test_products_are_made_by_one_thread_for_as_long_as_a_fit_lasts() -> None:
    def used() -> set[int]:
        return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}

    before = used()
    with one_thread_a_product():
        assert used() == {1}
    assert used() == before


def test_parts_come_in_their_order_and_cover_all_rows() -> None:
    for count in (1, 511, 513, 20_000):
        found = list(by_rows(lambda part: part, count))
        assert [row for part in found for row in range(part.start, part.stop)] == list(range(count))
    assert max(part.stop - part.start for part in by_rows(lambda part: part, 20_000, most=100)) == 100


def test_ridge_on_all_features_is_ridge_on_all_axes() -> None:
    features, targets = drawn(700, 200, 4)
    streamed = fit_ridge(features, targets, names(700), 4)
    found, coordinates = decompose(features, 200)
    turned = ridge_along(found, coordinates, targets, names(700), 4, strength=streamed.strength)
    np.testing.assert_allclose(turned.out_of_fold, streamed.out_of_fold, atol=2e-4)
    np.testing.assert_allclose(
        turned.head.probabilities(features), streamed.head.probabilities(features), atol=2e-4
    )


def test_some_samples_tell_nearly_which_penalty_all_would(monkeypatch: pytest.MonkeyPatch) -> None:
    features, targets = drawn(3000, 420, 4, apart=0.6)
    all_told = fit_ridge(features, targets, names(3000), 4)
    monkeypatch.setattr(ridge, "_SOME", 200)
    fitted = fit_ridge(features, targets, names(3000), 4)
    assert log_loss(fitted.out_of_fold, targets) < 1.02 * log_loss(all_told.out_of_fold, targets)


def test_many_classes_have_the_same_method_with_fewer_axes(monkeypatch: pytest.MonkeyPatch) -> None:
    features, targets = drawn(1200, 160, 60, apart=1.5)
    usual = HeadTrainer(60).fit(features, targets, names(1200))
    monkeypatch.setattr(trainer, "_MOST", 1200 * 60 * 80)
    monkeypatch.setattr(logistic, "_CHOSEN_WITH", 1)
    monkeypatch.setattr(trainer, "_LARGE", 1)
    monkeypatch.setattr(logistic, "_AT_ONCE", 60 * 80)
    quick = HeadTrainer(60).fit(features, targets, names(1200))
    assert quick.kind == usual.kind == "logistic"
    assert accuracy(quick, targets) > accuracy(usual, targets) - 0.01
    assert log_loss(quick.out_of_fold, targets) < 1.05 * log_loss(usual.out_of_fold, targets)


def test_answers_are_those_of_scikit_learn_on_the_same_folds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole way, with regularisation walked on few folds and solved one problem after the other."""
    features, targets = drawn(800, 100, 4, apart=0.3)
    groups = names(800)
    monkeypatch.setattr(logistic, "_CHOSEN_WITH", 800 * 4 * 100 * 2)
    monkeypatch.setattr(logistic, "_AT_ONCE", 400)
    fitted = HeadTrainer(4).fit(features, targets, groups)
    least = fit_ridge(features, targets, groups, 4)
    standard = Standardised(features, measured(features))[:]
    peer = LogisticRegression(C=fitted.strength, tol=1e-8, max_iter=5000)
    folds, theirs = folds_of(targets, groups), np.empty((800, 4))
    for fold in range(5):
        inside = folds == fold
        peer.fit(standard[~inside], targets[~inside])
        theirs[inside] = peer.predict_proba(standard[inside])
    answers = averaged(least, FittedHead("peer", least.head, theirs, folds, 0.0), targets).out_of_fold
    assert np.abs(fitted.out_of_fold - answers).mean() < 2e-3
    assert log_loss(fitted.out_of_fold, targets) == pytest.approx(log_loss(answers, targets), rel=5e-3)


@pytest.mark.parametrize("copies", [1, 3])
def test_nothing_can_be_learned_from_classes_that_were_drawn_by_lot(copies: int) -> None:
    """Copies lie in one group: a head that had learned one would know the others."""
    random = np.random.default_rng(3)
    features, _ = drawn(600, 300, 2)
    targets = random.integers(0, 3, 600)
    features, targets = np.tile(features, (copies, 1)), np.tile(targets, copies)
    for fitted in (fit_ridge(features, targets, names(600) * copies, 3),
                   HeadTrainer(3).fit(features, targets, names(600) * copies)):  # fmt: skip
        assert 0.27 < accuracy(fitted, targets) < 0.39
        assert log_loss(fitted.out_of_fold, targets) > 0.99 * np.log(3)


def test_a_change_says_no_more_than_was_learned() -> None:
    """A head that follows begins where the last one ended, which had seen other samples."""
    features, _ = drawn(900, 400, 2)
    random = np.random.default_rng(5)
    targets = random.integers(0, 20, 900)
    follower = HeadTrainer(20)
    follower.fit(features[:860], targets[:860], names(860))
    followed = follower.fit(features, targets, names(900))
    assert accuracy(followed, targets) < 0.08
