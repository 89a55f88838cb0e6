"""An explanation as a picture: what the model was given, darker where it speaks less for the class."""

from __future__ import annotations

import numpy as np
from PIL import Image

from workbench.core.explain.explanation import Explanation

_DARKEST = 200
"""How much of 255 is taken from a place that adds nothing."""


def heat_picture(found: Explanation) -> Image.Image:
    """The picture, RGB, of the side of `found.pixels`."""
    side = found.pixels.shape[1], found.pixels.shape[0]
    light = Image.fromarray(found.heat).resize(side, Image.Resampling.BILINEAR)
    kept = 1 - (1 - np.clip(np.asarray(light), 0, 1)) * _DARKEST / 255
    return Image.fromarray((found.pixels * kept[..., None]).round().astype(np.uint8))
