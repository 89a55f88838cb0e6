"""Long jobs are generators that yield events and return a result: how they are run, stopped, relayed."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any, TypeVar

R = TypeVar("R")

StopRequested = Callable[[], bool]
"""Asked by a job now and then; once it is true, the job ends early and keeps what it has."""


def never() -> bool:
    """The `stop` of a job that nobody can stop."""
    return False


def ignore(event: object) -> None:
    """For whoever only wants a job's result."""


def run(job: Generator[Any, None, R], on_event: Callable[[Any], None] = ignore) -> R:
    """Runs a job to its end.

    Args:
        on_event: Called with each event that the job yields.

    Returns:
        What the job returned.
    """
    return _result(relay(job, on_event))


def relay(
    job: Generator[Any, None, R], change: Callable[[Any], Any] = lambda event: event
) -> Generator[Any, None, R]:
    """Runs a job inside another one, as `yield from` does, and may change what it yields on the way.

    Args:
        change: Gives the event to yield for one of the job's; None passes it over.
    """
    try:
        while True:
            try:
                event = next(job)
            except StopIteration as end:
                result: R = end.value
                return result
            if (changed := change(event)) is not None:
                yield changed
    finally:
        job.close()


def _result(job: Generator[Any, None, R]) -> R:
    while True:
        try:
            next(job)
        except StopIteration as end:
            result: R = end.value
            return result


class Throttle:
    """Lets through at most so many reports a second; the rest cost one clock reading each."""

    def __init__(self, per_second: float = 20.0) -> None:
        self._interval = 1.0 / per_second
        self._next = 0.0

    def __call__(self) -> bool:
        """Whether a report may be sent now."""
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self._interval
        return True
