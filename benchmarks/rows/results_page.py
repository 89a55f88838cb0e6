"""Results with very many held-out photos."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from benchmarks import data
from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_OURS = Contestant("workbench", "benchmarks.results_page:measure", is_ready=True)
_PAINT_MS, _OPEN_SECONDS = 100, 2


def _figures(measured: Measured) -> list[Figure]:
    if not measured.has(_OURS.name):
        return []

    def of(key: str) -> float:
        return measured.median(_OURS.name, key)

    paints = {
        "again_ms": "matrix repainted, all of it",
        "zoomed_ms": "matrix repainted, looked at closely",
        "moved_ms": "matrix looked at closely, moved elsewhere",
        "first_ms": "matrix painted with other counts",
        "ordered_ms": "matrix painted in another order",
        "worst_ms": "longest of all these",
    }
    return [
        Figure("Results opened, all numbers and photos", of("seconds"), " s", at_most=_OPEN_SECONDS),
        Figure("number and matrix seen", of("at_once_seconds"), " s"),
        Figure("heartbeat meanwhile, longest", of("beat_max_ms"), " ms", digits=1),
        Figure("numbers of all classes, without a window", of("numbers_seconds"), " s"),
        Figure("curves and calibration, where they are opened", of("curves_seconds"), " s"),
        Figure("order of classes by what is mixed up", of("order_seconds"), " s"),
        *(
            Figure(words, of(key), " ms", at_most=None if key == "worst_ms" else _PAINT_MS, digits=1)
            for key, words in paints.items()
        ),
        Figure("findings of Images waited for before that", of("findings_seconds"), " s", digits=1),
        Figure("memory of the window's process", of("window_mb"), " MB", digits=0),
    ]


def _row(classes: int, prepare: Callable[..., dict[str, str]]) -> Benchmark:
    return Benchmark(
        f"results_page.{classes}_classes",
        f"The page Results of a run that has predicted 10,000 photos of {classes:,} classes (made-up photos"
        " and predictions, the rest is the program): from the click on Results, the folder open and nothing"
        " else under way, to all numbers and the photos of its mistakes; and its matrix, painted 15 times"
        " each way, the median.",
        (_OURS,),
        _figures,
        prepare,
        runs=1,
        needs_data=False,
    )


ROWS = tuple(_row(classes, partial(data.held_out, classes=classes)) for classes in (10, 1000))
