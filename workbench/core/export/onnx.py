"""Any torch network as an ONNX file."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from workbench.core.images.preprocessing import Preprocessing


class FromPixels(nn.Module):
    """A network with its preprocessing inside: pixels (n, side, side, channels) uint8 to its output.

    Args:
        network: Takes standardised images (n, channels, side, side).
        preprocessing: Gives the mean and standard deviation per channel.
    """

    def __init__(self, network: nn.Module, preprocessing: Preprocessing) -> None:
        super().__init__()
        self.network = network
        self.mean: Tensor
        self.std: Tensor
        self.register_buffer("mean", 255 * torch.tensor(preprocessing.mean).view(1, -1, 1, 1))
        self.register_buffer("std", 255 * torch.tensor(preprocessing.std).view(1, -1, 1, 1))

    def forward(self, pixels: Tensor) -> Tensor:
        """As the class says."""
        output: Tensor = self.network((pixels.permute(0, 3, 1, 2).float() - self.mean) / self.std)
        return output


def export_onnx(network: nn.Module, example: Tensor, path: Path, *, takes: str, gives: str) -> None:
    """Writes a network as one ONNX file whose batch size is free.

    Args:
        network: In `eval` mode, with one input and one output.
        example: An input of at least two samples; its first dimension is the batch.
        path: The file.
        takes, gives: Names of input and output in the file.
    """
    quiet = [logging.getLogger(name) for name in ("torch.onnx", "onnxscript", "onnx_ir")]
    levels = [each.level for each in quiet]
    for each in quiet:
        each.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the exporter about its own future
            torch.onnx.export(
                network,
                (example,),
                path,
                input_names=[takes],
                output_names=[gives],
                dynamic_shapes=({0: torch.export.Dim.DYNAMIC},),
                dynamo=True,
                external_data=False,
                verbose=False,
            )
    finally:
        for each, level in zip(quiet, levels, strict=True):
            each.setLevel(level)
