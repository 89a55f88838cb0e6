"""Checks of a folder: what was planted is found, and clean folders are left alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_PLANTED = {"sign_digits": (0.05, 0.10), "ants_bees": (0.10, 0.20)}
"""Share of the photos that are put into a wrong class, and how much of the list is looked through."""
_CLEAN = Contestant("workbench", "benchmarks.health:clean", is_ready=True)
_FOLDERS = ("ants_bees", "sign_digits")


def _wrong_class(name: str) -> Benchmark:
    share, first = _PLANTED[name]
    ours = Contestant(
        "workbench", "benchmarks.health:wrong_class", {"share": share, "first": first}, is_ready=True
    )

    def figures(measured: Measured) -> list[Figure]:
        found = measured.median(ours.name, "found")
        listed = measured.median(ours.name, "listed")
        return [
            Figure(f"found in the first {first:.0%} of the list", found, " %", at_least=80, digits=1),
            Figure("of the photos are in the list", listed, " %", digits=1),
        ]

    return Benchmark(
        f"health.wrong_class.{name}",
        f"{share:.0%} of the training photos put into another class at random, 3 draws. Photos: `{name}`.",
        (ours,),
        figures,
        lambda data, scratch: {"folder": str(data / name)},
        runs=1,
    )


def _clean(measured: Measured) -> list[Figure]:
    (run, *_) = measured.runs[_CLEAN.name]
    found = []
    for folder in _FOLDERS:
        found.append(Figure(f"shortcuts, {folder}", run[f"shortcuts {folder}"], "", at_most=0, digits=0))
        border = run[f"border planted {folder}"]
        found.append(Figure(f"planted border tells, {folder}", border, " %", at_least=50, digits=0))
        for check in ("blank", "blurred", "dark", "burnt", "tiny"):
            found.append(Figure(f"{check}, {folder}", run[f"{check} {folder}"], " %", at_most=1, digits=2))
    return found


def _folders(data: Path, scratch: Path) -> dict[str, Any]:
    return {"folders": [str(data / name) for name in _FOLDERS]}


ROWS = (
    *map(_wrong_class, _PLANTED),
    Benchmark(
        "health.clean",
        "Folders as they are: which shortcuts are found, how many photos stand out; one shortcut planted.",
        (_CLEAN,),
        _clean,
        _folders,
        runs=1,
    ),
)
