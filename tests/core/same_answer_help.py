"""Engines that compute in few bits, and models to ask with them."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from tests.core.training_help import catalog_of, drive, small_folder
from workbench.core.config.training_config import TrainingConfig
from workbench.core.events import Prediction, TrainingResult
from workbench.core.features import runtime_choice
from workbench.core.features.backbone import Backbone, backbone_of
from workbench.core.features.runtimes import FeatureRuntime, OnnxRuntime
from workbench.core.learning import train
from workbench.core.models.classifier import Classifier

CLOSE = 1e-3
ONE = TrainingConfig(networks="one")
"""The usual backbone, whose engines are exchanged here."""


class Coarse(OnnxRuntime):
    """Weights of eight bits, as in bfloat16: what such a processor does, on any."""

    kind = name = "coarse"

    def __init__(self, backbone: Backbone) -> None:
        super().__init__(backbone)
        network = onnx.load(backbone.onnx)
        for weights in network.graph.initializer:
            if weights.data_type == onnx.TensorProto.FLOAT:
                values = onnx.numpy_helper.to_array(weights).copy()
                bits = np.atleast_1d(values).view(np.uint32)
                rounded = ((bits + 0x8000) & 0xFFFF0000).view(np.float32).reshape(values.shape)
                weights.CopyFrom(onnx.numpy_helper.from_array(rounded, weights.name))
        self._session = onnxruntime.InferenceSession(
            network.SerializeToString(), providers=["CPUExecutionProvider"]
        )


class Louder(OnnxRuntime):
    """Points in the right direction, so that it agrees, but a head that has learned from it is misled."""

    kind = name = "louder"

    def features(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return super().features(pixels) * 8


def two_things(drawn_pair: Path, folder: Path) -> Path:
    """Apples and leaves: sixteen each to learn from, five to check and five to test with."""
    small_folder(drawn_pair / "train", folder / "train", 2, 16)
    for subset, first in (("val", 0), ("test", 5)):
        for name in ("apples", "leaves"):
            (folder / subset / name).mkdir(parents=True)
            for photo in sorted((drawn_pair / "val" / name).iterdir())[first : first + 5]:
                shutil.copy(photo, folder / subset / name)
    return folder


def own_backbone(profile: Path) -> Backbone:
    """The backbone in a profile of the test's own, where nothing was measured yet."""
    backbone = backbone_of(TrainingConfig())
    original = backbone.folder.resolve()
    (profile / "cache" / "backbones").unlink()
    shutil.copytree(original, backbone.folder)
    for measured in backbone.folder.glob("engine*.json"):
        measured.unlink()
    return backbone


def learned(folder: Path, run: Path) -> Path:
    run.mkdir()
    drive(train(catalog_of(folder), ONE, run, device="cpu"))
    return run


def result_of(folder: Path, run: Path) -> TrainingResult:
    run.mkdir()
    found: TrainingResult = drive(train(catalog_of(folder), ONE, run, device="cpu"))[1]
    return found


def quickest(monkeypatch: pytest.MonkeyPatch, kind: type[FeatureRuntime]) -> None:
    """Makes one engine the quickest of this computer."""
    monkeypatch.setattr(runtime_choice, "TORCH_FREE", (kind, OnnxRuntime))
    monkeypatch.setattr(runtime_choice, "_rate", lambda runtime, _: 900.0 if type(runtime) is kind else 90.0)


def asked(model: Path, files: list[Path]) -> NDArray[np.float64]:
    return table(Classifier.load(model, device="cpu").predict_images(files))


def table(predictions: list[Prediction]) -> NDArray[np.float64]:
    return np.array([list(prediction.probabilities.values()) for prediction in predictions])


def apart(one: NDArray[np.float64], two: NDArray[np.float64]) -> float:
    assert one.shape == two.shape
    return float(np.abs(one - two).max())


def learned_in_float32(folder: Path, run: Path, home: Path) -> TrainingResult:
    """What a computer says whose only engine computes in float32."""
    backbone = backbone_of(TrainingConfig()).folder
    with another_home(home), pytest.MonkeyPatch.context() as patch:
        copy = Path(shutil.copytree(backbone, backbone_of(TrainingConfig()).folder))
        (copy / "engine.json").unlink()
        patch.setattr(runtime_choice, "TORCH_FREE", (OnnxRuntime,))
        found = result_of(folder, run)
    assert found.runtime == "ONNX Runtime"
    return found


@contextlib.contextmanager
def another_home(tmp_path: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_PROFILE", str(tmp_path / "another home"))
        yield
