"""Whatever the program can do more of is added as one row, and then works everywhere."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from tests.cli_help import call, refused, two_colours
from tests.core.training_help import catalog_of, drive
from workbench import cli
from workbench.cli.options import training_config
from workbench.core import learning
from workbench.core.architectures.architecture import Architecture
from workbench.core.architectures.architecture_rows import ARCHITECTURES
from workbench.core.augmentation.augmentation_rows import AUGMENTATIONS, Augmentation
from workbench.core.augmentation.pipeline import Pipeline
from workbench.core.augmentation.steps import Draw
from workbench.core.config.applying import applies
from workbench.core.config.methods import METHODS, Method, choices_of
from workbench.core.config.presets import PRESETS, Preset
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.data.catalog import Split
from workbench.core.errors import InputError
from workbench.core.events import Event, TrainingResult
from workbench.core.export.formats import FORMATS, ExportFormat
from workbench.core.health.checks import CHECKS, Check, Found, examine
from workbench.core.health.evidence import Evidence
from workbench.core.instant.fit_instant import fit_instant
from workbench.core.models.classifier import Classifier
from workbench.core.models.model_file import ModelFile
from workbench.core.registry import Registry
from workbench.ui.session.configuring import architectures_for, choice_of, with_choice
from workbench.words.findings import told

pytestmark = pytest.mark.e2e


@contextlib.contextmanager
def added(registry: Registry[Any], row: Any) -> Iterator[None]:
    registry.add(row)
    try:
        yield
    finally:
        registry.remove(row.key)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    return two_colours(tmp_path / "photos")


class Pooled(nn.Module):
    def __init__(self, classes: int, channels: int) -> None:
        super().__init__()
        self.head = nn.Linear(channels, classes)

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.head(images.mean((2, 3)))
        return logits

    def get_classifier(self) -> nn.Module:
        return self.head


def pooled(*, classes: int, channels: int, **_: object) -> nn.Module:
    return Pooled(classes, channels)


def test_an_architecture(photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = Architecture("mean", "Mean colour", "Only the mean colour counts.", 8, 0, 32, f"{__name__}:pooled")
    with added(ARCHITECTURES, row):
        config = training_config(
            mode="scratch", architecture="mean", epochs="2", assignments=["learning_rate=0.5"]
        )
        run = tmp_path / "run"
        run.mkdir()
        _, result = drive(learning.train(catalog_of(photos), config, run, device="cpu"))
        assert result.steps >= 2
        answers = Classifier.load(run, device="cpu").predict_images([photos / "red" / "0.png"])
        assert set(answers[0].probabilities) == {"blue", "red"}
        assert row in architectures_for("scratch")
        assert row not in architectures_for("transfer")
        assert "mean" in {each["key"] for each in json.loads(_said(capsys, "architectures", "--json"))}
    with pytest.raises(InputError, match="no architecture called “mean”"):
        ARCHITECTURES.of("mean")


def invert(images: Tensor, draw: Draw, strengths: dict[str, float], crop: int) -> Tensor:
    chosen = draw.chance(strengths["invert"])
    return torch.where(chosen[:, None, None, None], 255 - images, images)


def test_an_augmentation_and_a_preset() -> None:
    batch = torch.randint(256, (4, 3, 8, 8), dtype=torch.uint8)
    row = Augmentation("invert", "Invert", "As a negative; it hurts.", 0.5, "bytes", f"{__name__}:invert")
    with added(AUGMENTATIONS, row):
        changed = Pipeline({"invert": 1.0}, classes=2, crop=8)(batch, torch.Generator().manual_seed(0))
        assert torch.equal(changed, 255 - batch)
        config = training_config(mode="scratch", assignments=["augmentation.invert=0.5"])
        assert config.augmentations["invert"] == 0.5
        with added(PRESETS, Preset("negative", "Negative", "All inverted.", {"invert": 1.0})):
            assert training_config(mode="improve", assignments=["augmentation=negative"])
    with pytest.raises(InputError):
        training_config(mode="scratch", assignments=["augmentation=negative"])


def few(evidence: Evidence) -> Iterable[Found]:
    count = len(evidence.catalog.samples)
    return [Found(values={"count": count})] if count < 100 else []


def test_a_check(photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = Check("few", "Few photos", "There are only {count} photos.", few, "info", "add_photos")
    with added(CHECKS, row):
        (finding,) = examine(catalog_of(photos))
        assert (finding.check, finding.severity, finding.remedy) == ("few", "info", "add_photos")
        assert told(finding) == "There are only 40 photos."
        assert "There are only 40 photos." in _said(capsys, "scan", str(photos))
    assert examine(catalog_of(photos)) == []


def class_list(model: Path, target: Path) -> None:
    target.write_text("\n".join(ModelFile.load(model).description.classes))


def mean_of_pixels(
    split: Split, config: TrainingConfig, run: Path, **more: Any
) -> Generator[Event, None, TrainingResult]:
    return (yield from fit_instant(split, config, run, **more))


def test_a_method_and_an_export_format(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = Method(
        "mine", "My way", "Made up.", f"{__name__}:mean_of_pixels",
        frozenset({"architecture", "seed"}), cross_validates=True, counts="",
    )  # fmt: skip
    with added(METHODS, row):
        told = call(capsys, "train", photos, "--mode", "mine", "--set", "seed=3", "--out", tmp_path / "run")
        assert Path(told["checkpoint"]).is_file()
        stored = json.loads((tmp_path / "run" / "run.json").read_text())["config"]
        assert (stored["mode"], stored["seed"]) == ("mine", 3)
        assert "has no effect in the mode “mine”" in refused(
            capsys, "train", photos, "--mode", "mine", "--set", "epochs=3"
        )
        config = recommended("mine")
        assert applies(config, "seed")
        assert not applies(config, "learning_rate")
        assert choices_of(advanced=True)[-1].name == "My way"
        assert choice_of(with_choice(TrainingConfig(), "mine")) == "mine"
        model = shutil.copy(told["checkpoint"], tmp_path / "model.checkpoint")
    assert "invalid choice" in refused(capsys, "train", photos, "--mode", "mine")

    format = ExportFormat("classes", "Class list", "Only the names.", ".txt", f"{__name__}:class_list")
    model = tmp_path / "instant" / "model.checkpoint"
    call(capsys, "train", photos, "--out", model.parent)
    with added(FORMATS, format):
        written = call(capsys, "export", model, tmp_path / "names.txt")
        assert written["format"] == "classes"
        assert (tmp_path / "names.txt").read_text() == "blue\nred"
    assert "in which format" in refused(capsys, "export", model, tmp_path / "names.txt")


def _said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.main(list(arguments)) == 0
    return capsys.readouterr().out


def test_a_key_is_only_given_once() -> None:
    with pytest.raises(ValueError, match="already"):
        METHODS.add(METHODS.of("instant"))
    assert np.unique([row.key for row in METHODS]).size == len(METHODS)
