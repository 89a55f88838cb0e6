"""Making any backbone with pretrained weights ready for this computer, once, with torch."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.architectures.build import build
from workbench.core.architectures.design import NetworkDesign
from workbench.core.architectures.pooled_stages import PooledStages
from workbench.core.config.training_config import TrainingConfig
from workbench.core.events import Progress
from workbench.core.export.onnx import FromPixels, export_onnx
from workbench.core.features.backbone import Backbone, backbone_of
from workbench.core.features.backbone_folder import probe_pixels, write_backbone
from workbench.core.features.lite import write_lite
from workbench.core.jobs import StopRequested, never
from workbench.core.threads import attended
from workbench.core.weights.store import apply, fetch


def prepare_backbone(
    config: TrainingConfig, *, stop: StopRequested = never
) -> Generator[Progress, None, Backbone]:
    """Fetches a configuration's pretrained weights and makes its backbone ready.

    Yields progress of the download, where there is one.

    Raises:
        WorkbenchError: The weights cannot be had; see `weights.store.fetch`.
        Stopped: `stop` returned true; what was under way goes on, for the next time.
    """
    row = architecture_of(config.architecture)
    weights_file = Path(config.weights_file) if config.weights_file else None
    tensors = yield from fetch(row, weights_file=weights_file, stop=stop)
    backbone = backbone_of(config)

    def make() -> None:
        model = build(
            row,
            classes=2,
            channels=config.channels,
            input_size=backbone.preprocessing.crop,
            dropout=0.0,
            design=NetworkDesign(),
        )
        apply(model, row, tensors)
        export(PooledStages(model, row.key), backbone)

    attended(make, stop)
    return backbone


def export(stages: PooledStages, backbone: Backbone) -> None:
    """Writes the folder of a backbone from a network with its weights; replaces what was there.

    Raises:
        ResourceError: The disk is full.
    """
    weights = {name: value.contiguous().numpy() for name, value in stages.state_dict().items()}
    if architecture_of(backbone.architecture).lite:
        write_lite(backbone, weights)
        return
    pixels = probe_pixels(backbone.preprocessing)
    network = FromPixels(stages, backbone.preprocessing).eval()
    with torch.inference_mode():
        features: NDArray[np.float32] = network(torch.from_numpy(pixels)).numpy()

    def write(path: Path) -> None:
        export_onnx(network, torch.from_numpy(pixels[:2]), path, takes="pixels", gives="features")

    write_backbone(backbone, weights, pixels, features, write, maker=f"torch {torch.__version__}")
