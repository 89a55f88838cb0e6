"""How far the answers of one model are apart: by what computes, how many photos at once, and which home."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.clock import drain
from workbench.core.config.training_config import recommended
from workbench.core.data.scan import scan
from workbench.core.features.backbone import Backbone
from workbench.core.features.runtimes import OnnxRuntime, OpenVino, OpenVinoFull
from workbench.core.features.torch_runtime import TorchCpu
from workbench.core.learning import train
from workbench.core.models.classifier import Classifier
from workbench.core.models.linear_head import LinearHead
from workbench.core.models.model_file import ModelFile
from workbench.core.models.predictor import RuntimePredictor
from workbench.core.models.torch_predictor import TorchPredictor
from workbench.core.project.runs import MODEL

RUNTIMES = (OnnxRuntime, OpenVinoFull, OpenVino, TorchCpu)
BATCHES = (1, 16, 32)
PHOTOS = 200


def measure(folder: str) -> dict[str, Any]:
    """The largest difference in probability from torch's in float32, and how many photos get another class.

    `OpenVino` may compute in bfloat16, where the processor does; it is measured, but does not answer there.
    """
    with tempfile.TemporaryDirectory() as scratch:
        run = Path(scratch) / "run"
        run.mkdir()
        catalog = drain(scan(Path(folder)))
        drain(train(catalog, recommended("instant"), run, device="cpu"))
        file = run / MODEL
        described = ModelFile.load(file).description
        samples = catalog.samples[:: max(1, len(catalog.samples) // PHOTOS)]
        pixels = np.stack([described.preprocessing.load(catalog.roots.locate(s)) for s in samples])
        expected = _asked(TorchPredictor(file, "cpu"), pixels, 32)
        found = {"photos": len(pixels), **_by_runtime(file, pixels, expected)}
        os.environ["WORKBENCH_PROFILE"] = str(Path(scratch) / "another home")
        there = Classifier.load(file, device="cpu").probabilities(pixels)
    return {**found, **_apart("another home", there, expected)}


def _by_runtime(file: Path, pixels: NDArray[np.uint8], expected: NDArray[np.float64]) -> dict[str, Any]:
    model = ModelFile.load(file)
    described = model.description
    backbone = Backbone(described.config.architecture, described.backbone, described.preprocessing)
    head = LinearHead(model.weights["head.weight"], model.weights["head.bias"])
    found: dict[str, Any] = {}
    for kind in RUNTIMES:
        predictor = RuntimePredictor(kind(backbone), head, described.views)
        for batch in BATCHES:
            name = f"{predictor.name}, {batch} at once"
            found |= _apart(name, _asked(predictor, pixels, batch), expected)
    return found


def _asked(predictor: Any, pixels: NDArray[np.uint8], batch: int) -> NDArray[np.float64]:
    parts = [predictor.probabilities(pixels[first : first + batch]) for first in range(0, len(pixels), batch)]
    return np.concatenate(parts)


def _apart(name: str, found: NDArray[np.float64], expected: NDArray[np.float64]) -> dict[str, float]:
    classes = int((found.argmax(1) != expected.argmax(1)).sum())
    return {f"apart {name}": float(np.abs(found - expected).max()), f"classes {name}": float(classes)}
