"""Mode *instant* from a folder of real photos to a model that answers, and what it survives."""

from __future__ import annotations

import dataclasses
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.core.folder_help import put
from tests.core.training_help import catalog_of, drive, small_folder
from workbench.core import devices
from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog
from workbench.core.data.split import own_split
from workbench.core.errors import InputError, Stopped
from workbench.core.evaluation import evaluate
from workbench.core.events import HeadFitted, Note, Progress, TrainingResult, TrainingStarted
from workbench.core.features.backbone import Backbone
from workbench.core.features.runtimes import OnnxRuntime
from workbench.core.learning import resume, train
from workbench.core.models.checkpoint import Checkpoint
from workbench.core.models.classifier import Classifier
from workbench.core.models.linear_head import LinearHead
from workbench.core.models.model_file import ModelFile
from workbench.core.models.predictor import RuntimePredictor
from workbench.core.project.event_log import read_events
from workbench.core.project.runs import MODEL, PREDICTIONS, SPLIT, summarise
from workbench.core.results.metrics import confusion_of, metrics_of_probabilities
from workbench.core.results.predictions import PredictionTable

pytestmark = pytest.mark.e2e

EACH = 20
CHECKED = 32
"""Photos that are looked at once more, in float32, where the processor learns in bfloat16."""


@dataclass
class Run:
    folder: Path
    catalog: Catalog
    events: list[Any]
    result: TrainingResult


class AfterFirstHead:
    """A person who presses Stop as soon as there is a model."""

    def __init__(self, catalog: Catalog, run: Path) -> None:
        self._pressed = False
        self.events: list[Any] = []
        run.mkdir()
        job = train(catalog, TrainingConfig(), run, device="cpu", stop=lambda: self._pressed)
        while True:
            try:
                event = next(job)
            except StopIteration as end:
                self.result: TrainingResult = end.value
                return
            self.events.append(event)
            self._pressed = self._pressed or isinstance(event, HeadFitted)


def learn(catalog: Catalog, run: Path, **more: Any) -> Run:
    run.mkdir(exist_ok=True)
    events, result = drive(train(catalog, TrainingConfig(), run, device="cpu", **more))
    return Run(run, catalog, events, result)


def without_progress(events: list[Any]) -> list[Any]:
    return [event for event in events if not isinstance(event, Progress)]


@pytest.fixture(scope="module")
def photos(drawn_pair: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some photos of apples and of leaves."""
    return small_folder(drawn_pair / "train", tmp_path_factory.mktemp("things"), 2, EACH)


@pytest.fixture(scope="module")
def run(photos: Path, tmp_path_factory: pytest.TempPathFactory, ready_backbone: None) -> Run:
    """A finished run."""
    return learn(catalog_of(photos), tmp_path_factory.mktemp("runs") / "run")


@pytest.fixture(scope="module")
def stopped(photos: Path, tmp_path_factory: pytest.TempPathFactory, ready_backbone: None) -> AfterFirstHead:
    """A run that was stopped once it had its first head, with nothing known before."""
    copy = shutil.copytree(photos, tmp_path_factory.mktemp("copy") / "things")
    return AfterFirstHead(catalog_of(copy), tmp_path_factory.mktemp("runs") / "stopped")


def test_it_reports_two_heads_and_then_what_came_of_it(run: Run) -> None:
    started, first, second, result = without_progress(run.events)
    assert isinstance(started, TrainingStarted)
    assert (started.mode, started.epochs, started.steps_per_epoch) == ("instant", 0, 0)
    assert (started.training_samples, started.validation_samples, started.test_samples) == (2 * EACH, 0, 0)
    row = architecture_of("two_efficientnets")
    assert started.architecture == result.architecture == row.key
    assert started.parameters == row.parameters - 2_561_000  # what its own head for 1,000 classes has
    assert (first.kind, second.kind) == ("ridge", "logistic")
    assert 0 < first.seconds <= second.seconds <= result.seconds["total"]
    assert result == run.result
    assert (result.validation, result.test, result.stopped, result.kept) == (None, None, False, None)
    assert (result.best_epoch, result.epochs, result.steps, result.comparison) == (None, 0, 0, None)
    assert result.runtime
    assert {"prepare", "features", "head", "total"} <= set(result.seconds)
    assert result.cross_validated is not None
    np.testing.assert_array_equal(result.cross_validated.confusion, second.cross_validated.confusion)


def test_it_says_how_far_it_is_in_each_phase(run: Run) -> None:
    after = run.events[next(i for i, e in enumerate(run.events) if isinstance(e, TrainingStarted)) :]
    progress = [event for event in after if isinstance(event, Progress)]
    assert {event.phase for event in progress} == {"features"}
    features = [event for event in progress if event.total != CHECKED]
    assert {event.total for event in features} == {2 * EACH}
    assert [event.done for event in features] == sorted(event.done for event in features)
    assert features[-1].done == 2 * EACH


def test_it_is_far_better_than_chance(run: Run) -> None:
    assert run.result.cross_validated is not None
    assert run.result.cross_validated.accuracy >= 0.85
    _, first, *_ = without_progress(run.events)
    assert first.cross_validated.accuracy >= 0.8


def test_the_run_folder_has_a_model_the_answers_and_nothing_to_go_on_with(run: Run) -> None:
    names = {path.name for path in run.folder.iterdir()}
    assert names == {"run.json", SPLIT, "events.jsonl", PREDICTIONS, MODEL}
    assert [type(event) for event in read_events(run.folder)[0]] == [type(event) for event in run.events]
    model = ModelFile.load(run.folder / MODEL)
    assert (model.description.classes, model.description.views) == (("apples", "leaves"), 2)
    assert model.description.about["training_samples"] == 2 * EACH
    assert model.description.about["cross_validated"]["accuracy"] == run.result.cross_validated.accuracy
    with pytest.raises(InputError, match="instant"):
        drive(resume(run.folder))


def test_the_measures_are_those_of_the_answers(run: Run) -> None:
    answers = PredictionTable.load(run.folder / PREDICTIONS)
    assert answers.samples == tuple(sample.path for sample in run.catalog.samples)
    assert answers.targets.tolist() == own_split(run.catalog).targets(run.catalog.samples).tolist()
    np.testing.assert_allclose(answers.probabilities.sum(axis=1), 1, atol=1e-6)
    assert len(set(answers.folds.tolist())) >= 2
    again = metrics_of_probabilities(answers.probabilities, answers.targets)
    reported = run.result.cross_validated
    assert reported is not None
    np.testing.assert_array_equal(again.confusion, reported.confusion)
    assert again.loss == pytest.approx(reported.loss, abs=1e-5)
    assert (again.accuracy, again.macro_f1) == (reported.accuracy, reported.macro_f1)


def test_the_summary_of_the_run_tells_it(run: Run) -> None:
    summary = summarise(run.folder)
    assert summary.state == "finished"
    assert summary.model
    assert not summary.can_continue
    assert summary.fitted is not None
    assert summary.fitted.kind == "logistic"
    assert summary.result is not None
    assert summary.result.cross_validated is not None
    assert summary.result.cross_validated.accuracy == run.result.cross_validated.accuracy
    assert summary.result.runtime == run.result.runtime


def test_stopped_before_there_is_a_model_it_says_so(run: Run, tmp_path: Path) -> None:
    with pytest.raises(Stopped, match="Nothing was kept"):
        learn(run.catalog, tmp_path, stop=lambda: True)
    assert list(tmp_path.iterdir()) == []


def test_stopped_after_the_first_head_that_one_is_kept(stopped: AfterFirstHead) -> None:
    started, first, result = without_progress(stopped.events)
    assert isinstance(started, TrainingStarted)
    assert first.kind == "ridge"
    assert result == stopped.result
    assert result.stopped
    folder = Path(result.run)
    assert ModelFile.load(folder / MODEL).description.views == 1
    np.testing.assert_array_equal(result.cross_validated.confusion, first.cross_validated.confusion)
    assert summarise(folder).state == "stopped"
    assert not summarise(folder).can_continue


def test_what_was_computed_before_the_stop_is_not_computed_again(
    photos: Path, tmp_path: Path, run: Run
) -> None:
    catalog = catalog_of(shutil.copytree(photos, tmp_path / "things"))
    AfterFirstHead(catalog, tmp_path / "first")
    again = learn(catalog, tmp_path / "second")
    looking = [event for event in again.events if isinstance(event, Progress) and event.phase == "features"]
    looking = [event for event in looking if event.total != CHECKED]
    assert looking[-1].total == EACH  # of two views of each, one is known
    assert again.result.samples_per_second > 0


def test_seen_again_nothing_is_computed_and_the_outcome_is_the_same(run: Run, tmp_path: Path) -> None:
    fresh = learn(run.catalog, tmp_path / "fresh")
    again = learn(run.catalog, tmp_path / "again")
    assert not [e for e in again.events if isinstance(e, Progress) and e.phase == "features"]
    assert again.result.samples_per_second == 0
    one, two = (ModelFile.load(each.folder / MODEL).weights["head.weight"] for each in (fresh, again))
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("views", [1, 2])
def test_torch_reads_the_model_and_answers_the_same(run: Run, stopped: AfterFirstHead, views: int) -> None:
    folder = run.folder if views == 2 else Path(stopped.result.run)
    paths = [run.catalog.roots.locate(sample) for sample in run.catalog.samples[:: 2 * EACH // 8]]
    classifier, checkpoint = Classifier.load(folder, device="cpu"), Checkpoint.load(folder / MODEL)
    recipe = checkpoint.preprocessing
    pixels = np.stack([recipe.load(path) for path in paths])
    with torch.inference_mode():
        images = recipe.normalise(torch.from_numpy(pixels).permute(0, 3, 1, 2))
        expected = checkpoint.build_model()(images).double().softmax(1).numpy()

    model = ModelFile.load(folder / MODEL)
    head = LinearHead(model.weights["head.weight"], model.weights["head.bias"])
    backbone = Backbone(checkpoint.config.architecture, checkpoint.backbone, recipe)
    in_full = RuntimePredictor(OnnxRuntime(backbone), head, views).probabilities(pixels)
    np.testing.assert_allclose(in_full, expected, atol=1e-4)
    np.testing.assert_allclose(classifier.probabilities(pixels), expected, atol=1e-3)
    told = [answer.probabilities["leaves"] for answer in classifier.predict_images(paths)]
    np.testing.assert_allclose(told, classifier.probabilities(pixels)[:, 1], atol=1e-6)


@pytest.mark.parametrize("restored", [True, False])
def test_where_no_backbone_is_ready_it_is_made_ready_or_torch_answers(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, restored: bool
) -> None:
    here = Classifier.load(run.folder, device="cpu")
    monkeypatch.setenv("WORKBENCH_PROFILE", str(tmp_path))
    if not restored:
        monkeypatch.setattr("workbench.core.models.at_hand.restore", lambda backbone, weights: False)
    elsewhere = Classifier.load(run.folder / MODEL, device="cpu")
    assert (elsewhere.runtime == devices.name_of(torch.device("cpu"))) is not restored
    pixels = np.stack([here.preprocessing.load(run.catalog.roots.locate(run.catalog.samples[0]))])
    np.testing.assert_allclose(elsewhere.probabilities(pixels), here.probabilities(pixels), atol=1e-3)


@pytest.mark.parametrize("name", ["head.weight", "head.bias"])
def test_a_head_that_does_not_fit_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    model, path = ModelFile.load(run.folder / MODEL), tmp_path / MODEL
    for value in (model.weights[name][:1], np.full_like(model.weights[name], np.nan)):
        dataclasses.replace(model, weights={**model.weights, name: value}).save(path)
        with pytest.raises(InputError, match="not a model file"):
            Classifier.load(path, device="cpu")


def test_it_is_tested_on_photos_that_it_has_not_seen(run: Run, drawn_pair: Path, tmp_path: Path) -> None:
    unseen = small_folder(drawn_pair / "val", tmp_path / "unseen", 2, 12)
    _, evaluation = drive(evaluate(run.folder, unseen, device="cpu"))
    assert (evaluation.samples, evaluation.subset, evaluation.classes) == (24, "", ("apples", "leaves"))
    assert evaluation.metrics.accuracy >= 0.8
    classifier = Classifier.load(run.folder, device="cpu")
    for index, name in enumerate(evaluation.classes):
        answers = classifier.predict_images(sorted((unseen / name).iterdir()))
        right = sum(answer.most_probable == name for answer in answers)
        assert right == evaluation.metrics.confusion[index, index]


def test_the_sets_of_the_folder_itself_are_checked_with(drawn_pair: Path, tmp_path: Path) -> None:
    small_folder(drawn_pair / "train", tmp_path / "things" / "train", 2, 12)
    small_folder(drawn_pair / "val", tmp_path / "things" / "val", 2, 5)
    for name in ("apples", "leaves"):
        (tmp_path / "things" / "test" / name).mkdir(parents=True)
        for photo in sorted((drawn_pair / "val" / name).iterdir())[5:8]:
            shutil.copy(photo, tmp_path / "things" / "test" / name)
    found = learn(catalog_of(tmp_path / "things"), tmp_path / "run")
    started = without_progress(found.events)[0]
    assert (started.training_samples, started.validation_samples, started.test_samples) == (24, 10, 6)
    result = found.result
    assert result.cross_validated is not None
    assert result.validation is not None
    assert result.test is not None
    assert [int(m.confusion.sum()) for m in (result.cross_validated, result.validation, result.test)] == [
        24,
        10,
        6,
    ]
    about = ModelFile.load(found.folder / MODEL).description.about
    assert about["validation"]["accuracy"] == result.validation.accuracy
    assert about["test"]["accuracy"] == result.test.accuracy
    table = PredictionTable.load(found.folder / PREDICTIONS)
    for name, measures in (("validation", result.validation), ("test", result.test)):
        np.testing.assert_array_equal(confusion_of(table.where(set=name)), measures.confusion)
    assert result.estimate is not None
    assert (result.estimate.how, result.estimate.samples) == ("test", 6)
    _, evaluation = drive(evaluate(found.folder, tmp_path / "things", device="cpu"))
    assert evaluation.subset == "test"
    np.testing.assert_array_equal(evaluation.metrics.confusion, result.test.confusion)
    assert evaluation.table.samples == table.where(set="test").samples
    assert evaluation.estimate == result.estimate


def test_a_photo_that_vanished_is_left_out_and_said(photos: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(photos, tmp_path / "things")
    catalog = catalog_of(folder)
    (folder / catalog.samples[3].path).unlink()
    found = learn(catalog, tmp_path / "run")
    assert found.result.lost_samples == 1
    assert [event.code for event in found.events if isinstance(event, Note)] == ["sample_lost"]
    expected = tuple(sample.path for number, sample in enumerate(catalog.samples) if number != 3)
    assert PredictionTable.load(found.folder / PREDICTIONS).samples == expected
    kept = json.loads((found.folder / SPLIT).read_text(encoding="utf-8"))
    assert catalog.samples[3].path not in json.dumps(kept)


def test_where_all_photos_of_a_class_vanished_there_is_nothing_to_learn(photos: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(photos, tmp_path / "things")
    catalog = catalog_of(folder)
    shutil.rmtree(folder / "leaves")
    with pytest.raises(InputError, match="too few photos"):
        learn(catalog, tmp_path / "run")
    shutil.rmtree(folder)
    with pytest.raises(InputError, match="too few photos"):
        learn(catalog, tmp_path / "other-run")


@pytest.mark.parametrize("each", [1, 2])
def test_a_handful_of_photos_is_enough_to_begin_with(tmp_path: Path, each: int) -> None:
    put(tmp_path / "photos", *(f"{name}/{number}.png" for name in ("a", "b") for number in range(each)))
    found = learn(catalog_of(tmp_path / "photos"), tmp_path / "run")
    if each == 1:  # whoever leaves out a class's only photo cannot know the class
        assert (found.result.cross_validated, found.result.estimate) == (None, None)
        assert summarise(found.folder).estimate is None
    else:
        assert found.result.cross_validated is not None
        assert int(found.result.cross_validated.confusion.sum()) == 2 * each
        assert np.isfinite(found.result.cross_validated.loss)
    paths = [tmp_path / "photos" / sample.path for sample in found.catalog.samples]
    answers = Classifier.load(found.folder, device="cpu").predict_images(paths)
    assert [answer.most_probable for answer in answers] == [path.parent.name for path in paths]


def test_one_class_alone_cannot_be_learned(run: Run, tmp_path: Path) -> None:
    apples = tuple(sample for sample in run.catalog.samples if sample.class_id == run.catalog.classes[0].id)
    for classes in (run.catalog.classes[:1], run.catalog.classes):
        with pytest.raises(InputError, match="too few photos"):
            learn(dataclasses.replace(run.catalog, classes=classes, samples=apples), tmp_path)


def test_an_architecture_without_trained_weights_is_refused(run: Run, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no pretrained weights"):
        drive(train(run.catalog, TrainingConfig(architecture="lenet5"), tmp_path, device="cpu"))
