"""What the disturbances do: a pure function for each, named by its row.

Each takes an RGB image (uint8, (height, width, 3)), a strength in the unit of its row, and a generator that
is the same for all strengths of a photo, and gives a new image of the same size. It draws the same however
strong it is, so that a photo is turned to the same side and has the same grain, only more of it.

Light is added up linearly: the values of a file are brought there and back by the sRGB curve (IEC 61966-2-1).
"""

from __future__ import annotations

import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Pixels = NDArray[np.uint8]

_VALUES = np.arange(256) / 255
_LINEAR = np.where(_VALUES <= 0.04045, _VALUES / 12.92, ((_VALUES + 0.055) / 1.055) ** 2.4)


def darker(pixels: Pixels, strength: float, random: np.random.Generator) -> Pixels:
    """`strength` stops less light."""
    found: Pixels = _in_light_of(2.0**-strength)[pixels]
    return found


def brighter(pixels: Pixels, strength: float, random: np.random.Generator) -> Pixels:
    """`strength` stops more light; what becomes brighter than white is white."""
    found: Pixels = _in_light_of(2.0**strength)[pixels]
    return found


def blurred(pixels: Pixels, strength: float, random: np.random.Generator) -> Pixels:
    """A Gaussian whose sigma is `strength` hundredths of the shorter side."""
    sigma = strength / 100 * min(pixels.shape[:2])
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(sigma)))


def noisy(pixels: Pixels, strength: float, random: np.random.Generator) -> Pixels:
    """Normal noise with a standard deviation of `strength` levels of 255, for each channel by itself."""
    grain = random.standard_normal(pixels.shape, np.float32)
    found: Pixels = np.rint(np.clip(pixels + np.float32(strength) * grain, 0, 255)).astype(np.uint8)
    return found


def turned(pixels: Pixels, strength: float, random: np.random.Generator) -> Pixels:
    """Turned by `strength` degrees to one side; what comes in at the corners is the photo, mirrored."""
    angle = strength if random.random() < 0.5 else -strength
    height, width = pixels.shape[:2]
    sine, cosine = abs(math.sin(math.radians(angle))), abs(math.cos(math.radians(angle)))
    down = max(0, math.ceil((width * sine + height * cosine - height) / 2)) + 2
    right = max(0, math.ceil((width * cosine + height * sine - width) / 2)) + 2
    wider = np.pad(pixels, ((down, down), (right, right), (0, 0)), mode="symmetric")
    found = np.asarray(Image.fromarray(wider).rotate(angle, Image.Resampling.BICUBIC))
    cut: Pixels = found[down : down + height, right : right + width].copy()
    return cut


def as_jpeg(pixels: Pixels, strength: float, random: np.random.Generator) -> Pixels:
    """Saved as JPEG of quality `strength`, 1 to 95, with colours at half the size, and opened again."""
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "JPEG", quality=round(strength), subsampling="4:2:0")
    with Image.open(content, formats=["JPEG"]) as image:
        return np.asarray(image.convert("RGB"))


def nearer(pixels: Pixels, strength: float, random: np.random.Generator) -> Pixels:
    """The middle, `strength` times as large (1 or more)."""
    height, width = pixels.shape[:2]
    across, down = width / strength, height / strength
    left, top = (width - across) / 2, (height - down) / 2
    box = (left, top, left + across, top + down)
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC, box=box))


def tinted(pixels: Pixels, strength: float, random: np.random.Generator) -> Pixels:
    """`strength` stops more red than blue, or more blue than red; half of them each way."""
    half = strength / 2 if random.random() < 0.5 else -strength / 2
    found = pixels.copy()
    found[..., 0] = _in_light_of(2.0**half)[pixels[..., 0]]
    found[..., 2] = _in_light_of(2.0**-half)[pixels[..., 2]]
    return found


def _in_light_of(gain: float) -> Pixels:
    """What each value of 0 to 255 becomes in so many times the light, (256,)."""
    light = np.clip(_LINEAR * gain, 0, 1)
    values = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    found: Pixels = np.rint(255 * values).astype(np.uint8)
    return found
