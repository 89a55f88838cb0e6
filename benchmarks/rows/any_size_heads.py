"""Heads of mode *instant* at any size: their share of the time, following changes, and what they lose."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import data
from benchmarks.child import run_in_child
from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_SIZES = ((250, 10), (2500, 10), (10_000, 10), (60_000, 10), (50_000, 1000))
_OURS = Contestant("workbench", "benchmarks.any_size_heads:accuracy")
_REFEREE = Contestant("scikit-learn, each fold solved", "benchmarks.peers.folds_solved:accuracy")
_CHANGES = {"added": "came", "removed": "went", "reclassed": "changed its class"}
_TRAINED, _HELD_OUT = 400, 200  # photos a class of CIFAR-10


def _name(samples: int, classes: int) -> str:
    return f"{samples:,} photos, {classes:,} classes"


def _costs(measured: Measured) -> list[Figure]:
    found = []
    for size in _SIZES:
        name = _name(*size)
        if not measured.has(name):
            continue
        drawn = "Drawn features." if measured.runs[name][0]["drawn"] else ""
        share = measured.median(name, "share")
        found.append(Figure(f"{name}: share of looking", share, at_most=0.15, digits=3, note=drawn))
        found.append(Figure(f"{name}: both heads", measured.median(name), " s", digits=2))
        found.append(Figure(f"{name}: processor", measured.median(name, "processor_seconds"), " s", digits=2))
        found.append(Figure(f"{name}: more memory", measured.median(name, "more_mb"), " MB", digits=0))
        found.append(Figure(f"{name}: accuracy", measured.median(name, "held_out_accuracy"), digits=3))
    return found


def _follows(measured: Measured) -> list[Figure]:
    return [
        Figure(f"{name}: one {words}", measured.median(name, f"{key}_seconds"), " s", at_most=most, digits=3)
        for name, most in (("1,000 photos", 0.3), ("10,000 photos", 1.0))
        if measured.has(name)
        for key, words in _CHANGES.items()
    ]


def _losses(measured: Measured) -> list[Figure]:
    found = [Figure("seconds", measured.median(_OURS.name), " s")]
    for where, words in (("out_of_fold", "out of fold"), ("held_out", "held out")):
        ours = {key: measured.median(_OURS.name, f"{where}_{key}") for key in ("accuracy", "log_loss")}
        if measured.has(_REFEREE.name):
            theirs = {key: measured.median(_REFEREE.name, f"{where}_{key}") for key in ours}
            points = 100 * (ours["accuracy"] - theirs["accuracy"])
            found.append(Figure(f"above the referee, {words}", points, " points", at_least=-0.3))
            share = ours["log_loss"] / theirs["log_loss"]
            found.append(Figure(f"log loss against the referee's, {words}", share, "×", digits=3))
        error = measured.median(_OURS.name, f"{where}_calibration_error")
        found.append(Figure(f"accuracy, {words}", ours["accuracy"], digits=4))
        found.append(Figure(f"expected calibration error, {words}", error, digits=4))
    return found


def _some_of_cifar10(folder: Path, scratch: Path) -> dict[str, Any]:
    """4,000 photos to learn from and 2,000 held out, as files."""
    with zipfile.ZipFile(folder / "cifar10.zip") as archive:
        for kind, to, count in (("train", "train", _TRAINED), ("test", "val", _HELD_OUT)):
            taken: dict[str, int] = {}
            for name in sorted(archive.namelist()):
                part, _, rest = name.partition("/")
                label = rest.partition("/")[0]
                if part != kind or not name.endswith(".jpg") or taken.get(label, 0) == count:
                    continue
                taken[label] = taken.get(label, 0) + 1
                place = scratch / to / rest
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(archive.read(name))
    return {"folder": str(scratch)}


def _looked_at(prepare: Callable[[Path, Path], dict[str, Any]]) -> Callable[[Path, Path], dict[str, Any]]:
    def look(folder: Path, scratch: Path) -> dict[str, Any]:
        features = scratch.parent / "features.npz"
        photos = prepare(folder, scratch)["folder"]
        profile = Path(os.environ["WORKBENCH_PROFILE"])
        run_in_child("benchmarks.any_size_heads:look", {"folder": photos, "to": str(features)}, profile)
        return {"features": str(features)}

    return look


ROWS = (
    Benchmark(
        "any_size.heads",
        "Both heads of a run, from features that are there, beside the time that looking at both views of the"
        " photos takes on the same machine. CIFAR-10; more than 4,000 photos, and a thousand classes, are"
        " drawn from the features of these.",
        tuple(
            Contestant(
                _name(*size), "benchmarks.any_size_heads:cost", {"samples": size[0], "classes": size[1]}
            )
            for size in _SIZES
        ),
        _costs,
        _looked_at(_some_of_cifar10),
        runs=1,
    ),
    Benchmark(
        "any_size.follow",
        "A head follows one photo that came, went or changed its class: CIFAR-10, 10,000 drawn from the"
        " features of 4,000.",
        tuple(
            Contestant(f"{samples:,} photos", "benchmarks.any_size_heads:follow", {"samples": samples})
            for samples in (1000, 10_000)
        ),
        _follows,
        _looked_at(_some_of_cifar10),
    ),
    *(
        Benchmark(
            f"any_size.quality.{name}",
            "The final head against one whose folds are each solved from nothing, on the same features and"
            f" folds. Photos: `{name}`.",
            (_OURS, _REFEREE),
            _losses,
            _looked_at(prepare),
            runs=1,
        )
        for name, prepare in (
            ("ants_bees", data.ants_bees),
            ("sign_digits", data.sign_digits),
            ("cifar10", _some_of_cifar10),
        )
    ),
)
