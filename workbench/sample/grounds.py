"""What things lie on: colour (3, h, w) and relief in pixels (h, w)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workbench.sample.shapes import TURN, Array, Random, colour, mix, noise, pick, step, wave

Ground = Callable[[Random, int, int], tuple[Array, Array]]


def wood(random: Random, height: int, width: int) -> tuple[Array, Array]:
    """Planks with grain."""
    side = max(height, width)
    shape = (side, side)
    light = pick(random, "d9b48a c99b6a b98a5c e3c9a4 8a5f3d 6e4a31 a8794e", 0.03)
    across = np.arange(side, dtype=np.float32)[:, None] + 26 * noise(random, shape, 90, 2, 5)
    fine = noise(random, shape, 5, 3, 22)
    rings = np.sin(across * random.uniform(0.16, 0.3) + 9 * noise(random, shape, 70, 2, 4))
    place = (np.arange(side, dtype=np.float32) / random.uniform(70, 130) + random.random())[:, None]
    tone = wave(random, np.floor(place) / 7, 7)
    seam = step(0.0, 0.022, 0.5 - np.abs(place % 1 - 0.5))
    shade = 0.74 + 0.07 * rings + 0.30 * (fine - 0.35) + 0.22 * (tone - 0.5)
    ground = light * (shade * (0.35 + 0.65 * seam))
    relief = 0.5 * fine + 0.9 * seam
    if random.random() < 0.5:
        ground, relief = ground.transpose(0, 2, 1), relief.T
    return ground[:, :height, :width], relief[:height, :width]


def cloth(random: Random, height: int, width: int) -> tuple[Array, Array]:
    """Linen: plain, striped or checked."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    turn = random.normal(0, 0.15)
    bend = noise(random, (height, width), 120, 2) * 14
    a, b = x + turn * y + bend, y - turn * x + bend * 0.6
    pitch = random.uniform(3.2, 5.0)
    weave = 0.5 + 0.25 * np.sin(a * (TURN / pitch)) + 0.25 * np.sin(b * (TURN / pitch))
    thread = noise(random, (height, width), 3, 2, 5) + noise(random, (width, height), 3, 2, 5).T
    base = pick(random, "e9e2d3 d7cdb8 8fa3ad c9d3d8 b9c3a9 e4d5cf 52606d 9c6f63 f0ede6", 0.03)
    other = pick(random, "3d5a80 9b2226 2f5d50 7a6c5d e9e2d3 c08a3e")
    kind, stripe = random.integers(4), random.uniform(26, 60)
    band_a, band_b = (step(0.46, 0.54, np.abs(along / stripe % 1 - 0.5) * 2) for along in (a, b))
    share = (np.zeros_like(a), np.zeros_like(a), 0.8 * band_a, 0.45 * band_a + 0.45 * band_b)[kind]
    folds = noise(random, (height, width), 110, 2, 1.6)
    ground = mix(base, other, share) * (0.7 + 0.22 * weave + 0.16 * (thread - 1.0))
    return ground.astype(np.float32), (weave * 0.55 + folds * 16).astype(np.float32)


def paper(random: Random, height: int, width: int) -> tuple[Array, Array]:
    """Card in a quiet colour."""
    fibre = noise(random, (height, width), 4, 3)
    clouds = noise(random, (height, width), 90, 2)
    base = pick(random, "eae6dd e0dbd0 d5dde2 f1dfd0 cfdccb d8d2e0 f2e3b3 efc9c0 bcd0d8", 0.03)
    ground = base * (0.9 + 0.10 * (fibre - 0.5) + 0.10 * (clouds - 0.5))
    return ground.astype(np.float32), fibre * np.float32(0.5)


def stone(random: Random, height: int, width: int) -> tuple[Array, Array]:
    """Marble, slate or concrete."""
    light, vein = _STONES[random.integers(len(_STONES))]
    clouds = noise(random, (height, width), 100, 5, 1.4)
    lines = 1 - np.abs(noise(random, (height, width), 120, 4, 1.8) * 2 - 1)
    grain = noise(random, (height, width), 2.5, 2)
    ground = mix(colour(light), colour(vein), 0.55 * step(0.9, 1.0, lines) + 0.5 * step(0.4, 0.9, clouds))
    return (ground * (0.82 + 0.36 * (grain - 0.5))).astype(np.float32), grain * np.float32(0.6)


_STONES = (("dcdad5", "85878c"), ("4a4f55", "23262a"), ("a9a7a2", "77746f"), ("cfc4b4", "a08d78"))


def grass(random: Random, height: int, width: int) -> tuple[Array, Array]:
    """A lawn, or earth with grass: many short strokes in rows of noise."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    blades = np.zeros((height, width), np.float32)
    for _ in range(4):
        lean = random.normal(0, 0.5)
        bend = noise(random, (height, width), 40, 2) * 18
        streak = noise(random, (height, width * 2), random.uniform(16, 26), 1, 0.13)
        column = np.clip((x + lean * y + bend).astype(np.int32) % (width * 2), 0, width * 2 - 1)
        blades = np.maximum(blades, streak[y.astype(np.int32), column])
    clouds = noise(random, (height, width), 80, 3)
    dark, light = pick(random, "24381c 2d4020 3a3a20"), pick(random, "7fa343 93ad58 a8a860 6c9440")
    ground = mix(dark, light, step(0.5, 1.0, blades) * (0.55 + 0.6 * clouds))
    return ground, blades * np.float32(5)


def sand(random: Random, height: int, width: int) -> tuple[Array, Array]:
    """Sand or earth with grains of other colours."""
    grain = noise(random, (height, width), 2.2, 2, rough=0.8)
    dunes = noise(random, (height, width), 60, 3, 2)
    base = pick(random, "d8c19a c7a877 a58a68 7b5d45 5b4636", 0.03)
    shade = 0.62 + 0.55 * grain + 0.3 * (dunes - 0.5)
    specks = step(0.74, 0.82, noise(random, (height, width), 3.5, 1))
    ground = mix(base, pick(random, "efe6d2 3d3026 8d8a84"), 0.28 * specks) * shade
    return ground, grain * np.float32(0.8) + dunes * np.float32(12)


GROUNDS: tuple[tuple[Ground, float], ...] = (
    (wood, 0.27),
    (cloth, 0.22),
    (paper, 0.15),
    (stone, 0.16),
    (grass, 0.10),
    (sand, 0.10),
)
"""Each ground with how often it comes."""
