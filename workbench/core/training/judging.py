"""How good the model is that a run ends with."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import torch
from numpy.typing import NDArray

from workbench.core.events import Event, Progress
from workbench.core.jobs import StopRequested, never
from workbench.core.models.checkpoint import Checkpoint
from workbench.core.models.distance import FeatureDistance
from workbench.core.models.learned_cloud import describe
from workbench.core.project.event_log import plain
from workbench.core.project.runs import MODEL, PREDICTIONS
from workbench.core.results.measures import Measures
from workbench.core.results.predictions import PredictionTable, concat
from workbench.core.results.reject import RejectRule
from workbench.core.results.reject_thresholds import calibrated
from workbench.core.training.task import TrainingTask
from workbench.core.training.validation import validate

_DESCRIBED = 1000
"""From so many photos it is known well enough where photos lie."""


def judge(
    task: TrainingTask, device: torch.device, stop: StopRequested = never
) -> Generator[Event, None, dict[str, Measures]]:
    """Measures the kept model as prediction will use it, and touches the test set, once.

    What it predicts is written to the run folder, and its measures into the model file.

    Args:
        stop: Asked at every batch; a set that was not measured to its end is left out.

    Returns:
        The measures by the name of the set, for those that have samples.
    """
    kept = Checkpoint.load(task.folder / MODEL)
    model = kept.build_model().to(device)
    sets = {"validation": task.data.validation, "test": task.data.test}
    if not len(task.data.validation):  # nothing else shows what it mistakes for what
        sets["training"] = task.data.training
    tables, measures = [], {}
    for name, samples in sets.items():
        if not len(samples):
            continue
        is_validation = name == "validation"
        found = yield from validate(
            model, task.data.store, samples, len(task.classes), stop=stop, keep_features=is_validation
        )
        if found is None:
            break
        tables.append(samples.table(task.config.mode, found.probabilities))
        if name != "training":
            measures[name] = found.measures
            kept.about[name] = plain(found.measures)
        if is_validation:  # the test set is for measuring alone
            kept.rule, kept.distance = yield from _familiar(model, task, tables[-1], found.features, stop)
    if tables:
        concat(tables).save(task.folder / PREDICTIONS)
        kept.save(task.folder / MODEL)
    return measures


def _familiar(
    model: torch.nn.Module,
    task: TrainingTask,
    table: PredictionTable,
    features: NDArray[np.float32],
    stop: StopRequested,
) -> Generator[Progress, None, tuple[RejectRule | None, FeatureDistance | None]]:
    """When the model says nothing, and where the photos lie that it learned from; see `calibrated`.

    Args:
        table, features: Of the validation set.
    """
    alone = calibrated(table)
    if alone is None:
        return None, None
    learned = task.data.training.in_fair_order(task.config.seed)
    some = learned.part(np.arange(min(len(learned), _DESCRIBED)))
    found = yield from validate(
        model, task.data.store, some, len(task.classes), stop=stop, keep_features=True
    )
    if found is None or not (np.isfinite(found.features).all() and np.isfinite(features).all()):
        return alone, None
    distance = describe(found.features)
    return calibrated(table, distance.distances(features)), distance
