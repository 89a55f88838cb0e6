"""The clock of a contestant: seconds since it began, and what had been reached when."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any


class Clock:
    """Starts when it is made."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self._marks: list[dict[str, Any]] = []

    @property
    def seconds(self) -> float:
        """Since the clock was made."""
        return time.perf_counter() - self._begun

    def mark(self, what: str, accuracy: float | None = None) -> None:
        """Writes down that something is there now, and how good it is on the held-out photos."""
        accuracy = None if accuracy is None else round(float(accuracy), 4)
        self._marks.append({"what": what, "seconds": round(self.seconds, 3), "accuracy": accuracy})

    def results(self, **more: Any) -> dict[str, Any]:
        """The last mark's seconds and accuracy, all marks, and whatever else there is to say."""
        last = self._marks[-1]
        return {"seconds": last["seconds"], "accuracy": last["accuracy"], "marks": self._marks, **more}


def drain(work: Generator[Any, None, Any]) -> Any:
    """Runs a job to its end and returns its result."""
    while True:
        try:
            next(work)
        except StopIteration as finished:
            return finished.value


def photos_of(folder: Path) -> list[Path]:
    """The files of `CLASS/*` folders, sorted."""
    return sorted(path for path in folder.glob("*/*") if path.is_file())


def accuracy_of(predicted: Iterable[str], paths: Iterable[Path]) -> float:
    """The share of photos whose predicted class is the name of the folder that they lie in."""
    right = [name == path.parent.name for name, path in zip(predicted, paths, strict=True)]
    return sum(right) / len(right)
