"""This program's augmentations beside Kornia's, step by step, with the same strengths.

    uv run --group bench --with kornia python -m benchmarks.peers.kornia_augmentation

Batches of 64 photos as bytes in memory, in and out, on one thread; Kornia computes in fractions, so its
time includes the way there and back, once for each step or for all in a row. Each pair runs by turns.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from statistics import median

import kornia.augmentation as kornia
import torch
from torch import Tensor, nn

from workbench.core.augmentation.pipeline import Pipeline

BATCH, SECONDS = 64, 4.0
_MOVED, _ZOOMED, _SLANTED = (0.125, 0.125), (1.5**-0.5, 1.5**0.5), (-7.5, 7.5, -7.5, 7.5)
_NOISE = 15 / 255  # in the middle of what ours draws

Step = tuple[dict[str, float], list[nn.Module]]
STEPS: dict[str, Step] = {
    "turn, move, zoom, slant": (
        {"rotation": 0.25, "shift": 0.5, "scale": 0.5, "shear": 0.3},
        [kornia.RandomAffine(11.25, _MOVED, scale=_ZOOMED, shear=_SLANTED, p=1)],
    ),
    "seen from the side": ({"perspective": 0.4}, [kornia.RandomPerspective(0.2, p=1)]),
    "light and colour": (
        {"colour_jitter": 0.4},
        [kornia.ColorJitter(0.2, 0.2, 0.2, 0.02, p=1)],
    ),
    "blur half of them": ({"blur": 0.4}, [kornia.RandomGaussianBlur((9, 9), (0.4, 1.6), p=0.5)]),
    "softer and crisper": ({"sharpness": 0.5}, [kornia.RandomSharpness(2.0, p=1)]),
    "grain": ({"noise": 1.0}, [kornia.RandomGaussianNoise(std=_NOISE, p=1)]),
    "hide a patch": ({"random_erasing": 0.25}, [kornia.RandomErasing((0.02, 0.33), (0.3, 3.3), p=0.25)]),
}
ALL: Step = (
    {key: value for strengths, _ in STEPS.values() for key, value in strengths.items()},
    [module for _, modules in STEPS.values() for module in modules],
)


def ours(strengths: dict[str, float], side: int) -> Callable[[Tensor], Tensor]:
    """The program's own pipeline with these steps."""
    pipeline, random = Pipeline(strengths, classes=10, crop=side), torch.Generator().manual_seed(0)
    return lambda batch: pipeline(batch, random)


def theirs(modules: list[nn.Module]) -> Callable[[Tensor], Tensor]:
    """Kornia's modules, from bytes to bytes."""
    chain = nn.Sequential(*modules)

    def changed(batch: Tensor) -> Tensor:
        found: Tensor = chain(batch.float() / 255)
        return (found * 255).round_().clamp_(0, 255).to(torch.uint8)

    return changed


def timed(sides: list[Callable[[Tensor], Tensor]], batch: Tensor) -> list[float]:
    """Milliseconds a batch of each, by turns."""
    for side in sides:
        side(batch)
    times: list[list[float]] = [[] for _ in sides]
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(times[0]) < 3:
        for side, found in zip(sides, times, strict=True):
            begun = time.perf_counter()
            side(batch)
            found.append((time.perf_counter() - begun) * 1000)
    return [median(found) for found in times]


def main() -> None:
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    print("| photos of | step | ours, ms | Kornia, ms | ratio |\n| --- | --- | --- | --- | --- |")
    ratios = []
    for side in (32, 224):
        batch = torch.randint(0, 256, (BATCH, 3, side, side), dtype=torch.uint8)
        for name, (strengths, modules) in {**STEPS, "all of these": ALL}.items():
            own, other = timed([ours(strengths, side), theirs(modules)], batch)
            ratios.append(own / other)
            print(f"| {side} px | {name} | {own:.1f} | {other:.1f} | {own / other:.2f} |", flush=True)
    print(f"geometric mean of the ratios: {math.prod(ratios) ** (1 / len(ratios)):.2f}")


if __name__ == "__main__":
    main()
