"""What the processes of one test run share: folders that are filled once, and the machine's cores."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def all_cores(config: pytest.Config) -> None:
    """Chooses how many processes run the tests, before pytest-xdist reads it, and gives each one thread.

    One for each core where the whole suite is asked for; else as `-n` says, and without it this one alone.
    A file's tests stay in one process, because they share an engine or a run.
    """
    option = config.option
    if not hasattr(option, "numprocesses") or hasattr(config, "workerinput"):
        return  # without pytest-xdist, or in one of its processes
    whole = config.args_source is config.ArgsSource.TESTPATHS
    if option.numprocesses is None and whole and not option.collectonly and not option.usepdb:
        option.numprocesses = (
            len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        )
    if (option.numprocesses or 0) > 1:
        option.dist = "loadfile"
        # After a crash, pytest-xdist may hand out files that are done, and then waits for ever.
        option.maxworkerrestart = option.maxworkerrestart or "0"
        option.loadscopereorder = False  # it puts files with few tests, the long ones, last
        # Torch, OpenVINO and ONNX Runtime in these processes and in all that they start.
        for variable in _THREADS:
            os.environ.setdefault(variable, "1")


class Shared:
    """Folders in the test run's own temporary folder, each filled by whichever process comes first."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        base = factory.getbasetemp()
        self._folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
        self._folder.mkdir(exist_ok=True)

    def folder(self, name: str, fill: Callable[[Path], object]) -> Path:
        """A folder that `fill` has filled, once in the whole run; tests must not change it."""
        folder = self._folder / name
        with FileLock(self._folder / f"{name}.lock"):
            if not folder.exists():
                making = self._folder / f"{name}.making"
                making.mkdir()
                fill(making)
                making.rename(folder)
        return folder
