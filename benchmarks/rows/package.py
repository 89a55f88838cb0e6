"""The packaged program: how soon its window can be used, whether it always comes, how large it is."""

from __future__ import annotations

import statistics

from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_START = "benchmarks.package:start"
_COLD = Contestant("light edition, cold", _START, {"cold": True})
_WARM = Contestant("light edition, again", _START, {"cold": False})
_STARTS = 20


def _figures(measured: Measured) -> list[Figure]:
    figures: list[Figure] = []
    if measured.has(_COLD.name):
        cold = measured.runs[_COLD.name]
        slowest = max(run["seconds"] for run in cold)
        note = f"slowest {slowest:.2f} s; the program's own files were out of the system's cache"
        figures.append(Figure("cold start", measured.median(_COLD.name), " s", at_most=3, note=note))
        if all("usable" in run for run in cold if run["started"]):
            usable = statistics.median(run.get("usable", run["seconds"]) for run in cold)
            figures.append(Figure("cold start, until a key is answered", usable, " s", at_most=3))
    if measured.has(_WARM.name):
        figures.append(Figure("start, files in the cache", measured.median(_WARM.name), " s"))
    starts = [run for name in (_COLD.name, _WARM.name) for run in measured.runs.get(name, ())]
    if starts:
        there = sum(run["started"] for run in starts)
        of = f" of {len(starts)}"
        figures.append(Figure("starts that came to a window", there, of, at_least=len(starts), digits=0))
        size = starts[-1]
        figures.append(Figure("unpacked", size["unpacked_mb"], " MB", at_most=350, digits=0))
        if size["zipped_mb"] is not None:
            figures.append(Figure("zipped", size["zipped_mb"], " MB", at_most=150, digits=0))
    return figures


ROWS = (
    Benchmark(
        "package",
        "From the start of the packaged program's process to its first page on an X11 screen, with nothing"
        " remembered; then it is closed.",
        (_COLD, _WARM),
        _figures,
        runs=_STARTS,
        needs_data=False,
    ),
)
