"""A folder of very many photos in the window."""

from __future__ import annotations

from statistics import median

from benchmarks import data
from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_OURS = Contestant("workbench", "benchmarks.gallery:measure", is_ready=True)
_EDITS = {
    "classed": ("500 photos put into a class by a key, seen and kept", 0.5),
    "classed, undone": ("the same undone", 0.5),
    "left out": ("500 photos left out by a key, seen and kept", 0.5),
    "left out, undone": ("the same undone", 0.5),
    "all selected": ("all 20,000 selected", 0.5),
    "all classed": ("all 20,000 put into a class, seen and kept", None),
    "all classed, undone": ("the same undone", None),
}
"""Of each kind of edit what was done, and the seconds that it may take."""


def _figures(measured: Measured) -> list[Figure]:
    if not measured.has(_OURS.name):
        return []

    def of(key: str) -> float:
        return measured.median(_OURS.name, key)

    return [
        Figure("photos known to first thumbnails, cache warm", of("shown_seconds"), " s", at_most=1),
        Figure("started to first thumbnails, cache warm", of("seconds"), " s", digits=1),
        Figure("started to first thumbnails, first time", of("first_seconds"), " s", digits=1),
        Figure("scrolling, a frame, 99th percentile", of("frame_p99_ms"), " ms", at_most=33, digits=1),
        Figure("scrolling, longest frame", of("frame_max_ms"), " ms", digits=1),
        Figure("frames of 600 in which a photo had not come yet", of("skeletons"), "", digits=0),
        Figure("memory of the window's process", of("window_mb"), " MB", at_most=400, digits=0),
        Figure("heartbeat while examining, 99th percentile", of("beat_p99_ms"), " ms", at_most=33, digits=1),
        Figure("heartbeat while examining, longest", of("beat_max_ms"), " ms", digits=1),
        Figure("chosen again in the window to its thumbnails", of("again_seconds"), " s", at_most=2),
        Figure("heartbeat meanwhile, longest", of("again_beat_max_ms"), " ms", digits=1),
        Figure("start of the program to thumbnails", of("started_seconds"), " s", at_most=2),
        *(_edit(measured, kind) for kind in _EDITS),
    ]


def _edit(measured: Measured, kind: str) -> Figure:
    words, most = _EDITS[kind]

    def of(key: str) -> float:
        return median(run["edits"][kind][key] for run in measured.runs[_OURS.name])

    slowest, beat = of("worst_seconds"), of("beat_max_ms")
    note = f"at slowest {slowest:.2f} s; heartbeat at longest {beat:.0f} ms"
    return Figure(words, of("seconds"), " s", at_most=most, note=note)


ROWS = (
    Benchmark(
        "gallery",
        "The window with a folder of 20,000 photos (CIFAR-10, enlarged to 192 px) open: 600 frames of"
        " scrolling, slowly, quickly and to anywhere; and its event loop, with a heartbeat every 5 ms, while"
        " the photos are examined. Then opened again: chosen from the menu of recent folders, in a window"
        " with another folder; and by starting the program, Python and all. Then edited by keys, 5 times,"
        " until the page is painted with it and the project's file holds it.",
        (_OURS,),
        _figures,
        data.very_many,
        runs=1,
    ),
)
