"""Models in other formats, read by other programs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from tests.cli_help import two_colours
from tests.core.training_help import catalog_of, drive, tiny_config
from workbench.core import learning
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.errors import InputError, ResourceError
from workbench.core.export.formats import FORMATS, export
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.models.classifier import Classifier

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    "config", [recommended("instant"), tiny_config(epochs=1)], ids=["instant", "scratch"]
)
def test_onnx_gives_the_probabilities_of_the_model(config: TrainingConfig, tmp_path: Path) -> None:
    photos, run = tmp_path / "photos", tmp_path / "run"
    photos.mkdir()
    run.mkdir()
    two_colours(photos)
    drive(learning.train(catalog_of(photos), config, run, device="cpu"))
    file = export(run, tmp_path / "model", "onnx")
    assert file == tmp_path / "model.onnx"
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    about = session.get_modelmeta().custom_metadata_map
    recipe = Preprocessing.from_dict(json.loads(about["preprocessing"]))
    paths = [photos / "red" / "0.png", photos / "blue" / "1.png", photos / "red" / "2.png"]
    (given,) = session.run(["probabilities"], {"pixels": np.stack([recipe.load(path) for path in paths])})
    expected = Classifier.load(run, device="cpu").predict_images(paths)
    for row, prediction in zip(given, expected, strict=True):
        named = dict(zip(json.loads(about["classes"]), row.tolist(), strict=True))
        assert named == pytest.approx(prediction.probabilities, abs=1e-3)

    copy = export(run, tmp_path / "copy.checkpoint", "model")
    assert copy.read_bytes() == (run / "model.checkpoint").read_bytes()
    with pytest.raises(ResourceError, match="could not be saved"):
        export(run, tmp_path / "no" / "such" / "copy.checkpoint", "model")
    damaged = copy.read_bytes()
    copy.write_bytes(damaged[: len(damaged) // 2])
    with pytest.raises(InputError):
        export(copy, tmp_path / "other.onnx", "onnx")
    assert not (tmp_path / "other.onnx").exists()


def test_every_format_is_told_apart_by_its_suffix() -> None:
    assert len({row.suffix for row in FORMATS}) == len(FORMATS)
    with pytest.raises(InputError, match="Did you mean “onnx”"):
        FORMATS.of("onx")
