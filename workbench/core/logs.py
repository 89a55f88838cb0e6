"""Log files: rotating, in the program's own log folder, with native crashes in a file beside them."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import sys
from pathlib import Path

from workbench.core.paths import log_dir


def log_to_file(name: str) -> Path:
    """Sends this process's log, and Python's warnings, to a file of at most 5 × 2 MB.

    A native crash (a segmentation fault, an abort) writes the stack of every thread to `NAME.crash`.

    Args:
        name: The file's name without an ending: `window`, `engine`, `command`.

    Returns:
        The log file.
    """
    path = log_dir() / f"{name}.log"
    handler = logging.handlers.RotatingFileHandler(
        path, maxBytes=2_000_000, backupCount=4, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)
    # In a windowed program without a console a failed log line has nowhere to be complained about.
    logging.raiseExceptions = sys.stderr is not None
    crashes = path.with_suffix(".crash").open("a", encoding="utf-8")  # stays open for the process's life
    faulthandler.enable(crashes)
    return path
