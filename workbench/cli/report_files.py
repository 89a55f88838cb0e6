"""The reports that `evaluate` is asked to write."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from workbench.cli.outputs import written_first
from workbench.core.data.left_out import count_files
from workbench.core.evaluation import Evaluation
from workbench.core.outputs import REPORT
from workbench.core.report.gather import report_of_test
from workbench.core.stress.findings import kept_of
from workbench.report.found import Found
from workbench.report.writing import write_report


def _write(model: Path, result: Evaluation, file: Path) -> None:
    report = report_of_test(
        model,
        result.table,
        result.metrics.measures,
        result.cautions,
        subset=result.subset,
        roots=result.roots,
        samples=result.photos,
        same=result.same,
        nearly=result.nearly,
        skipped=count_files(result.skipped),
    )
    write_report(
        report,
        file,
        Found(kept_of(model), result.kinds, {s.id: s.path for s in result.photos}, elsewhere=True),
    )


@contextlib.contextmanager
def reports_first(options: argparse.Namespace, result: Evaluation) -> Iterator[None]:
    """Writes the reports; where one cannot be written after all, the numbers are printed first.

    Raises:
        WorkbenchError: One could not be written.
    """
    with contextlib.ExitStack() as written:
        for file in options.report:
            written.enter_context(
                written_first(options, REPORT, file, partial(_write, options.model, result))
            )
        yield
