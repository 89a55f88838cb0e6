"""How good a model is, and after how long: from the folder's path to the accuracy, caches empty."""

from __future__ import annotations

import platform
import sys
import tempfile
import time
import zipfile
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from workbench.core import devices
from workbench.core.config.training_config import recommended
from workbench.core.data.scan import scan
from workbench.core.events import EpochDone
from workbench.core.learning import train
from workbench.core.settings import replace


@dataclass(frozen=True)
class Benchmark:
    """A job with the accuracy that it has to reach.

    Attributes:
        source: A folder, or a zip of one, in the data folder.
        measured_on: `validation` or `test`.
        settings: What differs from the recommended settings.
    """

    source: str
    mode: str
    architecture: str
    target: float
    measured_on: str
    settings: Mapping[str, Any] = field(default_factory=dict)


BENCHMARKS = {
    "ants_bees": Benchmark("ants_bees", "transfer", "efficientnet_lite0", 0.93, "validation"),
    "sign_digits": Benchmark("sign_digits", "scratch", "custom", 0.90, "validation"),
    "cifar10": Benchmark(
        "cifar10.zip",
        "scratch",
        "custom",
        0.81,
        "test",
        {
            "input_size": 32,
            "epochs": 5,
            "batch_size": 128,
            "validation_fraction": 0.05,
            "augmentation": "custom",
            "augmentations": {"alternating_flip": 1.0, "shift": 0.25},  # two pixels
        },
    ),
}


def measure(name: str, data: str = "", folder: str = "") -> dict[str, Any]:
    """Runs the benchmark `name` as a contestant, in the data folder or on an image folder that is there."""
    figures = run(BENCHMARKS[name], Path(data), "auto", "auto", folder=Path(folder) if folder else None)
    return {**figures, "seconds": figures["seconds_total"]}


def run(
    benchmark: Benchmark, data: Path, device: str, amp: str, *, folder: Path | None = None
) -> dict[str, Any]:
    """Scans, trains and tests; prints each epoch on stderr; returns the figures."""
    config = replace(recommended(benchmark.mode, benchmark.architecture), {**benchmark.settings, "amp": amp})
    with tempfile.TemporaryDirectory() as scratch:
        folder = folder or _unpacked(data / benchmark.source, Path(scratch))
        run_folder = Path(scratch) / "run"
        run_folder.mkdir()
        begun = time.monotonic()
        catalog = _result(scan(folder))
        scanned = time.monotonic()
        result = _result(train(catalog, config, run_folder, device=device))
        finished = time.monotonic()
    metrics = result.test if benchmark.measured_on == "test" else result.validation
    return {
        "accuracy": round(metrics.accuracy, 4),
        "target": benchmark.target,
        "reached": metrics.accuracy >= benchmark.target,
        "measured_on": f"{metrics.samples} {benchmark.measured_on} photos",
        "seconds_scan": round(scanned - begun, 1),
        "seconds_train": round(result.seconds["train"], 1),
        "seconds_total": round(finished - begun, 1),
        "samples_per_second": round(result.samples_per_second),
        "epochs": result.epochs,
        "architecture": benchmark.architecture,
        "device": devices.name_of(devices.choose(device)),
        "threads": torch.get_num_threads(),
        "amp": amp,
        "torch": torch.__version__,
        "python": platform.python_version(),
    }


def _unpacked(source: Path, scratch: Path) -> Path:
    if source.suffix != ".zip":
        return source
    with zipfile.ZipFile(source) as archive:
        archive.extractall(scratch / "photos")
    return scratch / "photos"


def _result(work: Generator[Any, None, Any]) -> Any:
    while True:
        try:
            event = next(work)
        except StopIteration as finished:
            return finished.value
        if isinstance(event, EpochDone):
            checked = f"{event.validation.accuracy:.4f}" if event.validation else "–"
            line = f"epoch {event.epoch}: training {event.training.accuracy:.4f}, validation {checked}"
            print(f"{line}, {event.seconds:.1f} s", file=sys.stderr, flush=True)
