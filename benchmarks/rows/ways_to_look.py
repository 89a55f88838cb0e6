"""Ways to look at photos: a second network, a larger input, several crops, closely for small objects."""

from __future__ import annotations

from benchmarks import data
from benchmarks.contest import Benchmark, Contestant, Figure, Measured
from benchmarks.ways_to_look import FOLDS

_LITE0 = "efficientnet_lite0"
_WAYS = {
    "two networks": {"architecture": "two_efficientnets"},
    "320 pixels": {"architecture": _LITE0, "input_size": 320},
    "672 pixels": {"architecture": _LITE0, "input_size": 672},
    "2 × 2 crops of 448 pixels": {"architecture": _LITE0, "crops": 2},
    "3 × 3 crops of 448 pixels": {"architecture": _LITE0, "crops": 3},
    "448 pixels, the greatest anywhere": {"architecture": "efficientnet_lite0_max", "input_size": 448},
    "672 pixels, the greatest anywhere": {"architecture": "efficientnet_lite0_max"},
}


def _figures(measured: Measured) -> list[Figure]:
    return [_figure(measured, name) for name in _WAYS if measured.has(name)]


def _figure(measured: Measured, name: str) -> Figure:
    accuracy, usual, seconds, p_value = (
        measured.median(name, key) for key in ("accuracy", "usual", "seconds", "p_value")
    )
    put_right, spoiled, photos = (
        int(measured.median(name, key)) for key in ("put_right", "spoiled", "photos")
    )
    note = (
        f"{accuracy:.3f} in place of {usual:.3f} of {photos:,} photos: {put_right} put right, {spoiled} "
        f"spoiled (p = {p_value:.3f}); {seconds:.0f} s to look"
    )
    return Figure(f"{name}, in points", 100 * (accuracy - usual), digits=1, note=note)


ROWS = tuple(
    Benchmark(
        f"ways_to_look.{prepare.__name__}",
        f"Accuracy in {FOLDS} folds against one network at 224 pixels. Photos: `{prepare.__name__}`.",
        tuple(
            Contestant(name, "benchmarks.ways_to_look:measure", arguments, is_ready=True)
            for name, arguments in _WAYS.items()
        ),
        _figures,
        prepare,
        runs=1,
    )
    for prepare in (
        data.ants_bees,
        data.some_of_sign_digits,
        data.some_of_cifar10,
        data.small_objects,
        data.smaller_objects,
    )
)
