"""Photos on their way into the cache."""

from __future__ import annotations

from benchmarks import decode
from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_FIRST = Contestant("scan into the cache", "benchmarks.decode:into_cache")
_AGAIN = Contestant("second scan", "benchmarks.decode:from_cache")
_PILLOW = Contestant("Pillow, decoded whole", "benchmarks.decode:pillow")
_BOTH = Contestant("scaled and whole", "benchmarks.decode:scaled_against_full")


def _sooner(measured: Measured) -> list[Figure]:
    if not measured.has(_FIRST.name, _PILLOW.name):
        return []
    ratio = measured.median(_PILLOW.name) / measured.median(_FIRST.name)
    speed = measured.median(_FIRST.name, "photos") / measured.median(_FIRST.name)
    return [
        Figure(f"{_FIRST.name} sooner than {_PILLOW.name}", ratio, "×", at_least=3, digits=1),
        Figure("photos a second", speed, digits=1),
    ]


def _lost(measured: Measured) -> list[Figure]:
    lost, same = (measured.median(_BOTH.name, key) for key in ("points_lost", "same_answers"))
    return [
        Figure("accuracy lost by scaled decoding", lost, " points", at_most=0.2),
        Figure("same answers", same, " %", digits=1),
    ]


ROWS = (
    Benchmark(
        "decode",
        "40 photos of 12 megapixels, three of four lying on a side or on their head: scanned into an empty"
        " cache, against opening, converting and resizing each with Pillow in as many threads.",
        (_FIRST, _AGAIN, _PILLOW),
        _sooner,
        decode.large_photos,
    ),
    Benchmark(
        "decode_accuracy",
        "200 ImageNet photos, enlarged so that each is decoded at 1/2, 1/4 or 1/8 of its size, answered by"
        " EfficientNet-Lite0 as it comes; against the same photos decoded whole.",
        (_BOTH,),
        _lost,
        decode.labelled_photos,
        runs=1,
    ),
)
