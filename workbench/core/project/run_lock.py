"""The process that trains into a run folder, while it does."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Self

import psutil

from workbench.core.errors import InputError
from workbench.core.files import read_json, saving


class RunLock:
    """Keeps two processes from training into one run folder; a dead process's lock is taken over.

    Raises:
        InputError: Another process that is alive trains there.
        ResourceError: The lock cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "run.lock"

    def __enter__(self) -> Self:
        for _ in range(2):
            try:
                with saving(self._path):
                    self._write()
            except FileExistsError:
                if is_training(self._path.parent):
                    break
                self._path.unlink(missing_ok=True)
            else:
                return self
        raise InputError("run_in_use")

    def _write(self) -> None:
        handle = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
        try:
            with os.fdopen(handle, "w") as file:
                json.dump({"pid": os.getpid(), "started": psutil.Process().create_time()}, file)
        except OSError:
            self._path.unlink(missing_ok=True)
            raise

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(OSError):  # a lock that stays is taken over
            self._path.unlink(missing_ok=True)


def is_training(folder: Path) -> bool:
    """Whether a living process holds the run's lock."""
    try:
        held = read_json(folder / "run.lock")
        return bool(psutil.Process(held["pid"]).create_time() == held["started"])
    except (OSError, ValueError, KeyError, TypeError, OverflowError, psutil.Error):
        return False
