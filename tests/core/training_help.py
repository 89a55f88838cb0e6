"""Small real runs for the training tests: a few photos, a network of a few thousand weights."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any

from workbench.core.architectures.design import NetworkDesign
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.data.catalog import Catalog, Split
from workbench.core.data.scan import scan
from workbench.core.data.split import make_split
from workbench.core.events import TrainingResult
from workbench.core.settings import replace
from workbench.core.training.fit import fit

TINY = {
    "epochs": 2,
    "batch_size": 8,
    "input_size": 32,
    "amp": "off",
    "optimizer": "adamw",
    "learning_rate": 3e-3,
    "weight_decay": 0.05,
    "label_smoothing": 0.05,
    "dropout": 0.2,
    "design": {"blocks": 2, "convolutions": 1, "channels": 8, "dense": 16, "dropout": 0.0},
}


def tiny_config(**changes: Any) -> TrainingConfig:
    """From scratch, two epochs, 32 pixels."""
    config = replace(recommended("scratch", "custom"), {"design": NetworkDesign()})
    merged = {**TINY, **changes}
    merged["design"] = replace(config.design, merged["design"])
    return replace(config, merged)


def small_folder(source: Path, destination: Path, classes: int = 3, each: int = 12) -> Path:
    """Copies a few photos of the first classes."""
    for folder in sorted(path for path in source.iterdir() if path.is_dir())[:classes]:
        (destination / folder.name).mkdir(parents=True)
        for photo in sorted(folder.iterdir())[:each]:
            shutil.copy(photo, destination / folder.name)
    return destination


def drive(work: Generator[Any, None, Any]) -> tuple[list[Any], Any]:
    """Everything that a job yields, and its result."""
    events = []
    while True:
        try:
            events.append(next(work))
        except StopIteration as finished:
            return events, finished.value


def catalog_of(folder: Path) -> Catalog:
    """The folder's catalog."""
    found: Catalog = drive(scan(folder))[1]
    return found


def split_of(folder: Path) -> Split:
    """The folder's split with seed 0."""
    return make_split(catalog_of(folder), validation_fraction=0.25, seed=0)


def run_fit(split: Split, config: TrainingConfig, run: Path, **more: Any) -> tuple[list[Any], TrainingResult]:
    """Trains on the CPU."""
    run.mkdir(exist_ok=True)
    return drive(fit(split, config, run, device="cpu", **more))
