"""Three real runs of one folder whose photos are hard to tell apart, for comparing them in the window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tests.core.training_help import drive
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.data.catalog import Catalog
from workbench.core.data.scan import scan
from workbench.core.learning import train
from workbench.core.project.projects import Project
from workbench.core.settings import replace

NAMES = ("dark & dull", "light", "striped")
EACH = 16


def drawn(folder: Path, each: int = EACH, seed: int = 3) -> Path:
    """Photos of noise about a grey that the class says, with stripes in one class."""
    random = np.random.default_rng(seed)
    for name, grey in zip(NAMES, (90, 140, 118), strict=True):
        (folder / name).mkdir(parents=True)
        for number in range(each):
            pixels = random.normal(grey + random.normal(0, 22), 45, (64, 64, 3))
            if name == "striped":
                pixels[:: random.integers(4, 9)] += 40
            Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(folder / name / f"{number:02}.png")
    return folder


def scanned(folder: Path) -> Catalog:
    return drive(scan(folder))[1]


def instant(project: Project, catalog: Catalog, **wishes: object) -> Path:
    """An instant run, by the folder that it is in."""
    run = project.new_run()
    drive(train(catalog, TrainingConfig(networks="one", **wishes), run, device="cpu"))  # type: ignore[arg-type]
    return run


def scratch(project: Project, catalog: Catalog, epochs: int = 3) -> Path:
    """A run from nothing with few epochs."""
    run = project.new_run()
    wishes = {"epochs": epochs, "input_size": 64, "batch_size": 16, "augmentation": "none", "amp": "off"}
    drive(train(catalog, replace(recommended("scratch"), wishes), run, device="cpu"))
    return run
