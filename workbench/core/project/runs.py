"""Projects and runs on disk: who owns which folder, and what happened in it.

A *project* is a folder of the program's own, one for each image folder; a *run* is a folder in it:

    projects/NAME-HASH/project.json
    projects/NAME-HASH/runs/ID/run.json            what was asked for
                              /split.json          which sample is in which set, with digests
                              /events.jsonl        everything that was reported, one JSON line each
                              /resume.checkpoint   everything needed to go on (and .previous)
                              /model.checkpoint    everything needed to predict
                              /answers.npz         how each sample was answered by a model that never saw it
                              /run.lock            the process that trains, while it does

No torch in here: the window reads runs that it did not start.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import psutil

from workbench.core import events
from workbench.core.config.methods import method_of
from workbench.core.errors import InputError
from workbench.core.events import EpochDone, HeadFitted, RunState, TrainingResult, TrainingStarted
from workbench.core.files import read_json, write_json
from workbench.core.paths import data_dir

RESUME, PREVIOUS, MODEL = "resume.checkpoint", "resume.previous.checkpoint", "model.checkpoint"
SPLIT, ANSWERS = "split.json", "answers.npz"


@dataclass(frozen=True)
class Project:
    """The program's own folder for one image folder."""

    folder: Path
    image_folder: Path

    @classmethod
    def of(cls, image_folder: Path) -> Project:
        """The project of an image folder, made on first use."""
        image_folder = image_folder.resolve()
        digest = hashlib.sha256(os.fsencode(image_folder)).hexdigest()[:8]
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", image_folder.name).strip("-")[:40] or "photos"
        project = cls(data_dir() / "projects" / f"{name}-{digest}", image_folder)
        (project.folder / "runs").mkdir(parents=True, exist_ok=True)
        write_json(project.folder / "project.json", {"schema_version": 1, "image_folder": str(image_folder)})
        return project

    @classmethod
    def recent(cls) -> list[Project]:
        """Every project whose image folder still exists, the last used first."""
        described = (data_dir() / "projects").glob("*/project.json")
        newest = sorted(described, key=lambda path: path.stat().st_mtime, reverse=True)
        projects = [cls(path.parent, Path(read_json(path)["image_folder"])) for path in newest]
        return [project for project in projects if project.image_folder.is_dir()]

    def new_run(self) -> Path:
        """An empty run folder with a name that sorts by time."""
        stamp = datetime.datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
        for attempt in range(1, 1000):
            folder = self.folder / "runs" / (stamp if attempt == 1 else f"{stamp}_{attempt}")
            try:
                folder.mkdir(parents=True)
            except FileExistsError:
                continue
            return folder
        raise RuntimeError(f"a thousand runs in one second in {self.folder}")

    def runs(self) -> list[RunSummary]:
        """What is known of each run, the newest first."""
        folders = sorted((self.folder / "runs").iterdir(), reverse=True)
        return [summarise(folder) for folder in folders if (folder / "run.json").is_file()]


@dataclass(frozen=True)
class RunSummary:
    """A run as its folder tells it.

    Attributes:
        config: `TrainingConfig.to_dict()` as it was asked for.
        history: Every epoch that was reported, in order.
        fitted: The newest head that was fitted to features, None where there was none.
        model: Whether there is a model file to use.
        can_continue: Whether it ended before it was done and can go on from its last checkpoint.
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
    notes: tuple[str, ...] = field(default=())
    fitted: HeadFitted | None = None

    @property
    def best(self) -> EpochDone | None:
        """The epoch whose model was kept."""
        return next((epoch for epoch in reversed(self.history) if epoch.is_best), None)

    @property
    def is_instant(self) -> bool:
        """Whether it has no steps: it only fits heads to features."""
        return not method_of(self.config).counts


def summarise(folder: Path) -> RunSummary:
    """Reads a run folder, whoever wrote it, also while it is being written.

    Raises:
        InputError: It is not a run folder.
    """
    try:
        asked = read_json(folder / "run.json")
    except (OSError, ValueError) as error:
        raise InputError("not_a_run", str(error), folder=str(folder)) from error
    started, result, fitted, notes = None, None, None, []
    epochs: dict[int, EpochDone] = {}
    for event in read_events(folder):
        if isinstance(event, TrainingStarted):
            started, result = event, None
        elif isinstance(event, HeadFitted):
            fitted = event
        elif isinstance(event, EpochDone):
            epochs[event.epoch] = event
        elif isinstance(event, TrainingResult):
            result = event
        elif isinstance(event, events.Note):
            notes.append(event.text)
    state: RunState = "interrupted"
    if result is not None:
        state = "stopped" if result.stopped else "finished"
    elif is_training(folder):
        state = "training"
    return RunSummary(
        folder,
        Path(asked["image_folder"]),
        asked["config"],
        state,
        started,
        tuple(epochs[number] for number in sorted(epochs)),
        result,
        (folder / MODEL).is_file(),
        state in ("interrupted", "stopped") and any((folder / name).is_file() for name in (RESUME, PREVIOUS)),
        tuple(notes),
        fitted,
    )


def read_events(folder: Path) -> list[Any]:
    """Every whole event of a run; a last line that a crash cut short is passed over."""
    try:
        lines = (folder / "events.jsonl").read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    found = []
    for number, line in enumerate(lines):
        if not line:
            continue
        try:
            found.append(events.from_json(json.loads(line)))
        except (ValueError, KeyError):
            if number < len(lines) - 2:
                raise
    return found


class EventLog:
    """Appends events to a run's `events.jsonl`; each line reaches the file system at once."""

    def __init__(self, folder: Path) -> None:
        self._file = (folder / "events.jsonl").open("ab", buffering=0)
        if self._file.tell():
            self._file.write(b"\n")  # ends a line that a crash may have cut short

    def append(self, event: Any) -> None:
        """Writes one event as one line."""
        self._file.write(json.dumps(events.to_json(event)).encode() + b"\n")

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


class RunLock:
    """Keeps two processes from training into one run folder; a dead process's lock is taken over.

    Raises:
        InputError: Another process that is alive trains there.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "run.lock"

    def __enter__(self) -> Self:
        for _ in range(2):
            try:
                handle = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
            except FileExistsError:
                if is_training(self._path.parent):
                    break
                self._path.unlink(missing_ok=True)
                continue
            with os.fdopen(handle, "w") as file:
                json.dump({"pid": os.getpid(), "started": psutil.Process().create_time()}, file)
            return self
        raise InputError("run_in_use")

    def __exit__(self, *error: object) -> None:
        self._path.unlink(missing_ok=True)


def is_training(folder: Path) -> bool:
    """Whether a living process holds the run's lock."""
    try:
        held = read_json(folder / "run.lock")
        return bool(psutil.Process(held["pid"]).create_time() == held["started"])
    except (OSError, ValueError, KeyError, psutil.Error):
        return False
