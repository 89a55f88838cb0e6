"""How many photos instant models get right that they have not learned, by how they look at them."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.clock import drain
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Split
from workbench.core.data.crops import Crops
from workbench.core.data.groups import groups_of
from workbench.core.data.scan import scan
from workbench.core.data.split import own_split
from workbench.core.features.extract import VIEWS, view_features
from workbench.core.features.runtime_choice import open_runtime
from workbench.core.instant.folds import folds_of
from workbench.core.instant.looking import PhotoFeatures
from workbench.core.instant.trainer import HeadTrainer
from workbench.core.jobs import never
from workbench.core.results.comparison import exact_p_value

FOLDS = 10
Found = NDArray[np.float32]


def measure(folder: str, architecture: str, input_size: int = 0, crops: int = 0) -> dict[str, Any]:
    """Accuracy over all photos of a folder in ten folds, those of the usual way, and who is right where.

    Args:
        folder: Of classes, or of sets of classes.
        architecture: Which network looks.
        input_size: Side in pixels; 0 for the network's own.
        crops: So many crops a side, overlapping, of a square of 448 pixels: the means and the greatest
            values of their features stand beside those of the whole photo. 0: the photo alone.
    """
    split = own_split(drain(scan(Path(folder))))
    targets = np.array(split.targets(split.samples))
    usual = _right(_features(split, TrainingConfig()), targets, split)
    begun = time.monotonic()
    features = _features(split, TrainingConfig(architecture=architecture, input_size=input_size))
    if crops:
        features = np.concatenate([features, _of_crops(split, crops)], axis=1)
    seconds = time.monotonic() - begun
    right = _right(features, targets, split)
    put_right, spoiled = int((right & ~usual).sum()), int((usual & ~right).sum())
    return {
        "seconds": seconds,
        "photos": len(targets),
        "accuracy": float(right.mean()),
        "usual": float(usual.mean()),
        "put_right": put_right,
        "spoiled": spoiled,
        "p_value": exact_p_value(put_right, spoiled),
    }


def _right(features: Found, targets: NDArray[np.int64], split: Split) -> NDArray[np.bool_]:
    groups = groups_of(split.samples)
    folds = folds_of(targets, groups, FOLDS)
    right = np.zeros(len(targets), bool)
    for fold in np.unique(folds):
        learned = np.flatnonzero(folds != fold)
        trainer = HeadTrainer(len(split.classes))
        head = trainer.fit(features[learned], targets[learned], [groups[row] for row in learned]).head
        held = folds == fold
        right[held] = head.probabilities(features[held]).argmax(1) == targets[held]
    return right


def _features(split: Split, config: TrainingConfig) -> Found:
    runtime = drain(open_runtime(config, device="cpu"))
    recipe = replace(runtime.backbone.preprocessing, brightness=split.brightness)
    with PhotoFeatures(split, runtime, recipe, "cpu") as features:
        for _ in features.look(split.samples, VIEWS, stop=never):
            pass
        return features.of(split.samples, VIEWS)


def _of_crops(split: Split, count: int) -> Found:
    runtime = drain(open_runtime(TrainingConfig(), device="cpu"))
    small = replace(runtime.backbone.preprocessing, brightness=split.brightness)
    side = 2 * small.crop
    recipe = replace(small, resize=side, crop=side, decode=side, whole_from=1.0)  # all of the photo
    found = []
    with Crops(split.roots, split.samples, recipe) as squares:
        for _, square in squares.of(split.samples, stop=never):
            parts = _parts(square, small.crop, count)
            each = np.mean([view_features(runtime, parts, view) for view in VIEWS], axis=0)
            found.append(np.concatenate([each.mean(0), each.max(0)]))
    return np.array(found, np.float32)


def _parts(square: NDArray[np.uint8], side: int, count: int) -> NDArray[np.uint8]:
    starts = np.linspace(0, len(square) - side, count).round().astype(int)
    return np.stack([square[top : top + side, left : left + side] for top in starts for left in starts])
