"""How long a stop takes that is asked for in the middle of each stage of a job."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from workbench.core.config.training_config import recommended
from workbench.core.data.scan import scan
from workbench.core.errors import Stopped, WorkbenchError
from workbench.core.events import HeadFitted, Progress, StepDone
from workbench.core.learning import train
from workbench.core.settings import replace

Job = Callable[[Callable[[], bool]], Generator[Any, None, Any]]
IN_THE_MIDDLE = 0.4
"""Seconds after the first word of a stage at which the stop is asked for."""


def measure(many: str, few: str) -> dict[str, Any]:
    """Seconds from the stop to the end of the job, for each stage in which one was asked for.

    Args:
        many: A folder of thousands of photos.
        few: One of a few hundred.
    """
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as scratch:
        runs = (Path(scratch) / f"run {number}" for number in range(1000))
        for name, job, begins in _stages(Path(many), Path(few), runs):
            taken = _stopped(job, begins)
            if taken is not None:
                seconds[name] = taken
    return {"seconds": max(seconds.values()), **{f"stop {name}": value for name, value in seconds.items()}}


def _stages(many: Path, few: Path, runs: Iterator[Path]) -> Iterator[tuple[str, Job, Callable[[Any], bool]]]:
    yield "reading photos", lambda stop: scan(many, stop=stop), _says("reading_photos")
    yield "looking for copies", lambda stop: scan(many, stop=stop), _says("comparing_photos")
    large, small = (_catalog(folder) for folder in (many, few))

    def learning(catalog: Any, mode: str, **settings: Any) -> Job:
        config = replace(recommended(mode), settings)

        def job(stop: Callable[[], bool]) -> Generator[Any, None, Any]:
            run = next(runs)
            run.mkdir()
            return train(catalog, config, run, device="cpu", stop=stop)

        return job

    instant = learning(large, "instant", photos="all")
    yield "looking at the first photos", instant, _says("looking")
    yield "looking at the others", instant, lambda event: isinstance(event, HeadFitted)
    yield "fitting heads", instant, lambda event: _is_over(event, "looking")
    better = learning(small, "improve")
    yield "looking with two networks", better, _says("looking_with_two")
    yield "looking again", better, _says("looking_again")
    yield "practising", better, lambda event: isinstance(event, StepDone)
    yield "fine-tuning", learning(small, "transfer", epochs=1), lambda event: isinstance(event, StepDone)
    yield "from nothing", learning(small, "scratch", epochs=1), lambda event: isinstance(event, StepDone)


def _says(code: str) -> Callable[[Any], bool]:
    return lambda event: (
        isinstance(event, Progress) and event.message is not None and event.message.code == code
    )


def _is_over(event: Any, code: str) -> bool:
    return _says(code)(event) and event.done == event.total


def _catalog(folder: Path) -> Any:
    job = scan(folder)
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value


def _stopped(job: Job, begins: Callable[[Any], bool]) -> float | None:
    """Asks a job to stop in the middle of a stage; how long that took, None where it was over before."""
    asked = threading.Event()
    moment: list[float] = []

    def ask() -> None:
        moment.append(time.monotonic())
        asked.set()

    timer: threading.Timer | None = None
    with suppress(Stopped, WorkbenchError):
        for event in job(asked.is_set):
            if timer is None and begins(event):
                timer = threading.Timer(IN_THE_MIDDLE, ask)
                timer.start()
    ended = time.monotonic()
    if timer is not None:
        timer.cancel()
    return ended - moment[0] if moment else None
