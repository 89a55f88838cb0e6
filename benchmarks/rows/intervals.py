"""The interval beside the number: how often it holds what is true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks import data
from benchmarks.contest import Benchmark, Contestant, Figure, Measured
from benchmarks.intervals import DRAWS, SIZES

_NAME = "workbench"


def _figures(measured: Measured) -> list[Figure]:
    figures = []
    for size in SIZES:
        held, above, below, gap, wide = (
            100 * measured.median(_NAME, f"{key}_{size}") for key in ("held", "above", "below", "gap", "wide")
        )
        note = (
            f"above the accuracy in {above:.1f} %, below in {below:.1f} %; the estimate is "
            f"{gap:+.1f} points off on average, the interval {wide:.0f} points wide"
        )
        words = f"{size} photos: the interval holds the accuracy"
        figures += [
            Figure(words, held, " %", at_least=92, digits=1, note=note),
            Figure(f"{words}, and is no wider than that takes", held, " %", at_most=98, digits=1),
        ]
    return figures


def many_of_cifar10(data_folder: Path, scratch: Path) -> dict[str, Any]:
    """4,000 test photos of CIFAR-10."""
    return data.few_of_cifar10(data_folder, scratch, 400)


def whole_sign_digits(data_folder: Path, scratch: Path) -> dict[str, Any]:
    """As it lies there: 2,062 photos in ten classes."""
    return {"folder": str(data_folder / "sign_digits")}


ROWS = tuple(
    Benchmark(
        f"intervals.{prepare.__name__}",
        f"Of {DRAWS} training sets that are drawn at random, how often the 95 % interval of the "
        "cross-validated estimate holds the accuracy of the model on all other photos. "
        f"Photos: `{prepare.__name__}`.",
        (Contestant(_NAME, "benchmarks.intervals:measure", is_ready=True),),
        _figures,
        prepare,
        runs=1,
    )
    for prepare in (whole_sign_digits, many_of_cifar10)
)
