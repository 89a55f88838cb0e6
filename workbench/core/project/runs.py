"""A run on disk, and what its folder tells of it.

    runs/ID/run.json            what was asked for
           /split.json          which sample is in which set, with digests
           /events.jsonl        everything that was reported, one JSON line each
           /predictions.npz     what was predicted for each sample by a model that had not learned it
           /resume.checkpoint   everything needed to go on (and .previous)
           /improve.json        of rounds: what they go on from, see `core.improve.saved`
           /model.checkpoint    everything needed to predict
           /about_run.json      what a person calls it and notes about it, see `core.project.run_about`
           /run.lock            the process that trains, while it does

No torch in here: the window reads runs that it did not start.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, fields, replace
from functools import reduce
from pathlib import Path
from typing import Any

from workbench.core.config.methods import method_of
from workbench.core.errors import InputError
from workbench.core.events import (
    EpochDone,
    HeadFitted,
    Note,
    RunState,
    TrainingResult,
    TrainingStarted,
)
from workbench.core.files import read_json, write_json
from workbench.core.messages import Message
from workbench.core.project.event_log import EVENTS, read_events
from workbench.core.project.run_about import RunAbout, read_about
from workbench.core.project.run_lock import is_training
from workbench.core.results.estimate import Estimate, How, fairest
from workbench.core.results.measures import Measures

RESUME, PREVIOUS, MODEL = "resume.checkpoint", "resume.previous.checkpoint", "model.checkpoint"
SPLIT, PREDICTIONS, ASKED = "split.json", "predictions.npz", "run.json"
BEGUN = "improve.json"
SCHEMA_VERSION = 2
"""Of a run folder. 1, until 0.1.0: events carry confusion matrices, predictions are `answers.npz`."""


@dataclass(frozen=True)
class RunSummary:
    """A run as its folder tells it, or as its events have told so far.

    Attributes:
        config: `TrainingConfig.to_dict()` as it was asked for.
        history: Every epoch that was reported, in order; only the newest and the best one with matrices.
        fitted: The newest head that was fitted to features, None where there was none.
        classes: Class names in the order of its measures; () before they are known.
        model: Whether there is a model file to use.
        can_continue: Whether it ended before it was done and can go on from its last checkpoint.
        unread: How many lines of its events cannot be read.
        about: What a person calls it and notes about it.
    """

    folder: Path
    image_folder: Path
    config: dict[str, Any]
    state: RunState
    started: TrainingStarted | None = None
    history: tuple[EpochDone, ...] = ()
    result: TrainingResult | None = None
    model: bool = False
    can_continue: bool = False
    notes: tuple[Message, ...] = ()
    fitted: HeadFitted | None = None
    unread: int = 0
    classes: tuple[str, ...] = ()
    about: RunAbout = field(default_factory=RunAbout)

    def is_unchanged(self, since: RunSummary | None) -> bool:
        """Whether it is the same run in the same state; another name or note is no change.

        Its arrays cannot be compared with ==: a part that has changed is another object.
        """
        return since is not None and all(
            getattr(self, each.name) is getattr(since, each.name)
            for each in fields(self)
            if each.name != "about"
        )

    @property
    def best(self) -> EpochDone | None:
        """The epoch whose model was kept."""
        return next((epoch for epoch in reversed(self.history) if epoch.is_best), None)

    @property
    def is_instant(self) -> bool:
        """Whether it has no steps: it only fits heads to features."""
        return not method_of(self.config).counts

    @property
    def fairest(self) -> tuple[How, Measures] | None:
        """The measures that it is judged by: of its result, or the newest before that."""
        if self.result is not None:
            return self.result.fairest
        return fairest(
            {
                "validation": self.best.validation if self.best is not None else None,
                "cross_validated": self.fitted.cross_validated if self.fitted is not None else None,
            }
        )

    @property
    def estimate(self) -> Estimate | None:
        """The accuracy to expect on other photos, None where nothing was measured."""
        return None if self.fairest is None else Estimate.of(*self.fairest)

    def after(self, event: Any) -> RunSummary:
        """The same run one event later; models are written before the event that tells of them."""
        match event:
            case TrainingStarted():
                return replace(self, started=event, classes=event.classes, result=None, state="training")
            case HeadFitted():
                return replace(self, fitted=event, model=True)
            case EpochDone():
                best = event if event.is_best else self.best
                epochs = {
                    epoch.epoch: epoch if epoch is best else _without_confusion(epoch)
                    for epoch in self.history
                }
                epochs[event.epoch] = event
                history = tuple(epochs[number] for number in sorted(epochs))
                return replace(self, history=history, model=self.model or event.is_best)
            case TrainingResult():
                return replace(self, result=event, state=_state_of(event), model=True)
            case Note():
                return replace(self, notes=(*self.notes, event.message))
        return self

    def ended(self) -> RunSummary:
        """The same run once nobody trains it, with what stands in its folder; no file is read."""
        state: RunState = "interrupted" if self.result is None else _state_of(self.result)
        resumable = any((self.folder / name).is_file() for name in (RESUME, PREVIOUS, BEGUN))
        return replace(
            self,
            state=state,
            model=(self.folder / MODEL).is_file(),
            can_continue=state in ("interrupted", "stopped") and resumable,
        )


def _state_of(result: TrainingResult) -> RunState:
    return "stopped" if result.stopped else "finished"


def _without_confusion(epoch: EpochDone) -> EpochDone:
    validation = epoch.validation.without_confusion() if epoch.validation is not None else None
    return replace(epoch, training=epoch.training.without_confusion(), validation=validation)


def summarise(folder: Path) -> RunSummary:
    """Reads a run folder, whoever wrote it, also while it is being written.

    Raises:
        InputError: It is not a run folder.
    """
    return read_run(folder)[0]


def read_run(folder: Path) -> tuple[RunSummary, list[Any]]:
    """As `summarise`, with the events that it was made from: they are read once.

    Raises:
        InputError: It is not a run folder.
    """
    asked = read_asked(folder)
    try:
        events, unread = read_events(folder)
    except OSError as error:
        raise damaged(folder, EVENTS, error) from error
    begun = RunSummary(
        folder,
        Path(asked["image_folder"]),
        asked["config"],
        "interrupted",
        unread=unread,
        about=read_about(folder),
    )
    run = reduce(RunSummary.after, events, begun).ended()
    if run.result is None and is_training(folder):
        run = replace(run, state="training", can_continue=False)
    return run, events


def write_asked(folder: Path, image_folder: Path, config: dict[str, Any]) -> None:
    """Writes what a run was asked for; from then on its folder is one of a run."""
    about = {
        "schema_version": SCHEMA_VERSION,
        "image_folder": os.path.realpath(image_folder),
        "config": config,
    }
    write_json(folder / ASKED, about)


def note_image_folder(folder: Path, image_folder: Path) -> None:
    """Notes in a run that its photos lie elsewhere now; what else it was asked for stays as it is."""
    write_json(folder / ASKED, {**read_json(folder / ASKED), "image_folder": os.path.realpath(image_folder)})


def read_asked(folder: Path) -> dict[str, Any]:
    """What `write_asked` wrote, of this version or an older one.

    Raises:
        InputError: It is not a run folder, that of a newer version, or `run.json` is damaged.
    """
    try:
        asked = read_json(folder / ASKED)
        newer = asked.get("schema_version", 1) > SCHEMA_VERSION
        if not (isinstance(asked["image_folder"], str) and isinstance(asked["config"], dict)):
            raise TypeError("values of other types")  # noqa: TRY301
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError("not_a_run", repr(error), folder=str(folder)) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(folder, ASKED, error) from error
    if newer:
        raise InputError("newer_run", folder=str(folder))
    return asked


def damaged(folder: Path, file: str, error: Exception) -> InputError:
    """The error for one file of a run that cannot be understood."""
    return InputError("run_damaged", repr(error), file=file, folder=str(folder))


def is_run(folder: Path) -> bool:
    """Whether a folder holds a run, be it damaged; not the empty one of a run that is about to begin."""
    return any(os.path.lexists(folder / name) for name in (ASKED, MODEL, EVENTS))


def model_in(path: Path) -> Path:
    """The model file that a path stands for: that file itself, or the one in a run's folder.

    Raises:
        InputError: It is a folder without a model.
    """
    if not path.is_dir() or (path / MODEL).is_file():
        return path / MODEL if path.is_dir() else path
    raise InputError("run_without_model" if is_run(path) else "not_a_run", folder=str(path))


def order(folder: Path) -> tuple[int, str]:
    """What runs of a project are sorted by, the oldest first: their number, whatever the clock said.

    Runs until 0.1.0 have no number; they come before all others, by the time in their names.
    """
    numbered = re.fullmatch(r"[\d-]{10}_[\d-]{8}-(\d+)", folder.name)
    return (int(numbered[1]) if numbered else 0), folder.name
