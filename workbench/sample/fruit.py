"""Apples and tomatoes: round, glossy, and easily taken for each other."""

from __future__ import annotations

import math

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
    lay,
    mix,
    noise,
    pick,
    segment,
    step,
    turned,
    wave,
)


def apple(u: Array, v: Array, pixel: float, random: Random) -> Surface:
    """Seen from above, from below or lying on its side."""
    pose = str(random.choice(["above", "below", "side"], p=[0.5, 0.15, 0.35]))
    outline = _apple_outline(u, v, pose, random)
    middle = (random.normal(0, 0.05), -0.70) if pose == "side" else _off_middle(random, 0.42)
    du, dv = u - middle[0], v - middle[1]
    near = np.hypot(du, dv / (0.55 if pose == "side" else 1.0))
    around = np.arctan2(dv, du)
    dimple = bump(near, 0.2 if pose == "below" else 0.24)
    skin = _apple_skin(near, around, pixel, random) * (1 - 0.55 * dimple)
    radius = np.hypot(u, v)
    relief = 0.85 * _dome(radius / outline) - 0.26 * dimple
    surface = Surface(inside(radius - outline, pixel), relief, skin, 0.55, lift=0.55)
    if pose == "below":
        rest = inside(near - 0.075 * (1 + 0.4 * np.cos(5 * around)), pixel)
        surface.colour = mix(skin, colour("3b2a1a"), 0.85 * rest)
    elif random.random() < 0.88:
        tip = (middle[0] + random.normal(0, 0.16), middle[1] + random.normal(0, 0.16))
        if pose == "side":
            tip = (tip[0], -random.uniform(0.88, 1.05))
        stalk = segment(u, v, middle, tip)
        tint = pick(random, "4b3420 6b5030 3d3318")
        lay(surface, inside(stalk - 0.032, pixel), np.clip(0.05 - stalk, 0, 1), tint)
        if random.random() < 0.28:
            _small_leaf(surface, u, v, pixel, tip, random)
    return surface


def _apple_outline(u: Array, v: Array, pose: str, random: Random) -> Array:
    if pose == "side":
        up = np.abs(np.arctan2(u, -v))
        dents = 0.13 * bump(up, 0.36) + 0.07 * bump(up - math.pi, 0.3)
        return np.asarray(0.88 * (1.02 - dents + random.uniform(0.02, 0.07) * np.cos(up)))
    angle = np.arctan2(v, u)
    outline = 0.9 + random.uniform(0, 0.022) * np.cos(5 * angle + random.uniform(0, TURN))
    for waves, most in ((2, 0.022), (3, 0.014)):
        outline = outline + random.normal(0, most) * np.cos(waves * angle)
    return outline


def _apple_skin(near: Array, around: Array, pixel: float, random: Random) -> Array:
    """Streaks that run from the stalk, a flush on one side, small light dots."""
    base, flush, low = _APPLES[random.integers(len(_APPLES))]
    turn = around / TURN
    fine = wave(random, turn + 0.03 * noise(random, near.shape, 12, 2), 90)
    streaks = 0.6 * fine + 0.4 * wave(random, turn, 37)
    clouds = noise(random, near.shape, near.shape[0] / 2, 2)
    patch = step(0.25, 0.85, 0.55 * clouds + 0.55 * streaks + random.normal(0, 0.12))
    skin = mix(pick(random, base), pick(random, flush), patch)
    skin = mix(skin, pick(random, low), 0.65 * bump(near, random.uniform(0.22, 0.5)))
    dots = step(0.80, 0.9, noise(random, near.shape, max(2.0, 0.045 / pixel), 1))
    return mix(skin, colour("f3e3b5"), random.uniform(0.1, 0.4) * dots)


_APPLES = (
    ("c9a23a", "b3131f", "b8b04a"),
    ("b01c22", "8a0f1a", "a86a2a"),
    ("d8b84a", "c4302a", "b9b552"),
    ("8db832", "a3c447", "7a9a2e"),
    ("9fbf3f", "c9b044", "8a9c35"),
    ("dcb93f", "e0c65a", "a6a03c"),
    ("c8302b", "d0562f", "c99a3c"),
)
"""Skin, what flushes it, and its colour about the stalk."""


def tomato(u: Array, v: Array, pixel: float, random: Random) -> Surface:
    """Smooth or ribbed, mostly with its green star."""
    angle, turn = np.arctan2(v, u), random.uniform(0, TURN)
    deep = float(random.choice([0.0, 0.012, 0.03], p=[0.5, 0.3, 0.2]))
    ribs = deep * np.cos(int(random.integers(4, 9)) * angle + turn + 0.6 * np.sin(2 * angle))
    outline = 0.9 * (1 + ribs + random.normal(0, 0.03) * np.cos(2 * angle + turn))
    radius = np.hypot(u, v)
    share = radius / outline
    middle = _off_middle(random, 0.5)
    du, dv = u - middle[0], v - middle[1]
    near = np.hypot(du, dv)
    dimple = bump(near, 0.2)
    base, unripe = _TOMATOES[random.integers(len(_TOMATOES))]
    blush = 0.75 * random.random() * bump(near, random.uniform(0.15, 0.6))
    blush = blush + 0.25 * noise(random, u.shape, u.shape[0] / 2)
    skin = mix(pick(random, base), pick(random, unripe), blush) * (1 - 0.35 * dimple)
    relief = 0.8 * _dome(share) - 0.12 * dimple + 1.2 * ribs * step(0.15, 0.6, share) * (1 - share)
    surface = Surface(inside(radius - outline, pixel), relief, skin, 0.85, lift=0.5)
    kind = random.choice(["star", "scar", "plain"], p=[0.66, 0.17, 0.17])
    if kind == "scar":
        scar = inside(near - 0.07 - 0.015 * np.cos(5 * np.arctan2(dv, du)), pixel)
        surface.colour = mix(skin, pick(random, "8a6a45 6d6a35"), 0.9 * scar)
    elif kind == "star":
        _star(surface, du, dv, pixel, random)
    return surface


_TOMATOES = (
    ("c41a12", "d0601e"),
    ("a8120f", "8a3a12"),
    ("cf3214", "c9922a"),
    ("d96a1a", "d9a23a"),
    ("b5201a", "7d8a2c"),
    ("dba525", "b5b040"),
    ("8f9c35", "6d8a2a"),
)
"""Ripe colour and the one near the stalk."""


def _star(surface: Surface, du: Array, dv: Array, pixel: float, random: Random) -> None:
    """The green leaves about a tomato's stalk, and the stalk."""
    count, reach, first = int(random.integers(5, 7)), random.uniform(0.3, 0.52), random.uniform(0, TURN)
    cover, ridge = np.zeros_like(du), np.zeros_like(du)
    for index in range(count):
        along, aside = turned(du, dv, first + TURN * index / count + random.normal(0, 0.12))
        long = reach * random.uniform(0.75, 1.15)
        aside = aside - random.normal(0, 0.35) * along**2 / long
        t = np.clip(along / long, 0, 1)
        wide = 0.075 * (1 - t) ** 0.7 * (0.6 + 1.2 * t)
        away = np.maximum(np.abs(aside) - wide, np.maximum(-along, along - long))
        cover = np.maximum(cover, inside(away, pixel))
        ridge = np.maximum(ridge, np.clip(1 - np.abs(aside) / 0.08, 0, 1) * (along > 0) * (1 - 0.5 * t))
    stalk = segment(du, dv, (0.0, 0.0), (random.normal(0, 0.07), random.normal(0, 0.07)))
    cover = np.maximum(cover, inside(stalk - 0.05, pixel))
    ridge = np.maximum(ridge, 2.2 * np.clip(1 - stalk / 0.06, 0, 1))
    lay(surface, cover, 0.06 * ridge, pick(random, "4d6b25 5d7d2c 3c5a22"))


def _small_leaf(
    surface: Surface, u: Array, v: Array, pixel: float, root: tuple[float, float], random: Random
) -> None:
    along, aside = turned(u - root[0], v - root[1], random.uniform(0, TURN))
    wide = 0.15 * arch(np.clip(along / 0.5, 0, 1) ** 0.8)
    away = np.maximum(np.abs(aside) - wide, np.maximum(-along, along - 0.5))
    tint = pick(random, "557a2b 6d8f3a") * (1 + 0.5 * bump(aside, 0.012))
    lay(surface, inside(away, pixel), 0.08 - 0.5 * np.abs(aside), tint)


def _off_middle(random: Random, most: float) -> tuple[float, float]:
    """Where the stalk shows: at most so far from the middle."""
    lean, away = random.uniform(0, TURN), random.uniform(0.03, most)
    return away * math.cos(lean), away * math.sin(lean)


def _dome(share: Array) -> Array:
    """Height of a ball at a share of its radius."""
    return np.sqrt(np.clip(1 - share**2, 0, 1))
