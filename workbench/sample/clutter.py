"""What else lies about: pencils, coins, plates, paper and pebbles."""

from __future__ import annotations

import numpy as np

from workbench.sample.shapes import (
    TURN,
    Array,
    Random,
    Surface,
    bump,
    colour,
    inside,
    mix,
    noise,
    pick,
    step,
    wave,
)


def pencil(u: Array, v: Array, pixel: float, random: Random) -> Surface:
    """Six-sided, sharpened."""
    wide = 0.055
    across = np.abs(u)
    lacquer = pick(random, "d9a520 2b6b4f b3202a 1f4e8c 23252b")
    tip = 1 - step(-0.70, -0.69, v)
    point = wide * np.clip((v + 0.95) / 0.26, 0, 1)
    edge = np.maximum(across - np.minimum(wide, point), np.maximum(v - 0.9, -0.95 - v))
    skin = mix(lacquer, colour("d9b98a"), tip)
    skin = mix(skin, colour("2a2a2e"), 1 - step(-0.875, -0.865, v))
    skin = mix(skin, colour("b9a06a"), step(0.76, 0.765, v))
    return Surface(inside(edge, pixel), 0.05 - np.maximum(across, 0.02) * 0.8, skin, 0.5, lift=0.06)


def coin(u: Array, v: Array, pixel: float, random: Random) -> Surface:
    """A worn coin."""
    radius = np.hypot(u, v)
    face = step(0.45, 0.7, noise(random, radius.shape, radius.shape[0] / 4, 3))
    relief = 0.06 * bump(radius - 0.84, 0.05) + 0.05 * face * (radius < 0.7)
    skin = pick(random, "b58a4a a8aab0 8a5a3a") * (0.75 + 0.3 * face)
    return Surface(inside(radius - 0.9, pixel), relief, skin, 0.8, lift=0.1)


def plate(u: Array, v: Array, pixel: float, random: Random) -> Surface:
    """White or glazed, with a rim."""
    radius = np.hypot(u, v)
    relief = 0.16 * step(0.58, 0.72, radius) + 0.05 * bump(radius - 0.94, 0.04)
    glaze = pick(random, "f2f0ea e6e9ea c9d6d3 e9dcc9 3d4a57 b5c4b1")
    line = pick(random, "3d5a80 9b6a3c d8d4ca")
    skin = mix(glaze, line, bump(radius - 0.9, 0.02) * int(random.integers(2)))
    return Surface(inside(radius - 0.97, pixel), relief, skin, 0.6, lift=0.1)


def note(u: Array, v: Array, pixel: float, random: Random) -> Surface:
    """A sheet of paper, plain or ruled."""
    edge = np.maximum(np.abs(u) - 0.62, np.abs(v) - 0.82)
    tint = pick(random, "f6f4ee f2e6a8 e3edf2 f4dede")
    lines = bump((v * 9) % 1 - 0.5, 0.06) * (np.abs(u) < 0.5) * int(random.integers(2))
    skin = mix(tint, colour("8aa0b8"), 0.5 * lines)
    curl = 0.02 * noise(random, edge.shape, edge.shape[0] / 2, 2)
    return Surface(inside(edge, pixel), curl, skin, 0.05, lift=0.015)


def pebble(u: Array, v: Array, pixel: float, random: Random) -> Surface:
    """A round stone."""
    radius, angle = np.hypot(u, v), np.arctan2(v, u)
    outline = 0.7 + 0.25 * wave(random, angle / TURN, 5)
    grain = noise(random, radius.shape, 5, 2)
    skin = pick(random, "8d8a84 b5aea2 6a625a a0917d") * (0.7 + 0.6 * grain)
    dome = np.sqrt(np.clip(1 - (radius / outline) ** 2, 0, 1))
    return Surface(inside(radius - outline, pixel), 0.6 * dome, skin, 0.12, lift=0.4)
