"""Every benchmark; to add one, add a row in `benchmarks/rows`."""

from __future__ import annotations

from benchmarks.contest import Benchmark
from benchmarks.rows import (
    accuracies,
    any_size_heads,
    asking,
    copies,
    decoding,
    explain,
    few_photos,
    first_start,
    following,
    gallery,
    heads,
    health,
    intervals,
    models,
    package,
    program,
    reject,
    results_page,
    same_answer,
    stopping,
    training,
    ways_to_look,
    whole_job,
)

BENCHMARKS: tuple[Benchmark, ...] = (
    *first_start.ROWS,
    *models.ROWS,
    *few_photos.ROWS,
    *ways_to_look.ROWS,
    *heads.ROWS,
    *intervals.ROWS,
    *following.ROWS,
    *asking.ROWS,
    *any_size_heads.ROWS,
    *whole_job.ROWS,
    *decoding.ROWS,
    *copies.ROWS,
    *health.ROWS,
    *training.ROWS,
    *program.ROWS,
    *gallery.ROWS,
    *results_page.ROWS,
    *package.ROWS,
    *explain.ROWS,
    *reject.ROWS,
    *same_answer.ROWS,
    *stopping.ROWS,
    *accuracies.ROWS,
)


def named(name: str) -> list[Benchmark]:
    """The benchmark called `name`, or all whose names begin with `name.`.

    Raises:
        SystemExit: There is none.
    """
    found = [row for row in BENCHMARKS if row.name == name or row.name.startswith(f"{name}.")]
    if not found:
        names = "\n  ".join(row.name for row in BENCHMARKS)
        raise SystemExit(f"There is no benchmark called “{name}”. They are:\n  {names}")
    return found
