from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogs import classes_of, sample_at
from workbench.core.config.training_config import recommended
from workbench.core.data.catalog import Catalog, Roots, Subset
from workbench.core.durations import Photos, Rates, seconds_for, stages_for
from workbench.core.features.backbone import Backbone
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.improve.plan import PLANS, ImproveSpeed, recall, remember
from workbench.core.settings import replace

INSTANT = recommended("instant")
BETTER = recommended("improve")
BEST = replace(BETTER, {"quality": "best"})
MEASURED = Rates(features=100.0, pace=ImproveSpeed(views=50.0, learned=40.0))


def test_times_are_worked_out_by_hand() -> None:
    # 500 photos: 2 views at 100 a second, and half a second for the heads
    assert seconds_for(INSTANT, Photos(500), MEASURED) == pytest.approx(10.0 + 0.5)
    better = PLANS["better"]
    # 2 views by both networks; 400 photos of four folds, three times, so that 300 are compared; 500 of all
    steps = 3 * round(better.passes * 400 / 32) + round(better.passes * 500 / 32)
    both = 961_696_976 / 385_187_552
    trial = 2.0 * 3_456_447_968 / 385_187_552  # of 100 photos, closely
    expected = 10.5 + 10.0 * both + trial + better.views * 500 / 50.0 + steps * 32 / 40.0
    assert seconds_for(BETTER, Photos(500), MEASURED) == pytest.approx(expected)
    assert seconds_for(BEST, Photos(500), MEASURED) > 2 * expected  # type: ignore[operator]


def test_a_plan_has_its_bounds() -> None:
    plan = PLANS["better"]
    assert [plan.compared(samples) for samples in (0, 1, 500, 1_000_000)] == [5, 5, 3, 2]
    assert plan.steps(8, 32) == plan.fewest_steps
    assert plan.steps(1_000_000, 32) == plan.most_steps


def test_what_was_measured_is_remembered() -> None:
    backbone = Backbone(
        "efficientnet_lite0", "test", Preprocessing(256, 224, 3, *2 * [(0.5,) * 3], "bicubic")
    )
    assert recall(backbone) is None
    backbone.folder.mkdir(parents=True)
    remember(backbone, ImproveSpeed(12.5, 3.0))
    assert recall(backbone) == ImproveSpeed(12.5, 3.0)
    (backbone.folder / "pace.json").write_text("{")
    assert recall(backbone) is None


def test_nothing_is_said_that_was_not_measured() -> None:
    assert seconds_for(INSTANT, Photos(500), Rates()) is None
    assert seconds_for(INSTANT, Photos(500), Rates(100.0)) == pytest.approx(10.5)
    assert seconds_for(BETTER, Photos(500), Rates(features=100.0)) is None
    assert seconds_for(recommended("transfer"), Photos(500), MEASURED) is None
    assert seconds_for(recommended("instant", "resnet18"), Photos(500), MEASURED) is None


def test_the_sets_of_a_folder_are_answered_and_take_their_own_time() -> None:
    """Where other bits learn, some of the photos to learn from are answered, too."""
    exact = Rates(features=100.0, answers=50.0)
    assert seconds_for(INSTANT, Photos(500), exact) == pytest.approx(10.5 + 2 * 32 / 50)
    assert seconds_for(INSTANT, Photos(500, 100), exact) == pytest.approx(10.5 + 2 * 132 / 50)
    assert seconds_for(INSTANT, Photos(500, 100), MEASURED) == pytest.approx(10.5 + 2 * 100 / 100)
    stages = {stage.key: stage.seconds for stage in stages_for(INSTANT, Photos(500, 100), exact)}
    assert stages["looking_to_answer"] == pytest.approx(2 * 132 / 50)
    assert stages["looking"] == pytest.approx(10.0)


def test_photos_are_counted_by_the_sets_that_the_folder_keeps_apart() -> None:
    sets: list[Subset] = ["", "validation", "test", "training"]
    samples = [sample_at(f"{number}.png", "cats", subset) for number, subset in enumerate(sets)]
    loose = sample_at("loose.png", None)
    catalog = Catalog(Roots({"": Path("/photos")}), classes_of(["cats"]), (*samples, loose), ())
    assert Photos.of(catalog) == Photos(2, 2)
    assert Photos.of(None) == Photos(0)
