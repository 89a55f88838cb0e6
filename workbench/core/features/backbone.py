"""A backbone that was made ready for this computer once: a folder with everything that needs no torch.

backbones/KEY/backbone.onnx          uint8 pixels to features, preprocessing included
/backbone.safetensors   its weights, for model files and for torch
/probe.npz              drawn photos and their features in torch, float32
/about.json             what it is; SHA-256 of each of the above
/engine*.json           which runtimes were the quickest here (see `runtime_choice`)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.config.recipe import preprocessing_for
from workbench.core.config.training_config import TrainingConfig
from workbench.core.errors import InputError, ResourceError
from workbench.core.files import sha256_of
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.paths import cache_dir
from workbench.core.weights import stored

VERSION = 2
"""To be raised whenever the same weights would give other features."""
ONNX, WEIGHTS, PROBE, ABOUT = "backbone.onnx", "backbone.safetensors", "probe.npz", "about.json"
TUNED = "tuned-"
"""How the `weights_id` of weights begins that were changed here; the others can be had again."""


@dataclass(frozen=True)
class Backbone:
    """One set of weights with the preprocessing that belongs to it.

    Attributes:
        architecture: Key of its row.
        weights_id: Names the weights' exact content.
        preprocessing: How an image becomes its input.
    """

    architecture: str
    weights_id: str
    preprocessing: Preprocessing

    @property
    def key(self) -> str:
        """The name of its folder, 16 hex digits: the same whatever squares are cut, however bright."""
        recipe = replace(self.preprocessing, whole_from=0.0, rows_from=0.0, brightness=None).to_dict()
        text = json.dumps([VERSION, self.architecture, self.weights_id, recipe], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def folder(self) -> Path:
        """Where it is kept once it has been made ready."""
        return cache_dir() / "backbones" / self.key

    @property
    def onnx(self) -> Path:
        """The exported network."""
        return self.folder / ONNX

    def is_ready(self) -> bool:
        """Whether it has been made ready and nothing of it is missing or damaged."""
        try:
            digests = self.about()["sha256"]
            return all(sha256_of(self.folder / name) == digests[name] for name in (ONNX, WEIGHTS, PROBE))
        except (
            OSError,
            ValueError,
            KeyError,
            TypeError,
            ResourceError,
        ):  # never made, or not whole, or no home
            return False

    def about(self) -> dict[str, Any]:
        """What `about.json` says: `width` (number of features), `sha256`, `seconds` that it took."""
        values: dict[str, Any] = json.loads((self.folder / ABOUT).read_text(encoding="utf-8"))
        return values

    def probe(self) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Pixels (N, side, side, channels) and their features (N, width) as torch computes them."""
        with np.load(self.folder / PROBE) as arrays:
            return arrays["pixels"], arrays["features"]


def tuned_id(weights: Mapping[str, NDArray[Any]]) -> str:
    """The `weights_id` of weights that were changed here: their digest.

    Args:
        weights: By the names of `PooledStages.state_dict`.
    """
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(f"stages.{name}".encode() + np.ascontiguousarray(weights[name]).tobytes())
    return f"{TUNED}{digest.hexdigest()}"


def backbone_of(config: TrainingConfig) -> Backbone:
    """The backbone that a configuration starts from; its `weights_id` is "" where it is still to be fetched.

    Raises:
        InputError: The architecture has no pretrained weights, or cannot work with the input size.
    """
    row = architecture_of(config.architecture)
    if row.weights is None:
        raise InputError("no_weights.mode", architecture=row.name)
    file = Path(config.weights_file) if config.weights_file else None
    preprocessing = preprocessing_for(row, config)
    return Backbone(row.key, stored.id_of(row.weights, file), preprocessing)
