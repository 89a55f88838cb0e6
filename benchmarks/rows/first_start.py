"""The first start, and a model of a large folder before it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks import data
from benchmarks.contest import Benchmark, Contestant, Figure, Measured
from benchmarks.rows.peers import fastai

_FRESH = Contestant("workbench, fresh home", "benchmarks.first_start:command")
_READY = Contestant("workbench, ready", "benchmarks.first_start:command", is_ready=True)
_FASTAI = fastai(1)[1]
_SAMPLE = Contestant("window, fresh home", "benchmarks.first_start:sample")
_ANSWERING = Contestant("workbench", "benchmarks.first_start:answering", is_ready=True)
_TARGETS = {1_000: 3, 10_000: 4, 60_000: 6}


def _whole(measured: Measured) -> list[Figure]:
    found = []
    for ours, target in ((_FRESH, 8), (_READY, 4)):
        if measured.has(ours.name):
            seconds = measured.median(ours.name)
            found.append(Figure(f"whole process, {ours.name}", seconds, " s", at_most=target, digits=1))
    if measured.has(_FASTAI.name):
        theirs = measured.median(_FASTAI.name) + measured.median(_FASTAI.name, "import_seconds")
        found.append(Figure(f"{_FASTAI.name}, with its imports", theirs, " s", digits=1))
    return found


def _sample(measured: Measured) -> list[Figure]:
    return [
        Figure("to the first number", measured.median(_SAMPLE.name), " s", at_most=12, digits=1),
        Figure("of that, until the photos are drawn and read", measured.median(_SAMPLE.name, "read"), " s"),
    ]


def cifar10_photos(count: int, whole: Path, scratch: Path) -> dict[str, Any]:
    """So many of CIFAR-10's photos, the same share of each class, as files in one folder a class."""
    unpacked = Path(data.cifar10(whole, scratch / "all")["folder"])
    classes: dict[str, list[Path]] = {}
    for path in sorted(unpacked.rglob("*.jpg")):
        classes.setdefault(path.parent.name, []).append(path)
    for name, paths in classes.items():
        place = scratch / "photos" / name
        place.mkdir(parents=True)
        for path in paths[: count // len(classes)]:
            path.rename(place / f"{path.parent.parent.name} {path.name}")
    return {"folder": str(scratch / "photos")}


def _answering(count: int) -> Benchmark:
    def figures(measured: Measured) -> list[Figure]:
        samples = measured.median(_ANSWERING.name, "samples")
        note = f"from {samples:.0f} of {count:,} photos"
        seconds = measured.median(_ANSWERING.name)
        return [
            Figure("to a model that answers", seconds, " s", at_most=_TARGETS[count], digits=1, note=note),
            Figure("its cross-validated accuracy", measured.median(_ANSWERING.name, "accuracy"), ""),
        ]

    return Benchmark(
        f"any_size.answers_{count}",
        f"{count:,} photos of CIFAR-10 as files: from choosing the folder to an answer of a first model.",
        (_ANSWERING,),
        figures,
        lambda whole, scratch: cifar10_photos(count, whole, scratch),
    )


ROWS = (
    Benchmark(
        "first_start.ants_bees",
        "`workbench train` on ants_bees, the whole process with its imports.",
        (_FRESH, _READY, _FASTAI),
        _whole,
        data.ants_bees,
    ),
    Benchmark(
        "first_start.sample",
        "From the click on *Try with sample photos* on a fresh home to the first number.",
        (_SAMPLE,),
        _sample,
        needs_data=False,
    ),
    *(_answering(count) for count in _TARGETS),
)
