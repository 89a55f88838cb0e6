"""Training: a plain generator that yields events and returns a result.

The window, the command line and a test drive the same one: `list(fit(...))`.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from workbench.core import devices
from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.architectures.build import build
from workbench.core.augmentation.augmentation_rows import augmentations_of
from workbench.core.augmentation.pipeline import Pipeline
from workbench.core.config.recipe import preprocessing_for
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.data.catalog import Split
from workbench.core.data.pixels import PixelStore
from workbench.core.data.stored_split import StoredSplit
from workbench.core.errors import InputError, Stopped
from workbench.core.events import Event, Note, TrainingResult
from workbench.core.jobs import StopRequested, never
from workbench.core.models.checkpoint import Checkpoint, load_newest
from workbench.core.project.runs import PREVIOUS, RESUME, SPLIT
from workbench.core.project.split_file import write_split
from workbench.core.seeds import derived_seed
from workbench.core.training.batches import TrainingBatches
from workbench.core.training.judging import judge
from workbench.core.training.learner import Learner
from workbench.core.training.loop import Loop
from workbench.core.training.memory import smallest_batch
from workbench.core.training.task import TrainingTask
from workbench.core.weights.store import apply, fetch


def fit(
    split: Split,
    config: TrainingConfig,
    run: Path,
    *,
    device: str = "auto",
    resuming: bool = False,
    stop: StopRequested = never,
) -> Generator[Event, None, TrainingResult]:
    """Trains a model.

    Args:
        split: What to learn from, what to check with, what to test with once at the end.
        config: The settings.
        run: Folder for the checkpoints; see `workbench.core.project.runs`.
        device: `auto`, `cpu` or `cuda`.
        resuming: Go on from the run's last checkpoint; on the same CPU the end is the same, bit for
            bit, as if the run had never been cut off.
        stop: Asked at every batch; the best so far is kept and the run can be resumed.

    Raises:
        InputError: The settings do not fit the data or each other.
        ResourceError: Memory or disk ran out and nothing smaller would do.
        Stopped: Stopped before training began.
    """
    begun = time.monotonic()
    chosen_device = devices.choose(device)
    row = architecture_of(config.architecture)
    if min(len(split.training), len(split.classes)) < 2:
        raise InputError("too_few_photos")
    saved = (yield from _saved(run)) if resuming else None
    preprocessing = replace(preprocessing_for(row, config), brightness=split.brightness)
    if saved is not None:  # what began with an older recipe goes on with it
        preprocessing = saved.preprocessing
    pretrained = None
    if config.method.pretrained and saved is None:
        weights_file = Path(config.weights_file) if config.weights_file else None
        pretrained = yield from fetch(row, weights_file=weights_file, stop=stop)
    store = yield from PixelStore.build(split.roots, split.samples, preprocessing, stop=stop)
    with store, _repeatable(config.deterministic):
        stored = StoredSplit.of(split, store)
        yield from stored.notes()
        if not resuming:
            write_split(run / SPLIT, stored.split)
            yield from _remarks(stored, config)
        loop = _prepared(stored, config, run, chosen_device, pretrained)
        if saved is not None:
            loop.restore(saved)
        elif stop():
            raise Stopped()
        yield loop.started()
        decoded = time.monotonic()
        yield from loop.run(stop)
        trained = time.monotonic()
        judged = {} if loop.stopped else (yield from judge(loop.task, chosen_device, stop))
        seconds = {"decode": decoded - begun, "train": trained - decoded, "total": time.monotonic() - begun}
        result = loop.result(judged, seconds)
        yield result
        return result


def _saved(run: Path) -> Generator[Note, None, Checkpoint]:
    """The newest whole save of a run."""
    saved, older = load_newest(run / RESUME, run / PREVIOUS)
    if older:
        yield Note("older_checkpoint")
    return saved


def _remarks(stored: StoredSplit, config: TrainingConfig) -> Iterator[Note]:
    """What the photos leave of the settings that somebody chose."""
    photos, step = len(stored.training), config.batch_size * config.accumulation
    usual = recommended(config.mode, config.architecture)
    if step > photos and step > usual.batch_size * usual.accumulation:
        yield Note("step_larger_than_set", {"step": step, "photos": photos})
    if not len(stored.validation) and (config.early_stopping or config.schedule == "plateau"):
        yield Note("nothing_to_wait_for")


def _prepared(
    stored: StoredSplit,
    config: TrainingConfig,
    run: Path,
    device: torch.device,
    pretrained: dict[str, torch.Tensor] | None,
) -> Loop:
    """The loop of a run, its model with fresh or pretrained weights.

    Raises:
        InputError: Too few photos are left, or the weights do not fit.
    """
    training, names = stored.training, stored.split.class_names
    if len(training) < 2:
        raise InputError("too_few_photos.gone")
    row, preprocessing = architecture_of(config.architecture), stored.store.preprocessing
    torch.manual_seed(derived_seed(config.seed, "weights"))
    model = build(
        row,
        classes=len(names),
        channels=config.channels,
        input_size=preprocessing.crop,
        dropout=config.dropout,
        design=config.design,
    )
    if pretrained is not None:
        apply(model, row, pretrained)
    pipeline = Pipeline(augmentations_of(config), classes=len(names), crop=preprocessing.crop)
    weights = None
    if config.class_weighting == "balanced":
        weights = _class_weights(training.targets, len(names))
    learner = Learner(model, config, device, pipeline, preprocessing, weights, len(names))
    step_size = max(config.batch_size * config.accumulation, smallest_batch(model))
    batches = TrainingBatches(
        stored.store, training.members, training.targets, pipeline, step_size, config.seed, device
    )
    return Loop(TrainingTask(stored, config, run), learner, batches)


def _class_weights(targets: NDArray[np.int64], classes: int) -> torch.Tensor:
    """Weights inverse to the classes' counts, 1 on average over the samples (King & Zeng 2001)."""
    counts = np.bincount(targets, minlength=classes)
    weights = np.where(counts > 0, len(targets) / (np.count_nonzero(counts) * np.maximum(counts, 1)), 0.0)
    return torch.from_numpy(weights).float()


@contextlib.contextmanager
def _repeatable(exact: bool) -> Iterator[None]:
    """Exact repeats on a GPU too, where that is asked for."""
    before = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(exact or before, warn_only=True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)
