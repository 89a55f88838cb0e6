"""Log files: rotating, in the program's own log folder, with native crashes in a file beside them."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import sys
from pathlib import Path
from typing import TextIO

from workbench.core.paths import log_dir

_crashes: list[TextIO] = []
"""Kept open for the life of the process: a crash can open no file any more."""


def log_to_file(name: str) -> Path:
    """Sends this process's log, and Python's warnings, to a file of at most 5 × 2 MB.

    Args:
        name: The file's name without an ending: `window`, `engine`, `command`.

    Returns:
        The log file.
    """
    path = log_dir() / f"{name}.log"
    root = logging.getLogger()
    if any(getattr(handler, "baseFilename", "") == str(path) for handler in root.handlers):
        return path
    handler = logging.handlers.RotatingFileHandler(
        path, maxBytes=2_000_000, backupCount=4, encoding="utf-8", delay=True
    )
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
    _crashes.append((log_dir() / f"{name}.crash").open("a", encoding="utf-8"))
    faulthandler.enable(_crashes[-1])
