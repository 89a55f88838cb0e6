"""A model that follows edits says what a model of the same photos says that was made from the start."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.core.training_help import catalog_of, drive, small_folder
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog
from workbench.core.data.edits import merged, reclassed, renamed, with_class, without
from workbench.core.errors import InputError
from workbench.core.events import Followed, Progress
from workbench.core.instant.asking import ASKED
from workbench.core.instant.following import Follower
from workbench.core.learning import train
from workbench.core.project.runs import PREDICTIONS
from workbench.core.results.predictions import PredictionTable

CONFIG = TrainingConfig(networks="one")


@pytest.fixture(scope="module")
def folder(drawn_pair: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two classes of 20 photos each, and four that may come later."""
    whole = tmp_path_factory.mktemp("follow") / "photos"
    small_folder(drawn_pair / "train", whole, 2, 20)
    return whole


@pytest.fixture(scope="module")
def catalog(folder: Path) -> Catalog:
    return catalog_of(folder)


@pytest.fixture
def follower(catalog: Catalog, ready_backbone: None) -> Iterator[Follower]:
    with Follower(catalog, CONFIG, "cpu") as made:
        yield made


def followed(follower: Follower, catalog: Catalog) -> Followed:
    found: Followed = drive(follower.follow(catalog))[1]
    assert (found.folder, found.revision) == (str(catalog.folder), catalog.revision)
    return found


def said(found: Followed) -> dict[str, str]:
    return dict(zip(found.samples, (found.classes[index] for index in found.said), strict=True))


def test_it_says_what_a_run_says(follower: Follower, catalog: Catalog, tmp_path: Path) -> None:
    found = followed(follower, catalog)
    (tmp_path / "run").mkdir()
    _, result = drive(train(catalog, CONFIG, tmp_path / "run", device="cpu"))
    assert found.estimate == result.estimate
    table = PredictionTable.load(tmp_path / "run" / PREDICTIONS)
    assert table.samples == found.samples
    np.testing.assert_allclose(table.probabilities.max(axis=1), found.probability, atol=1e-5)
    own = table.probabilities[np.arange(len(table)), table.targets]
    np.testing.assert_allclose(own, found.own, atol=1e-5)


def test_it_answers_for_the_photos_of_the_folders_own_sets(
    drawn_pair: Path, tmp_path: Path, ready_backbone: None
) -> None:
    small_folder(drawn_pair / "train", tmp_path / "photos" / "train", 2, 12)
    small_folder(drawn_pair / "val", tmp_path / "photos" / "val", 2, 4)
    whole = catalog_of(tmp_path / "photos")
    with Follower(whole, CONFIG, "cpu") as made:
        found = followed(made, whole)
    held = {sample.id: sample.class_id for sample in whole.samples if sample.subset == "validation"}
    assert found.tested.keys() == held.keys()
    assert not set(found.samples) & held.keys()
    assert found.estimate is not None
    right = sum(found.classes[said] == held[sample] for sample, said in found.tested.items())
    assert (found.estimate.samples, found.estimate.accuracy) == (8, right / 8)


def test_what_is_known_is_not_looked_at_again(follower: Follower, catalog: Catalog) -> None:
    followed(follower, catalog)
    events, _ = drive(follower.follow(reclassed(catalog, [catalog.samples[0].id], catalog.classes[1].id)))
    assert not [event for event in events if isinstance(event, Progress) and event.phase == "features"]


def test_photos_in_the_wrong_class_stand_out_and_the_number_falls_and_comes_back(
    follower: Follower, catalog: Catalog
) -> None:
    first, second = (each.id for each in catalog.classes)
    wrong = [sample.id for sample in catalog.samples if sample.class_id == first][:3]
    spoiled = reclassed(catalog, wrong, second)
    before, now = followed(follower, catalog), followed(follower, spoiled)
    assert before.estimate is not None
    assert now.estimate is not None
    assert now.estimate.accuracy < before.estimate.accuracy
    assert [said(now)[name] for name in wrong] == [first] * 3
    least = [now.samples[row] for row in np.argsort(now.own)[:3]]
    assert set(least) == set(wrong)
    again = followed(follower, reclassed(spoiled, wrong, first))
    assert again.estimate == before.estimate


def test_photos_without_a_class_are_answered_but_not_learned_from(
    follower: Follower, catalog: Catalog
) -> None:
    loose = [sample.id for sample in catalog.samples][:5]
    found = followed(follower, reclassed(catalog, loose, None))
    assert sorted(found.samples[-5:]) == sorted(loose)
    assert np.isnan(found.own[-5:]).all()
    assert not np.isnan(found.own[:-5]).any()
    first = catalog.classes[0].id
    assert [said(found)[name] for name in loose] == [first] * 5
    assert found.estimate is not None
    assert found.estimate.samples == 35


def test_classes_come_go_and_change_their_names(follower: Follower, catalog: Catalog) -> None:
    first, second = (each.id for each in catalog.classes)
    before = followed(follower, catalog)
    other_name = followed(follower, renamed(catalog, first, "zebras"))
    assert (other_name.classes, said(other_name)) == (before.classes, said(before))
    three = with_class(catalog, "hens")
    (hens,) = {each.id for each in three.classes} - {first, second}
    moved = [sample.id for sample in catalog.samples[:6]]
    found = followed(follower, reclassed(three, moved, hens))
    assert set(found.classes) == {first, second, hens}
    with pytest.raises(InputError):
        followed(follower, merged(catalog, [first], second))
    assert followed(follower, catalog).estimate == before.estimate


def test_photos_that_were_left_out_or_have_gone_are_not_counted(
    follower: Follower, catalog: Catalog, folder: Path, tmp_path: Path
) -> None:
    found = followed(follower, without(catalog, [sample.id for sample in catalog.samples[:4]]))
    assert len(found.samples) == 36
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    read = catalog_of(other)
    (other / read.samples[0].path).unlink()
    with Follower(read, CONFIG, "cpu") as fresh:
        assert read.samples[0].id not in followed(fresh, read).samples


def test_another_folder_needs_another_follower(follower: Follower, catalog: Catalog, tmp_path: Path) -> None:
    assert follower.fits(reclassed(catalog, [catalog.samples[0].id], None), CONFIG)
    small_folder(catalog.folder, tmp_path / "other", 2, 4)
    assert not follower.fits(catalog_of(tmp_path / "other"), CONFIG)


def test_photos_to_class_next_are_some_of_those_without_a_class(follower: Follower, catalog: Catalog) -> None:
    loose = [sample.id for sample in catalog.samples][::4]

    found = followed(follower, reclassed(catalog, loose, None))

    assert len(set(found.asked)) == ASKED
    assert set(found.asked) < set(loose)
    assert followed(follower, catalog).asked == ()


def test_without_classes_it_is_said_which_photos_to_begin_with_and_then_the_rest_of_them(
    follower: Follower, catalog: Catalog
) -> None:
    every = [sample.id for sample in catalog.samples]
    loose = reclassed(catalog, every, None)

    begun = followed(follower, loose)

    assert (begun.estimate, begun.classes, begun.samples) == (None, (), ())
    assert len(set(begun.asked)) == ASKED
    first = begun.asked[0]
    one = reclassed(loose, [first], catalog.classes[0].id)
    assert followed(follower, one).asked == begun.asked[1:]


def test_there_is_a_model_as_soon_as_two_classes_have_two_photos(
    follower: Follower, catalog: Catalog
) -> None:
    seen: Counter[str | None] = Counter()
    others = []
    for sample in catalog.samples:
        seen[sample.class_id] += 1
        if seen[sample.class_id] > 2:
            others.append(sample.id)
    loose = reclassed(catalog, others, None)

    found = followed(follower, loose)

    assert len(found.classes) == 2
    assert len(found.samples) == len(catalog.samples)
    assert len(found.asked) == ASKED
