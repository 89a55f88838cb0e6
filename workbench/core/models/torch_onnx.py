"""A network as an ONNX graph: preprocessed pixels to probabilities. With torch."""

from __future__ import annotations

import tempfile
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from workbench.core.export.onnx import FromPixels, export_onnx
from workbench.core.models.checkpoint import Checkpoint


class _Probabilities(nn.Module):
    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.network(images)
        return logits.softmax(1)


def graph_of(model: Path) -> onnx.ModelProto:
    """The network of a model file, from `pixels` to `probabilities`.

    Raises:
        InputError: The model cannot be used.
    """
    checkpoint = Checkpoint.load(model)
    recipe = checkpoint.preprocessing
    network = FromPixels(_Probabilities(checkpoint.build_model()), recipe).eval()
    example = torch.zeros(2, recipe.crop, recipe.crop, recipe.channels, dtype=torch.uint8)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "model.onnx"
        export_onnx(network, example, made, takes="pixels", gives="probabilities")
        return onnx.load(made)
