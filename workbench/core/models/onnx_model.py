"""A whole model as ONNX: preprocessed pixels to probabilities."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from workbench.core.export.onnx import FromPixels, export_onnx
from workbench.core.files import atomic_write, saving
from workbench.core.models.checkpoint import Checkpoint


class _Probabilities(nn.Module):
    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.network(images)
        return logits.softmax(1)


def write(model: Path, target: Path) -> None:
    """Writes a model file's network as ONNX.

    Its input `pixels` is (n, side, side, channels) uint8, its output `probabilities` (n, classes). The
    metadata have `classes` and `preprocessing` (how an image becomes `pixels`) as JSON.

    Raises:
        InputError: The model cannot be used.
    """
    checkpoint = Checkpoint.load(model)
    recipe = checkpoint.preprocessing
    network = FromPixels(_Probabilities(checkpoint.build_model()), recipe).eval()
    example = torch.zeros(2, recipe.crop, recipe.crop, recipe.channels, dtype=torch.uint8)
    with saving(target), tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "model.onnx"
        export_onnx(network, example, made, takes="pixels", gives="probabilities")
        proto = onnx.load(made)
    about = {"classes": list(checkpoint.classes), "preprocessing": recipe.to_dict()}
    onnx.helper.set_model_props(proto, {name: json.dumps(value) for name, value in about.items()})
    with atomic_write(target) as file:
        file.write(proto.SerializeToString())
