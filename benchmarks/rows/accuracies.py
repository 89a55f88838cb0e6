"""The accuracies that are promised, which the slow tests hold too."""

from __future__ import annotations

from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_NAME = "workbench"
_SENTENCES = {
    "ants_bees": "245 photos, mode *transfer* on EfficientNet-Lite0, recommended settings.",
    "sign_digits": "1,651 photos of hands, from nothing, *Design your own* as it stands.",
    "cifar10": "47,500 photos of 32 px, from nothing, the quick network.",
}


def _figures(measured: Measured) -> list[Figure]:
    target = measured.median(_NAME, "target")
    return [Figure("accuracy", measured.median(_NAME, "accuracy"), "", at_least=target, digits=3)]


ROWS = tuple(
    Benchmark(
        f"accuracy.{key}",
        f"{sentence} From the folder's path to the tested model.",
        (Contestant(_NAME, "benchmarks.accuracy:measure", {"name": key}),),
        _figures,
        lambda data, scratch: {"data": str(data)},
        runs=1,
    )
    for key, sentence in _SENTENCES.items()
)
