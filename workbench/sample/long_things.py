"""Leaves and feathers: long, with a rib, and easily taken for each other."""

from __future__ import annotations

import numpy as np

from workbench.sample.shapes import (
    TURN,
    Array,
    Random,
    Surface,
    arch,
    bump,
    colour,
    inside,
    mix,
    noise,
    pick,
    segment,
    step,
    wave,
)


def leaf(u: Array, v: Array, pixel: float, random: Random) -> Surface:
    """Elm, laurel, willow, oak or maple, from green to autumn."""
    kind = str(random.choice([*_SIMPLE, "maple"], p=[0.26, 0.2, 0.2, 0.16, 0.18]))
    edge, veins, aside = _maple(u, v, random) if kind == "maple" else _simple(kind, u, v, random)
    if random.random() < 0.15:
        eaten = noise(random, u.shape, max(4.0, 0.25 / pixel), 1)
        edge = np.maximum(edge, (eaten - 0.82) * 0.6)
    fine = noise(random, u.shape, max(2.5, 0.07 / pixel), 2)
    curl = noise(random, u.shape, u.shape[0] / 2, 2)
    relief = 0.30 * curl + 0.12 * np.abs(aside) - 0.035 * veins + 0.02 * fine
    cover = inside(edge, pixel)
    stalk = segment(u, v, (0.0, 0.45), (random.normal(0, 0.08), random.uniform(0.98, 1.12)))
    stem = inside(stalk - 0.018, pixel)
    skin = _leaf_skin(edge, veins, pixel, random) * (0.86 + 0.28 * fine)
    skin = mix(skin, pick(random, "8a7a3c 7a4a2c 6d8a3c"), stem * (1 - cover))
    gloss = float(random.choice([0.12, 0.3, 0.5]))
    return Surface(np.maximum(cover, stem), relief, skin, gloss, lift=random.uniform(0.06, 0.2))


def _leaf_skin(edge: Array, veins: Array, pixel: float, random: Random) -> Array:
    """Two colours in patches, light veins; some with a brown edge or brown blots."""
    base, second = _LEAVES[random.integers(len(_LEAVES))]
    patches = noise(random, edge.shape, edge.shape[0] / 3, 3)
    skin = mix(pick(random, base), pick(random, second), step(0.35, 0.75, patches + random.normal(0, 0.1)))
    if random.random() < 0.5:
        skin = mix(skin, pick(random, "6b4423 8a6a2c"), 0.8 * step(-0.14, 0.0, edge) * patches)
    skin = mix(skin, skin * 1.25 + 0.06, 0.75 * veins)
    if random.random() < 0.25:
        blots = step(0.74, 0.8, noise(random, edge.shape, max(4.0, 0.16 / pixel), 1))
        skin = mix(skin, colour("3d2a18"), 0.7 * blots)
    return skin


_LEAVES = (
    ("4f7d2a", "3b6b24"),
    ("6f9a35", "8fae45"),
    ("39602b", "5a7d3a"),
    ("c98a1e", "d9b33a"),
    ("b5431a", "d98a25"),
    ("9b2217", "c4501f"),
    ("7a4a26", "a87440"),
    ("8fa08a", "a9b5a2"),
    ("8a9a4a", "c9a03a"),
)


_SIMPLE = {"elm": (0.48, 0.72), "laurel": (0.36, 0.9), "willow": (0.17, 0.85), "oak": (0.44, 1.35)}
"""Half the width of each simple leaf, and how far its widest place lies towards the tip (1 is the middle)."""


def _simple(kind: str, u: Array, v: Array, random: Random) -> tuple[Array, Array, Array]:
    """Signed distance to the edge, veins, and the distance from the middle rib."""
    t = np.clip((0.72 - v) / 1.66, 0, 1)
    aside = u - random.normal(0, 0.22) * (t - 0.5) ** 2 - random.normal(0, 0.03)
    across = np.abs(aside)
    widest, lean = _SIMPLE[kind]
    wide = widest * random.uniform(0.85, 1.15) * arch(t**lean) ** (0.6 if kind == "oak" else 0.75)
    if kind == "elm":
        wide = wide * (0.93 + 0.10 * ((t * int(random.integers(18, 30))) % 1))
    elif kind == "oak":
        wide = wide * (0.80 + 0.24 * np.cos(TURN * (t * random.uniform(4, 5.5) + 0.1)))
    edge = np.maximum(across - wide, np.maximum(v - 0.72, -0.94 - v))
    rays = (t - across * random.uniform(0.53, 0.96)) * int(random.integers(6, 11))
    side = bump((rays % 1) - 0.5, 0.07) * (across > 0.01)
    return edge, np.maximum(bump(across, 0.02), 0.55 * side), aside


def _maple(u: Array, v: Array, random: Random) -> tuple[Array, Array, Array]:
    """Five lobes about the end of the stalk."""
    dv = v - 0.42
    radius, angle = np.hypot(u, dv), np.arctan2(u, -dv)
    outline, veins = np.full_like(u, 0.38), np.zeros_like(u)
    broad = random.uniform(0.36, 0.48)
    for direction, reach in ((0.0, 1.3), (-0.88, 1.12), (0.88, 1.12), (-1.8, 0.78), (1.8, 0.78)):
        aside = np.abs(angle - direction - random.normal(0, 0.05))
        reach = reach * random.uniform(0.92, 1.06)
        lobe = reach / (1 + (aside / broad) ** 1.7)
        teeth = np.abs((aside * 4.5 + 0.25) % 1 - 0.5) * 2
        lobe = lobe * (1 - 0.16 * teeth * step(0.06, 0.2, aside))
        outline = np.maximum(outline, lobe)
        veins = np.maximum(veins, bump(aside * radius, 0.018) * (radius < reach))
    return (radius - outline) * 0.7, veins, np.sin(angle * 3) * radius * 0.4


def feather(u: Array, v: Array, pixel: float, random: Random) -> Surface:
    """White, grey, barred or glossy; broad or narrow, whole or ruffled."""
    bend = random.normal(0, 0.22)
    t = np.clip((0.62 - v) / 1.55, 0, 1)
    aside = u - bend * (t - 0.3) ** 2
    narrow, broad = np.sort(random.uniform(0.12, 0.34, 2)).astype(np.float32)
    wide = np.where(aside < 0, narrow, broad) * arch(t**0.62) ** 0.55
    across = np.abs(aside)
    slant = t - across * random.uniform(0.55, 0.95)
    barbs = wave(random, slant, int(random.integers(110, 200)))
    clumps = wave(random, slant + 0.03 * np.sign(aside), int(random.integers(12, 26)))
    gaps = step(0.70, 0.80, clumps) * float(random.choice([0.0, 0.25, 0.6]))
    wide = wide * (1 - gaps * step(0.25, 0.9, across / np.maximum(wide, 1e-3))) * (0.94 + 0.1 * barbs)
    vane = inside(np.maximum(across - wide, np.maximum(v - 0.66, -0.95 - v)), 2.0 * pixel)
    fluff = noise(random, u.shape, 0.05 / pixel + 2, 2)
    down = 1 - step(0.06, 0.30, t)
    vane = vane * np.clip(1 - down * step(0.35, 0.75, fluff) * 0.9, 0, 1)
    skin = _feather_skin(t, aside, barbs, random) * (0.72 + 0.42 * barbs)
    skin = mix(skin, colour("e9e6df"), 0.7 * down)
    rib = segment(aside, v, (0.0, 1.05), (0.0, -0.88)) - 0.022 * np.clip(0.65 + 0.6 * v, 0.15, 1)
    shaft = inside(rib, pixel)
    skin = mix(skin, pick(random, "efe8d8 d8c9a8 8a7a60"), shaft)
    relief = 0.05 * barbs - 0.18 * across + 0.07 * np.clip(1 - np.abs(rib) / 0.03, 0, 1) * shaft
    return Surface(np.maximum(0.94 * vane, shaft), relief, skin, 0.15, lift=random.uniform(0.04, 0.14))


def _feather_skin(t: Array, aside: Array, barbs: Array, random: Random) -> Array:
    """Plain, barred, with another tip or another half."""
    base, second, pattern = _FEATHERS[random.integers(len(_FEATHERS))]
    share: Array | float = 0.0
    if pattern == "bars":
        bars = (t - np.abs(aside) * 0.25) * random.uniform(5, 11)
        share = step(0.45, 0.6, np.abs(bars % 1 - 0.5) * 2 + 0.12 * (barbs - 0.5))
    elif pattern == "tip":
        share = step(0.62, 0.8, t + 0.12 * (barbs - 0.5))
    elif pattern == "half":
        share = step(-0.04, 0.06, aside + 0.05 * (barbs - 0.5))
    return mix(pick(random, base), pick(random, second), share)


_FEATHERS = (
    ("eeeae2", "dcd6ca", ""),
    ("9aa0a6", "6d737a", "tip"),
    ("8a6a4a", "d9c7a5", "bars"),
    ("5b4636", "b59a78", "bars"),
    ("2b3038", "3b4a5c", ""),
    ("2f5f9a", "1d2a3a", "bars"),
    ("c9a15f", "6b4a2c", "half"),
    ("7d8f4a", "4f6a35", "tip"),
    ("b5552a", "7a3a20", ""),
)
