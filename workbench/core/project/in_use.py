"""Whose model of a project is in use: a mark that a person moves, and when a new run takes it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.core.files import read_json, write_json
from workbench.core.project.runs import RunSummary

IN_USE = "in_use.json"
_VERSION = 1
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mark:
    """What a project remembers.

    Attributes:
        run: Name of the folder of the run whose model is in use; "" where none is.
        seen: The runs that there were when the mark was set: of them, only a person gives it to another.
    """

    run: str = ""
    seen: frozenset[str] = frozenset()


def read_mark(project: Path) -> Mark:
    """The mark in a project's folder; an empty one where there is none, or it cannot be read."""
    try:
        values = read_json(project / IN_USE)
        return Mark(str(values["run"]), frozenset(map(str, values["seen"])))
    except FileNotFoundError:
        return Mark()
    except (OSError, ValueError, KeyError, TypeError) as error:
        _log.warning("%s cannot be read: %r", project / IN_USE, error)
        return Mark()


def write_mark(project: Path, mark: Mark) -> None:
    """Remembers a mark.

    Raises:
        ResourceError: The disk is full or the folder cannot be written to.
    """
    values = {"schema_version": _VERSION, "run": mark.run, "seen": sorted(mark.seen)}
    write_json(project / IN_USE, values)


def run_in_use(runs: Sequence[RunSummary], mark: Mark) -> RunSummary | None:
    """The run whose model is in use; None where no run has one.

    Args:
        runs: All runs of a project, the newest first.
        mark: What was remembered; where its run is gone, all runs are asked again.
    """
    chosen = next((run for run in runs if run.folder.name == mark.run and run.model), None)
    seen = mark.seen if chosen is not None else frozenset[str]()
    for run in reversed(runs):
        if run.state != "training" and run.folder.name not in seen and takes_over(run, chosen):
            chosen = run
    return chosen or next((run for run in runs if run.model), None)


def takes_over(new: RunSummary, old: RunSummary | None) -> bool:
    """Whether a run's model takes the place of the one in use by itself: only where it is better.

    Better is what is surely right more often: the lower end of the 95 % interval is higher, and so is the
    mean over classes, in which rare ones count as much. A model that won against the instant one on the
    same photos needs no more than that. Other classes cannot be compared: then the folder has changed, and
    the new model is the one that fits it.
    """
    if not new.model or (old is not None and old.folder == new.folder):
        return False
    if old is None or (old.classes and new.classes and set(old.classes) != set(new.classes)):
        return True
    won = new.result is not None and (new.result.kept == "improved" or bool(new.result.look))
    if old.is_instant and won:
        return True
    if new.fairest is None or new.estimate is None:
        return False
    if old.fairest is None or old.estimate is None:
        return True
    return new.estimate.low > old.estimate.low and new.fairest[1].macro_f1 >= old.fairest[1].macro_f1
