"""The files of results that commands are asked to write besides what they print."""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from workbench.core.errors import WorkbenchError
from workbench.core.outputs import PREDICTION_FILE, REPORT, TABLE, OutputKind, check_output
from workbench.report.writing import check_report


def _asked_for(options: argparse.Namespace) -> list[tuple[Path, OutputKind]]:
    """The files that a command was asked to write besides what it prints."""
    asked = ((getattr(options, "csv", None), TABLE), (options.predictions, PREDICTION_FILE))
    reports = [(path, REPORT) for path in getattr(options, "report", [])]
    return [(path, kind) for path, kind in asked if path is not None] + reports


def check_outputs(options: argparse.Namespace, inputs: Sequence[Path]) -> None:
    """Refuses what must not be written to, before any work is done."""
    for path, kind in _asked_for(options):
        if kind is REPORT:
            check_report(path, inputs)
        else:
            check_output(path, kind, inputs)


def without_outputs(options: argparse.Namespace, paths: Sequence[Path]) -> list[Path]:
    """The photos to look at: a table of answers that lies among them is none."""
    written = {os.path.realpath(path) for path, _ in _asked_for(options)}
    return [path for path in paths if not written or os.path.realpath(path) not in written]


@contextlib.contextmanager
def written_first(
    options: argparse.Namespace, kind: OutputKind, file: Path | None, write: Callable[[Path], None]
) -> Iterator[None]:
    """Writes a file of results; where that fails after all, they are printed first, and not lost.

    Raises:
        WorkbenchError: It could not be written.
    """
    failure: WorkbenchError | None = None
    if file is not None:
        try:
            check_output(file, kind)  # somebody may have put something there since the work began
            write(file)
        except WorkbenchError as error:
            failure = error
            options.csv = None  # so that the answers are printed
    yield
    if failure is not None:
        raise failure
