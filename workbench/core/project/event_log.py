"""A run's `events.jsonl`: everything that was reported, one JSON object a line, its kind under `event`.

Confusion matrices are left out: they can be counted from the run's predictions. Lines of older versions
are brought into today's form in one place, `_migrated`.
"""

from __future__ import annotations

import errno
import json
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.core import events
from workbench.core.files import saving
from workbench.core.messages import Message
from workbench.core.results.measures import Measures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EVENTS = "events.jsonl"
_KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        events.Progress,
        events.Note,
        events.TrainingStarted,
        events.StepDone,
        events.EpochDone,
        events.HeadFitted,
        events.CheckpointSaved,
        events.TrainingResult,
    )
}
_log = logging.getLogger(__name__)


class EventLog:
    """Appends events to a run's `events.jsonl`; each line reaches the file system at once.

    Raises:
        ResourceError: It cannot be written; so does `append`.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / EVENTS
        with saving(self._path):
            self._file = self._path.open("ab", buffering=0)
        if self._file.tell():
            self._write(b"\n")  # ends a line that a crash may have cut short

    def append(self, event: Any) -> None:
        """Writes one event as one line."""
        # Not msgspec's own text: it knows no NaN, which a loss may be.
        self._write(json.dumps(to_json(event)).encode() + b"\n")

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def _write(self, line: bytes) -> None:
        with saving(self._path):
            if self._file.write(line) != len(line):  # the disk took a part of it
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def read_events(folder: Path) -> tuple[list[Any], int]:
    """Every event of a run that can be read, in order, and how many lines were passed over.

    A line can be cut off in the middle of the file, where the disk was full for a while, or be of a kind
    that a newer version writes. The last line does not count where it is cut off: it may be being written.

    Raises:
        OSError: The file is there and cannot be read.
    """
    try:
        lines = (folder / EVENTS).read_bytes().split(b"\n")
    except FileNotFoundError:
        return [], 0
    found, unread = [], 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found.append(from_json(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            unread += number < len(lines)
    if unread:
        _log.warning("%s: lines that cannot be read, passed over: %d", folder / EVENTS, unread)
    return found, unread


def to_json(event: Any) -> dict[str, Any]:
    """An event as plain JSON values, with its kind under `event`; not for thumbnails."""
    return {"event": type(event).__name__, **plain(event)}


def from_json(record: dict[str, Any]) -> Any:
    """The event that `to_json` wrote, in this version or an older one.

    Raises:
        KeyError: The record is of a kind that this version does not know.
        ValueError: A value is missing or of another type.
    """
    import msgspec  # with the first run: the window paints before it

    kind = _KINDS[record["event"]]
    return msgspec.convert(_migrated(record), kind)


def plain(value: Any) -> Any:
    """A dataclass of numbers as plain JSON values, without confusion matrices."""
    import msgspec  # with the first run: the window paints before it

    return msgspec.to_builtins(value, enc_hook=_number)


def measures_from_json(values: dict[str, Any]) -> Measures:
    """The measures that `plain` wrote, in this version or an older one.

    Raises:
        ValueError: A value is missing or of another type.
    """
    import msgspec  # with the first run: the window paints before it

    return msgspec.convert(_migrated_measures(values), Measures)


def _number(value: Any) -> Any:
    """A NumPy number as Python's; None for an array."""
    return value.item() if getattr(value, "ndim", None) == 0 else None


def _migrated(record: dict[str, Any]) -> dict[str, Any]:
    """A record as this version writes it."""
    values = dict(record)
    if isinstance(values.get("text"), str):  # until 0.1.0, a note and progress carried a sentence
        said = plain(Message.said(values["text"]))
        if values["event"] == "Note":
            values |= said
        else:
            values["message"] = said if values["text"] else None
    for name in ("training", "validation", "test", "cross_validated"):
        if isinstance(values.get(name), dict):
            values[name] = _migrated_measures(values[name])
    if values["event"] == "TrainingResult":  # until 0.1.0
        if "engine" in values:
            values["runtime"] = values.pop("engine")
        for name in ("best_epoch", "runtime", "kept"):  # 0 or "" where there was none
            values[name] = values.get(name) or None
    return values


def _migrated_measures(values: dict[str, Any]) -> dict[str, Any]:
    """Until 0.1.0, events carried the confusion matrix and what follows from it for each class."""
    if not isinstance(values.get("confusion"), list):
        return values
    confusion = _as_array(values["confusion"])
    return {**values, "samples": int(confusion.sum()), "confusion": confusion}


def _as_array(rows: list[list[int]]) -> NDArray[np.int64]:
    import numpy as np  # only here: the window paints before it reads a run, and is quicker without

    return np.asarray(rows, dtype=np.int64)
