"""What the window knows of the run under way, made from its events one by one. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workbench.core.config.training_config import TrainingConfig
from workbench.core.events import (
    EpochDone,
    HeadFitted,
    Note,
    Progress,
    StepDone,
    TrainingResult,
    TrainingStarted,
)
from workbench.core.project.runs import MODEL, RunSummary, read_events, summarise

Loss = tuple[int, float, float, float]
MOST_POINTS = 4000
"""More points than a curve can show; from here on every second one is dropped."""


@dataclass(frozen=True)
class Watch:
    """A run as its events tell it.

    Attributes:
        run: What `core.runs.summarise` would say.
        started: Its newest start, None until the first.
        step: Its newest step.
        losses: (step, epoch, loss, accuracy) of its steps, oldest first; the epoch with its fraction.
        heads: Every head that it has fitted to features, in order.
        progress: Of what it does between steps (reading photos, saving), None while it learns.
    """

    run: RunSummary
    started: TrainingStarted | None = None
    step: StepDone | None = None
    losses: tuple[Loss, ...] = ()
    heads: tuple[HeadFitted, ...] = ()
    progress: Progress | None = None

    def after(self, event: Any) -> Watch:
        """The same run one event later."""
        match event:
            case TrainingStarted():
                losses = tuple(loss for loss in self.losses if loss[0] <= event.first_step)
                run = replace(self.run, started=event, result=None, state="training")
                return replace(self, run=run, started=event, losses=losses)
            case StepDone():
                return replace(
                    self, step=event, losses=thinned((*self.losses, loss_of(event))), progress=None
                )
            case EpochDone():
                epochs = {epoch.epoch: epoch for epoch in (*self.run.history, event)}
                history = tuple(epochs[number] for number in sorted(epochs))
                model = self.run.model or event.is_best
                return replace(self, run=replace(self.run, history=history, model=model), progress=None)
            case HeadFitted():  # its model is written before it is reported
                model = self.run.model or (self.run.folder / MODEL).is_file()
                run = replace(self.run, fitted=event, model=model)
                return replace(self, run=run, heads=(*self.heads, event), progress=None)
            case TrainingResult():
                state = "stopped" if event.stopped else "finished"
                return replace(self, run=replace(self.run, result=event, state=state, model=True))
            case Note():
                return replace(self, run=replace(self.run, notes=(*self.run.notes, event.text)))
            case Progress():
                return replace(self, progress=event)
        return self


def new_watch(folder: Path, image_folder: Path, config: TrainingConfig) -> Watch:
    """The watch of a run that is about to start."""
    return Watch(RunSummary(folder, image_folder, config.to_dict(), "training"))


def watch_of(folder: Path) -> Watch:
    """The watch of a run that its folder tells of.

    Raises:
        InputError: It is not a run folder.
    """
    events = read_events(folder)
    steps = [event for event in events if isinstance(event, StepDone)]
    heads = tuple(event for event in events if isinstance(event, HeadFitted))
    run = summarise(folder)
    losses: dict[int, Loss] = {step.step: loss_of(step) for step in steps}
    ordered = tuple(losses[step] for step in sorted(losses))
    return Watch(run, run.started, steps[-1] if steps else None, thinned(ordered), heads)


def loss_of(step: StepDone) -> Loss:
    """A step as a point of the curves."""
    return step.step, step.epoch - 1 + step.epoch_position, step.loss, step.accuracy


def thinned(losses: tuple[Loss, ...]) -> tuple[Loss, ...]:
    """At most `MOST_POINTS` of them, the first and the last included."""
    while len(losses) > MOST_POINTS:
        losses = (*losses[:-1:2], losses[-1])
    return losses


def config_of(run: RunSummary) -> TrainingConfig:
    """The settings that a run was started with."""
    return TrainingConfig.from_dict(run.config)
