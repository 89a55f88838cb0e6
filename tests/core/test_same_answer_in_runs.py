"""What a run says of its own photos is what its model says of them, whatever engine it learned with."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from tests.core.same_answer_help import (
    CLOSE,
    Coarse,
    Louder,
    another_home,
    apart,
    asked,
    learned_in_float32,
    own_backbone,
    quickest,
    result_of,
    two_things,
)
from tests.core.training_help import drive
from workbench.core.config.training_config import TrainingConfig
from workbench.core.evaluation import evaluate
from workbench.core.features.agreement import AGREEMENT, DEVIATION
from workbench.core.features.backbone import Backbone
from workbench.core.features.runtime_choice import exact_runtime, open_runtime, remembered_choice
from workbench.core.project.runs import PREDICTIONS
from workbench.core.results.predictions import PredictionTable

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def photos(drawn_pair: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_things(drawn_pair, tmp_path_factory.mktemp("things"))


@pytest.fixture
def own(profile: Path, ready_backbone: None) -> Backbone:
    return own_backbone(profile)


def test_the_sets_of_a_run_are_answered_as_predictions_are(
    own: Backbone, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quickest(monkeypatch, Coarse)
    result = result_of(photos, tmp_path / "run")
    assert result.runtime == "coarse"
    told = PredictionTable.load(tmp_path / "run" / PREDICTIONS)
    for subset, folder in (("validation", "val"), ("test", "test")):
        rows = told.where(set=subset)
        assert len(rows) == 10
        assert (
            apart(rows.probabilities, asked(tmp_path / "run", [photos / each for each in rows.samples]))
            < CLOSE
        )
        assert {Path(each).parts[0] for each in rows.samples} == {folder}
    _, found = drive(evaluate(tmp_path / "run", photos, device="cpu"))
    assert apart(found.table.probabilities, told.where(set="test").probabilities) < CLOSE
    with another_home(tmp_path):
        _, elsewhere = drive(evaluate(tmp_path / "run", photos, device="cpu"))
    assert apart(found.table.probabilities, elsewhere.table.probabilities) < CLOSE


def test_seen_again_the_sets_are_not_computed_again_and_stay_the_same(
    own: Backbone, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quickest(monkeypatch, Coarse)
    first = result_of(photos, tmp_path / "first")
    again = result_of(photos, tmp_path / "again")
    assert again.samples_per_second == 0 < first.samples_per_second
    one, two = (PredictionTable.load(tmp_path / name / PREDICTIONS) for name in ("first", "again"))
    assert apart(one.probabilities, two.probabilities) < 1e-6


def test_out_of_fold_answers_of_an_engine_of_few_bits_are_those_of_float32(
    own: Backbone, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quickest(monkeypatch, Coarse)
    coarse = result_of(photos, tmp_path / "coarse")
    exact = learned_in_float32(photos, tmp_path / "exact", tmp_path)
    assert coarse.runtime == "coarse"
    one, two = (PredictionTable.load(tmp_path / name / PREDICTIONS) for name in ("coarse", "exact"))
    told = [each.where(cross_validated=True).probabilities for each in (one, two)]
    assert np.abs(told[0] - told[1]).mean() < 0.01
    assert coarse.cross_validated is not None
    assert exact.cross_validated is not None
    assert abs(coarse.cross_validated.accuracy - exact.cross_validated.accuracy) <= 1 / 32


def test_a_head_that_says_something_else_in_float32_learns_again(
    own: Backbone, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quickest(monkeypatch, Louder)
    found = result_of(photos, tmp_path / "run")
    choice = remembered_choice(own)
    assert choice is not None
    assert choice.runtime == "louder"
    assert choice.agreement["louder"] >= AGREEMENT
    assert found.runtime == "ONNX Runtime"
    learned_in_float32(photos, tmp_path / "exact", tmp_path)
    one, two = (PredictionTable.load(tmp_path / name / PREDICTIONS) for name in ("run", "exact"))
    assert apart(one.probabilities, two.probabilities) < 5e-3  # kept in 32 and in 16 bits


def test_an_engine_of_32_bits_is_its_own_judge(own: Backbone) -> None:
    runtime = drive(open_runtime(TrainingConfig(), device="cpu"))[1]
    choice = remembered_choice(own)
    assert choice is not None
    if choice.deviation[runtime.kind] <= DEVIATION:
        assert exact_runtime(runtime, "cpu") is runtime
    else:
        assert choice.deviation[exact_runtime(runtime, "cpu").kind] <= DEVIATION


def test_a_recipe_that_cuts_other_squares_shares_the_network_but_not_the_features(own: Backbone) -> None:
    older = dataclasses.replace(
        own, preprocessing=dataclasses.replace(own.preprocessing, whole_from=0.0, rows_from=0.0)
    )
    assert older.key == own.key
    from workbench.core.features.extract import FeatureCache

    paths = {
        FeatureCache(backbone, Path("/photos"), exact=exact)._path
        for backbone in (own, older)
        for exact in (False, True)
    }
    assert len(paths) == 4
