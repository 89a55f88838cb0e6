"""Classing by doing: photos that a person has to class, asked for as the window does and in random order."""

from __future__ import annotations

from benchmarks import data
from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_USEFUL, _RANDOM = "the most useful first", "in random order"
_DRAWS = {"ants_bees": 60, "sign_digits": 5}


def _figures(measured: Measured) -> list[Figure]:
    found = []
    for name in (_USEFUL, _RANDOM):
        if measured.has(name):
            note = f"all photos: {measured.median(name, 'whole'):.3f}"
            found.append(Figure(f"{name}: photos", measured.median(name, "needed"), digits=1, note=note))
    if measured.has(_USEFUL, _RANDOM):
        share = measured.median(_USEFUL, "needed") / measured.median(_RANDOM, "needed")
        found.append(Figure("fewer photos", 100 * (1 - share), " %", at_least=30, digits=0))
    return found


ROWS = tuple(
    Benchmark(
        f"asking.{prepare.__name__}",
        "Photos classed one after the other until a model reaches 95 % of the accuracy that all of them give,"
        f" on photos held back; the mean of {_DRAWS[prepare.__name__]} draws. Photos: `{prepare.__name__}`.",
        tuple(
            Contestant(
                name,
                "benchmarks.asking:needed",
                {"asked": asked, "draws": _DRAWS[prepare.__name__]},
                is_ready=True,
            )
            for name, asked in ((_USEFUL, "useful"), (_RANDOM, "random"))
        ),
        _figures,
        prepare,
        runs=1,
    )
    for prepare in (data.ants_bees, data.sign_digits)
)
