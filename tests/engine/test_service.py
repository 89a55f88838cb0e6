"""The engine's own end, with jobs made for the purpose."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Generator, Iterator
from multiprocessing.connection import Connection
from typing import Any

import pytest
import torch

from tests.conftest import LogWatch
from workbench.core.errors import Stopped
from workbench.core.events import Note, Prediction, Progress
from workbench.engine.messages import JobCompleted, JobEvent, JobFailed, Stop, Submit
from workbench.engine.requests import Warm
from workbench.engine.service import Outbox, Service

pytestmark = pytest.mark.e2e

Job = Callable[..., Generator[Any, None, Any]]


@pytest.fixture
def pipe() -> Iterator[tuple[Connection, Connection]]:
    ours, theirs = multiprocessing.Pipe()
    yield ours, theirs
    ours.close()
    theirs.close()


def run(pipe: tuple[Connection, Connection], job: Job) -> list[Any]:
    """Every message of one job."""
    ours, theirs = pipe
    service = Service(Outbox(theirs), {Warm: job})
    service.handle(Submit(1, Warm()))
    messages = []
    while not (messages and isinstance(messages[-1], JobCompleted | JobFailed)):
        assert ours.poll(30)
        messages.append(ours.recv())
    assert service.end(30)
    assert not ours.poll()
    return messages


def test_progress_is_thinned_but_results_and_the_end_of_each_phase_are_not(
    pipe: tuple[Connection, Connection],
) -> None:
    def job(_: Warm, stop: Callable[[], bool]) -> Generator[Any, None, str]:
        for index in range(1, 501):
            yield Progress("decode", index, 500)
            yield Prediction(str(index), "cat", 1.0, {"cat": 1.0})
        for index in range(1, 501):
            yield Progress("predict", index, 0)
        return "done"

    *messages, last = run(pipe, job)
    events = [message.event for message in messages]
    assert last == JobCompleted(1, "done")
    assert [event.path for event in events if isinstance(event, Prediction)] == [
        str(n) for n in range(1, 501)
    ]
    progress = [event for event in events if isinstance(event, Progress)]
    assert len(progress) < 500
    assert Progress("decode", 500, 500) in progress
    assert progress[-1] == Progress("predict", 500, 0)


def _yields_a_lock(_: Warm, stop: Callable[[], bool]) -> Generator[Any, None, None]:
    yield threading.Lock()


def _returns_a_generator(_: Warm, stop: Callable[[], bool]) -> Generator[Any, None, Any]:
    yield Note("fine")
    return (number for number in range(3))


def _yields_a_tensor(_: Warm, stop: Callable[[], bool]) -> Generator[Any, None, None]:
    yield Note("tensor", {"value": torch.ones(2)})


@pytest.mark.parametrize("job", [_yields_a_lock, _returns_a_generator, _yields_a_tensor])
def test_what_cannot_cross_fails_the_job_once(
    pipe: tuple[Connection, Connection], job: Job, log_watch: LogWatch
) -> None:
    log_watch.expect("job Warm failed")
    last = run(pipe, job)[-1]
    assert isinstance(last, JobFailed)
    assert "Traceback" in last.error.details


def test_a_job_that_was_stopped_says_so(pipe: tuple[Connection, Connection]) -> None:
    started = threading.Event()

    def job(_: Warm, stop: Callable[[], bool]) -> Generator[Any, None, None]:
        started.set()
        while not stop():
            yield Progress("scan", 1, 0)
        raise Stopped

    ours, theirs = pipe
    service = Service(Outbox(theirs), {Warm: job})
    service.handle(Submit(7, Warm()))
    assert started.wait(30)
    service.handle(Stop(7))
    messages = []
    while not (messages and isinstance(messages[-1], JobFailed)):
        assert ours.poll(30)
        messages.append(ours.recv())
    assert messages[-1].error.is_stop
    assert not messages[-1].error.is_input
    assert all(isinstance(message, JobEvent) for message in messages[:-1])
    assert service.end(30)


def test_a_job_goes_on_and_saves_when_the_window_is_gone(pipe: tuple[Connection, Connection]) -> None:
    saved = []

    def job(_: Warm, stop: Callable[[], bool]) -> Generator[Any, None, None]:
        while not stop():
            yield Note("busy")
        yield Note("saving")
        saved.append(True)

    ours, theirs = pipe
    service = Service(Outbox(theirs), {Warm: job})
    service.handle(Submit(1, Warm()))
    assert ours.poll(30)
    ours.close()
    assert service.end(30)
    assert saved == [True]


def test_a_job_that_does_not_heed_stop_is_given_up_on(pipe: tuple[Connection, Connection]) -> None:
    release = threading.Event()

    def job(_: Warm, stop: Callable[[], bool]) -> Generator[Any, None, None]:
        yield Note("deaf")
        release.wait(60)

    service = Service(Outbox(pipe[1]), {Warm: job})
    service.handle(Submit(1, Warm()))
    assert pipe[0].poll(30)
    assert service.end(0.05) is False
    release.set()
    assert service.end(30) is True
