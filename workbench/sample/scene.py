"""Light, shadow and camera: from surfaces to a photo."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from workbench.sample.shapes import TURN, Array, Draw, Random, Surface, noise, step


@dataclass(frozen=True)
class Light:
    """Where the light comes from.

    Attributes:
        direction: Unit vector (right, down, up) towards the lamp.
        sun, sky: Linear RGB (3, 1, 1) of the lamp and of the light from everywhere.
        softness: Blur of shadows, 0 (bright sun) to 1 (cloudy).
    """

    direction: Array
    sun: Array
    sky: Array
    softness: float


def random_light(random: Random) -> Light:
    """Sun, window or kitchen lamp; warm, neutral or cool."""
    azimuth = random.uniform(0, TURN)
    elevation = math.radians(random.uniform(32, 68))
    flat = math.cos(elevation)
    towards = (flat * math.cos(azimuth), flat * math.sin(azimuth), math.sin(elevation))
    softness = random.uniform(0, 1)
    warmth = random.normal(0, 0.12)
    sun = _rgb(1 + warmth, 1, 1 - warmth) * np.float32(1.15 - 0.55 * softness)
    sky = _rgb(0.94, 1, 1.08) * np.float32(0.30 + 0.35 * softness)
    return Light(np.array(towards, np.float32), sun, sky, softness)


class Scene:
    """A table seen from above on which things are placed one after the other.

    Args:
        ground: Colour of the table (3, h, w); it is lit from here on.
        relief: Its unevenness in pixels (h, w).
    """

    def __init__(self, ground: Array, relief: Array, light: Light, random: Random) -> None:
        self._light, self._random = light, random
        coverage = np.ones(relief.shape, np.float32)
        self.pixels = self._lit(Surface(coverage, relief, ground, gloss=0.05), 1.0)

    def place(self, draw: Draw, x: float, y: float, radius: float, angle: float, squash: float = 1.0) -> None:
        """Lays a thing with its middle at (x, y) in pixels; `squash` below 1 shows it from the side."""
        height, width = self.pixels.shape[1:]
        reach = radius * 1.25
        left, right = max(0, int(x - reach)), min(width, int(x + reach) + 2)
        top, bottom = max(0, int(y - reach)), min(height, int(y + reach) + 2)
        if right - left < 3 or bottom - top < 3:
            return
        dx = (np.arange(left, right, dtype=np.float32) - np.float32(x))[None, :] / np.float32(radius)
        dy = (np.arange(top, bottom, dtype=np.float32) - np.float32(y))[:, None] / np.float32(radius)
        cos, sin = np.float32(math.cos(angle)), np.float32(math.sin(angle))
        u, v = dx * cos + dy * sin, (dy * cos - dx * sin) / np.float32(squash)
        surface = draw(u, v, 1 / radius, self._random)
        self._shade_below(surface, top, left, radius)
        part = self.pixels[:, top:bottom, left:right]
        lit = self._lit(surface, radius)
        part += (lit - part) * surface.coverage

    def dapple(self, strength: float) -> None:
        """Lets the light fall through branches or a window frame."""
        shape = self.pixels.shape[1:]
        if self._random.random() < 0.5:
            shade = step(0.42, 0.60, noise(self._random, shape, 90, 3))
        else:
            angle = self._random.uniform(0, math.pi)
            y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
            across = (x * math.cos(angle) + y * math.sin(angle)) / self._random.uniform(70, 130)
            shade = step(0.35, 0.5, np.abs((across + self._random.random()) % 1 - 0.5) * 2)
        self.pixels *= 1 - np.float32(strength) * (1 - shade)

    def _lit(self, surface: Surface, radius: float) -> Array:
        """Lambert's law with a wrapped edge for the lamp, the sky from above, Blinn's highlight."""
        light = self._light
        slope_y, slope_x = np.gradient(surface.height * np.float32(radius))
        slope_x, slope_y = np.clip(slope_x, -4, 4), np.clip(slope_y, -4, 4)
        up = 1 / np.sqrt(1 + slope_x**2 + slope_y**2)
        towards = up * (light.direction[2] - slope_x * light.direction[0] - slope_y * light.direction[1])
        lamp = np.clip(towards * 0.85 + 0.15, 0, None)
        lit = surface.colour * (lamp * light.sun + (0.45 + 0.55 * up) * light.sky)
        half = light.direction + np.array([0, 0, 1], np.float32)
        half /= np.linalg.norm(half)
        shine = up * (half[2] - slope_x * half[0] - slope_y * half[1])
        gloss = surface.gloss
        # exp(n (x - 1)) is close to Blinn's x ** n for x near 1, and much quicker.
        highlight = gloss * np.exp((10 + 70 * gloss) * (shine - 1)) * (0.8 - 0.35 * light.softness)
        return np.asarray(lit + highlight * light.sun, dtype=np.float32)

    def _shade_below(self, surface: Surface, top: int, left: int, radius: float) -> None:
        """Darkens what lies below: the shadow away from the lamp and the dimness close by."""
        light = self._light
        lift = surface.lift * radius
        across, down, up = (float(value) for value in light.direction)
        cast_x, cast_y = -lift * across / up, -lift * down / up
        blur = 1.5 + lift * (0.10 + 0.25 * light.softness)
        near = 2 + 0.35 * lift
        margin = int(max(abs(cast_x), abs(cast_y)) + 3 * max(blur, near)) + 2
        tall, wide = surface.coverage.shape
        room = np.pad((surface.coverage * 255).astype(np.uint8), margin)
        mask = Image.fromarray(room).reduce(2)
        cast = mask
        for share in (0.33, 0.66, 1.0):
            move = (1, 0, -cast_x / 2 * share, 0, 1, -cast_y / 2 * share)
            cast = ImageChops.lighter(cast, mask.transform(mask.size, Image.Transform.AFFINE, move))
        shadow = _blurred(cast, blur, room.shape)
        close = _blurred(mask, near, room.shape)
        dark = light.sky / (light.sky + light.sun * light.direction[2])
        dim = np.float32(min(0.45, 0.2 + surface.lift))
        shade = (1 - np.float32(0.92) * (1 - dark) * shadow) * (1 - dim * close)
        height, width = self.pixels.shape[1:]
        y, x = top - margin, left - margin
        first_row, last_row = max(0, y), min(height, y + tall + 2 * margin)
        first, last = max(0, x), min(width, x + wide + 2 * margin)
        seen = shade[:, first_row - y : last_row - y, first - x : last - x]
        self.pixels[:, first_row:last_row, first:last] *= seen


def photograph(pixels: Array, random: Random) -> Image.Image:
    """What a camera makes of linear light: exposure, white balance, falloff, blur, grain, tone curve."""
    height, width = pixels.shape[1:]
    exposure = 1.04 * 2 ** random.normal(0, 0.24)
    cast = 1 + random.normal(0, 0.05, (3, 1, 1))
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    lean = random.normal(0, 0.10, 2)
    falloff = (1 - random.uniform(0.02, 0.18) * (x**2 + y**2)) * (1 + lean[0] * x + lean[1] * y)
    linear = pixels * (exposure * cast).astype(np.float32) * falloff.astype(np.float32)
    grain = float(random.choice([0.004, 0.008, 0.02], p=[0.5, 0.35, 0.15]))
    linear += random.standard_normal(linear.shape, np.float32) * grain * np.sqrt(np.clip(linear, 0.02, 1))
    levels = np.clip(linear * np.float32(len(_CURVE) / 1.6), 0, len(_CURVE) - 1).astype(np.uint16)
    image = Image.fromarray(np.ascontiguousarray(_CURVE[levels].transpose(1, 2, 0)))
    blur = float(random.choice([0.0, 0.5, 1.0, 2.0], p=[0.45, 0.35, 0.13, 0.07]))
    return image.filter(ImageFilter.GaussianBlur(blur)) if blur else image


def _rgb(red: float, green: float, blue: float) -> Array:
    return np.array([red, green, blue], np.float32)[:, None, None]


def _curve() -> NDArray[np.uint8]:
    """Pixel values of linear light from 0 to 1.6: a shoulder for the highlights, gamma, contrast."""
    linear = np.linspace(0, 1.6, 8192)
    grey = np.clip(linear * (1 + 0.18 * linear) / (1 + 0.36 * linear), 0, 1) ** (1 / 2.2)
    crisp = grey - 0.035 * np.sin(2 * np.pi * grey)
    return np.round(255 * np.clip(crisp, 0, 1)).astype(np.uint8)


_CURVE = _curve()


def _blurred(mask: Image.Image, sigma: float, shape: tuple[int, ...]) -> Array:
    """A mask at half size, blurred by `sigma` pixels of the whole size and brought to `shape`, 0 to 1."""
    image = mask.filter(ImageFilter.GaussianBlur(sigma / 2))
    whole = image.resize((image.width * 2, image.height * 2), Image.Resampling.BILINEAR)
    return np.asarray(whole, dtype=np.float32)[: shape[0], : shape[1]] / np.float32(255)
