"""Checks of a folder: what was planted is found, and clean folders are left alone."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.contest import Benchmark, Contestant, Figure, Measured
from benchmarks.health import STANDING_OUT

Figures = Callable[[Measured], list[Figure]]
_PLANTED = {"sign_digits": (0.05, 0.10), "ants_bees": (0.10, 0.20)}
"""Share of the photos that are put into a wrong class, and how much of the list is looked through."""
_STRANGERS = 0.03


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

    planted = f"{share:.0%} of the training photos put into another class at random, 3 draws."
    return _row(f"wrong_class.{name}", name, planted, ours, figures)


def _clean(name: str) -> Benchmark:
    ours = Contestant("workbench", "benchmarks.health:clean", is_ready=True)

    def figures(measured: Measured) -> list[Figure]:
        (run, *_) = measured.runs[ours.name]
        return [
            Figure("shortcuts found", run["shortcuts"], "", at_most=0, digits=0),
            Figure("a planted border tells the classes", run["border"], " %", at_least=50, digits=0),
            *(Figure(f"{check} photos", run[check], " %", at_most=1, digits=2) for check in STANDING_OUT),
            Figure("examined", measured.median(ours.name), " s", digits=1),
        ]

    asked = "A folder as it is: which shortcuts are found, how many photos stand out."
    return _row(f"clean.{name}", name, asked, ours, figures)


def _outliers(name: str, least: float | None) -> Benchmark:
    ours = Contestant("workbench", "benchmarks.health:outliers", {"share": _STRANGERS}, is_ready=True)

    def figures(measured: Measured) -> list[Figure]:
        (run, *_) = measured.runs[ours.name]
        return [
            Figure("strangers planted", run["planted"], "", digits=0),
            Figure("of these found", run["found"], " %", at_least=least, digits=1),
            Figure("of the others taken for strangers", run["wrong"], " %", at_most=1, digits=2),
            Figure("taken for strangers where none are planted", run["alone"], " %", at_most=1, digits=2),
        ]

    return Benchmark(
        f"health.outliers.{name}",
        f"{_STRANGERS:.0%} photos of other things (`imagenet_200`) put among the classes. Photos: `{name}`.",
        (ours,),
        figures,
        lambda data, scratch: {
            "folder": str(data / name),
            "strangers": str(data / "imagenet_200"),
            "scratch": str(scratch),
        },
        runs=1,
    )


def _together(name: str) -> Benchmark:
    ours = Contestant("workbench", "benchmarks.health:together", is_ready=True)

    def figures(measured: Measured) -> list[Figure]:
        (run, *_) = measured.runs[ours.name]
        return [
            Figure("kept together by names and times", run["grouped"], " %", at_most=0.5, digits=2),
            Figure("copies", run["copies"], "", digits=0),
            Figure("strangers, learning curve and a second head", measured.median(ours.name), " s", digits=1),
        ]

    asked = "A folder without bursts and videos: what is taken for one, and how long a closer look takes."
    return _row(f"together.{name}", name, asked, ours, figures)


def _row(key: str, name: str, sentence: str, ours: Contestant, figures: Figures) -> Benchmark:
    return Benchmark(
        f"health.{key}",
        f"{sentence} Photos: `{name}`.",
        (ours,),
        figures,
        lambda data, scratch: {"folder": str(data / name)},
        runs=1,
    )


ROWS = (
    *map(_wrong_class, _PLANTED),
    *map(_clean, _PLANTED),
    _outliers("sign_digits", 95),
    _outliers("ants_bees", None),
    *map(_together, _PLANTED),
)
