"""Instant models of few photos: one network beside two."""

from __future__ import annotations

from benchmarks import data
from benchmarks.contest import Benchmark, Contestant, Figure, Measured
from benchmarks.few_photos import DRAWS, EACH

_ONE, _LARGER, _TWO = "EfficientNet-Lite0", "EfficientNet-Lite2", "both"
_KEYS = {_ONE: "efficientnet_lite0", _LARGER: "efficientnet_lite2", _TWO: "two_efficientnets"}


def _figures(measured: Measured) -> list[Figure]:
    figures = []
    for each in EACH:
        one, larger, two = (measured.median(name, f"accuracy_{each}") for name in _KEYS)
        note = f"{one:.3f} with one, {larger:.3f} with the larger one, {two:.3f} with both"
        words = f"{each} photos of each class: both against one, in points"
        figures.append(Figure(words, 100 * (two - one), at_least=0.0, digits=1, note=note))
    shares = measured.median(_TWO) / measured.median(_ONE)
    return [*figures, Figure("looking takes longer with both", shares, "×", digits=1)]


ROWS = tuple(
    Benchmark(
        f"few_photos.{prepare.__name__}",
        f"Accuracy on photos held back, the mean of {DRAWS} draws. Photos: `{prepare.__name__}`.",
        tuple(
            Contestant(name, "benchmarks.few_photos:measure", {"architecture": key}, is_ready=True)
            for name, key in _KEYS.items()
        ),
        _figures,
        prepare,
        runs=1,
    )
    for prepare in (data.ants_bees, data.sign_digits, data.few_of_cifar10)
)
