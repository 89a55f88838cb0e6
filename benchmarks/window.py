"""How soon the window can be used, from the start of its process, beside the smallest window Qt can show.

    python -m benchmarks.window

Nothing in the program is made for this: the child that is timed watches the first paint from outside.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

import psutil

from benchmarks.child import REPOSITORY

_RUNS = 5
_HEAVY = ("torch", "torchvision", "timm", "onnxruntime", "openvino", "scipy", "pyqtgraph", "PIL")
_BARE = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow as Base
"""
_PROGRAM = """
from workbench.ui import app
from PySide6.QtCore import QTimer
Base = app.MainWindow
"""
_WATCHED = """
class Window(Base):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, self.tell)  # by then all that is in it has been painted too

    def tell(self):
        import sys
        print(*(name for name in sys.modules if name in %r), flush=True)
        self.close()
""" % (_HEAVY,)  # noqa: UP031 - the code has braces of its own
_SHOW_BARE = """
application = QApplication([])
window = Window()
window.setCentralWidget(QLabel("Hello"))
window.resize(1200, 800)
window.show()
application.exec()
"""
_SHOW_PROGRAM = """
app.MainWindow = Window
from workbench.cli import main
main([])
"""


def bare() -> dict[str, Any]:
    """Process start to first paint of a window with one word in it, and what the process then takes."""
    return _first_paint(_BARE + _WATCHED + _SHOW_BARE)


def program() -> dict[str, Any]:
    """The same of the program, whose first page is then there to be used."""
    return _first_paint(_PROGRAM + _WATCHED + _SHOW_PROGRAM)


def run() -> dict[str, Any]:
    """Each starts five times in turn, after once to warm the disk.

    Returns:
        Median seconds of both, their ratio, the largest memory of the program's window at its first paint in
        MB, and which of the heavy modules it had loaded.
    """
    bare(), program()
    runs = [(bare(), program()) for _ in range(_RUNS)]
    seconds = {
        name: statistics.median(each[place]["seconds"] for each in runs)
        for place, name in enumerate(("bare", "program"))
    }
    ours = [each[1] for each in runs]
    return {
        "bare_seconds": round(seconds["bare"], 3),
        "program_seconds": round(seconds["program"], 3),
        "ratio": round(seconds["program"] / seconds["bare"], 2),
        "window_mb": round(max(each["window_mb"] for each in ours)),
        "loaded": sorted({name for each in ours for name in each["loaded"]}),
    }


def _first_paint(code: str) -> dict[str, Any]:
    """Starts Python on some code, and waits until it says that it has painted."""
    with tempfile.TemporaryDirectory(prefix="window-") as profile:
        environment = {"WORKBENCH_PROFILE": profile, "QT_QPA_PLATFORM": "offscreen", **os.environ}
        begun = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, "-c", code], cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, text=True
        )
        with child:
            assert child.stdout is not None
            said = child.stdout.readline()
            seconds = time.perf_counter() - begun
            memory = psutil.Process(child.pid).memory_info().rss / 2**20
    if child.returncode != 0:
        raise RuntimeError(f"the window ended with status {child.returncode}")
    return {"seconds": seconds, "window_mb": memory, "loaded": said.split()}


if __name__ == "__main__":
    print(json.dumps(run()))
