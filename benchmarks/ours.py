"""This program as a contestant: the public functions that the window and the command line drive too."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import benchmarks.loaded  # noqa: F401 - the clock begins after the imports
from benchmarks import heads
from benchmarks.clock import Clock, accuracy_of, drain, photos_of
from workbench.core.config.training_config import recommended
from workbench.core.data.catalog import Sample
from workbench.core.data.scan import scan
from workbench.core.data.split import own_split
from workbench.core.events import EpochDone, HeadFitted, TrainingResult
from workbench.core.features.extract import VIEWS, FeatureCache
from workbench.core.features.runtime_choice import open_runtime
from workbench.core.learning import train
from workbench.core.models.classifier import Classifier
from workbench.core.settings import replace


def get_ready() -> dict[str, Any]:
    """What happens once on a computer, ever: the backbone is exported and the engines are compared."""
    clock = Clock()
    engine = drain(open_runtime(recommended("instant")))
    clock.mark("ready")
    return clock.results(engine=engine.name)


def learn(folder: str, mode: str = "instant", quality: str = "better") -> dict[str, Any]:
    """From the folder's path to the finished model and what it predicts for the held-out photos.

    Args:
        folder: Holds `train` and `val`.
        mode: `instant` or `improve`.
        quality: `better` or `best`, where the mode is `improve`.
    """
    config = replace(recommended(mode), {"quality": quality})
    clock = Clock()
    with tempfile.TemporaryDirectory() as scratch:
        run = _run_folder(scratch)
        catalog = drain(scan(Path(folder)))
        clock.mark("scanned")
        result: TrainingResult | None = None
        for event in train(catalog, config, run):
            if isinstance(event, HeadFitted):
                clock.mark(f"{event.kind} head")
            elif isinstance(event, EpochDone):
                clock.mark(f"epoch {event.epoch}")
            elif isinstance(event, TrainingResult):
                result = event
        assert result is not None
        assert result.validation is not None
        clock.mark("result", result.validation.accuracy)
    checked = result.cross_validated.accuracy if result.cross_validated is not None else None
    return clock.results(
        engine=result.runtime, cross_validated=checked, kept=result.kept, phases=result.seconds
    )


def first_model(folder: str) -> dict[str, Any]:
    """From the path of the training photos to the first head there is, and its answers for new files.

    Args:
        folder: Holds `train`, which is opened, and `val`, whose photos are then asked about.
    """
    clock = Clock()
    with tempfile.TemporaryDirectory() as scratch:
        run = _run_folder(scratch)
        catalog = drain(scan(Path(folder) / "train"))
        clock.mark("scanned")
        with contextlib.closing(train(catalog, recommended("instant"), run)) as work:
            fitted = next(event for event in work if isinstance(event, HeadFitted))
        clock.mark(f"{fitted.kind} head")
        held_out = photos_of(Path(folder) / "val")
        answers = Classifier.load(run).predict_images(held_out)
        clock.mark("predictions", accuracy_of((answer.most_probable for answer in answers), held_out))
    return clock.results(cross_validated=fitted.cross_validated.accuracy)


def predict_folder(folder: str, photos: str) -> dict[str, Any]:
    """Predictions for many files, from the model's path.

    Args:
        folder: Holds `train` and `val`, for a model to be made first.
        photos: The folder of the files.
    """
    with tempfile.TemporaryDirectory() as scratch:
        run = _run_folder(scratch)
        drain(train(drain(scan(Path(folder))), recommended("instant"), run))
        clock = Clock()
        files = sorted(Path(photos).iterdir())
        answers = Classifier.load(run).predict_images(files)
        clock.mark("predictions")
    assert all(answer.most_probable for answer in answers)
    return clock.results(photos=len(files))


def fit_heads(folder: str) -> dict[str, Any]:
    """Heads for the features of a folder's photos, and how quickly they follow a change; see `heads.run`.

    Args:
        folder: Holds `train` and `val`.
    """
    with tempfile.TemporaryDirectory() as scratch:
        catalog = drain(scan(Path(folder)))
        drain(train(catalog, recommended("instant"), _run_folder(scratch)))
    split = own_split(catalog)
    backbone = drain(open_runtime(recommended("instant"))).backbone

    def learned(
        samples: Sequence[Sample], *, exact: bool = False
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        cache = FeatureCache(backbone, catalog.folder, exact=exact)
        return cache.take(VIEWS, samples), split.targets(samples)

    return heads.run(*learned(split.training), validation=learned(split.validation, exact=True))


def _run_folder(scratch: str) -> Path:
    run = Path(scratch) / "run"
    run.mkdir()
    return run
