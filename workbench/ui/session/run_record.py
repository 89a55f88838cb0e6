"""What the window knows of the run under way, made from its events one by one. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog
from workbench.core.errors import InputError
from workbench.core.events import EpochDone, HeadFitted, Progress, StepDone, TrainingStarted
from workbench.core.project.in_use import read_mark, run_in_use
from workbench.core.project.projects import Project, each_readable
from workbench.core.project.runs import RunSummary, read_run
from workbench.ui.session.state import is_empty

Loss = tuple[int, float, float, float]
MOST_POINTS = 4000
"""More points than a curve can show; from here on every second one is dropped."""


@dataclass(frozen=True)
class RunRecord:
    """A run as its events tell it.

    Attributes:
        run: What its folder says, or would say.
        step: Its newest step.
        losses: (step, epoch, loss, accuracy) of its steps, oldest first; the epoch with its fraction.
        heads: Every head that it has fitted to features, in order.
        progress: Of what it does between steps (reading photos, saving), None while it learns.
    """

    run: RunSummary
    step: StepDone | None = None
    losses: tuple[Loss, ...] = ()
    heads: tuple[HeadFitted, ...] = ()
    progress: Progress | None = None

    @property
    def started(self) -> TrainingStarted | None:
        """Its newest start, None until the first."""
        return self.run.started

    def after(self, event: Any) -> RunRecord:
        """The same run one event later."""
        record = replace(self, run=self.run.after(event))
        match event:
            case TrainingStarted():
                losses = tuple(loss for loss in self.losses if loss[0] <= event.first_step)
                return replace(record, losses=losses)
            case StepDone():
                earlier = self.losses
                if earlier and earlier[-1][0] == event.step:  # told again: one point a step
                    earlier = earlier[:-1]
                losses = thinned((*earlier, loss_of(event)))
                return replace(record, step=event, losses=losses, progress=None)
            case EpochDone():
                return replace(record, progress=None)
            case HeadFitted():
                return replace(record, heads=(*self.heads, event), progress=None)
            case Progress():
                return replace(record, progress=event)
        return record


def new_record(folder: Path, image_folder: Path, config: TrainingConfig) -> RunRecord:
    """The record of a run that is about to start."""
    return RunRecord(RunSummary(folder, image_folder, config.to_dict(), "training"))


def record_of(folder: Path) -> RunRecord:
    """The record of a run that its folder tells of, with confusion matrices.

    Raises:
        InputError: It is not a run folder.
    """
    return record_from(*read_run(folder))


def record_from(run: RunSummary, events: list[Any]) -> RunRecord:
    """The same from what `read_run` read."""
    from workbench.core.project.run_predictions import with_confusion  # NumPy: only once a run is read

    steps = [event for event in events if isinstance(event, StepDone)]
    heads = tuple(event for event in events if isinstance(event, HeadFitted))
    losses: dict[int, Loss] = {step.step: loss_of(step) for step in steps}
    ordered = tuple(losses[step] for step in sorted(losses))
    return RunRecord(with_confusion(run), steps[-1] if steps else None, as_they_came(ordered), heads)


def loss_of(step: StepDone) -> Loss:
    """A step as a point of the curves."""
    return step.step, step.epoch - 1 + step.epoch_position, step.loss, step.accuracy


def thinned(losses: tuple[Loss, ...]) -> tuple[Loss, ...]:
    """At most `MOST_POINTS` of them, the first and the last included."""
    while len(losses) > MOST_POINTS:
        losses = (*losses[:-1:2], losses[-1])
    return losses


def as_they_came(losses: Sequence[Loss]) -> tuple[Loss, ...]:
    """What is left of losses that come one by one: a run that is read again shows what it showed live."""
    kept: list[Loss] = []
    for loss in losses:
        kept.append(loss)
        if len(kept) > MOST_POINTS:
            kept = list(thinned(tuple(kept)))
    return tuple(kept)


def config_of(run: RunSummary) -> TrainingConfig:
    """The settings that a run was started with."""
    return TrainingConfig.from_dict(run.config)


@dataclass(frozen=True)
class ReadRuns:
    """What a folder's project tells when the folder is opened.

    Attributes:
        project: It.
        every: Its runs that came to something, the newest first.
        in_use: The one whose model is in use, None where none has a model.
        record: That one whole, or the newest; None without runs.
        refused: Why others cannot be shown, an error each.
    """

    project: Project
    every: tuple[RunSummary, ...]
    in_use: RunSummary | None
    record: RunRecord | None
    refused: tuple[InputError, ...]


def read_runs(catalog: Catalog, project: Project | None = None) -> ReadRuns:
    """The project of a folder's photos with its runs; each is read once.

    Args:
        project: It, where it has been found already.

    Raises:
        ResourceError: The project cannot be written.
    """
    project = project or Project.of(catalog.folder, catalog)
    refused = project.refused()
    found = each_readable(project.run_folders(), read_run, refused.append)
    read = [(run, events) for run, events in found if not is_empty(run)]
    every = tuple(run for run, _ in read)
    chosen = run_in_use(every, read_mark(project.folder))
    shown = next((pair for pair in read if pair[0] is chosen), read[0] if read else None)
    record = record_from(*shown) if shown is not None else None
    return ReadRuns(project, every, chosen, record, tuple(refused))
