"""One photo: a table, some light, the thing, and what else lies about."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from workbench.sample.clutter import plate
from workbench.sample.grounds import GROUNDS
from workbench.sample.scene import Scene, photograph, random_light
from workbench.sample.shapes import TURN, Random
from workbench.sample.things import CLUTTER, Thing, thing

_SHAPES = ((240, 320), (320, 240), (320, 320), (214, 320), (256, 320))


def draw_photo(row: Thing, random: Random) -> Image.Image:
    """A photo of one or more of a thing, long side 320 pixels."""
    height, width = _SHAPES[random.choice(len(_SHAPES), p=[0.4, 0.2, 0.15, 0.15, 0.1])]
    ground = GROUNDS[random.choice(len(GROUNDS), p=[share for _, share in GROUNDS])][0]
    light = random_light(random)
    scene = Scene(*ground(random, height, width), light, random)
    short = min(height, width)
    for _ in range(int(random.choice([0, 1, 2, 3], p=[0.55, 0.25, 0.13, 0.07]))):
        draw, (least, most) = CLUTTER[random.integers(len(CLUTTER))]
        x, y = _edge(random, height, width)
        scene.place(draw, x, y, short * random.uniform(least, most), _turn(random))
    if random.random() < 0.12:
        other = thing(row.twin)
        x, y = _edge(random, height, width)
        scene.place(other.draw, x, y, short * other.size[0] * 0.8, _turn(random))
    middle = (width * random.normal(0.5, 0.09), height * random.normal(0.5, 0.09))
    if random.random() < row.plate:
        scene.place(plate, *middle, short * random.uniform(0.5, 0.72), _turn(random))
    _place_things(scene, row, middle, random)
    if random.random() < 0.22:
        scene.dapple(random.uniform(0.25, 0.6))
    return photograph(scene.pixels, random)


def _place_things(scene: Scene, row: Thing, middle: tuple[float, float], random: Random) -> None:
    height, width = scene.pixels.shape[1:]
    count = 1 if random.random() < 0.6 else int(random.integers(1, row.most + 1))
    radius = min(height, width) * random.uniform(*row.size) / math.sqrt(count)
    first = _turn(random)
    for index in range(count):
        away = 0.0 if count == 1 else radius * (0.75 + 0.35 * count) * random.uniform(0.8, 1.1)
        direction = first + TURN * index / count
        squash = random.uniform(0.82, 1.0) if row.flat else 1.0
        x, y = middle[0] + away * math.cos(direction), middle[1] + away * math.sin(direction)
        x, y = np.clip(x / width, 0.15, 0.85) * width, np.clip(y / height, 0.15, 0.85) * height
        scene.place(row.draw, float(x), float(y), radius * random.uniform(0.88, 1.08), _turn(random), squash)


def _edge(random: Random, height: int, width: int) -> tuple[float, float]:
    """A place near the edge of the photo."""
    angle = _turn(random)
    across, down = math.cos(angle), math.sin(angle)
    stretch = random.uniform(0.42, 0.56) / max(abs(across), abs(down))
    return width * (0.5 + across * stretch), height * (0.5 + down * stretch)


def _turn(random: Random) -> float:
    return float(random.uniform(0, TURN))
