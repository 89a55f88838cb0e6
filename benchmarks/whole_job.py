"""A whole job of the service engine on one folder: seconds a photo, memory, the time left that is told."""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from benchmarks.clock import Clock, drain
from workbench.core.config.training_config import recommended
from workbench.core.durations import Photos, stages_for
from workbench.core.jobs import never
from workbench.core.settings import replace
from workbench.engine import jobs
from workbench.engine.requests import Scan, Train, Warm
from workbench.ui.session.course import Course, Reached

_MB = 2**20
_TOLD_EVERY, _WORTH_TELLING = 1.0, 5.0
"""Seconds between two looks at the time left, and the least that still counts: shorter ones are not shown."""


def made(few: str, many: str, photos: str) -> dict[str, Any]:
    """What the engine does for a folder of any size: gets warm, reads it, makes a model of all photos.

    Args:
        few, many: Two folders.
        photos: Which of them: `few` or `many`.

    Returns:
        Seconds a photo; the memory of an engine that waits (`waiting_mb`) and the most that was taken
        above that (`more_mb`; resident, so pages of mapped files count).
    """
    drain(jobs.warm(Warm(), never))
    waiting = psutil.Process().memory_info().rss
    clock = Clock()
    catalog = drain(jobs.scan(Scan(Path({"few": few, "many": many}[photos])), never))
    clock.mark("scanned")
    read = psutil.Process().memory_info().rss
    config = replace(recommended("instant"), {"photos": "all"})
    with tempfile.TemporaryDirectory() as run:
        result = drain(jobs.train(Train(catalog, config, Path(run)), never))
    clock.mark("model", result.cross_validated.accuracy)
    most = _peak_of_this_process()
    return clock.results(
        photos=len(catalog.samples),
        photo_ms=round(1000 * clock.seconds / len(catalog.samples), 3),
        waiting_mb=round(waiting / _MB),
        read_mb=round((read - waiting) / _MB),
        more_mb=round(most - waiting / _MB),
        phases=result.seconds,
    )


def _peak_of_this_process() -> float:
    import resource  # not on Windows, where nobody runs this

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def told(folder: str, mode: str, busy: bool = False) -> dict[str, Any]:
    """How right the time left is that the window shows for a run, told once a second.

    Args:
        folder: Its photos.
        mode: Of the run.
        busy: Whether another process keeps one processor busy meanwhile.

    Returns:
        By how much it was off (`factor`, the median, and `worst_tenth`): 1 is right, 2 twice or half as long.
        Where two times are told, that counts of which the run ended: `over_early` or not. Times of less than
        five seconds do not count.
    """
    rates = drain(jobs.warm(Warm(pace=True), never)).rates
    catalog = drain(jobs.scan(Scan(Path(folder)), never))
    config = recommended(mode)
    other = multiprocessing.get_context("spawn").Process(target=_burn, daemon=True) if busy else None
    if other is not None:
        other.start()
    begun = time.monotonic()
    course = Course(stages_for(config, Photos.of(catalog), rates), begun)
    said: list[tuple[float, Reached]] = []
    with tempfile.TemporaryDirectory() as run:
        for event in jobs.train(Train(catalog, config, Path(run)), never):
            now = time.monotonic()
            course.after(event, now)
            if not said or now - begun - said[-1][0] >= _TOLD_EVERY:
                said.append((now - begun, course.reached(now)))
    whole = time.monotonic() - begun
    if other is not None:
        other.kill()
        other.join()
    early = said[-1][1].soonest >= 0
    times = ((at, reached.soonest if early else reached.left) for at, reached in said)
    off = sorted(
        max(left / (whole - at), (whole - at) / left)
        for at, left in times
        if left > 0 and whole - at >= _WORTH_TELLING
    )
    return {
        "seconds": round(whole, 2),
        "factor": round(median(off), 3),
        "worst_tenth": round(off[int(0.9 * len(off))], 3),
        "over_early": early,
        "first": round(said[0][1].soonest if early else said[0][1].left, 1),
        "told": len(off),
    }


def _burn() -> None:
    while True:
        sum(number * number for number in range(10_000))
