"""What everything drawn is made of: random textures, soft edges, and the `Surface` of a thing.

Arrays are float32 throughout: half the memory and twice the pace of Python's own precision.
Coordinates `u` (right) and `v` (down) are in units of the thing's radius, (h, w); colours
are linear (not gamma-encoded) RGB of 0 to 1, planes first.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

TURN = 2 * math.pi
Array = NDArray[np.floating[Any]]
Random = np.random.Generator


@dataclass
class Surface:
    """A thing as it lies there, before light falls on it.

    Attributes:
        coverage: How much of each pixel it covers, 0 to 1, (h, w).
        height: Above the table in units of its radius, (h, w); the light is worked out from its slope.
        colour: (3, h, w).
        gloss: 0 (cloth) to 1 (wet), one value or (h, w).
        lift: Height that its shadow is cast from, in units of its radius.
    """

    coverage: Array
    height: Array
    colour: Array
    gloss: Array | float = 0.1
    lift: float = 0.2


Draw = Callable[[Array, Array, float, Random], Surface]
"""Draws a thing at `u`, `v`, where a pixel has the given size in the same units."""


def colour(code: str) -> Array:
    """The linear RGB (3, 1, 1) of a colour like "c0392b"."""
    encoded = [int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    return np.array(encoded, np.float32)[:, None, None] ** np.float32(2.2)


def pick(random: Random, codes: str, spread: float = 0.07) -> Array:
    """One of some colours ("c0392b 27ae60"), varied a little."""
    options = codes.split()
    chosen = colour(options[random.integers(len(options))])
    varied = chosen * random.normal(1.0, spread, (3, 1, 1)) * random.uniform(0.85, 1.15)
    return np.clip(varied, 0, 1).astype(np.float32)


def mix(first: Array, second: Array, share: Array | float) -> Array:
    """From `first` (share 0) to `second` (share 1); colours are mixed for each pixel."""
    return np.asarray(first + (second - first) * share, dtype=np.float32)


def step(low: float, high: float, values: Array) -> Array:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)


def inside(distance: Array, pixel: float) -> Array:
    """Coverage from a signed distance to an outline (negative inside), with a soft edge of one pixel."""
    return np.asarray(np.clip(0.5 - distance / pixel, 0, 1), dtype=np.float32)


def bump(distance: Array, width: float) -> Array:
    """A bell of height 1 about distance 0."""
    return np.asarray(np.exp(-((distance / np.float32(width)) ** 2)))


def arch(t: Array) -> Array:
    """Half a sine wave: 0 at 0 and 1, 1 at a half, never below 0."""
    return np.asarray(np.clip(np.sin(np.float32(math.pi) * t), 0, 1), dtype=np.float32)


def segment(u: Array, v: Array, start: tuple[float, float], end: tuple[float, float]) -> Array:
    """Distance to a line from `start` to `end`."""
    along = (end[0] - start[0], end[1] - start[1])
    length = along[0] ** 2 + along[1] ** 2
    t = np.clip(((u - start[0]) * along[0] + (v - start[1]) * along[1]) / length, 0, 1)
    return np.hypot(u - start[0] - t * along[0], v - start[1] - t * along[1])


def turned(u: Array, v: Array, angle: float) -> tuple[Array, Array]:
    """Coordinates along a direction and across it."""
    cos, sin = math.cos(angle), math.sin(angle)
    return u * cos + v * sin, v * cos - u * sin


def noise(
    random: Random,
    shape: tuple[int, ...],
    cell: float,
    octaves: int = 3,
    stretch: float = 1.0,
    rough: float = 0.5,
) -> Array:
    """Cloudy values of about 0 to 1, mean 0.5.

    Args:
        shape: (h, w).
        cell: Size of the largest clouds in pixels; each octave halves it.
        stretch: How much longer than tall the clouds are.
        rough: Share of each octave's strength that the next one has.
    """
    height, width = shape[:2]
    total, weight = np.zeros((height, width), np.float32), 0.0
    for octave in range(octaves):
        tall, wide = max(1.0, cell / 2**octave), max(1.0, cell * stretch / 2**octave)
        rows, columns = math.ceil(height / tall) + 3, math.ceil(width / wide) + 3
        grid = Image.fromarray(random.random((rows, columns), np.float32))
        box = (1, 1, 1 + width / wide, 1 + height / tall)
        layer = np.asarray(grid.resize((width, height), Image.Resampling.BICUBIC, box))
        total += layer * np.float32(rough**octave)
        weight += rough**octave
    return total / np.float32(weight)


def wave(random: Random, position: Array, cells: int) -> Array:
    """Random values of 0 to 1 along a line (`position` of 0 to 1 repeats), smooth between `cells` knots."""
    knots = random.random(cells).astype(np.float32)
    place = (position % 1.0) * cells
    index = np.floor(place)
    share = place - index
    share = share * share * (3 - 2 * share)
    low = index.astype(np.int32) % cells
    return np.asarray(knots[low] * (1 - share) + knots[(low + 1) % cells] * share, dtype=np.float32)


def spots(random: Random, u: Array, v: Array, count: int, reach: float, size: tuple[float, float]) -> Array:
    """Height (0 to 1) of `count` round domes scattered within `reach` of the middle."""
    total = np.zeros_like(u)
    for _ in range(count):
        angle, distance = random.uniform(0, TURN), reach * math.sqrt(random.random())
        radius = random.uniform(*size)
        x = (u - distance * math.cos(angle)) / radius
        y = (v - distance * math.sin(angle)) / (radius * random.uniform(0.7, 1.3))
        np.maximum(total, 1 - x * x - y * y, out=total)
    return np.sqrt(total)


def circle(count: int, radius: float, turn: float) -> list[tuple[float, float]]:
    """Points spread evenly on a circle about the middle."""
    angles = [turn + TURN * k / count for k in range(count)]
    return [(radius * math.cos(angle), radius * math.sin(angle)) for angle in angles]


def lay(surface: Surface, cover: Array, height: Array, tint: Array) -> None:
    """Adds a matt part on top of a surface, with a dim edge below it."""
    dim = cover.copy()
    dim[1:, 1:] = np.maximum(dim[1:, 1:], cover[:-1, :-1])
    dim[:-1, :-1] = np.maximum(dim[:-1, :-1], cover[1:, 1:])
    surface.colour = mix(surface.colour * (1 - 0.45 * dim), tint, cover)
    surface.height = surface.height + cover * height
    surface.gloss = surface.gloss * (1 - 0.8 * cover)
    surface.coverage = np.maximum(surface.coverage, cover)
