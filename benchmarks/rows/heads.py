"""Heads of mode *instant*: how quickly they follow when photos are added, taken away or moved."""

from __future__ import annotations

from benchmarks import data
from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_OURS = Contestant("workbench", "benchmarks.ours:fit_heads", is_ready=True)
_SECONDS = {
    "added_seconds": "a photo added",
    "removed_seconds": "a photo taken away",
    "reclassed_seconds": "a photo moved to another class",
}
_OTHERS = {"ridge_seconds": "ridge", "first_seconds": "logistic, the first time"}


def _figures(measured: Measured) -> list[Figure]:
    def value(key: str) -> float:
        return measured.median(_OURS.name, key)

    return [
        *(Figure(words, value(key), " s", at_most=0.5, digits=3) for key, words in _SECONDS.items()),
        *(Figure(words, value(key), " s", digits=3) for key, words in _OTHERS.items()),
        *(
            Figure(f"{kind}, {words}", value(f"{kind}_{key}"), digits=3)
            for kind in ("ridge", "logistic")
            for key, words in (
                ("accuracy", "accuracy out of fold"),
                ("validation_accuracy", "accuracy on the held-out photos"),
                ("calibration_error", "expected calibration error"),
            )
        ),
    ]


ROWS = tuple(
    Benchmark(
        f"heads.{prepare.__name__}",
        "Fitting a head to features that are there already, and following a change of one photo."
        f" Photos: `{prepare.__name__}`.",
        (_OURS,),
        _figures,
        prepare,
        runs=1,
    )
    for prepare in (data.ants_bees, data.sign_digits)
)
