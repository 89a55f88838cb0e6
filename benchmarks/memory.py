"""How much memory the program's processes take: the child that runs these reports its own peak."""

from __future__ import annotations

import importlib
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.clock import Clock, drain


def torch_alone(many: str, few: str) -> dict[str, Any]:
    """A process that has imported torch, and nothing else."""
    clock = Clock()
    importlib.import_module("torch")
    clock.mark("imported")
    return clock.results()


def engine(many: str, few: str) -> dict[str, Any]:
    """What the service engine does: gets warm, scans a folder, makes an instant model of it.

    Args:
        many: The folder of many photos.
    """
    from workbench.core.config.training_config import recommended
    from workbench.core.jobs import never
    from workbench.engine.jobs import JOBS

    clock = Clock()
    drain(JOBS["warm"](never))
    clock.mark("warm")
    catalog = drain(JOBS["scan"](never, folder=many))
    clock.mark("scanned")
    with tempfile.TemporaryDirectory() as run:
        drain(JOBS["train"](never, catalog=catalog, config=recommended("instant").to_dict(), run=run))
    clock.mark("model")
    return clock.results(photos=len(catalog.samples))


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
