"""The floor: every photo decoded and sent once through the quickest engine, and nothing else done."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

import benchmarks.loaded  # noqa: F401 - the clock begins after the imports
from benchmarks.clock import Clock, drain, photos_of
from workbench.core.config.training_config import recommended
from workbench.core.features.runtime_choice import open_runtime


def pass_once(folder: str) -> dict[str, Any]:
    """From the folder's path to one forward pass of every photo, those held out included.

    Args:
        folder: Holds `train` and `val`.
    """
    clock = Clock()
    engine = drain(open_runtime(recommended("instant")))
    clock.mark("engine open")
    paths = [path for name in ("train", "val") for path in photos_of(Path(folder) / name)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        decoded = pool.map(engine.backbone.preprocessing.load, paths)
        batch = []
        for position, pixels in enumerate(decoded, start=1):
            batch.append(pixels)
            if len(batch) == engine.batch or position == len(paths):
                engine.features(np.stack(batch))
                batch = []
    clock.mark("passed")
    return clock.results(engine=engine.name, photos=len(paths))
