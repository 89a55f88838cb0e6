"""The main job on a graphics card: `uv run pytest -m gpu`. Needs no Qt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.core.training_help import run_fit, small_folder, split_of, tiny_config
from workbench.core.config.training_config import recommended
from workbench.core.data.catalog import Split
from workbench.core.events import Note, TrainingStarted
from workbench.core.instant.fit_instant import fit_instant
from workbench.core.models.checkpoint import Checkpoint
from workbench.core.models.classifier import Classifier
from workbench.core.project.runs import PREDICTIONS, RESUME
from workbench.core.results.predictions import PredictionTable
from workbench.core.settings import replace
from workbench.core.training.fit import fit

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no NVIDIA card here"),
]


@pytest.fixture(scope="module")
def split(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Split:
    folder = tmp_path_factory.mktemp("photos") / "hands"
    return split_of(small_folder(data_folder / "sign_digits", folder, classes=3, each=40))


@pytest.mark.parametrize("amp", ["off", "bf16", "fp16"])
def test_transfer_reaches_the_same_accuracy_in_every_precision(
    split: Split, tmp_path: Path, amp: str
) -> None:
    config = replace(recommended("transfer"), {"amp": amp, "epochs": 6, "head_epochs": 4})
    events, result = run_fit(split, config, tmp_path / "run", device="cuda")
    started = next(event for event in events if isinstance(event, TrainingStarted))
    assert started.amp == amp
    assert result.validation is not None
    assert result.validation.accuracy >= 0.9


def test_a_real_out_of_memory_is_recovered_from(split: Split, tmp_path: Path) -> None:
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction(min(1.0, 1.2e9 / total))
    try:
        config = replace(
            recommended("scratch", "resnet18"),
            {"input_size": 224, "batch_size": 90, "epochs": 1, "amp": "off"},
        )
        events, result = run_fit(split, config, tmp_path / "run", device="cuda")
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert "out_of_memory" in [event.code for event in events if isinstance(event, Note)]
    assert result.epochs == 1


def test_a_run_begun_on_the_gpu_goes_on_and_answers_without_one(split: Split, tmp_path: Path) -> None:
    run, steps = tmp_path / "run", 0
    run.mkdir()

    def stop() -> bool:
        nonlocal steps
        steps += training
        return steps > 12

    training = False
    for event in fit(split, tiny_config(epochs=4, ema=0.9), run, device="cuda", stop=stop):
        training = training or isinstance(event, TrainingStarted)
    saved = Checkpoint.load(run / RESUME)
    assert all(tensor.device.type == "cpu" for tensor in saved.training_tensors.values())
    _, result = run_fit(split, tiny_config(epochs=4, ema=0.9), run, resuming=True)
    assert result.epochs == 4
    assert (
        Classifier.load(run, device="cpu").predict_images([split.roots.locate(split.validation[0])])[0].error
        == ""
    )


def test_the_card_and_the_processor_give_the_same_answers(split: Split, tmp_path: Path) -> None:
    run_fit(split, tiny_config(epochs=3), tmp_path / "run", device="cuda")
    paths = [split.roots.locate(sample) for sample in split.validation]
    card, processor = (
        Classifier.load(tmp_path / "run", device=name).predict_images(paths) for name in ("cuda", "cpu")
    )
    for left, right in zip(card, processor, strict=True):
        assert left.probabilities == pytest.approx(right.probabilities, abs=1e-3)


def test_a_card_answers_as_the_processor_does(split: Split, tmp_path: Path) -> None:
    """To 1e-3: float16 and TF32 are for learning only."""
    run = tmp_path / "run"
    run.mkdir()
    result = list(fit_instant(split, recommended("instant"), run, device="cuda"))[-1]
    assert result.runtime == "CUDA torch"
    paths = [split.roots.locate(sample) for sample in split.validation]
    answers = {}
    for device in ("cuda", "cpu"):
        found = Classifier.load(run, device=device).predict_images(paths)
        answers[device] = np.array([list(each.probabilities.values()) for each in found])
    assert np.abs(answers["cuda"] - answers["cpu"]).max() < 1e-3
    rows = PredictionTable.load(run / PREDICTIONS).where(set="validation")
    assert np.abs(rows.probabilities - answers["cpu"]).max() < 1e-3


def test_a_trained_network_answers_the_same_with_and_without_a_card(split: Split, tmp_path: Path) -> None:
    run_fit(split, tiny_config(epochs=2), tmp_path / "run", device="cuda")
    paths = [split.roots.locate(sample) for sample in split.validation]
    answers = [
        [
            each.probabilities
            for each in Classifier.load(tmp_path / "run", device=device).predict_images(paths)
        ]
        for device in ("cuda", "cpu")
    ]
    for one, two in zip(*answers, strict=True):
        assert one == pytest.approx(two, abs=1e-3)
