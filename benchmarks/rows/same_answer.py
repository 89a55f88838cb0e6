"""One model and one photo: the same probabilities whatever computes them."""

from __future__ import annotations

from benchmarks import data
from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_OURS = Contestant("workbench", "benchmarks.same_answer:measure", is_ready=True)


def _figures(measured: Measured) -> list[Figure]:
    names = [key.removeprefix("apart ") for key in measured.runs[_OURS.name][0] if key.startswith("apart ")]
    return [
        Figure(
            f"{name}: largest difference from torch in float32",
            measured.median(_OURS.name, f"apart {name}"),
            at_most=None if "bf16" in name else 0.001,
            digits=6,
            note=f"{measured.median(_OURS.name, f'classes {name}'):.0f} photos with another class",
        )
        for name in names
    ]


ROWS = tuple(
    Benchmark(
        f"same_answer.{prepare.__name__}",
        f"Probabilities of an instant model for 200 photos. Photos: `{prepare.__name__}`.",
        (_OURS,),
        _figures,
        prepare,
        runs=1,
    )
    for prepare in (data.ants_bees, data.sign_digits)
)
