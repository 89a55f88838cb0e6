"""What a photo adds to an answer, against heads that are fitted again without it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from scipy.stats import spearmanr

from tests.core.training_help import drive
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.scan import scan
from workbench.core.errors import InputError
from workbench.core.explain.influence import Influence
from workbench.core.explain.influential import InfluenceFinder
from workbench.core.instant.following import Follower
from workbench.core.instant.heads import HeadSettings
from workbench.core.instant.trainer import HeadTrainer
from workbench.core.settings import replace

Points = NDArray[np.float32]


def clouds(
    each: int, classes: int, *, width: int = 40, apart: float = 0.55
) -> tuple[Points, NDArray[np.int64]]:
    """Classes that overlap."""
    random = np.random.default_rng(3)
    middles = random.normal(0, apart, (classes, width))
    targets = np.repeat(np.arange(classes), each)
    return (middles[targets] + random.normal(0, 1, (len(targets), width))).astype(np.float32), targets


def log_odds(probabilities: NDArray[np.float64], index: int) -> float:
    return float(np.log(probabilities[index]) - np.log(1 - probabilities[index]))


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("shares", [(8.0, 0.0), (0.0, 1.0), (5.0, 0.6)], ids=["ridge", "logistic", "both"])
def test_it_is_what_leaving_out_and_fitting_again_says(classes: int, shares: tuple[float, float]) -> None:
    features, targets = clouds(60, classes)
    learned = np.arange(len(targets)) % 10 != 0
    settings = HeadSettings(40.0, shares[0], 0.05, shares[1])
    influence = Influence(features[learned], targets[learned], classes, settings)
    some = np.random.default_rng(0).choice(int(learned.sum()), 50, replace=False)
    heads = [influence.without(np.array([row])) for row in some]
    found = []
    for asked in features[~learned][:8]:
        pulls = influence.pulls(asked)
        before = log_odds(pulls.probabilities, pulls.index)
        really = [before - log_odds(head.probabilities(asked[None])[0], pulls.index) for head in heads]
        found.append(spearmanr(pulls.added[some], really)[0])
        assert np.polyfit(really, pulls.added[some], 1)[0] == pytest.approx(1.0, abs=0.15)
    assert np.median(found) >= 0.95
    assert min(found) >= 0.9


def test_its_head_is_the_head_that_it_explains() -> None:
    features, targets = clouds(60, 3)
    fitted = HeadTrainer(3).fit(features, targets, [str(row) for row in range(len(targets))])
    assert fitted.settings is not None
    influence = Influence(features, targets, 3, fitted.settings)
    told = fitted.head.probabilities(features)
    mine = np.stack([influence.pulls(each).probabilities for each in features[::9]])
    assert mine == pytest.approx(told[::9], abs=0.01)


def test_the_photo_in_the_wrong_class_that_spoils_an_answer_is_named() -> None:
    """One is as good as the photo that is asked about, but in another class: without it, all is well."""
    features, targets = clouds(40, 2, apart=0.3)
    influence = Influence(features, targets, 2, HeadSettings(40.0, 6.0, 0.05, 0.5))
    shown = next(
        each for each in features[targets == 0] if 0.6 < influence.pulls(each, 0).probabilities[0] < 0.9
    )
    planted = np.concatenate([features, 1.02 * shown[None], 0.98 * shown[None]])
    wrong = np.append(targets, [1, 1])
    influence = Influence(planted, wrong, 2, HeadSettings(0.5, 6.0, 0.5, 0.5))
    pulls = influence.pulls(shown)
    assert pulls.index == 1
    assert set(np.argsort(-pulls.added)[:2].tolist()) == {80, 81}
    assert influence.without(np.array([80, 81])).probabilities(shown[None]).argmax() == 0


def test_a_head_of_few_photos_has_no_recipe() -> None:
    features, targets = clouds(4, 3)
    assert HeadTrainer(3).fit(features, targets, [str(row) for row in range(12)]).settings is None


def test_a_folder_names_the_photos_that_pull_an_answer(
    drawn_pair: Path, tmp_path: Path, ready_backbone: None
) -> None:
    """Of a folder with one photo in the wrong class, asked about that very picture, saved anew."""
    for name in ("apples", "leaves"):
        shutil.copytree(drawn_pair / "train" / name, tmp_path / "photos" / name)
    odd = tmp_path / "photos" / "leaves" / "odd.jpg"
    shutil.move(tmp_path / "photos" / "apples" / "000.jpg", odd)
    asked = tmp_path / "asked.png"
    with Image.open(odd) as image:
        image.save(asked)
    catalog = drive(scan(tmp_path / "photos"))[1]
    with Follower(catalog, replace(TrainingConfig(), {"networks": "one"}), "cpu") as follower:
        finder = InfluenceFinder(follower)
        found = drive(finder.find(catalog, asked, "leaves"))[1]
        assert found is not None
        assert found.class_id == "leaves"
        assert found.speak_for[0] == "leaves/odd.jpg"
        classes = {each.id: each.class_id for each in catalog.samples}
        against = {classes[each] for each in found.speak_against[:3]}
        assert against == {"apples"}
        other = drive(finder.find(catalog, asked, ""))[1]
        assert other is not None
        assert not set(other.speak_for) & set(other.speak_against)
        assert drive(finder.find(catalog, asked, "nowhere"))[1] is None


def test_a_photo_is_explained_by_a_model_that_has_not_learned_it(
    drawn_pair: Path, tmp_path: Path, ready_backbone: None
) -> None:
    """One in the wrong class and its copy: both are left out, and the answer is that of the others."""
    for name in ("apples", "leaves"):
        shutil.copytree(drawn_pair / "train" / name, tmp_path / "photos" / name)
    odd, twin = (tmp_path / "photos" / "leaves" / f"{name}.jpg" for name in ("odd", "twin"))
    shutil.move(tmp_path / "photos" / "apples" / "000.jpg", odd)
    shutil.copy(odd, twin)
    shutil.copytree(tmp_path / "photos", tmp_path / "others")
    for each in (odd, twin):
        (tmp_path / "others" / "leaves" / each.name).unlink()
    config = replace(TrainingConfig(), {"networks": "one"})
    catalog, others = (drive(scan(tmp_path / name))[1] for name in ("photos", "others"))
    with Follower(catalog, config, "cpu") as follower, Follower(others, config, "cpu") as of_others:
        finder = InfluenceFinder(follower)
        found = drive(finder.explain_held_out(catalog, "leaves/odd.jpg"))[1]
        expected = drive(of_others.learned(others, odd))[1]
        assert (found.sample, found.class_id) == ("leaves/odd.jpg", "apples")
        assert found.explanation.class_name == "apples"
        answer = expected.model.probabilities(expected.model.pixels(odd)[None])[0].max()
        assert found.explanation.probability == pytest.approx(answer, abs=1e-4)
        assert found.influential is not None
        named = {*found.influential.speak_for, *found.influential.speak_against}
        assert named
        assert not named & {"leaves/odd.jpg", "leaves/twin.jpg"}
        with pytest.raises(InputError) as raised:
            drive(finder.explain_held_out(catalog, "leaves/nothing.jpg"))
        assert raised.value.message.code == "photo_left"
