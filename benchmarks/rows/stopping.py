"""A stop is followed wherever it is asked for."""

from __future__ import annotations

from benchmarks import data
from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_OURS = Contestant("workbench", "benchmarks.stopping:measure", is_ready=True)


def _figures(measured: Measured) -> list[Figure]:
    names = [key.removeprefix("stop ") for key in measured.runs[_OURS.name][0] if key.startswith("stop ")]
    return [
        Figure(f"stopped while {name}", measured.median(_OURS.name, f"stop {name}"), " s", at_most=2.0)
        for name in names
    ]


ROWS = (
    Benchmark(
        "stopping",
        "Stopped in the middle of each stage of a job; 10,000 photos of 32 px, and ants and bees.",
        (_OURS,),
        _figures,
        data.many_and_few,
        runs=1,
    ),
)
