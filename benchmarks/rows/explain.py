"""Whether an explanation shows what an answer stands on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks import data
from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_PLACES = Contestant("workbench", "benchmarks.explain:covering", is_ready=True)
_LEFT_OUT = Contestant("workbench", "benchmarks.influence:left_out", is_ready=True)


def _photos(whole: Path, scratch: Path) -> dict[str, Any]:
    return {"photos": str(whole / "imagenet_200")}


def _places(measured: Measured) -> list[Figure]:
    if not measured.has(_PLACES.name):
        return []

    def of(key: str) -> float:
        return measured.median(_PLACES.name, key)

    return [
        Figure("photos of which it falls further", 100 * of("falls_further"), " %", at_least=80, digits=1),
        Figure("mean probability, whole", of("whole"), ""),
        Figure("the hottest fifth covered", of("hottest"), ""),
        Figure("a fifth at random covered", of("random"), ""),
        Figure("to explain one answer", of("heat_ms"), " ms", digits=0),
    ]


def _influence(measured: Measured) -> list[Figure]:
    if not measured.has(_LEFT_OUT.name):
        return []

    def of(key: str) -> float:
        return measured.median(_LEFT_OUT.name, key)

    return [
        Figure("rank correlation, median of 60 photos", of("correlation"), "", at_least=0.95, digits=3),
        Figure("of a tenth of them, at most", of("least_tenth"), "", digits=3),
        Figure("what all photos add to one answer", of("pulls_ms"), " ms", digits=1),
    ]


ROWS = (
    Benchmark(
        "explain.influence",
        "What 50 learned photos of `ants_bees` add to the answers for 60 photos of its validation set, by"
        " `core/explain/influence.py`, against leaving each out and fitting the head again.",
        (_LEFT_OUT,),
        _influence,
        data.ants_bees,
        runs=1,
    ),
    Benchmark(
        "explain.places",
        "EfficientNet-Lite0 with its own head on 200 ImageNet photos: the probability of the true class with"
        " the hottest fifth of the photo covered, and with a fifth drawn at random (7 × 7 cells, mean"
        " colour).",
        (_PLACES,),
        _places,
        _photos,
        runs=1,
    ),
)
