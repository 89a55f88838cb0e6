"""The engine process: takes jobs from the pipe, runs each in a thread, reports what becomes of it."""

from __future__ import annotations

import io
import logging
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import Any

from workbench.core.errors import ErrorReport, WorkbenchError
from workbench.core.events import Progress
from workbench.core.heap import give_back
from workbench.core.jobs import Throttle, run
from workbench.core.logs import crashes_to_file, log_to_file
from workbench.engine.jobs import JOBS
from workbench.engine.messages import JobCompleted, JobEvent, JobFailed, Stop, Submit
from workbench.engine.requests import Job, Request

log = logging.getLogger(__name__)

SAVING_SECONDS = 60.0
"""How long jobs may take to save and end once the window has said quit or is gone."""


def serve(connection: Connection, name: str) -> None:
    """Runs jobs until the window says quit or is gone; then lets them save, and ends the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches us too; the window decides
    log_to_file(name)
    crashes_to_file(name)
    log.info("engine started")
    service = Service(Outbox(connection), JOBS)
    try:
        while isinstance(message := connection.recv(), Submit | Stop):
            service.handle(message)
    except (EOFError, OSError):
        log.info("the window is gone")
    in_time = service.end(SAVING_SECONDS)
    log.info("engine ended" if in_time else "engine ended with jobs that did not stop")
    logging.shutdown()
    os._exit(0)  # an ordinary exit could hang on, or crash in, the native threads of a stuck job


class Outbox:
    """The sending end of the pipe, shared by the threads of all jobs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, message: JobEvent | JobCompleted | JobFailed) -> None:
        """Sends a message; once the window is gone, does nothing, so that a run can still save itself.

        Raises:
            pickle.PicklingError, TypeError, AttributeError: The message cannot cross; nothing was sent.
        """
        buffer = io.BytesIO()
        _Pickler(buffer, pickle.HIGHEST_PROTOCOL).dump(message)
        try:
            with self._lock:
                self._connection.send_bytes(buffer.getbuffer())
        except OSError:
            log.debug("nobody hears %s", type(message).__name__)


class _Pickler(pickle.Pickler):
    """Keeps live tensors from crossing: the window would have to load torch to take them."""

    def reducer_override(self, value: Any) -> Any:
        if type(value).__module__.partition(".")[0] == "torch":
            raise pickle.PicklingError(f"a {type(value).__name__} must not cross to the window")
        return NotImplemented


class Service:
    """The jobs under way.

    Args:
        outbox: Where their messages go.
        jobs: For each type of request the generator that serves it; called with the request and `stop`.
    """

    def __init__(self, outbox: Outbox, jobs: Mapping[type[Request], Job]) -> None:
        self._outbox = outbox
        self._jobs = jobs
        self._stops: dict[int, threading.Event] = {}
        self._threads: dict[int, threading.Thread] = {}

    def handle(self, message: Submit | Stop) -> None:
        """Starts a job, or asks one to stop (one that has ended is past stopping)."""
        if isinstance(message, Stop):
            if (stop := self._stops.get(message.job)) is not None:
                stop.set()
            return
        self._stops[message.job] = threading.Event()
        thread = threading.Thread(target=self._run, args=(message,), name=_name(message), daemon=True)
        self._threads[message.job] = thread
        thread.start()

    def end(self, seconds: float) -> bool:
        """Asks every job to stop and waits; returns whether all ended in that time."""
        for stop in list(self._stops.values()):
            stop.set()
        deadline = time.monotonic() + seconds
        threads = list(self._threads.values())
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def _run(self, submitted: Submit) -> None:
        job = submitted.job
        try:
            generator = self._jobs[type(submitted.request)](submitted.request, self._stops[job].is_set)
            sender = _Sender(lambda event: self._outbox.send(JobEvent(job, event)))
            result = run(generator, sender.take)
            sender.end()
            self._outbox.send(JobCompleted(job, result))
        except BaseException as error:  # whatever it is, the window hears of it
            if isinstance(error, WorkbenchError):
                log.info("job %s: %s", _name(submitted), error)
            else:
                log.exception("job %s failed", _name(submitted))
            self._outbox.send(JobFailed(job, ErrorReport.of(error)))
        finally:
            del self._stops[job], self._threads[job]
            give_back()


def _name(submitted: Submit) -> str:
    return type(submitted.request).__name__


class _Sender:
    """Sends what a job yields; of progress at most 20 reports a second.

    What is held back is sent when its phase or the job ends. Steps of training pass: `fit` counts them
    itself, and averages over those that it does not report.
    """

    def __init__(self, send: Callable[[Any], None]) -> None:
        self._send, self._may_report = send, Throttle()
        self._held: Progress | None = None

    def take(self, event: Any) -> None:
        """Sends an event, or holds it back."""
        if not isinstance(event, Progress):
            self._send(event)
            return
        if self._held is not None and self._held.phase != event.phase:
            self._send(self._held)
        self._held = event
        if self._may_report() or event.done == event.total:
            self.end()

    def end(self) -> None:
        """Sends what is held back."""
        if self._held is not None:
            self._send(self._held)
            self._held = None
