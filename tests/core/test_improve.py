"""Cutting, cached views, and which model is kept."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.core.training_help import drive
from workbench.core.architectures.architecture_rows import ARCHITECTURES, architecture_of
from workbench.core.architectures.pooled_stages import pooled_stages
from workbench.core.config.training_config import recommended
from workbench.core.data.scan import scan
from workbench.core.data.split import own_split
from workbench.core.events import EpochDone, HeadFitted, Note, StepDone, TrainingResult, TrainingStarted
from workbench.core.features.fusing import fuse, unfuse_into
from workbench.core.improve import fit_improve as improve_module
from workbench.core.improve import ways
from workbench.core.improve.fit_improve import fit_improve
from workbench.core.improve.partition import FrozenStages, TunedStages
from workbench.core.improve.plan import PLANS, Plan
from workbench.core.improve.tuning import StandardHead, Tuning
from workbench.core.improve.views import side_at
from workbench.core.models.checkpoint import Checkpoint
from workbench.core.models.classifier import Classifier
from workbench.core.models.linear_head import LinearHead
from workbench.core.models.model_file import ModelFile
from workbench.core.models.torch_predictor import TorchPredictor
from workbench.core.project.runs import MODEL, PREDICTIONS
from workbench.core.results import reject_thresholds
from workbench.core.results.comparison import Comparison
from workbench.core.results.metrics import metrics_of
from workbench.core.results.predictions import PredictionTable
from workbench.core.results.prospects import Prospects
from workbench.core.settings import replace

pytestmark = pytest.mark.e2e

TINY = Plan(views=3, passes=1, folds=1, rate=1e-3, fewest_steps=3, most_steps=3)


@pytest.mark.parametrize("key", [row.key for row in ARCHITECTURES if row.frozen])
def test_trunk_and_tail_together_are_the_backbone(key: str) -> None:
    torch.manual_seed(0)
    stages = pooled_stages(architecture_of(key), channels=3, input_size=64).eval()
    images = torch.randn(2, 3, 64, 64)
    tail = TunedStages(stages, key, partitioned=True).eval()
    with torch.inference_mode():
        whole = stages(images)
        assert torch.equal(tail(*FrozenStages(stages, key).eval()(images)), whole)
        assert torch.equal(
            TunedStages(stages, key, partitioned=False).eval()(images, torch.empty(2, 0)), whole
        )
    assert tail.state_dict().keys() < stages.state_dict().keys()


@pytest.mark.parametrize("key", ["efficientnet_lite0", "resnet18", "mobilenet_v3_small", "convnext_tiny"])
def test_a_folded_tail_that_learned_goes_back_into_the_backbone(key: str) -> None:
    torch.manual_seed(0)
    stages = pooled_stages(architecture_of(key), channels=3, input_size=64).eval()
    for name, value in stages.named_buffers():  # averages that are not the fresh ones
        if name.endswith(("running_mean", "running_var")):
            value.uniform_(0.5, 1.5)
    tail = fuse(TunedStages(stages, key, partitioned=True).eval())
    with torch.no_grad():
        for parameter in tail.parameters():
            parameter += 0.01 * torch.randn_like(parameter)
    images = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        expected = tail(*FrozenStages(stages, key).eval()(images))
        before = stages(images)
        unfuse_into(tail.model, stages.model)
        torch.testing.assert_close(stages(images), expected, rtol=1e-3, atol=1e-4)
    assert not torch.allclose(before, expected, rtol=1e-2)


def test_a_standard_head_says_the_same_and_goes_back() -> None:
    random = np.random.default_rng(0)
    features = (random.normal(size=(40, 7)) * 3 + 5).astype(np.float32)
    head = LinearHead(random.normal(size=(3, 7)).astype(np.float32), np.zeros(3, np.float32))
    standard = StandardHead(head, features)
    with torch.inference_mode():
        np.testing.assert_allclose(standard(torch.from_numpy(features)), head.logits(features), atol=1e-4)
    np.testing.assert_allclose(standard.linear().weight, head.weight, rtol=1e-5)
    np.testing.assert_allclose(standard.linear().bias, head.bias, atol=1e-4)


@pytest.fixture
def photos(tmp_path: Path, drawn_pair: Path, ready_backbone: None) -> Path:
    """Eight photos of each class to learn from, three to check with."""
    for subset, count in (("train", 8), ("val", 3)):
        for name in ("apples", "leaves"):
            folder = tmp_path / "photos" / subset / name
            folder.mkdir(parents=True)
            for file in sorted((drawn_pair / subset / name).iterdir())[:count]:
                (folder / file.name).symlink_to(file)
    return tmp_path / "photos"


@pytest.fixture
def to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short rounds, and all of them: the instant model makes no mistake that could be put right."""
    monkeypatch.setitem(improve_module.PLANS, "better", TINY)
    monkeypatch.setattr(improve_module, "WORTH_IT", 0.0)


def improve(photos: Path, run: Path, stop: object = None) -> tuple[list[object], TrainingResult]:
    run.mkdir()
    _, catalog = drive(scan(photos))
    config = replace(recommended("improve"), {"amp": "off"})
    more = {"stop": stop} if stop is not None else {}
    return drive(fit_improve(own_split(catalog), config, run, device="cpu", **more))


def test_an_improved_model_that_wins_is_kept_and_answers_as_torch_does(
    tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch, to_the_end: None
) -> None:
    monkeypatch.setattr(reject_thresholds, "FEWEST", 10)
    monkeypatch.setattr(Comparison, "is_better", True)
    events, result = improve(photos, tmp_path / "run")
    kinds = [type(event) for event in events]
    assert kinds.index(TrainingStarted) < kinds.index(HeadFitted) < kinds.index(EpochDone)
    first, started = (event for event in events if isinstance(event, TrainingStarted))
    assert (first.mode, first.epochs, first.classes) == ("improve", 0, ("apples", "leaves"))
    assert kinds.count(TrainingResult) == 1
    assert (started.mode, started.epochs) == ("improve", 6)  # few photos: all five folds
    assert all(1 <= event.epoch <= 6 for event in events if isinstance(event, StepDone))
    assert result.kept == "improved"
    assert result.validation is not None
    assert int(result.validation.confusion.sum()) == 6

    table = PredictionTable.load(tmp_path / "run" / PREDICTIONS)
    compared = table.where(cross_validated=True)
    assert {model: len(compared.where(model=model)) for model in ("instant", "improved")} == {
        "instant": 16,
        "improved": 16,
    }
    assert len(table.where(set="validation", model="improved")) == 6
    assert metrics_of(table.where(set="validation", model="improved")).accuracy == result.validation.accuracy
    assert Comparison.of(compared, "instant", "improved") == result.comparison
    assert result.cross_validated is not None
    assert result.cross_validated.samples == 16
    assert metrics_of(compared.where(model="improved")).accuracy == result.cross_validated.accuracy
    heads = [event for event in events if isinstance(event, HeadFitted)]
    assert result.accuracy_before == pytest.approx(heads[-1].cross_validated.accuracy), (
        "all folds were compared"
    )

    model = ModelFile.load(tmp_path / "run" / MODEL)
    assert model.description.backbone.startswith("tuned-")
    classifier = Classifier.load(tmp_path / "run", device="cpu")
    pixels = np.stack([classifier.preprocessing.load(path) for path in sorted(photos.glob("val/*/*"))])
    network = Checkpoint.load(tmp_path / "run" / MODEL).build_model()
    with torch.inference_mode():
        images = classifier.preprocessing.normalise(torch.from_numpy(pixels).permute(0, 3, 1, 2))
        expected = network(images).softmax(1).numpy()
    assert np.abs(classifier.probabilities(pixels) - expected).max() < 1e-3

    # Its own photos are where it learned, noise is not.
    assert model.description.rule is not None
    assert model.description.rule.knows_distance
    assert model.distance is not None
    noise = np.random.default_rng(1).integers(0, 256, pixels.shape, np.uint8)
    near, far = (classifier.predictor.answers(each)[1] for each in (pixels, noise))
    assert near is not None
    assert far is not None
    assert far.min() > near.max()
    _, by_torch = TorchPredictor(tmp_path / "run" / MODEL, "cpu", model.distance).answers(pixels)
    assert by_torch == pytest.approx(near, rel=1e-2), "where its backbone is not at hand"


def test_an_improved_model_that_does_not_win_leaves_the_instant_one(
    tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch, to_the_end: None
) -> None:
    monkeypatch.setattr(Comparison, "is_better", False)
    _, result = improve(photos, tmp_path / "run")
    assert result.kept == "instant"
    assert not ModelFile.load(tmp_path / "run" / MODEL).description.backbone.startswith("tuned-")
    assert result.cross_validated is not None
    assert int(result.cross_validated.confusion.sum()) == 16


@pytest.mark.parametrize("apples", [1, 3])
def test_what_nothing_can_test_is_not_compared(
    apples: int, tmp_path: Path, drawn_pair: Path, ready_backbone: None, to_the_end: None
) -> None:
    """One picture of a class, or one of each: copies of a picture are on one side of every fold."""
    for name, count in (("apples", apples), ("leaves", 1)):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for file in sorted((drawn_pair / "train" / name).iterdir())[:count]:
            for copy in range(3):
                (tmp_path / "photos" / name / f"{copy} {file.name}").write_bytes(file.read_bytes())
    events, result = improve(tmp_path / "photos", tmp_path / "run")
    rounds = [event for event in events if isinstance(event, EpochDone)]
    assert result.kept == "instant"
    assert (tmp_path / "run" / MODEL).is_file()
    if apples == 1:
        assert (rounds, result.comparison, result.cross_validated) == ([], None, None)
    else:
        assert result.comparison is not None
        assert result.comparison.samples <= 3, "only the apples, each once"


def test_photos_that_vanish_once_the_instant_model_stands_are_left_out_and_said(
    tmp_path: Path, photos: Path, to_the_end: None
) -> None:
    _, catalog = drive(scan(photos))
    (tmp_path / "run").mkdir()
    config = replace(recommended("improve"), {"amp": "off"})
    lost, heads, notes = [], 0, []
    for event in fit_improve(own_split(catalog), config, tmp_path / "run", device="cpu"):
        heads += isinstance(event, HeadFitted)
        if heads == 2 and not lost:
            lost = [sorted(photos.glob(pattern))[0] for pattern in ("train/apples/*", "val/leaves/*")]
            for file in lost:
                file.unlink()
        if isinstance(event, Note):
            notes.append(event.code)
        if isinstance(event, TrainingStarted) and event.epochs:
            assert (event.training_samples, event.validation_samples) == (15, 5)
    assert (heads, notes) == (2, ["sample_lost"] * 2)
    table = PredictionTable.load(tmp_path / "run" / PREDICTIONS)
    gone = {file.relative_to(photos).as_posix() for file in lost}
    assert not gone & set(table.where(model="improved").samples)


def test_where_it_will_hardly_win_any_more_the_other_folds_are_spared(
    tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Classes that nothing tells apart, and a tuned model that is wrong about everything."""
    monkeypatch.setitem(improve_module.PLANS, "better", TINY)
    whose = list[tuple[object, object]]()
    features = improve_module.Tuning.features

    def noting(self: Tuning, positions: object) -> object:
        whose.append((features(self, positions), positions))
        return whose[-1][0]

    def wrong(self: Tuning, asked: object) -> object:
        (positions,) = (positions for found, positions in whose if found is asked)
        return np.eye(2)[1 - labels[positions]]

    monkeypatch.setattr(improve_module.Tuning, "features", noting)
    monkeypatch.setattr(improve_module.Tuning, "probabilities", wrong)
    mixed = tmp_path / "mixed"
    for number, file in enumerate(sorted((photos / "train").glob("*/*"))):
        (mixed / "ab"[number % 2]).mkdir(parents=True, exist_ok=True)
        (mixed / "ab"[number % 2] / f"{number}.jpg").symlink_to(file)
    _, catalog = drive(scan(mixed))
    split = own_split(catalog)
    labels = split.targets(split.training)
    events, result = improve(mixed, tmp_path / "run")
    assert result.kept == "instant"
    rounds = [event for event in events if isinstance(event, EpochDone)]
    assert 1 <= len(rounds) <= 3  # of five
    *looks, told = (event for event in events if isinstance(event, Note))
    assert {note.code for note in looks} <= {
        "look_dropped",
        "look_unlikely",
    }  # they make no difference, either
    assert told.code == "improving_unlikely"
    assert result.comparison is not None
    assert told.values["samples"] == result.comparison.samples
    assert (told.values["put_right"], told.values["spoiled"]) == (0, result.comparison.spoiled)
    assert (result.epochs, result.steps) == (len(rounds), rounds[-1].step)


def test_where_there_are_too_few_mistakes_to_put_right_nothing_is_begun(tmp_path: Path, photos: Path) -> None:
    events, result = improve(photos, tmp_path / "run")
    assert (result.kept, result.comparison, result.stopped) == ("instant", None, False)
    assert not [event for event in events if isinstance(event, EpochDone)]
    (told,) = (event for event in events if isinstance(event, Note))
    assert (told.code, told.values) == ("improving_impossible", {"photos": 0})
    assert result.cross_validated is not None
    assert (tmp_path / "run" / MODEL).is_file()


@pytest.mark.parametrize(("mistakes", "begun"), [(5, False), (6, True), (9, True)])
def test_the_first_round_is_only_spared_where_it_could_show_nothing(
    mistakes: int, begun: bool, tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(improve_module.PLANS, "better", TINY)
    before = Prospects(Comparison.of_counts(0, 0, 0), 0, mistakes, 236)
    monkeypatch.setattr(improve_module.Prospects, "of", lambda *_: before)
    monkeypatch.setattr(ways, "WAYS", ())  # other looks are tested in test_starting.py
    rounds: list[int] = []
    tune = improve_module.Tuning.run

    def run(self: improve_module.Tuning, *arguments: object, **more: object) -> object:
        rounds.append(1)
        return tune(self, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(improve_module.Tuning, "run", run)
    # The rounds after the first would only repeat it.
    events, result = improve(photos, tmp_path / "run", stop=lambda: len(rounds) > 1)
    assert result.stopped == begun
    assert any(isinstance(event, EpochDone) for event in events) == begun
    assert (result.comparison is not None) == begun


@pytest.mark.parametrize(("samples", "folds"), [(1, 5), (100, 5), (400, 4), (750, 2), (751, 2), (10_000, 2)])
def test_few_photos_are_compared_on_more_folds(samples: int, folds: int) -> None:
    assert PLANS["better"].compared(samples) == folds
    assert PLANS["best"].compared(samples) == 5


def test_pictures_grow_while_everything_learns() -> None:
    sides = [side_at(done, 224) for done in (0.0, 0.2, 0.4, 0.6, 0.7, 1.0)]
    assert sides == sorted(sides)
    assert (sides[0], sides[-2:]) == (128, [224, 224])
    assert side_at(0.0, 32) == side_at(0.0, 48) == 32
    assert side_at(1.0, 48) == 48


def test_without_a_cut_everything_learns_from_pixels(
    tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch, to_the_end: None
) -> None:
    monkeypatch.setattr(Comparison, "is_better", True)
    monkeypatch.setattr(
        improve_module, "architecture_of", lambda key: dataclasses.replace(architecture_of(key), frozen=())
    )
    sides: set[int] = set()
    forward = TunedStages.forward

    def seen(self: TunedStages, activation: torch.Tensor, early: torch.Tensor) -> torch.Tensor:
        if torch.is_grad_enabled():
            sides.add(activation.shape[-1])
        return forward(self, activation, early)

    monkeypatch.setattr(TunedStages, "forward", seen)
    _, result = improve(photos, tmp_path / "run")
    assert result.kept == "improved"
    assert min(sides) < max(sides) == 224


def test_stopping_keeps_the_instant_model(
    tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch, to_the_end: None
) -> None:
    begun: list[bool] = []
    tune = improve_module.Tuning.run

    def run(self: improve_module.Tuning, *arguments: object, **more: object) -> object:
        begun.append(True)
        return tune(self, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(improve_module.Tuning, "run", run)
    _, result = improve(photos, tmp_path / "run", stop=lambda: bool(begun))
    assert (result.kept, result.stopped) == ("instant", True)
    assert Classifier.load(tmp_path / "run", device="cpu").classes == ("apples", "leaves")
