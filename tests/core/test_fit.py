"""Training end to end on a few real photos: what it yields, keeps, and measures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import sklearn.metrics
import sklearn.utils.class_weight
import torch

from tests.core.folder_help import put
from tests.core.training_help import catalog_of, drive, run_fit, small_folder, split_of, tiny_config
from workbench.core.config.training_config import recommended
from workbench.core.data.catalog import Split
from workbench.core.data.split import make_split
from workbench.core.errors import InputError, Stopped
from workbench.core.evaluation import evaluate
from workbench.core.events import CheckpointSaved, EpochDone, StepDone, TrainingResult, TrainingStarted
from workbench.core.learning import train
from workbench.core.models.checkpoint import Checkpoint
from workbench.core.models.classifier import Classifier
from workbench.core.project.event_log import read_events, to_json
from workbench.core.project.projects import Project
from workbench.core.project.runs import MODEL, PREDICTIONS, summarise
from workbench.core.results.predictions import PredictionTable
from workbench.core.settings import replace
from workbench.core.training import loop
from workbench.core.training.fit import _class_weights, fit

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def folder(drawn_small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_folder(drawn_small, tmp_path_factory.mktemp("photos") / "things")


@pytest.fixture(scope="module")
def split(folder: Path) -> Split:
    return split_of(folder)


def test_a_run_reports_every_epoch_and_leaves_a_model(split: Split, tmp_path: Path) -> None:
    events, result = run_fit(split, tiny_config(), tmp_path / "run")
    kinds = [type(event) for event in events]
    assert kinds.count(TrainingStarted) == 1
    assert kinds.count(EpochDone) == 2
    assert kinds.count(CheckpointSaved) == 3  # before the first step, and after each epoch
    assert kinds.count(StepDone) >= 2
    assert all(event.loss > 0 for event in events if isinstance(event, StepDone)), "none before it is known"
    steps = [event.step for event in events if isinstance(event, StepDone)]
    assert len(set(steps)) == len(steps), "two of one step would be a jump in the curve"
    assert kinds[-1] is TrainingResult
    assert events[-1] is result
    assert Path(result.checkpoint) == tmp_path / "run" / MODEL
    assert result.steps == 2 * (len(split.training) // 8 + (len(split.training) % 8 > 1))


def test_the_reported_accuracy_is_what_prediction_gives(split: Split, tmp_path: Path) -> None:
    _, result = run_fit(split, tiny_config(epochs=4), tmp_path / "run")
    paths = [split.roots.locate(sample) for sample in split.validation]
    predictions = Classifier.load(tmp_path / "run").predict_images(paths)
    true = [sample.class_id for sample in split.validation]
    said = [prediction.most_probable for prediction in predictions]
    assert result.validation is not None
    assert result.validation.accuracy == pytest.approx(sklearn.metrics.accuracy_score(true, said))
    expected = sklearn.metrics.confusion_matrix(true, said, labels=list(split.class_names))
    np.testing.assert_array_equal(result.validation.confusion, expected)
    probabilities = [[p.probabilities[name] for name in split.class_names] for p in predictions]
    assert result.validation.loss == pytest.approx(sklearn.metrics.log_loss(true, probabilities), rel=1e-4)
    assert all(sum(row) == pytest.approx(1.0) for row in probabilities)


def test_it_learns(split: Split, tmp_path: Path) -> None:
    config = tiny_config(
        epochs=40,
        augmentation="none",
        label_smoothing=0.0,
        dropout=0.0,
        learning_rate=0.01,
        schedule="cosine",
    )
    events, _ = run_fit(split, config, tmp_path / "run")
    epochs = [event for event in events if isinstance(event, EpochDone)]
    assert epochs[-1].training.accuracy > 0.8  # 0.33 by chance
    assert epochs[-1].training.loss < epochs[0].training.loss / 2


def test_the_same_seed_gives_the_same_model_and_another_seed_another(split: Split, tmp_path: Path) -> None:
    weights = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        run_fit(split, tiny_config(seed=seed, epochs=1), tmp_path / name)
        weights.append(Checkpoint.load(tmp_path / name / MODEL).weights)
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    assert not all(torch.equal(weights[0][name], weights[2][name]) for name in weights[0])


@pytest.mark.parametrize("after", [1, 2, 5, 7])
def test_stopping_at_any_batch_keeps_the_best_and_can_go_on(split: Split, tmp_path: Path, after: int) -> None:
    run, training, polls = tmp_path / "run", False, 0

    def stop() -> bool:
        nonlocal polls
        polls += training
        return polls > after

    run.mkdir()
    for event in fit(split, tiny_config(), run, device="cpu", stop=stop):
        training = training or isinstance(event, TrainingStarted)
        result = event
    assert isinstance(result, TrainingResult)
    assert result.stopped
    assert 1 <= result.steps <= after
    assert result.validation is not None
    assert Classifier.load(run).classes == split.class_names

    _, resumed = run_fit(split, tiny_config(), run, resuming=True)
    assert not resumed.stopped
    run_fit(split, tiny_config(), tmp_path / "straight")
    left, right = (Checkpoint.load(path / MODEL).weights for path in (run, tmp_path / "straight"))
    assert all(torch.equal(left[name], right[name]) for name in left)


def test_what_is_checked_in_haste_after_a_stop_is_a_fair_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time for one batch of 16 of the 90: of each class a third, not what comes first by name."""
    put(tmp_path / "photos", *(f"{name}/{number}.png" for name in "abc" for number in range(60)))
    split = make_split(catalog_of(tmp_path / "photos"), validation_fraction=0.5, seed=1)
    training, polls = False, 0
    monkeypatch.setattr(loop, "SECONDS_TO_CHECK_A_STOPPED_RUN", 0.0)

    def stop() -> bool:
        nonlocal polls
        polls += training
        return polls > 1

    (tmp_path / "run").mkdir()
    for event in fit(split, tiny_config(), tmp_path / "run", device="cpu", stop=stop):
        training = training or isinstance(event, TrainingStarted)
        result = event
    assert isinstance(result, TrainingResult)
    assert result.validation is not None
    assert result.validation.samples == loop.BATCH_OF_A_STOPPED_RUN == 16
    assert result.validation.confusion.sum(axis=1).min() >= 5
    table = PredictionTable.load(tmp_path / "run" / PREDICTIONS)
    ids = [sample.id for sample in split.validation]
    own = dict(zip(ids, split.targets(split.validation).tolist(), strict=True))
    assert [own[name] for name in table.samples] == table.targets.tolist()


def test_stopped_before_the_first_step_there_is_nothing_to_keep(split: Split, tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        run_fit(split, tiny_config(), tmp_path / "run", stop=lambda: True)


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": "sgd", "learning_rate": 0.05, "schedule": "constant"},
        {"optimizer": "adam", "schedule": "step", "decay_epochs": 1},
        {"schedule": "cosine", "ema": 0.9},
        {"schedule": "plateau", "plateau_patience": 0, "gradient_clipping": 1.0},
        {"accumulation": 3, "class_weighting": "balanced", "best_by": "macro_f1"},
        {"augmentation": "strong", "best_by": "accuracy", "channels_last": False},
        {"augmentation": "custom", "augmentations": {"mixup": 1.0, "cutmix": 1.0}},
        {"channels": 1, "deterministic": True},
    ],
)
def test_every_way_of_training_runs_and_stays_finite(split: Split, tmp_path: Path, changes: dict) -> None:
    events, result = run_fit(split, tiny_config(**changes), tmp_path / "run")
    assert result.validation is not None
    assert np.isfinite([event.loss for event in events if isinstance(event, StepDone)]).all()
    assert (
        len(Classifier.load(tmp_path / "run").predict_images([split.roots.locate(split.validation[0])])) == 1
    )


def test_accumulated_gradients_are_those_of_the_large_batch(split: Split, tmp_path: Path) -> None:
    plain = {
        "design": {
            "blocks": 2,
            "convolutions": 1,
            "channels": 8,
            "dense": 16,
            "batch_norm": False,
            "dropout": 0.0,
        }
    }
    same = {
        "augmentation": "none",
        "dropout": 0.0,
        "optimizer": "sgd",
        "learning_rate": 0.1,
        "epochs": 1,
        **plain,
    }
    run_fit(split, tiny_config(batch_size=8, **same), tmp_path / "large")
    run_fit(split, tiny_config(batch_size=2, accumulation=4, **same), tmp_path / "small")
    large, small = (Checkpoint.load(tmp_path / name / MODEL).weights for name in ("large", "small"))
    for name in large:
        torch.testing.assert_close(large[name], small[name], rtol=1e-4, atol=1e-6)


def test_transfer_trains_the_head_first_and_then_the_early_layers_least(split: Split, tmp_path: Path) -> None:
    states = []
    for epochs in (1, 2):
        changes = {"epochs": epochs, "head_epochs": 1, "schedule": "constant", "input_size": 64, "amp": "off"}
        config = replace(recommended("transfer"), changes)
        run_fit(split, config, tmp_path / str(epochs))
        states.append(Checkpoint.load(tmp_path / str(epochs) / "resume.checkpoint").weights)
    head_only, both = states
    moved = {
        name: float((both[name] - head_only[name]).abs().mean()) for name in both if name.endswith("weight")
    }
    assert moved["conv_stem.weight"] > 0
    assert moved["conv_stem.weight"] < moved["conv_head.weight"]
    pretrained = Checkpoint.load(tmp_path / "1" / "resume.previous.checkpoint").weights
    assert torch.equal(pretrained["conv_stem.weight"], head_only["conv_stem.weight"])
    assert torch.equal(pretrained["bn1.running_mean"], head_only["bn1.running_mean"])
    assert not torch.equal(pretrained["classifier.weight"], head_only["classifier.weight"])


def test_early_stopping_ends_a_run_that_no_longer_gets_better(split: Split, tmp_path: Path) -> None:
    config = tiny_config(
        epochs=50, early_stopping=1, learning_rate=1e-7, schedule="constant", best_by="accuracy"
    )
    _, result = run_fit(split, config, tmp_path / "run")
    assert result.epochs < 50
    assert not result.stopped


def test_balanced_class_weights_are_those_of_scikit_learn() -> None:
    targets = np.array([0] * 30 + [1] * 3 + [2] * 7)
    expected = sklearn.utils.class_weight.compute_class_weight("balanced", classes=np.arange(3), y=targets)
    np.testing.assert_allclose(_class_weights(targets, 3).numpy(), expected, rtol=1e-6)


def test_a_folder_that_has_a_test_set_is_tested_on_it_once_at_the_end(folder: Path, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    for subset, first in (("train", 0), ("val", 6), ("test", 9)):
        for name in ("apples", "buttons"):
            (photos / subset / name).mkdir(parents=True)
            for photo in sorted((folder / name).iterdir())[first : first + (6 if subset == "train" else 3)]:
                (photos / subset / name / photo.name).write_bytes(photo.read_bytes())
    split = split_of(photos)
    _, result = run_fit(split, tiny_config(), tmp_path / "run")
    assert result.test is not None
    assert result.test.confusion.sum() == 6
    _, evaluation = drive(evaluate(tmp_path / "run", photos, device="cpu"))
    assert evaluation.subset == "test"
    np.testing.assert_array_equal(evaluation.metrics.confusion, result.test.confusion)


def test_without_a_validation_set_the_last_epoch_is_kept(split: Split, tmp_path: Path) -> None:
    alone = Split(split.roots, split.classes, split.training, ())
    events, result = run_fit(alone, tiny_config(), tmp_path / "run")
    assert result.validation is None
    assert result.best_epoch == 2
    assert [event.is_best for event in events if isinstance(event, EpochDone)] == [True, True]


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_a_handful_of_photos_trains(split: Split, tmp_path: Path, count: int) -> None:
    few = [next(s for s in split.training if s.class_id == each.id) for each in split.classes[:2]]
    few += [sample for sample in split.training if sample not in few][: count - 2]
    tiny = Split(split.roots, split.classes, tuple(few), split.validation)
    for batch_size in (1, 2, 4):
        _, result = run_fit(tiny, tiny_config(batch_size=batch_size, epochs=1), tmp_path / f"{batch_size}")
        assert result.validation is not None


def test_the_run_folder_tells_the_whole_story(folder: Path) -> None:
    project = Project.of(folder)
    run = project.new_run()
    events, result = drive(train(catalog_of(folder), tiny_config(), run, device="cpu"))
    assert len(read_events(run)[0]) == len(events) == len((run / "events.jsonl").read_text().splitlines())
    told = summarise(run)
    assert told.state == "finished"
    assert told.result is not None
    assert to_json(told.result) == to_json(result)
    assert [epoch.epoch for epoch in told.history] == [1, 2]
    assert told.best is not None
    assert [summary.folder for summary in project.runs()] == [run]
    assert Project.recent()[0].image_folder == folder


def test_one_class_cannot_be_trained(split: Split, tmp_path: Path) -> None:
    alone = Split(split.roots, split.classes[:1], split.training[:5], ())
    with pytest.raises(InputError):
        run_fit(alone, tiny_config(), tmp_path / "run")
