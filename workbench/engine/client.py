"""The window's end of an engine: starts the process, sends it jobs, hears what becomes of them."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import threading
import time
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from workbench.core.errors import WorkbenchError
from workbench.core.paths import log_dir
from workbench.engine.entry import run_engine
from workbench.engine.messages import JobCompleted, JobEvent, JobFailed, Quit, Stop, Submit
from workbench.engine.requests import Request

Message = JobEvent | JobCompleted | JobFailed


class EngineDied(WorkbenchError):
    """An engine process ended without being asked to.

    Attributes:
        exit_code: As the operating system gives it (minus the signal's number on Unix); None where unknown.
    """

    def __init__(self, exit_code: int | None, log: str = "") -> None:
        super().__init__("training_engine_died", f"exit code {exit_code}; log: {log}")
        self.args = (exit_code, log)
        self.exit_code = exit_code


class EngineClient:
    """One engine process.

    `submit` and `stop` may be called from any thread; `receive` and `quit` from one thread at a time.

    Args:
        name: Of the engine's log file.
    """

    def __init__(self, name: str = "engine") -> None:
        self._name = name
        self._jobs = itertools.count(1)
        self._sending = threading.Lock()
        self._connection: Connection | None = None
        self._process: SpawnProcess | None = None

    @property
    def pid(self) -> int | None:
        """The process's id, None before `start` and after `quit`."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Starts the process; returns at once, jobs may be submitted straight away."""
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=True)
        process = context.Process(target=run_engine, args=(theirs, self._name), name=self._name, daemon=True)
        try:
            process.start()
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()  # so that only the engine holds it, and its death ends the pipe
        self._connection, self._process = ours, process

    def submit(self, request: Request) -> int:
        """Asks for a job.

        Returns:
            The job's number, which every message about it carries.

        Raises:
            EngineDied: The process is gone.
        """
        job = next(self._jobs)
        self._send(Submit(job, request))
        return job

    def stop(self, job: int) -> None:
        """Asks a job to end early and keep what it has. It still ends with one last message."""
        with contextlib.suppress(EngineDied):  # a dead engine has nothing to stop; `receive` tells
            self._send(Stop(job))

    def receive(self, timeout: float = 0.0) -> Message | None:
        """The next message, or None if none comes within `timeout` seconds.

        Raises:
            EngineDied: The process is gone and everything that it sent has been received.
        """
        if self._connection is None:
            raise EngineDied(None)
        try:
            if not self._connection.poll(timeout):
                return None
            # An array that is unpickled first imports numpy._core.numeric. Were another thread importing
            # numpy just then, each would wait for the other, and one would find it half made.
            import numpy  # noqa: F401

            message: Message = self._connection.recv()
        except (EOFError, OSError) as error:
            raise self._death() from error
        return message

    def quit(self, grace: float = 10.0) -> list[Message]:
        """Ends the process: asks it to stop its jobs and save, waits, and kills it after `grace` seconds.

        Returns:
            The messages that still came, in order.
        """
        if self._process is None or self._connection is None:
            return []
        deadline = time.monotonic() + grace
        messages: list[Message] = []
        # The pipe is read to its end, because a job that waits for room in it could not end.
        with contextlib.suppress(EngineDied):
            self._send(Quit())
            while (left := deadline - time.monotonic()) > 0:
                if (message := self.receive(left)) is not None:
                    messages.append(message)
        self._process.join(max(0.0, deadline - time.monotonic()))
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._connection.close()
        self._process.close()
        self._connection = self._process = None
        return messages

    def _send(self, message: Submit | Stop | Quit) -> None:
        if self._connection is None:
            raise EngineDied(None)
        try:
            with self._sending:
                self._connection.send(message)
        except OSError as error:
            raise self._death() from error

    def _death(self) -> EngineDied:
        assert self._process is not None
        self._process.join(5.0)  # the pipe's end is seen a moment before the exit code is there
        return EngineDied(self._process.exitcode, str(log_dir() / f"{self._name}.log"))
