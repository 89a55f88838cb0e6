"""The first start: whole processes on a home in which nothing was got ready, and how soon a model answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.child import REPOSITORY
from benchmarks.clock import drain

_PATIENCE = 600


def command(folder: str) -> dict[str, Any]:
    """`workbench train` on a folder, from the start of its process to its end, in the profile as it is."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "workbench", "train", folder, "--json"],
        cwd=REPOSITORY,
        check=True,
        text=True,
        capture_output=True,
    )
    seconds = time.perf_counter() - begun
    told = json.loads(done.stdout.splitlines()[-1])
    accuracy = told["estimate"]["accuracy"]
    return {"seconds": round(seconds, 2), "accuracy": accuracy, "runtime": told["engine"]}


def sample() -> dict[str, Any]:
    """The window: from a click on *Try with sample photos* to the first number, in the profile as it is."""
    from PySide6.QtCore import QElapsedTimer, Qt
    from PySide6.QtTest import QTest

    from workbench.ui.app import Application, Program
    from workbench.ui.pages.images import ImagesPage

    application = Application([])
    program = Program(application, None, "images")
    program.begin()
    page = program.window.page
    assert isinstance(page, ImagesPage)
    QTest.qWait(1000)  # somebody looks at the window first
    clock = QElapsedTimer()
    clock.start()
    QTest.mouseClick(page.target.sample_button, Qt.MouseButton.LeftButton)
    marks: dict[str, float] = {}
    while "number" not in marks:
        QTest.qWait(10)
        state = program.session.state
        if state.folders.catalog is not None:
            marks.setdefault("folder read", clock.elapsed() / 1000)
        run = state.runs.watched
        if run is not None and run.estimate is not None:
            marks["number"] = clock.elapsed() / 1000
        if clock.elapsed() > 1000 * _PATIENCE:
            raise TimeoutError(str(state.work))
    program.window.close()
    program.session.close()
    return {"seconds": round(marks["number"], 2), "read": round(marks["folder read"], 2)}


def answering(folder: str) -> dict[str, Any]:
    """A large folder is chosen in a window that is ready: until a model of some of it has answered."""
    from workbench.core.config.training_config import TrainingConfig
    from workbench.core.events import FirstModel
    from workbench.core.features.runtime_choice import open_runtime
    from workbench.core.jobs import never
    from workbench.engine import jobs, questions
    from workbench.engine.requests import Predict, Scan

    drain(open_runtime(TrainingConfig()))  # as the window does while somebody looks for a folder
    photo = next(Path(folder).rglob("*.jpg"))
    begun = time.perf_counter()
    first = next(
        event
        for event in jobs.scan(Scan(Path(folder), first_model=True), never)
        if isinstance(event, FirstModel)
    )
    (answer,) = drain(questions.predict(Predict(Path(first.file), [str(photo)]), never))
    assert answer.most_probable, answer.error
    seconds = time.perf_counter() - begun
    accuracy = first.estimate.accuracy if first.estimate is not None else None
    return {
        "seconds": round(seconds, 2),
        "accuracy": accuracy,
        "samples": first.samples,
        "of": first.of,
        "cores": os.cpu_count(),
    }
