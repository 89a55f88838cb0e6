"""A folder of very many photos in the window."""

from __future__ import annotations

from benchmarks import data
from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_OURS = Contestant("workbench", "benchmarks.gallery:measure", is_ready=True)


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
    ]


ROWS = (
    Benchmark(
        "gallery",
        "The window with a folder of 20,000 photos (CIFAR-10, enlarged to 192 px) open: 600 frames of"
        " scrolling, slowly, quickly and to anywhere; and its event loop, with a heartbeat every 5 ms, while"
        " the photos are examined.",
        (_OURS,),
        _figures,
        data.very_many,
        runs=1,
    ),
)
