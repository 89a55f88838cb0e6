"""Results with very many held-out photos: how soon it is seen, and how quickly its matrix is painted.

The photos and the predictions are made up, the rest is the program: a folder that is scanned, a project, a
run folder, a window with its engine.
"""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.child import run_in_child
from benchmarks.clock import Clock, drain
from benchmarks.shown import Shown
from workbench.core.config.training_config import recommended
from workbench.core.data.catalog import Catalog
from workbench.core.data.scan import scan
from workbench.core.data.split import own_split
from workbench.core.data.stored_split import SampleSet
from workbench.core.events import HeadFitted, TrainingResult, TrainingStarted
from workbench.core.project.event_log import EventLog
from workbench.core.project.projects import Project
from workbench.core.project.runs import PREDICTIONS, SPLIT, write_asked
from workbench.core.project.split_file import write_split
from workbench.core.results.metrics import measures_of_table
from workbench.core.results.numbers import Numbers
from workbench.core.results.predictions import PredictionTable
from workbench.core.results.similarity import order_by_similarity
from workbench.ui.charts.matrix import ConfusionMatrix
from workbench.ui.pages.results import ResultsPage

_REPEATS = 15
_SIDE = (900, 760)
_OPENED = ("seconds", "at_once_seconds", "beat_max_ms", "findings_seconds", "window_mb")
_GROUP, _SURE, _LIKE = 10, 4.0, 2.0


def measure(folder: str) -> dict[str, Any]:
    """All of it, of a folder of `CLASS/NUMBER.png`.

    Returns:
        seconds: From the click that opens Results to the page with all its numbers and photos, painted;
        `beat_max_ms`, the longest time between two beats of the event loop meanwhile; `findings_seconds`, how
        long the findings of *Images* had to be waited for before; and what `painted` and
        `computed` return.
    """
    profile = Path(os.environ["WORKBENCH_PROFILE"])
    wrote = run_in_child("benchmarks.results_page:write", {"folder": folder}, profile)
    opened = run_in_child("benchmarks.results_page:opened", {"folder": folder}, profile)
    matrix = run_in_child("benchmarks.results_page:painted", {"classes": wrote["classes"]}, profile)
    keys = ("numbers_seconds", "curves_seconds", "order_seconds", "photos", "classes")
    return {
        **{key: wrote[key] for key in keys},
        **{key: opened[key] for key in _OPENED},
        **{key: value for key, value in matrix.items() if key.endswith("_ms")},
    }


def write(folder: str) -> dict[str, Any]:
    """Scans the folder and writes a run into its project, in which each photo was predicted once.

    Returns:
        numbers_seconds, curves_seconds, order_seconds: What the numbers of the page take without a window;
        the curves beside them; and the order of classes by what is mixed up.
    """
    clock = Clock()
    catalog = drain(scan(Path(folder)))
    table = _predicted(catalog)
    _write_run(catalog, table)
    clock.mark("written")
    counts = _Laps()
    numbers = Numbers.of(table)
    assert numbers is not None
    found = {"numbers_seconds": counts.lap()}
    assert numbers.overall is not None
    found["curves_seconds"] = counts.lap()
    measures = measures_of_table(table)
    assert measures is not None
    assert measures.confusion is not None
    counts.lap()
    order_by_similarity(measures.confusion)
    found["order_seconds"] = counts.lap()
    return clock.results(photos=len(table), classes=len(table.classes), **found)


def opened(folder: str) -> dict[str, Any]:
    """Opens the folder in the window, waits until nothing happens any more, and goes to Results.

    Returns:
        seconds: As `measure` says; `at_once_seconds`, until the number and the matrix are painted.
    """
    with Shown(folder) as shown:
        shown.until(lambda: shown.is_quiet)
        shown.until(lambda: shown.session.state.runs.shown is not None)
        quiet = Clock()
        shown.until(lambda: not shown.session.work.in_threads)  # what was found of the photos is put together
        found = quiet.seconds
        window = shown.program.window
        shown.wait(1000)
        shown.heart.begin()
        clock = Clock()
        QTest.mouseClick(_place(shown, "results"), Qt.MouseButton.LeftButton)
        page = window.page
        assert isinstance(page, ResultsPage)
        page.repaint()
        clock.mark("at once")
        at_once = clock.seconds
        shown.until(lambda: page.curves.isVisible() and bool(page.photos.gallery.rows))
        assert np.isfinite(page.table.numbers.average_precision).all()
        page.repaint()
        clock.mark("numbers and photos")
        beats = shown.heart.end()
        return shown.clock.results(
            seconds=round(clock.seconds, 3),
            at_once_seconds=round(at_once, 3),
            beat_max_ms=round(float(beats.max()), 1),
            findings_seconds=round(found, 1),
            window_mb=_memory_mb(),
        )


def painted(classes: int) -> dict[str, Any]:
    """Paints a matrix of so many classes: the first time, again, and where somebody looks closer.

    Returns:
        first_ms: With its colours and its picture, which are kept from then on; `again_ms`, `zoomed_ms`,
        `moved_ms` (each time a row further on), `ordered_ms` (in another order, colours and all): medians.
    """
    app = QApplication([])
    random = np.random.default_rng(0)
    counts = random.poisson(0.02, (classes, classes)) + 7 * np.eye(classes, dtype=np.int64)
    names = tuple(f"class number {number:04}" for number in range(classes))
    matrix = ConfusionMatrix()
    matrix.resize(*_SIDE)
    matrix.show()
    app.processEvents()
    image = QImage(matrix.size(), QImage.Format.Format_ARGB32_Premultiplied)

    def paint() -> float:
        begun = time.perf_counter()
        matrix.render(image)
        return 1000 * (time.perf_counter() - begun)

    first, ordered = [], []
    for number in range(_REPEATS):
        matrix.set_counts(names, counts + number)
        first.append(paint())
    again = [paint() for _ in range(_REPEATS)]
    for _ in range(_REPEATS):
        order = random.permutation(classes)
        begun = time.perf_counter()
        matrix.set_order(order)
        ordered.append(1000 * (time.perf_counter() - begun) + paint())
    matrix.show_class(classes // 2)
    zoomed = [paint() for _ in range(_REPEATS)]
    moved = []
    for number in range(_REPEATS):
        matrix.show_class((classes // 2 + 60 * number) % classes)
        moved.append(paint())
    every = {"first": first, "again": again, "ordered": ordered, "zoomed": zoomed, "moved": moved}
    clock = Clock()
    clock.mark("painted")
    return clock.results(
        **{f"{name}_ms": round(statistics.median(times), 1) for name, times in every.items()},
        worst_ms=round(max(max(times) for times in every.values()), 1),
    )


class _Laps:
    """Seconds from one lap to the next."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()

    def lap(self) -> float:
        """Since the last one."""
        now = time.perf_counter()
        taken, self._begun = now - self._begun, now
        return round(taken, 3)


def _place(shown: Shown, name: str) -> Any:
    return shown.program.window.rail.buttons[name]


def _memory_mb() -> int:
    import psutil

    return round(psutil.Process().memory_info().rss / 2**20)


def _predicted(catalog: Catalog) -> PredictionTable:
    """Each photo predicted once, by a model that takes the classes of a group of ten for each other."""
    split = own_split(catalog)
    members = SampleSet.of("training", split, split.training)
    random, classes = np.random.default_rng(0), len(split.class_names)
    rows = np.arange(len(members))
    logits = random.normal(0, 1, (len(members), classes))
    like = members.targets // _GROUP * _GROUP + random.integers(0, min(_GROUP, classes), len(members))
    logits[rows, np.minimum(like, classes - 1)] += _LIKE
    logits[rows, members.targets] += _SURE
    probabilities = np.exp(logits)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return members.table("instant", probabilities, folds=rows % 5)


def _write_run(catalog: Catalog, table: PredictionTable) -> None:
    run = Project.of(catalog.folder, catalog).new_run()
    write_asked(run, catalog.folder, recommended("instant").to_dict())
    write_split(run / SPLIT, own_split(catalog))
    table.save(run / PREDICTIONS)
    measures = measures_of_table(table)
    log = EventLog(run)
    log.append(
        TrainingStarted(
            run.name, "instant", "efficientnet_lite0", "", "off", 0, table.classes, len(table), 0, 0, 0, 0
        )
    )
    log.append(HeadFitted("ridge", measures, 1.0))
    log.append(
        TrainingResult(
            run.name, "", None, 0, 0, None, None, False, 1.0, 0, {"total": 1.0}, cross_validated=measures
        )
    )
    log.close()
