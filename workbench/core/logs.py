"""Log files: rotating, in the program's own log folder, with native crashes in a file beside them."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import logging.handlers
import sys
from pathlib import Path
from typing import TextIO

from workbench.core.paths import log_dir

_crashes: list[TextIO] = []
"""Kept open for the life of the process: a crash can open no file any more."""


class _File(logging.handlers.RotatingFileHandler):
    """A log file that nobody hears of where it cannot be written: the disk is full, or the folder closed."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging names it
        """Passes over what the disk refuses; other mistakes are complained about as usual."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


def log_to_file(name: str) -> Path:
    """Sends this process's log, and Python's warnings, to a file of at most 5 × 2 MB.

    Args:
        name: The file's name without an ending: `window`, `engine`, `command`.

    Returns:
        The log file, whether or not it can be written.
    """
    path = log_dir() / f"{name}.log"
    root = logging.getLogger()
    if any(getattr(handler, "baseFilename", "") == str(path) for handler in root.handlers):
        return path
    handler = _File(path, maxBytes=2_000_000, backupCount=4, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)
    # In a windowed program without a console a failed log line has nowhere to be complained about.
    logging.raiseExceptions = sys.stderr is not None
    return path


def crashes_to_file(name: str) -> None:
    """Sends the stacks of a native crash to `NAME.crash` by the log, unless somebody has them already."""
    if faulthandler.is_enabled():
        return
    with contextlib.suppress(OSError):  # then they stay on standard error
        _crashes.append((log_dir() / f"{name}.crash").open("a", encoding="utf-8"))
        faulthandler.enable(_crashes[-1])
