"""Photos on their way into the cache."""

from __future__ import annotations

from benchmarks import decode
from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_OURS = Contestant("scan into the cache", "benchmarks.decode:into_cache")
_AGAIN = Contestant("scan again", "benchmarks.decode:from_cache")
_PILLOW = Contestant("Pillow's default path", "benchmarks.decode:pillow")
_SCALED = Contestant("scaled against full", "benchmarks.decode:scaled_against_full")


def _large(measured: Measured) -> list[Figure]:
    figures = []
    for contestant in (_OURS, _AGAIN, _PILLOW):
        if measured.has(contestant.name):
            speed = measured.median(contestant.name, "photos") / measured.median(contestant.name)
            figures.append(Figure(f"photos a second, {contestant.name}", speed, "", digits=0))
    if measured.has(_OURS.name, _PILLOW.name):
        ratio = measured.median(_PILLOW.name) / measured.median(_OURS.name)
        figures.append(Figure("quicker than Pillow's default path", ratio, "×", at_least=3))
    return figures


def _cost(measured: Measured) -> list[Figure]:
    def value(key: str) -> float:
        return measured.median(_SCALED.name, key)

    note = f"{value('accuracy_scaled'):.1f} % against {value('accuracy_full'):.1f} %."
    return [
        Figure("accuracy lost", value("points_lost"), " points", at_most=0.2, digits=1, note=note),
        Figure("same answers", value("same_answers"), " %", digits=1),
        Figure("mean difference of a pixel", value("pixel_difference"), " of 255"),
    ]


ROWS = (
    Benchmark(
        "decode.large",
        "40 photos of 12 megapixels, made by enlarging, as many threads as processors; ours are also "
        "hashed, checked to their end, turned upright and written down.",
        (_OURS, _AGAIN, _PILLOW),
        _large,
        decode.large_photos,
    ),
    Benchmark(
        "decode.cost",
        "200 photos of ImageNet classes, enlarged, through EfficientNet-Lite0 with its own head: decoded "
        "at 1/2, 1/4 or 1/8 of their size, and wholly.",
        (_SCALED,),
        _cost,
        decode.labelled_photos,
        runs=1,
    ),
)
