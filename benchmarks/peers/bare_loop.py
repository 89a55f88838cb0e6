"""A bare training loop, and ours beside it in the same process, in turn."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch.nn import functional

from benchmarks.clock import drain
from workbench.core import devices
from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.architectures.build import build, layer_positions
from workbench.core.config.recipe import preprocessing_for
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.data.scan import scan
from workbench.core.data.split import make_split
from workbench.core.events import StepDone
from workbench.core.settings import replace
from workbench.core.training.amp import choose_amp
from workbench.core.training.fit import fit
from workbench.core.training.optimisation import make_optimizer

_CLASSES = 10
_STEPS_PER_EPOCH = 60


def compare(architecture: str, batch: int, seconds: float = 90.0) -> dict[str, Any]:
    """Steps per second of both.

    The turns are short, so that what else the computer does falls on both; on a graphics card, which works
    off what was queued, they are long.

    Args:
        architecture: Key of its row.
        batch: Photos in one step.
        seconds: For all turns together.
    """
    turn = 4.0 if devices.choose().type == "cuda" else 0.25
    row = architecture_of(architecture)
    changes = {"augmentation": "none", "batch_size": batch, "epochs": 1000, "checkpoint_minutes": 120.0}
    config = replace(recommended("scratch", architecture), changes)
    with tempfile.TemporaryDirectory() as scratch:
        folder, run = Path(scratch) / "photos", Path(scratch) / "run"
        run.mkdir()
        _draw(folder / "train", row.input_size, batch * _STEPS_PER_EPOCH)
        _draw(folder / "val", row.input_size, 2 * _CLASSES)
        turns = {"ours": _ours(folder, config, run), "bare": _bare(folder, config)}
        rates: dict[str, list[float]] = {"ours": [], "bare": []}
        for steps in turns.values():
            _rate(steps, 8 * turn)  # the first steps are slow
        begun = time.perf_counter()
        while time.perf_counter() < begun + seconds:
            for name, steps in turns.items():
                rates[name].append(_rate(steps, turn))
    ratio = median(a / b for a, b in zip(rates["ours"], rates["bare"], strict=True))
    return {
        "ratio": round(ratio, 4),
        "steps_per_second": round(median(rates["ours"]), 3),
        "bare_steps_per_second": round(median(rates["bare"]), 3),
        "turns": len(rates["ours"]),
        "amp": choose_amp(config.amp, devices.choose()).name,
        "seconds": seconds,
    }


def _rate(steps: Iterator[int], seconds: float) -> float:
    """Steps per second over one turn; an iterator gives the number of each step, or 0 between epochs."""
    first, begun = _next_step(steps), time.perf_counter()
    taken = 0.0
    done = 0
    while taken < seconds or not done:
        number = next(steps)
        now = time.perf_counter()
        if number == 0:  # what lies between epochs does not count for either
            first, begun = _next_step(steps), time.perf_counter()
            continue
        done += number - first
        taken += now - begun
        first, begun = number, now
    if torch.cuda.is_available():
        torch.cuda.synchronize()  # what is still under way belongs to this turn
        taken += time.perf_counter() - begun
    return done / taken


def _next_step(steps: Iterator[int]) -> int:
    while not (number := next(steps)):
        pass
    return number


def _ours(folder: Path, config: TrainingConfig, run: Path) -> Iterator[int]:
    split = make_split(drain(scan(folder)), validation_fraction=0.2, seed=0)
    for event in fit(split, config, run):
        yield event.step if isinstance(event, StepDone) else 0


def _bare(folder: Path, config: TrainingConfig) -> Iterator[int]:
    """The same network, optimizer, loss and mixed precision; photos as bytes in memory, and nothing else."""
    device = devices.choose()
    row = architecture_of(config.architecture)
    recipe = preprocessing_for(row, config)
    split = make_split(drain(scan(folder)), validation_fraction=0.2, seed=0)
    files = [split.roots.locate(sample) for sample in split.training]
    pixels = torch.from_numpy(np.stack([recipe.load(file) for file in files]))
    pixels = pixels.permute(0, 3, 1, 2).to(device)
    targets = torch.from_numpy(split.targets(split.training)).to(device)
    model = build(
        row,
        classes=_CLASSES,
        channels=3,
        input_size=recipe.crop,
        dropout=config.dropout,
        design=config.design,
    )
    model = model.to(device=device, memory_format=torch.channels_last).train()
    optimizer = make_optimizer(model, config, layer_positions(model))
    amp = choose_amp(config.amp, device)
    step = 0
    while True:
        for chosen in torch.randperm(len(pixels)).split(config.batch_size):
            images = recipe.normalise(pixels[chosen]).contiguous(memory_format=torch.channels_last)
            optimizer.zero_grad(set_to_none=True)
            with amp.autocast():
                logits = model(images)
            loss = functional.cross_entropy(
                logits.float(), targets[chosen], label_smoothing=config.label_smoothing
            )
            amp.backward(loss)
            amp.step(optimizer, finite=True)
            step += 1
            yield step


def _draw(folder: Path, side: int, count: int) -> None:
    """Noise in the classes' folders, so many photos that every batch is full."""
    random = np.random.default_rng(0)
    for number in range(count):
        place = folder / f"class {number % _CLASSES}" / f"{number:05}.bmp"
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (side, side, 3), np.uint8)).save(place)
