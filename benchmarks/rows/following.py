"""A model that follows what a person does to the photos."""

from __future__ import annotations

from benchmarks import data
from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_TARGETS = {1000: 0.3, 10_000: 1.0}
_CONTESTANTS = {
    photos: Contestant(
        f"{photos:,} photos", "benchmarks.following:measure", {"photos": photos}, is_ready=True
    )
    for photos in _TARGETS
}


def _figures(measured: Measured) -> list[Figure]:
    return [
        Figure(f"{ours.name}, {edit.replace('_', ' ')}", measured.median(ours.name, f"{edit}_seconds"), " s",
               at_most=_TARGETS[photos])
        for photos, ours in _CONTESTANTS.items()
        if measured.has(ours.name)
        for edit in ("reclassed", "undone", "ten_left_out", "loose")
    ]  # fmt: skip


ROWS = (
    Benchmark(
        "following",
        "From the request to the service engine until its model has learned an edit. CIFAR-10's test photos.",
        tuple(_CONTESTANTS.values()),
        _figures,
        lambda folder, scratch: {"folder": data.many_and_few(folder, scratch)["many"]},
        runs=1,
    ),
)
