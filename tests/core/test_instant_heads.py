"""Heads of mode *instant*, against scikit-learn and against leaving out by hand."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, Ridge

from workbench.core.errors import WorkbenchError
from workbench.core.instant.basis import decompose
from workbench.core.instant.folds import folds_of
from workbench.core.instant.heads import (
    FittedHead,
    Integers,
    answerable,
    averaged,
)
from workbench.core.instant.logistic import choose, finish, out_of_fold
from workbench.core.instant.parts import one_thread_a_product
from workbench.core.instant.ridge import fit_ridge
from workbench.core.instant.solver import Solutions
from workbench.core.instant.trainer import HeadTrainer
from workbench.core.models.linear_head import Floats, LinearHead
from workbench.core.results.probabilities import log_loss, softmax
from workbench.core.results.temperature import inverse_temperature


@pytest.fixture(autouse=True)
def _products_by_one_thread() -> Iterator[None]:
    """As they are made within a fit: see `parts.py`."""
    with one_thread_a_product():
        yield


def pooled(samples: int, size: int, classes: int, seed: int = 0) -> tuple[Floats, Integers]:
    """Features like those of a network: few strong directions, columns of very different size, many zeros."""
    random = np.random.default_rng(seed)
    targets = np.arange(samples) % classes
    centres = random.normal(size=(classes, 12)) * 1.2
    hidden = centres[targets] + random.normal(size=(samples, 12))
    features = hidden @ random.normal(size=(12, size)) + random.normal(size=(samples, size))
    return (np.maximum(features, 0) * np.exp(random.normal(size=size) - 1)).astype(np.float32), targets


def names(count: int) -> list[str]:
    return [f"photo {number}" for number in range(count)]


def standardised(features: Floats) -> NDArray[np.float64]:
    """The scale that the heads use, written down once more."""
    wide = features.astype(np.float64)
    variance = wide.var(axis=0)
    return np.asarray((wide - wide.mean(axis=0)) / np.sqrt(variance + 0.02 * variance.mean()))


def same_answers(fitted: FittedHead, answers: NDArray[np.float64]) -> None:
    """Whether the probabilities are the softmax of these answers times one factor."""
    ours = np.log(fitted.out_of_fold)
    ours = (ours - ours.mean(axis=1, keepdims=True)).ravel()
    theirs = (answers - answers.mean(axis=1, keepdims=True)).ravel()
    factor = (ours @ theirs) / (theirs @ theirs)
    np.testing.assert_allclose(ours, factor * theirs, atol=2e-3 * np.abs(ours).max())


def test_a_basis_keeps_lengths_and_angles_and_folds_the_scale_into_the_head() -> None:
    for samples, size in ((40, 200), (150, 200), (300, 100)):
        features, _ = pooled(samples, size, 3)
        basis, coordinates = decompose(features)
        standard = standardised(features)
        np.testing.assert_allclose(coordinates @ coordinates.T, standard @ standard.T, atol=0.02)
        np.testing.assert_allclose(basis.coordinates(features), coordinates, atol=2e-3)
        weight = np.random.default_rng(0).normal(size=(3, coordinates.shape[1])).astype(np.float32)
        head = basis.head(weight, np.ones(3, dtype=np.float32))
        np.testing.assert_allclose(head.logits(features), coordinates @ weight.T + 1, atol=0.02)


def test_a_basis_makes_room_for_samples_from_outside_it() -> None:
    features, _ = pooled(60, 200, 3)
    basis, coordinates = decompose(features[:40])
    wider, added = basis.extended(features[40:])
    both = np.concatenate([np.pad(coordinates, ((0, 0), (0, added.shape[1] - coordinates.shape[1]))), added])
    standard = basis.scale.standard(features)
    np.testing.assert_allclose(both @ both.T, standard @ standard.T, rtol=1e-3, atol=0.02)
    np.testing.assert_allclose(wider.axes.T @ wider.axes, np.eye(added.shape[1]), atol=1e-4)
    assert basis.extended(features[:5])[1].shape[1] == coordinates.shape[1]


@pytest.mark.parametrize(("samples", "size", "classes"), [(60, 150, 3), (150, 60, 2)])
def test_ridge_answers_as_if_each_sample_had_been_left_out(samples: int, size: int, classes: int) -> None:
    features, targets = pooled(samples, size, classes)
    fitted = fit_ridge(features, targets, names(samples), classes)
    standard, onehot = standardised(features), np.eye(classes)[targets]
    answers = np.empty_like(onehot)
    for row in range(samples):
        rest = np.arange(samples) != row
        model = Ridge(alpha=fitted.strength).fit(standard[rest], onehot[rest])
        answers[row] = model.predict(standard[[row]])[0]
    same_answers(fitted, answers)


def test_ridge_leaves_out_all_samples_of_a_group() -> None:
    features, targets = pooled(80, 120, 4)
    features[40:60] = features[:20]
    targets[40:60] = targets[:20]
    groups = names(80)
    groups[40:60] = groups[:20]
    fitted = fit_ridge(features, targets, groups, 4)
    standard, onehot = standardised(features), np.eye(4)[targets]
    answers = np.empty_like(onehot)
    for group in set(groups):
        inside = np.array([name == group for name in groups])
        model = Ridge(alpha=fitted.strength).fit(standard[~inside], onehot[~inside])
        answers[inside] = model.predict(standard[inside])
    same_answers(fitted, answers)


def test_ridge_gives_each_class_the_same_weight() -> None:
    features, targets = pooled(90, 120, 3)
    rows = np.concatenate([np.flatnonzero(targets == 0), np.flatnonzero(targets != 0)[:25]])
    features, targets = features[rows], targets[rows]
    fitted = fit_ridge(features, targets, names(len(rows)), 3)
    standard, onehot = standardised(features), np.eye(3)[targets]
    weights = len(rows) / 3 / np.bincount(targets)[targets]
    answers = np.empty_like(onehot)
    for row in range(len(rows)):
        rest = np.arange(len(rows)) != row
        model = Ridge(alpha=fitted.strength).fit(standard[rest], onehot[rest], sample_weight=weights[rest])
        answers[row] = model.predict(standard[[row]])[0]
    same_answers(fitted, answers)


def test_the_head_of_ridge_is_that_of_scikit_learn() -> None:
    features, targets = pooled(99, 60, 3)
    fitted = fit_ridge(features, targets, names(99), 3)
    theirs = Ridge(alpha=fitted.strength).fit(standardised(features), np.eye(3)[targets])
    ours = fitted.head.logits(features)
    answers = theirs.predict(standardised(features))
    factor = np.vdot(ours, answers) / np.vdot(answers, answers)
    np.testing.assert_allclose(ours, factor * answers, atol=1e-3 * factor)


@pytest.mark.parametrize("strength", [1e-3, 1e-1])
@pytest.mark.parametrize(("samples", "size", "classes"), [(120, 300, 4), (400, 80, 3), (100, 200, 2)])
def test_logistic_regression_is_that_of_scikit_learn(
    samples: int, size: int, classes: int, strength: float
) -> None:
    features, targets = pooled(samples, size, classes)
    basis, coordinates = decompose(features)
    folds = folds_of(targets, names(samples), 3)
    start = Solutions.zero(classes, 3, coordinates.shape[1])
    solutions = finish(coordinates, targets, folds, strength, start)
    # With two classes scikit-learn penalises their difference, which is twice as cheap.
    peer = LogisticRegression(C=strength * (2 if classes == 2 else 1), tol=1e-8, max_iter=5000)
    standard = standardised(features)
    ours = basis.head(solutions.weight[:, -1], solutions.bias[:, -1]).probabilities(features)
    np.testing.assert_allclose(ours, peer.fit(standard, targets).predict_proba(standard), atol=5e-3)
    answers = softmax(out_of_fold(solutions, coordinates, folds))
    for fold in range(3):
        inside = folds == fold
        theirs = peer.fit(standard[~inside], targets[~inside]).predict_proba(standard[inside])
        np.testing.assert_allclose(answers[inside], theirs, atol=0.01)


def test_the_regularisation_is_about_as_good_as_the_best_of_a_fine_grid() -> None:
    features, targets = pooled(240, 300, 6)
    _, coordinates = decompose(features)
    folds = folds_of(targets, names(240), 5)
    strength, start = choose(coordinates, targets, folds, 6)

    def loss(at: float) -> float:
        solutions = finish(coordinates, targets, folds, at, start)
        return log_loss(softmax(out_of_fold(solutions, coordinates, folds)), targets)

    assert loss(strength) <= 1.05 * min(loss(at) for at in np.logspace(-4, 1, 11))


def test_one_factor_makes_honest_probabilities() -> None:
    random = np.random.default_rng(0)
    logits = random.normal(size=(4000, 3))
    targets = np.array([random.choice(3, p=row) for row in softmax(4 * logits)])
    assert inverse_temperature(logits, targets, expected=1.0) == pytest.approx(4, rel=0.1)
    assert inverse_temperature(logits[:0], targets[:0], expected=7.0) == pytest.approx(7, rel=1e-2)
    right = logits[:2].argmax(axis=1)
    assert 3 < inverse_temperature(logits[:2], right, expected=3.0) < 30


@pytest.mark.parametrize("change", ["nothing", "added", "removed", "reclassed", "shuffled"])
def test_a_fit_that_follows_ends_where_a_first_fit_ends(change: str) -> None:
    features, targets = pooled(640, 400, 20)
    groups = names(640)
    trainer = HeadTrainer(20)
    before = trainer.fit(features[:600], targets[:600], groups[:600])
    rows = {
        "nothing": np.arange(600),
        "added": np.arange(630),
        "removed": np.arange(25, 600),
        "reclassed": np.arange(600),
        "shuffled": np.random.default_rng(0).permutation(605),
    }[change]
    targets = targets.copy()
    if change == "reclassed":
        targets[::60] = (targets[::60] + 1) % 20
    names_now = [groups[row] for row in rows]
    after = trainer.fit(features[rows], targets[rows], names_now)
    assert after.strength == before.strength
    _, coordinates = decompose(features[rows])
    np.testing.assert_array_equal(after.folds, folds_of(targets[rows], names_now))
    start = Solutions.zero(20, 5, coordinates.shape[1])
    fresh = finish(coordinates, targets[rows], after.folds, after.strength, start)
    ridge = fit_ridge(features[rows], targets[rows], names_now, 20)
    logits = out_of_fold(fresh, coordinates, after.folds) + np.log(ridge.out_of_fold)
    expected = softmax(logits / 2)
    difference = np.abs(after.out_of_fold - expected)
    assert difference.mean() < 2e-3
    assert np.quantile(difference, 0.99) < 0.03
    assert (after.out_of_fold.argmax(axis=1) == expected.argmax(axis=1)).mean() > 0.99


def test_much_change_finds_the_regularisation_anew() -> None:
    features, targets = pooled(600, 400, 20)
    trainer = HeadTrainer(20)
    trainer.fit(features, targets, names(600))
    rows = np.arange(450)
    after = trainer.fit(features[rows], targets[rows], names(450))
    fresh = HeadTrainer(20).fit(features[rows], targets[rows], names(450))
    np.testing.assert_array_equal(after.out_of_fold, fresh.out_of_fold)
    np.testing.assert_array_equal(after.head.weight, fresh.head.weight)


def test_few_samples_are_blended_with_the_cosine_to_their_class() -> None:
    features, targets = pooled(6, 300, 6)
    fitted = HeadTrainer(6).fit(features, targets, names(6))
    assert fitted.kind == "blend"
    standard = standardised(features)
    cosines = standard @ (standard / np.linalg.norm(standard, axis=1, keepdims=True)).T
    _, coordinates = decompose(features)
    folds = folds_of(targets, names(6))
    start = Solutions.zero(6, int(folds.max()) + 1, coordinates.shape[1])
    alone = finish(coordinates, targets, folds, fitted.strength, start)
    own = (coordinates @ alone.weight[:, -1].T + alone.bias[:, -1]).astype(np.float64)
    own, cosines = (part - part.mean(axis=1, keepdims=True) for part in (own, cosines))
    mixed = own / 2 + cosines * np.linalg.norm(own) / np.linalg.norm(cosines) / 2
    np.testing.assert_allclose(fitted.head.probabilities(features), softmax(mixed), atol=0.01)
    assert HeadTrainer(6).fit(*pooled(60, 300, 6), names(60)).kind == "logistic"


AWKWARD = [
    "constant",
    "all_constant",
    "fewer_than_classes",
    "duplicates",
    "single",
    "huge",
    "one_class",
    "four",
]


@pytest.mark.parametrize("kind", AWKWARD)
def test_awkward_samples_are_answered_without_a_warning(kind: str) -> None:
    features, targets = pooled(30, 90, 3)
    groups, classes = names(30), 3
    if kind == "constant":
        features[:, 10:40] = 7.5
    elif kind == "all_constant":
        features[:] = 7.5
    elif kind == "fewer_than_classes":
        classes = 50
    elif kind == "duplicates":
        features[10:20], targets[10:20], groups[10:20] = features[:10], targets[:10], groups[:10]
    elif kind == "single":
        targets = np.minimum(np.arange(30), 2)[::-1].copy()
    elif kind == "huge":
        features *= np.logspace(-12, 12, 90).astype(np.float32)
    elif kind == "one_class":
        targets[:] = 1
    else:
        features, targets, groups, classes = features[:4], np.array([0, 0, 1, 1]), groups[:4], 2
    for fitted in (
        fit_ridge(features, targets, groups, classes),
        HeadTrainer(classes).fit(features, targets, groups),
    ):
        assert fitted.out_of_fold.shape == (len(targets), classes)
        assert fitted.head.weight.dtype == fitted.head.bias.dtype == np.float32
        for probabilities in (fitted.out_of_fold, fitted.head.probabilities(features)):
            assert np.isfinite(probabilities).all()
            np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-9)
        if kind not in ("all_constant", "huge"):
            assert (fitted.head.logits(features).argmax(axis=1) == targets).mean() > 0.9


def test_averaging_two_heads_is_averaging_their_logits() -> None:
    features, targets = pooled(60, 40, 3)
    ridge = fit_ridge(features, targets, names(60), 3)
    _, coordinates = decompose(features)
    folds = folds_of(targets, names(60))
    start = Solutions.zero(3, 5, coordinates.shape[1])
    found = finish(coordinates, targets, folds, 0.01, start)
    basis, _ = decompose(features)
    head = basis.head(found.weight[:, -1], found.bias[:, -1])
    logistic = FittedHead("logistic", head, softmax(out_of_fold(found, coordinates, folds)), folds, 0.01)
    both = averaged(ridge, logistic, targets)
    logits = (ridge.head.logits(features) + logistic.head.logits(features)) / 2
    factor = inverse_temperature(np.log(ridge.out_of_fold * logistic.out_of_fold) / 2, targets, expected=1.0)
    np.testing.assert_allclose(both.head.probabilities(features), softmax(factor * logits), atol=1e-3)
    product = (ridge.out_of_fold * logistic.out_of_fold) ** (factor / 2)
    np.testing.assert_allclose(both.out_of_fold, product / product.sum(axis=1, keepdims=True), atol=1e-4)
    assert (both.kind, both.strength) == (logistic.kind, logistic.strength)


def test_a_head_that_knows_nothing_has_no_share_in_the_mean() -> None:
    features, targets = pooled(300, 40, 3)
    ridge = fit_ridge(features, targets, names(300), 3)
    noise = np.random.default_rng(0).dirichlet(np.ones(3), 300)
    idle = LinearHead(np.zeros_like(ridge.head.weight), np.zeros_like(ridge.head.bias))
    both = averaged(ridge, FittedHead("logistic", idle, noise, folds_of(targets, names(300)), 1.0), targets)
    assert log_loss(both.out_of_fold, targets) < 1.02 * log_loss(ridge.out_of_fold, targets)


def test_which_samples_can_be_answered() -> None:
    targets, folds = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 0, 0, 1])
    assert answerable(targets, folds).tolist() == [True, True, False, False, False]


def test_features_that_are_no_numbers_are_said_so() -> None:
    features, targets = pooled(20, 30, 2)
    features[3, 4] = np.nan
    with pytest.raises(WorkbenchError, match="not a number"):
        HeadTrainer(2).fit(features, targets, names(20))


def test_a_head_is_its_weights() -> None:
    head = LinearHead(np.array([[1, 2], [3, 4]], dtype=np.float32), np.array([0, 1], dtype=np.float32))
    features = np.array([[1, 1]], dtype=np.float32)
    np.testing.assert_allclose(head.logits(features), [[3, 8]])
    np.testing.assert_allclose(head.probabilities(features)[0, 1], 1 / (1 + np.exp(-5)))
