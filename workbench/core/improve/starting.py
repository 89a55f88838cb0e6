"""What improving starts from: the instant model, of one network or, where that is better, of two."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Split
from workbench.core.errors import Stopped
from workbench.core.events import Event, HeadFitted, Note, Progress, TrainingResult, TrainingStarted
from workbench.core.instant.fit_instant import fit_instant
from workbench.core.instant.which_networks import has_second_look
from workbench.core.jobs import StopRequested, relay
from workbench.core.messages import Message
from workbench.core.project.runs import MODEL, PREDICTIONS, SPLIT
from workbench.core.results.comparison import Comparison
from workbench.core.results.predictions import PredictionTable, concat

_FOLDER = "two networks"


def start(
    split: Split, config: TrainingConfig, run: Path, *, device: str, stop: StopRequested
) -> Generator[Event, None, TrainingResult]:
    """Makes the instant model, then one with a second network; the better stays, and what stands at a stop.

    Args:
        split, config, run: As `fit_improve` takes them.

    Raises:
        WorkbenchError: As `fit_instant`.
        Stopped: Stopped before there was a model.
    """

    def told(event: Event) -> Event | None:
        """Its start tells of the classes, and the rounds will tell of the rest."""
        if isinstance(event, TrainingStarted):
            return replace(event, mode="improve")
        return None if isinstance(event, TrainingResult) else event

    one = replace(config, mode="instant")
    instant = yield from relay(fit_instant(split, one, run, all_photos=True, device=device, stop=stop), told)
    if instant.stopped or not has_second_look(config, len(split.training)):
        return instant
    try:
        return (yield from _look_with_two(split, config, run, instant, device=device, stop=stop))
    except Stopped:
        return replace(instant, stopped=True)


def _look_with_two(
    split: Split,
    config: TrainingConfig,
    run: Path,
    before: TrainingResult,
    *,
    device: str,
    stop: StopRequested,
) -> Generator[Event, None, TrainingResult]:
    """Makes the instant model of two networks, and keeps it where it is right about more of the same photos.

    On all photos that were tried, two are better than one (decision 19); so more right than before is
    enough, and no test has to say that it is more than luck.

    Args:
        before: What the run's instant model came to.

    Returns:
        What the better one came to; its model, predictions and split are the run's.

    Raises:
        Stopped: `stop` returned true; the run's folder is as it was.
    """
    folder = run / _FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        two = replace(config, mode="instant", networks="two")
        result = yield from relay(
            fit_instant(split, two, folder, all_photos=True, device=device, stop=stop), _told
        )
        if result.stopped:
            raise Stopped
        tables = PredictionTable.load(run / PREDICTIONS), PredictionTable.load(folder / PREDICTIONS)
        named = (
            replace(table.where(cross_validated=True), models=(name,) * int((table.folds >= 0).sum()))
            for table, name in zip(tables, ("one", "two"), strict=True)
        )
        comparison = Comparison.of(concat(list(named)), "one", "two")
        values = {name: getattr(comparison, name) for name in ("put_right", "spoiled", "samples")}
        if comparison.put_right <= comparison.spoiled:
            yield Note("one_network_stays", values)
            return before
        for name in (SPLIT, PREDICTIONS, MODEL):
            os.replace(folder / name, run / name)
        yield Note("two_networks_kept", values)
        return replace(result, run=before.run, checkpoint=before.checkpoint, second_network=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _told(event: Event) -> Event | None:
    if isinstance(event, TrainingStarted | TrainingResult | HeadFitted):
        return None
    if isinstance(event, Progress) and event.phase == "features":
        return replace(event, message=Message("looking_with_two"))
    return event
