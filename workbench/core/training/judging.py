"""How good the model is that a run ends with."""

from __future__ import annotations

from collections.abc import Generator

import torch

from workbench.core.events import Event
from workbench.core.jobs import StopRequested, never
from workbench.core.models.checkpoint import Checkpoint
from workbench.core.project.event_log import plain
from workbench.core.project.runs import MODEL, PREDICTIONS
from workbench.core.results.measures import Measures
from workbench.core.results.predictions import concat
from workbench.core.results.reject_thresholds import calibrated
from workbench.core.training.task import TrainingTask
from workbench.core.training.validation import validate


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
        found = yield from validate(model, task.data.store, samples, len(task.classes), stop=stop)
        if found is None:
            break
        tables.append(samples.table(task.config.mode, found.probabilities))
        if name != "training":
            measures[name] = found.measures
            kept.about[name] = plain(found.measures)
        if name == "validation":  # the test set is for measuring alone
            kept.rule = calibrated(tables[-1])
    if tables:
        concat(tables).save(task.folder / PREDICTIONS)
        kept.save(task.folder / MODEL)
    return measures
