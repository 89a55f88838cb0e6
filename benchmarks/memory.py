"""How much memory the program's processes take: the child that runs these reports its own peak."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from benchmarks.clock import Clock


def torch_alone(many: str, few: str) -> dict[str, Any]:
    """A process that has imported torch, and nothing else."""
    clock = Clock()
    importlib.import_module("torch")
    clock.mark("imported")
    return clock.results()


def engine(many: str, few: str) -> dict[str, Any]:
    """The service engine reads a folder and makes an instant model of it; see `whole_job.made`.

    Args:
        many: The folder of many photos.
    """
    from benchmarks.whole_job import made  # the window is measured without what the engine loads

    return made(few, many, "many")


def window(many: str, few: str, seconds: float = 20.0) -> dict[str, Any]:
    """The window with a folder open, for so long; the engine's memory is its own process's.

    Args:
        few: The folder that is opened.
    """
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from workbench.ui.app import Program

    app = QApplication([])
    clock = Clock()
    program = Program(app, Path(few), "images")
    program.begin()
    QTimer.singleShot(int(1000 * seconds), program.window.close)
    app.exec()
    clock.mark("closed")
    catalog = program.session.state.folders.catalog
    assert catalog is not None, "the folder was not scanned in time"
    return clock.results(photos=len(catalog.samples))
