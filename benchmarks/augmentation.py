"""How fast photos in memory are changed at random, as training does it."""

from __future__ import annotations

from typing import Any

import torch

from benchmarks.clock import Clock
from workbench.core.augmentation.augmentation_rows import augmentations_of
from workbench.core.augmentation.pipeline import Pipeline
from workbench.core.config.training_config import TrainingConfig
from workbench.core.settings import replace

_BATCH = 64


def speed(preset: str, side: int, seconds: float = 5.0) -> dict[str, Any]:
    """Photos a second of the part of the augmentation that works on batches, on one thread.

    Args:
        preset: `light`, `normal` or `strong`.
        side: Of the square photos, in pixels.
        seconds: How long to measure.
    """
    torch.set_num_threads(1)
    config = replace(TrainingConfig(), {"augmentation": preset})
    pipeline = Pipeline(augmentations_of(config), classes=10, crop=side)
    random = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (_BATCH, 3, side, side), dtype=torch.uint8, generator=random)
    pipeline(pixels, random)
    clock, done = Clock(), 0
    while clock.seconds < seconds:
        pipeline(pixels, random)
        done += _BATCH
    clock.mark("changed")
    return clock.results(photos_per_second=round(done / clock.seconds))
