"""Altered copies of photos."""

from __future__ import annotations

from benchmarks import copies
from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_SETS = {
    "ants_bees": "397 photos about 500 × 375.",
    "sign_digits": "2,062 photos of hands, 100 × 100, all before the same ground.",
    "cifar10": "The first 500 of each class of CIFAR-10's training set, 32 × 32.",
    "cifar10_airplanes": "CIFAR-10's 5,000 aeroplanes, 32 × 32.",
}
_LOOKED_AT = {
    "ants_bees": "",
    "sign_digits": "Looked at by nobody.",
    "cifar10": "",
    "cifar10_airplanes": "Looked at one by one: some 255 of 270 pairs are copies, the others show similar "
    "aircraft. Their altered copies make up nearly all of the false pairs.",
}
_SPEED = Contestant("workbench", "benchmarks.copies:speed")


def _row(name: str, sentence: str) -> Benchmark:
    ours = Contestant("workbench", "benchmarks.copies:measure", {"name": name})

    def figures(measured: Measured) -> list[Figure]:
        (run, *_) = measured.runs[ours.name]
        found = []
        for how in copies.ALTERED:
            found.append(Figure(f"found, {how}", run["recall"][how], " %", at_least=95, digits=1))
            found.append(Figure(f"false pairs, {how}", run["wrong"][how], " %", at_most=1, digits=2))
        beside = Figure(
            "photos held to be another's copy", run["beside"], " %", digits=2, note=_LOOKED_AT[name]
        )
        return [*found, beside]

    return Benchmark(
        f"copies.{name}",
        f"Each photo and a copy of it, altered in one way and saved as JPEG: which are found to be the same "
        f"picture, all compared with all. {sentence}",
        (ours,),
        figures,
        lambda data, scratch: {"data": str(data)},
        runs=1,
    )


def _seconds(measured: Measured) -> list[Figure]:
    making = measured.median(_SPEED.name, "look_seconds")
    return [
        Figure("compared", measured.median(_SPEED.name), " s", at_most=10, digits=1),
        Figure("their looks made, during the scan, on one core", making, " s", digits=1),
    ]


ROWS = (
    *(_row(name, sentence) for name, sentence in _SETS.items()),
    Benchmark(
        "copies.speed",
        "10,000 photos of CIFAR-10, all compared with all.",
        (_SPEED,),
        _seconds,
        lambda data, scratch: {"data": str(data)},
    ),
)
