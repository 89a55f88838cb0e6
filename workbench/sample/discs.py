"""Buttons and cookies: round, flat, and easily taken for each other."""

from __future__ import annotations

import numpy as np

from workbench.sample.shapes import (
    TURN,
    Array,
    Random,
    Surface,
    bump,
    circle,
    inside,
    lay,
    mix,
    noise,
    pick,
    segment,
    spots,
    step,
    turned,
    wave,
)


def button(u: Array, v: Array, pixel: float, random: Random) -> Surface:
    """Plastic, wood, horn, shell or metal; two or four holes."""
    radius, outline = np.hypot(u, v), _button_outline(u, v, random)
    t = radius / outline
    material = random.choice(len(_MATERIALS), p=[0.45, 0.18, 0.15, 0.12, 0.10])
    skin, gloss = _MATERIALS[material](u, v, random)
    rim, style = random.uniform(0.68, 0.86), random.integers(3)
    profiles = (
        0.16 * bump(t - rim, random.uniform(0.06, 0.13)),
        0.13 * step(rim - 0.1, rim, t),
        0.2 * np.sqrt(np.clip(1 - t**2, 0, 1)),
    )
    relief = 0.12 * np.sqrt(np.clip(1 - t**6, 0, 1)) + profiles[style]
    if style == 0 and random.random() < 0.4:
        skin = skin * (1 - 0.3 * bump(t - rim + 0.14, 0.04))
    count, size = int(random.choice([2, 4], p=[0.35, 0.65])), random.uniform(0.065, 0.1)
    holes = circle(count, random.uniform(0.17, 0.25), random.uniform(0, TURN))
    hole = np.zeros_like(u)
    for x, y in holes:
        hole = np.maximum(hole, inside(np.hypot(u - x, v - y) - size, pixel))
    cover = inside(radius - outline, pixel)
    surface = Surface(cover, relief, skin * (1 - 0.85 * hole), gloss * (1 - hole), lift=0.16)
    if random.random() < 0.3:
        thread = pick(random, "f2efe6 2b2b2b 9b2226 3d5a80 d8b45a")
        for start, end in zip(holes, holes[count // 2 :], strict=False):
            line = segment(u, v, start, end)
            lay(surface, inside(line - size * 0.55, pixel), np.clip(size - line, 0, 1), thread)
    return surface


def _button_outline(u: Array, v: Array, random: Random) -> Array:
    """Mostly round, some scalloped, some nearly square."""
    angle, outline = np.arctan2(v, u), np.full_like(u, 0.9)
    shape = random.random()
    if shape < 0.15:
        outline = 0.88 * (1 + 0.035 * np.cos(int(random.integers(8, 15)) * angle))
    elif shape < 0.24:
        outline = 0.8 / (np.abs(np.cos(angle)) ** 5 + np.abs(np.sin(angle)) ** 5) ** 0.2
    return outline


def _plastic(u: Array, v: Array, random: Random) -> tuple[Array, float]:
    tint = pick(
        random, "b3202a 1f4e8c 2f7d4f e0a526 f2efe8 23252b d96a8a 6f4a8e 3aa0a8 d9722b 7d8791 8a5f3d c9a27a"
    )
    return np.broadcast_to(tint, (3, *u.shape)), random.uniform(0.4, 0.9)


def _wooden(u: Array, v: Array, random: Random) -> tuple[Array, float]:
    grain = 0.5 + 0.5 * np.sin(26 * (v + 0.25 * noise(random, u.shape, u.shape[0] / 2, 2, 3)))
    fine = noise(random, u.shape, 3, 2, 9)
    return pick(random, "c1935f a87446 7a4f30 d8b585") * (0.72 + 0.2 * grain + 0.3 * (fine - 0.4)), 0.12


def _horn(u: Array, v: Array, random: Random) -> tuple[Array, float]:
    clouds = step(0.25, 0.75, noise(random, u.shape, u.shape[0] / 2.2, 4, 1.5))
    dark, light = _HORNS[random.integers(len(_HORNS))]
    return mix(pick(random, dark), pick(random, light), clouds), 0.7


_HORNS = (("2a1a12", "9a6a3c"), ("4a2f1d", "d6b184"), ("20242a", "6d747d"))


def _shell(u: Array, v: Array, random: Random) -> tuple[Array, float]:
    clouds = noise(random, u.shape, u.shape[0] / 2, 3, 2)
    phase = clouds * 11 + np.array([0, 2.1, 4.2], np.float32)[:, None, None]
    return np.float32(0.72) + np.float32(0.16) * np.sin(phase), 0.9


def _metal(u: Array, v: Array, random: Random) -> tuple[Array, float]:
    brushed = wave(random, np.hypot(u, v) * 0.5, 120)
    return pick(random, "b8bcc2 c9a24b 9a6b45 7d8288") * (0.55 + 0.4 * brushed), 1.0


_MATERIALS = (_plastic, _wooden, _horn, _shell, _metal)


def cookie(u: Array, v: Array, pixel: float, random: Random) -> Surface:
    """With chocolate chips, dark with white chips, or a pricked biscuit; some are bitten."""
    radius, angle = np.hypot(u, v), np.arctan2(v, u)
    kind = random.choice(["chips", "dark", "biscuit", "jam"], p=[0.5, 0.15, 0.25, 0.1])
    if kind in ("biscuit", "jam"):
        outline = 0.88 * (1 + 0.028 * np.cos(int(random.integers(14, 26)) * angle) * (random.random() < 0.75))
        relief = 0.10 * np.sqrt(np.clip(1 - (radius / outline) ** 8, 0, 1))
    else:
        outline = 0.82 + 0.14 * (wave(random, angle / TURN, 11) - 0.3) * random.uniform(0.4, 1)
        relief = 0.22 * np.sqrt(np.clip(1 - (radius / outline) ** 3, 0, 1))
    edge = radius - outline
    if random.random() < 0.2:
        edge = _bitten(edge, u, v, random)
    crumb = noise(random, u.shape, max(3.0, 0.14 / pixel), 4, rough=0.75)
    rough = 0.02 if kind in ("biscuit", "jam") else 0.13
    base = pick(random, "4a2c1c 5b3822 3b2416" if kind == "dark" else "c98f4e d6a262 b87b3d dcae70")
    brown = base * np.array([0.62, 0.5, 0.42], np.float32)[:, None, None]
    baked = 0.75 * step(-0.28, 0.02, edge) + 0.35 * (crumb - 0.5)
    skin = mix(base, brown, np.clip(baked, 0, 1)) * (0.75 + 0.5 * crumb)
    surface = Surface(inside(edge, pixel), relief + rough * crumb, skin, 0.08, lift=0.2)
    if kind in ("chips", "dark"):
        _add_chips(surface, u, v, crumb, "efe3cf" if kind == "dark" else "3a2114 2d1a10 4a2a18", random)
    elif kind == "jam":
        _add_jam(surface, radius, pixel, random)
    else:
        _prick(surface, u, v, random)
    return surface


def _bitten(edge: Array, u: Array, v: Array, random: Random) -> Array:
    first, size = random.uniform(0, TURN), random.uniform(0.20, 0.30)
    for tooth in (-1, 0, 1):
        along, aside = turned(u, v, first + tooth * size * 1.07)
        edge = np.maximum(edge, size - np.hypot(along - 0.92, aside))
    return edge


def _add_chips(surface: Surface, u: Array, v: Array, crumb: Array, codes: str, random: Random) -> None:
    chips = spots(random, u, v, int(random.integers(5, 15)), 0.72, (0.07, 0.14))
    cover = step(0.1, 0.35, chips) * surface.coverage
    surface.colour = mix(surface.colour, pick(random, codes) * (0.85 + 0.3 * crumb), cover)
    surface.height = surface.height + 0.09 * chips
    surface.gloss = 0.08 + 0.3 * cover


def _add_jam(surface: Surface, radius: Array, pixel: float, random: Random) -> None:
    wet = inside(radius - random.uniform(0.28, 0.42), pixel)
    surface.colour = mix(surface.colour, pick(random, "8f1019 b5541a 5a1030"), wet)
    surface.height = surface.height + 0.06 * wet * (1 - radius)
    surface.gloss = 0.08 + 0.8 * wet


def _prick(surface: Surface, u: Array, v: Array, random: Random) -> None:
    count = int(random.choice([4, 6, 8]))
    points = circle(count, random.uniform(0.3, 0.5), random.uniform(0, TURN))
    for x, y in points if count == 4 else [*points, (0.0, 0.0)]:
        hole = bump(np.hypot(u - x, v - y), random.uniform(0.03, 0.05))
        surface.height = surface.height - 0.08 * hole
        surface.colour = surface.colour * (1 - 0.55 * hole)
    if random.random() < 0.5:
        surface.height = surface.height - 0.04 * bump(np.hypot(u, v) - 0.68, 0.03)
