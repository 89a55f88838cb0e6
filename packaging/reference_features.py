"""Writes resources/reference: what torch computes of some pictures with the packaged weights.

    uv run python packaging/reference_features.py

The program compares with it before it uses a backbone that it has written itself (`core/features/lite.py`).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from workbench.core.architectures.architecture import Architecture
from workbench.core.architectures.architecture_rows import ARCHITECTURES
from workbench.core.architectures.build import build
from workbench.core.architectures.design import NetworkDesign
from workbench.core.architectures.pooled_stages import PooledStages
from workbench.core.config.recipe import preprocessing_for
from workbench.core.config.training_config import TrainingConfig
from workbench.core.export.onnx import FromPixels
from workbench.core.features.lite import ENLARGED, enlarged
from workbench.core.jobs import run
from workbench.core.weights.store import apply, fetch
from workbench.core.weights.stored import id_of
from workbench.sample.photo import draw_photo
from workbench.sample.things import THINGS

_PICTURES = 4


def write(row: Architecture, path: Path) -> None:
    """Writes small pixels (N, side / 4, side / 4, 3), and the features (N, width) of the enlarged ones."""
    preprocessing = preprocessing_for(row, TrainingConfig(architecture=row.key))
    side = preprocessing.crop // ENLARGED
    photos = [draw_photo(thing, np.random.default_rng(n)) for n, thing in enumerate(THINGS[:_PICTURES])]
    small = np.stack(
        [np.asarray(photo.convert("RGB").resize((side, side), Image.Resampling.BOX)) for photo in photos]
    )
    model = build(
        row, classes=2, channels=3, input_size=preprocessing.crop, dropout=0.0, design=NetworkDesign()
    )
    apply(model, row, run(fetch(row)))
    network = FromPixels(PooledStages(model, row.key), preprocessing).eval()
    with torch.inference_mode():
        features = network(torch.from_numpy(enlarged(small))).numpy()
    path.parent.mkdir(exist_ok=True)
    assert row.weights is not None
    np.savez_compressed(path, pixels=small, features=features, weights_id=id_of(row.weights))


if __name__ == "__main__":
    for each in ARCHITECTURES:
        if each.lite:
            write(each, Path(__file__).parents[1] / "resources" / "reference" / f"{each.key}.npz")
