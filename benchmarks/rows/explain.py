"""Whether an explanation shows what an answer stands on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_OURS = Contestant("workbench", "benchmarks.explain:covering", is_ready=True)


def _photos(data: Path, scratch: Path) -> dict[str, Any]:
    return {"photos": str(data / "imagenet_200")}


def _figures(measured: Measured) -> list[Figure]:
    if not measured.has(_OURS.name):
        return []

    def of(key: str) -> float:
        return measured.median(_OURS.name, key)

    return [
        Figure("photos of which it falls further", 100 * of("falls_further"), " %", at_least=80, digits=1),
        Figure("mean probability, whole", of("whole"), ""),
        Figure("the hottest fifth covered", of("hottest"), ""),
        Figure("a fifth at random covered", of("random"), ""),
        Figure("to explain one answer", of("heat_ms"), " ms", digits=0),
    ]


ROWS = (
    Benchmark(
        "explain",
        "EfficientNet-Lite0 with its own head on 200 ImageNet photos: the probability of the true class with"
        " the hottest fifth of the photo covered, and with a fifth drawn at random (7 × 7 cells, mean"
        " colour).",
        (_OURS,),
        _figures,
        _photos,
        runs=1,
    ),
)
