"""What features say: photos that look like no class, what more photos would do, what a random split hides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance
from sklearn.linear_model import LogisticRegression, RidgeClassifierCV
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tests.catalogs import classes_of, sample_at
from tests.core.training_help import catalog_of, drive
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog, Roots, Split
from workbench.core.data.edits import confirmed
from workbench.core.data.stored_split import SampleSet
from workbench.core.events import Growth, Insight
from workbench.core.health.checks import examine
from workbench.core.health.evidence import Evidence
from workbench.core.instant.following import Follower
from workbench.core.instant.growth_curve import curve, growth, part_of, rounded
from workbench.core.instant.strangers import FEWEST, strangeness
from workbench.core.instant.together import compared_apart
from workbench.core.instant.trainer import HeadTrainer
from workbench.core.learning import train
from workbench.core.results.cautions import cautions
from workbench.core.results.measures import Measures
from workbench.words.findings import told

CONFIG = TrainingConfig(networks="one")


def clouds(
    each: int, classes: int = 3, *, apart: float = 1.0, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Features of classes that overlap, (samples, 64), and their targets."""
    random = np.random.default_rng(0)
    middles = random.normal(0, apart, (classes, 64))
    targets = np.repeat(np.arange(classes), each)
    return (middles[targets] + random.normal(0, 1, (len(targets), 64))).astype(np.float32), targets


# Strangers


def test_strangers_are_far_from_all_and_do_not_hide_each_other() -> None:
    random = np.random.default_rng(1)
    usual = random.normal(0, 1, (300, 6)) @ random.normal(0, 1, (6, 64))  # they differ in a few ways
    strange = random.normal(0, 3, (12, 64))
    features = np.concatenate([usual + random.normal(0, 0.1, usual.shape), strange]).astype(np.float32)
    found = strangeness(features, [str(n) for n in range(312)])
    assert (found[300:] >= 1).all()
    assert (found[:300] >= 1).mean() <= 0.02


def test_distances_are_those_of_scikit_learn() -> None:
    features, _ = clouds(40)
    found = strangeness(features, [str(n) for n in range(len(features))])
    known = np.arange(len(features))
    for _pass in range(2):
        scaled = StandardScaler().fit(features[known]).transform(features)
        scaled /= np.linalg.norm(scaled, axis=1, keepdims=True)
        nearest = NearestNeighbors(n_neighbors=6).fit(scaled[known]).kneighbors(scaled)[0]
        own = np.isin(np.arange(len(features)), known)  # each of these is its own nearest neighbour
        logs = np.log(np.where(own, nearest[:, 5], nearest[:, 4]))
        middle, upper = np.quantile(logs[known], (0.5, 0.75))
        far = (logs - middle) / max(upper - middle, 0.02)
        known = np.flatnonzero(far < 2.5)
    assert 0 < len(features) - len(known) < 40
    np.testing.assert_allclose(found, np.maximum(0, far) / 4, atol=2e-3)


def test_photos_that_belong_together_are_not_each_other_s_neighbours() -> None:
    usual, _ = clouds(100)
    far = np.random.default_rng(1).normal(0, 5, 64).astype(np.float32)
    burst = far + np.random.default_rng(2).normal(0, 0.1, (8, 64)).astype(np.float32)
    features = np.concatenate([usual, burst])
    alone = [str(n) for n in range(300)]
    together = strangeness(features, [*alone, *["burst"] * 8])
    assert (together[300:] >= 1).all()


def test_of_few_photos_none_is_strange() -> None:
    features, _ = clouds(FEWEST // 3 - 1)
    assert not strangeness(features, [str(n) for n in range(len(features))]).any()


# The learning curve


def test_the_curve_is_that_of_heads_on_parts() -> None:
    features, targets = clouds(60, apart=0.35)
    names = [str(n) for n in range(len(targets))]
    right = curve(features, targets, names, 3)
    quarter, half, whole = right.mean(axis=1)
    assert quarter < half < whole
    judge = make_pipeline(StandardScaler(), RidgeClassifierCV(np.logspace(0, 4, 9)))
    assert whole == pytest.approx(
        (cross_val_predict(judge, features, targets, cv=10) == targets).mean(), abs=0.05
    )


def test_what_a_group_shows_is_not_asked_of_a_head_that_has_learned_from_it() -> None:
    """Copies with classes at random: a head that had learned from one would know the other."""
    random = np.random.default_rng(0)
    features = np.repeat(random.normal(0, 1, (80, 64)), 2, axis=0).astype(np.float32)
    targets = np.repeat(random.integers(0, 2, 80), 2)
    right = curve(features, targets, [str(n // 2) for n in range(160)], 2)
    assert (np.nanmean(right, axis=1) < 0.65).all()


def rising(mistakes: tuple[float, float, float], count: int = 100) -> np.ndarray:
    right = np.ones((3, count))
    for row, share in enumerate(mistakes):
        right[row, : round(share * count)] = 0
    return right


def test_more_photos_are_asked_for_where_the_curve_still_falls() -> None:
    right = np.concatenate([rising((0.4, 0.283, 0.2)), rising((0.0, 0.0, 0.0))], axis=1)  # power 0.5
    targets = np.repeat([0, 1], 100)
    found = growth(right, targets, ("dent", "fine"))
    assert found is not None
    # A third fewer: 100 × (1.5² − 1) = 125
    ((class_id, more),) = found.classes
    assert class_id == "dent"
    assert 100 <= more <= 150
    larger = growth(right, targets, ("dent", "fine"), of=(1000, 100))
    assert larger is not None
    assert 1000 <= larger.classes[0][1] <= 1500


@pytest.mark.parametrize(
    ("mistakes", "why"),
    [((0.21, 0.2, 0.2), "flat"), ((0.2, 0.25, 0.2), "up and down"), ((0.05, 0.04, 0.03), "few mistakes")],
)
def test_more_photos_are_not_asked_for_elsewhere(mistakes: tuple[float, float, float], why: str) -> None:
    right = np.concatenate([rising(mistakes), rising((0.0, 0.0, 0.0))], axis=1)
    found = growth(right, np.repeat([0, 1], 100), ("dent", "fine"))
    assert found is not None, why
    assert found.classes == ()


def test_of_few_photos_nothing_is_said() -> None:
    assert growth(np.ones((3, 12)), np.repeat([0, 1], [7, 5]), ("a", "b")) is None


@pytest.mark.parametrize(("number", "said"), [(3.2, 3), (41, 40), (43, 45), (125, 100), (126, 150), (0.2, 1)])
def test_numbers_are_said_as_roughly_as_they_are_known(number: float, said: int) -> None:
    assert rounded(number) == said


def test_a_part_has_all_classes() -> None:
    targets = np.repeat([0, 1, 2], [9000, 900, 9])
    part = part_of(targets, 1000)
    assert np.bincount(targets[part]).tolist() == [900, 90, 9]


# What checks say of it


def insight(**values: object) -> tuple[Catalog, Insight]:
    samples = tuple(sample_at(f"{n}.jpg", "dent") for n in range(3))
    catalog = Catalog(Roots.of(Path("/photos")), classes_of(["dent", "fine"]), samples)
    return catalog, replace(Insight("/photos", 0, (), None, None), **values)  # type: ignore[arg-type]


def sentences(catalog: Catalog, found: Insight) -> dict[str, str]:
    return {each.check: told(each) for each in examine(Evidence(catalog, insight=found))}


def test_strangers_are_listed_until_a_person_finds_them_right() -> None:
    catalog, found = insight(strangers=("2.jpg", "0.jpg", "gone.jpg"))
    (finding,) = [each for each in examine(Evidence(catalog, insight=found)) if each.check == "strangers"]
    assert (finding.samples, finding.remedy) == (("2.jpg", "0.jpg"), "leave_out")
    assert "strangers" not in sentences(confirmed(catalog, ["0.jpg", "2.jpg"]), found)


def test_how_many_more_photos_would_help_is_said_or_that_they_would_not() -> None:
    catalog, some = insight(growth=Growth((("dent", 40), ("gone", 10)), 0, 0.8, 0.85))
    assert sentences(catalog, some)["too_few"].startswith("About 40 more photos of “dent”")
    catalog, every = insight(growth=Growth((), 300, 0.8, 0.85))
    assert sentences(catalog, every)["too_few_in_all"].startswith("About 300 more photos")
    catalog, flat = insight(growth=Growth((), 0, 0.94, 0.95))
    assert "right for 94 of 100" in sentences(catalog, flat)["enough"]
    for unclear in (Growth((), 0, 0.8, 0.85), Growth((), 0, 0.99, 0.99), None):
        assert not {"enough", "too_few"} & sentences(*insight(growth=unclear)).keys()


# A split that does not lie


@pytest.fixture(scope="module")
def videos(drawn_pair: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve photos as videos of six frames each, in two classes at random: nobody can know them."""
    folder, random = tmp_path_factory.mktemp("videos") / "photos", np.random.default_rng(3)
    photos = [*sorted((drawn_pair / "train" / "leaves").iterdir())[:24]]
    for number, photo in enumerate(photos):
        name = ("odd", "even")[number % 2]
        (folder / name).mkdir(parents=True, exist_ok=True)
        with Image.open(photo) as opened:
            for frame in range(5):
                left, top = random.integers(0, 8, 2).tolist()
                part = opened.crop((left, top, opened.width - 8 + left, opened.height - 8 + top))
                light = ImageEnhance.Brightness(part).enhance(float(random.uniform(0.8, 1.2)))
                light.save(folder / name / f"clip{number:02}_frame{frame:04}.jpg", quality=88)
    return folder


def test_both_numbers_are_told_where_photos_are_kept_together(
    videos: Path, ready_backbone: None, tmp_path: Path
) -> None:
    catalog = catalog_of(videos)
    with Follower(catalog, CONFIG, "cpu") as follower:
        found: Insight = drive(follower.look_closer(catalog))[1]
        compared = drive(follower.compare(catalog))[1]
    measures = found.measures
    assert measures is not None
    assert measures.kept_together == measures.groups == 24
    assert measures.accuracy_apart is not None
    assert measures.group_accuracy is not None
    assert measures.accuracy_apart > 0.85  # the next frame is known
    assert measures.group_accuracy < 0.75  # the next video is not
    assert replace(compared, confusion=None) == measures
    apart, honest = round(100 * measures.accuracy_apart), round(100 * measures.group_accuracy)
    sentence = sentences(catalog, found)["kept_together"]
    assert "24 groups of photos are kept together" in sentence
    assert f"you would have seen {apart} %; honestly it is {honest} %" in sentence

    (tmp_path / "run").mkdir()
    _, result = drive(train(catalog, CONFIG, tmp_path / "run", device="cpu"))
    assert result.cross_validated == measures
    said = [each.title for each in cautions(result.cross_validated, ("even", "odd"))]
    assert any("24 groups of photos were kept together" in each and f"{apart} %" in each for each in said)


def test_a_second_head_is_only_fitted_where_it_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    features, targets = clouds(50, 2)
    samples = tuple(sample_at(f"{n}.jpg", "ab"[target]) for n, target in enumerate(targets.tolist()))
    split = Split(Roots.of(Path("/photos")), classes_of("ab"), samples, ())
    fitted = HeadTrainer(2).fit(features, targets, [each.digest for each in samples])
    monkeypatch.setattr("workbench.core.instant.together.HeadTrainer", None)  # would fail
    found = compared_apart(features, SampleSet.of("training", split, samples), fitted, classes=2, seed=0)
    assert found is not None
    assert found.accuracy_apart is None


def test_the_number_at_random_is_that_of_scikit_learn_s_folds() -> None:
    """Pairs of copies with classes at random: known at random, not known when kept together."""
    random = np.random.default_rng(0)
    features = np.repeat(random.normal(0, 1, (60, 64)), 2, axis=0).astype(np.float32)
    features += random.normal(0, 0.02, features.shape).astype(np.float32)
    targets = np.repeat(random.integers(0, 2, 60), 2)
    samples = tuple(
        sample_at(f"{n}.jpg", "ab"[target], group=f"g{n // 2}") for n, target in enumerate(targets.tolist())
    )
    split = Split(Roots.of(Path("/photos")), classes_of("ab"), samples, ())
    kept = SampleSet.of("training", split, samples)
    fitted = HeadTrainer(2).fit(features, targets, [each.group for each in samples])
    found = compared_apart(features, kept, fitted, classes=2, seed=0)
    judge = make_pipeline(StandardScaler(), LogisticRegression(C=100.0, max_iter=2000))
    at_random = cross_val_predict(judge, features, targets, cv=KFold(40, shuffle=True, random_state=0))
    assert found is not None
    assert found.accuracy_apart == pytest.approx((at_random == targets).mean(), abs=0.12)
    assert found.accuracy_apart - found.group_accuracy > 0.2  # type: ignore[operator]


def test_where_keeping_together_changes_nothing_that_is_not_said() -> None:
    measures = Measures(0.1, 0.95, 0.95, 100, None, 80, 0.95, kept_together=20, accuracy_apart=0.94)
    assert [each.code for each in cautions(measures, ())] == ["result.copies"]
    catalog, found = insight(measures=measures)
    assert "kept_together" not in sentences(catalog, found)


# Real photos


@pytest.mark.e2e
def test_strangers_among_real_photos_are_found(
    data_folder: Path, ready_backbone: None, tmp_path: Path
) -> None:
    """Photos of other things among hand signs; and hand signs alone are left alone."""
    folder = tmp_path / "photos"
    for sign in map(str, range(10)):
        (folder / sign).mkdir(parents=True)
        for photo in sorted((data_folder / "sign_digits" / sign).iterdir())[:20]:
            (folder / sign / photo.name).write_bytes(photo.read_bytes())
    planted = set()
    for number, photo in enumerate(sorted((data_folder / "imagenet_200").glob("*.JPEG"))[:120:20]):
        path = f"{'15'[number % 2]}/stranger {number}.jpg"
        (folder / path).write_bytes(photo.read_bytes())
        planted.add(path)
    catalog = catalog_of(folder)
    with Follower(catalog, CONFIG, "cpu") as follower:
        found: Insight = drive(follower.look_closer(catalog))[1]
    assert set(found.strangers) >= planted
    assert len(set(found.strangers) - planted) <= 3
    assert set(found.strangers[: len(planted)]) == planted
