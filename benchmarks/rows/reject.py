"""“None of these”: strangers, and photos of the classes that were held back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import data
from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_OURS = Contestant("workbench", "benchmarks.reject:refusing", is_ready=True)
_PHOTOS = {"sign_digits": data.sign_digits, "ants_bees": data.ants_bees}


def _prepare(own: str, *strangers: str) -> Callable[[Path, Path], dict[str, Any]]:
    def prepare(folder: Path, scratch: Path) -> dict[str, Any]:
        return {**_PHOTOS[own](folder, scratch), "data": str(folder), "strangers": ",".join(strangers)}

    return prepare


def _figures(strangers: tuple[str, ...], *, wanted: bool) -> Callable[[Measured], list[Figure]]:
    def figures(measured: Measured) -> list[Figure]:
        if not measured.has(_OURS.name):
            return []

        def of(key: str) -> float:
            return measured.median(_OURS.name, key)

        made = []
        for caution in ("careful", "middle", "bold"):
            target = wanted and caution == "careful"
            for name in strangers:
                least = 90 if target else None
                made.append(
                    Figure(f"{caution}: {name} refused", of(f"{caution}_{name}"), " %", least, digits=1)
                )
            most = 10 if target else None
            made += [
                Figure(f"{caution}: held back refused", of(f"{caution}_held"), " %", at_most=most, digits=1),
                Figure(f"{caution}: as its price says", of(f"{caution}_promised"), " %", digits=1),
                Figure(f"{caution}: right of the rest", of(f"{caution}_right"), " %", digits=1),
            ]
        return [*made, Figure("right of all held back", 100 * of("accuracy"), " %", digits=1)]

    return figures


ROWS = (
    Benchmark(
        "reject.sign_digits",
        "An instant model of hand signs, a fifth of them held back; insects and 200 ImageNet photos are"
        " strangers to it. What it refuses at each setting.",
        (_OURS,),
        _figures(("ants_bees", "imagenet_200"), wanted=True),
        _prepare("sign_digits", "ants_bees", "imagenet_200"),
        runs=1,
    ),
    Benchmark(
        "reject.ants_bees",
        "An instant model of 245 photos of ants and bees in the open, the folder's own validation set held"
        " back; hand signs and 200 ImageNet photos, some of insects, are strangers to it.",
        (_OURS,),
        _figures(("sign_digits", "imagenet_200"), wanted=False),
        _prepare("ants_bees", "sign_digits", "imagenet_200"),
        runs=1,
    ),
)
