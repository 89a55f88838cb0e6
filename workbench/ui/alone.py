"""Shows one page by itself with made-up data: `python -m workbench.ui.alone images`.

With `--picture FILE.png` it saves what is seen, and ends.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from workbench.core.config.training_config import recommended
from workbench.core.data.catalog import Catalog, ImageClass, Roots, Sample, Skipped
from workbench.core.events import EpochDone, HeadFitted, Prediction, StepDone, TrainingResult, TrainingStarted
from workbench.core.messages import Message
from workbench.core.project.runs import RunSummary
from workbench.core.results.measures import Measures
from workbench.core.results.metrics import metrics_of_confusion
from workbench.ui.frame.places import PLACES
from workbench.ui.pages.page import Page
from workbench.ui.session.session import Session
from workbench.ui.session.state import Folders, Predictions, Runs, State, Work
from workbench.ui.style import theme

CLASSES = ("apples", "clocks", "leaves", "mugs", "a class with a name that is far too long for any list")
EPOCHS, STEPS = 8, 12
_SETTLED_MS = 200


def main() -> int:
    """Opens a window with one page in a made-up state, and returns the program's exit status."""
    parser = argparse.ArgumentParser(prog="python -m workbench.ui.alone", description=__doc__.splitlines()[0])
    parser.add_argument("page", choices=[place.name for place in PLACES])
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--picture", type=Path, metavar="FILE.png", help="save what is seen, and end")
    options = parser.parse_args()
    app = QApplication(sys.argv[:1])
    theme.Theme(app).choose("dark" if options.dark else "system")
    session = Session()
    page = next(place for place in PLACES if place.name == options.page).make(session)
    app.aboutToQuit.connect(session.close)
    session.store.put(*(made_up_training() if options.page == "train" else made_up_state()).slices())
    page.resize(1100, 700)
    page.show()
    page.setFocus()  # as in the window
    if options.picture is not None:
        QTimer.singleShot(_SETTLED_MS, app, partial(_save, page, options.picture))
    return app.exec()


def _save(page: Page, file: Path) -> None:
    QApplication.exit(0 if page.grab().save(str(file)) else 1)


def made_up_state() -> State:
    """A folder of five classes, a finished run and two answers."""
    folder = Path("/photos/Things at home")
    samples = tuple(
        Sample(path, path, name, "", f"{index:032x}{number:032x}", 320, 240)
        for index, name in enumerate(CLASSES)
        for number in range(70 - 9 * index)
        for path in [f"{name}/{number:03}.jpg"]
    )
    skipped = (
        Skipped("clocks/half.jpg", Message("truncated", {"name": "half.jpg"})),
        Skipped("mugs/notes.txt", Message("not_an_image", {"name": "notes.txt"})),
    )
    classes = tuple(ImageClass(name, name) for name in CLASSES)
    catalog = Catalog(Roots.of(folder), classes, samples, skipped, ("spoons",), 2)
    run = made_up_run(folder)
    losses = tuple(
        (n, n / STEPS, 1.6 * 0.97**n + 0.1, 1 - 0.75 * 0.97**n) for n in range(1, EPOCHS * STEPS + 1)
    )
    answers = (
        Prediction(
            "/photos/new/a.jpg", "mugs", 0.86, dict(zip(CLASSES, (0.02, 0.05, 0.03, 0.86, 0.04), strict=True))
        ),
        Prediction("/photos/new/b.jpg", "", 0.0, {}, Message("not_an_image", {"name": "b.jpg"})),
    )
    return State(
        Folders(catalog),
        runs=Runs((run,), run, run, losses),
        predictions=Predictions(answers),
        work=Work(engine="Made-up processor"),
    )


def made_up_training() -> State:
    """The same folder in the middle of a long run."""
    state = made_up_state()
    assert state.runs.shown is not None
    run = state.runs.shown
    half = replace(run, state="training", history=run.history[: EPOCHS // 2], result=None)
    step = StepDone(EPOCHS * STEPS // 2 + 4, EPOCHS // 2 + 1, 0.3, 0.4, 0.85, 1e-3, 96.0, 75.0)
    runs = Runs((half,), half, half, state.runs.losses[: step.step], under_way=half, step=step)
    return replace(state, runs=runs, work=replace(state.work, working=frozenset({"train"})))


def made_up_instant(heads: int = 2, *, learning: bool = False) -> State:
    """The same folder with an instant run that has fitted so many heads, and goes on or has ended."""
    state = made_up_state()
    assert state.folders.catalog is not None
    fitted = (
        HeadFitted("ridge", _measures(0.9, 50), 3.0),
        HeadFitted("logistic", _measures(0.94, 50), 6.0),
    )[:heads]
    started = TrainingStarted(
        "2026-01-01_11-00-00", "instant", "efficientnet_lite0", "Made-up processor", "off", 3_400_000,
        CLASSES, 250, 0, 0, 0, 0,
    )  # fmt: skip
    result = TrainingResult(
        started.run, "model.checkpoint", None, 0, 0, None, None, False, 120.0, 0,
        {"features": 5.0, "total": 6.0},
        cross_validated=fitted[-1].cross_validated if fitted else None, runtime="Made-up runtime",
    )  # fmt: skip
    run = RunSummary(
        state.folders.catalog.folder / "runs" / started.run,
        state.folders.catalog.folder,
        recommended("instant").to_dict(),
        "training" if learning else "finished",
        started,
        result=None if learning else result,
        model=bool(fitted),
        fitted=fitted[-1] if fitted else None,
        classes=CLASSES,
    )
    state = replace(state, runs=Runs((run,), run, run if run.model else None, heads=fitted))
    if not learning:
        return state
    progress = {"train": (120, 250, "Looking at your photos…")}
    work = replace(state.work, working=frozenset({"train"}), progress=progress)
    return replace(state, runs=replace(state.runs, under_way=run), work=work, predictions=Predictions())


def made_up_run(folder: Path) -> RunSummary:
    """A run of eight epochs that got better each time."""
    started = TrainingStarted(
        "2026-01-01_10-00-00", "transfer", "efficientnet_lite0", "Made-up processor", "off", 3_400_000,
        CLASSES, 200, 52, 0, EPOCHS, STEPS,
    )  # fmt: skip
    history = tuple(
        EpochDone(
            epoch,
            epoch * STEPS,
            _measures(0.55 + 0.05 * epoch, 40),
            _measures(0.5 + 0.05 * epoch, 10),
            True,
            2e-3,
            4.0,
        )
        for epoch in range(1, EPOCHS + 1)
    )
    result = TrainingResult(
        started.run, "model.checkpoint", EPOCHS, EPOCHS, EPOCHS * STEPS, history[-1].validation, None, False,
        96.0, 0, {"decode": 1.0, "train": 32.0, "total": 33.0},
    )  # fmt: skip
    config = recommended("transfer").to_dict()
    run_folder = folder / "runs" / started.run
    return RunSummary(
        run_folder, folder, config, "finished", started, history, result, model=True, classes=CLASSES
    )


def _measures(share: float, each: int) -> Measures:
    """Measures of a made-up model that gets about this share right, with `each` samples a class."""
    count = len(CLASSES)
    right = round(each * share)
    confusion = np.zeros((count, count), np.int64)
    for index in range(count):
        confusion[index, index] = right
        confusion[index, (index + 1) % count] += each - right
    return metrics_of_confusion(confusion, 1.6 - 1.4 * share).measures


if __name__ == "__main__":
    sys.exit(main())
