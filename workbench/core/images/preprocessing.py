"""The one preprocessing recipe: from an opened image to what a network takes. No torch in here.

Training, validation, prediction and export take the same steps, and the checkpoint carries the
recipe. The first step brings a photo down to what `data.photo_cache` keeps; the second resizes that
to the stored pixels that training reads; the third cuts the square that the network sees; the fourth
standardises a batch.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.core.images.brightness import Brightness, brightness_json, brightness_of
from workbench.core.images.loader import open_image

RESAMPLING = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
PHOTO_SIDE = 256
"""Short side that photos are brought down to before anything else, in pixels."""

LONGEST = 4
"""Of an image longer than this many times its short side only the middle is kept, so that a
10,000 × 10 strip does not grow to gigabytes when its short side is enlarged."""


@dataclass(frozen=True)
class Preprocessing:
    """How an image becomes the input of a network.

    Attributes:
        resize: Short side of the stored pixels.
        crop: Side of the square that is cut from their middle; at most `resize`.
        channels: 3 for colour, 1 for grey values (luma, ITU-R 601-2).
        mean, std: One value a channel, for pixels of 0 to 1.
        interpolation: `bilinear` or `bicubic`, with antialiasing.
        decode: Short side that photos are brought down to first (see `brought_down`), at least
            `resize`; 0, as in older checkpoints, leaves that step out.
        brightness: How more than 8 bits become 8: the rule of the folder that was learned from; see
            `core.images.brightness`. None, as in older checkpoints, is what was done before there was one.

    Raises:
        ValueError: The values do not fit together.
    """

    resize: int
    crop: int
    channels: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    interpolation: str
    decode: int = 0
    brightness: Brightness | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.crop <= self.resize:
            raise ValueError(f"cannot cut {self.crop} pixels out of {self.resize}")
        if self.channels not in (1, 3) or not len(self.mean) == len(self.std) == self.channels:
            raise ValueError(f"{self.channels} channels, {len(self.mean)} means, {len(self.std)} deviations")
        if min(self.std) <= 0:
            raise ValueError("a standard deviation must be above 0")
        if self.interpolation not in RESAMPLING:
            raise ValueError(f"no interpolation called {self.interpolation}")
        if self.decode and self.decode < self.resize:
            raise ValueError(f"cannot make {self.resize} pixels of {self.decode}")

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; without `brightness` where an older recipe had none."""
        values = {**dataclasses.asdict(self), "mean": list(self.mean), "std": list(self.std)}
        del values["brightness"]
        return values if self.brightness is None else values | brightness_json(self.brightness)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Preprocessing:
        """Reads what `to_dict` wrote.

        Raises:
            ValueError: The values do not fit together.
            TypeError: A value is missing or unknown.
        """
        rule = brightness_of(values)
        means = {"mean": tuple(values["mean"]), "std": tuple(values["std"])}
        return cls(**{**values, **means, "brightness": rule})

    def stored_size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of the stored pixels of an image of this size.

        The short side becomes `resize`, the long side follows, rounded to the nearest pixel and at
        most `LONGEST` times as long.
        """
        if self.decode:
            width, height = _scaled(width, height, min(self.decode, width, height))
        return _scaled(width, height, self.resize)

    def pixels(self, image: Image.Image) -> NDArray[np.uint8]:
        """The stored form of an opened image: shape (height, width, channels), 0 to 255.

        Args:
            image: Upright, mode RGB, as `open_image` or a photo cache gives it: to bring a photo down
                a second time changes nothing. Smaller ones are enlarged.
        """
        if self.decode:
            image = brought_down(image, self.decode)
        if self.channels == 1:
            image = image.convert("L")
        size = _scaled(image.width, image.height, self.resize)
        resampling = RESAMPLING[self.interpolation]
        resized = image.resize(size, resampling, box=_middle(image.width, image.height))
        return np.asarray(resized).reshape(size[1], size[0], self.channels)

    def keeps(self, pixels: NDArray[np.uint8]) -> bool:
        """Whether `pixels` would change nothing of what `brought_down` gave: no copy has to be made."""
        height, width = pixels.shape[:2]
        return self.channels == 3 and _scaled(width, height, self.resize) == (width, height)

    def crop_pixels(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The middle square of stored pixels, shape (crop, crop, channels); a view.

        Where a margin is odd, the smaller half is above and to the left.
        """
        top = (pixels.shape[0] - self.crop) // 2
        left = (pixels.shape[1] - self.crop) // 2
        return pixels[top : top + self.crop, left : left + self.crop]

    def square(self, image: Image.Image) -> NDArray[np.uint8]:
        """Every step from an opened image to the batch: a new array (crop, crop, channels), 0 to 255."""
        return self.crop_pixels(self.pixels(image)).copy()

    def load(self, path: Path) -> NDArray[np.uint8]:
        """Opens a file and takes every step up to the batch; see `square`.

        Raises:
            ImageError: The file cannot be used; see `open_image`.
        """
        side = self.decode or self.resize
        return self.square(open_image(path, short_side=side, brightness=self.brightness))

    def normalise(self, batch: Any) -> Any:
        """Standardises a batch: (value / 255 - mean) / std, channel by channel.

        Args:
            batch: A torch tensor, shape (samples, channels, height, width), of any type, values 0 to
                255, on any device. It is left as it is.

        Returns:
            float32, of the same shape, memory order and device.
        """
        values = batch.float()
        mean = values.new_tensor(self.mean).mul_(255).view(1, -1, 1, 1)
        std = values.new_tensor(self.std).mul_(255).view(1, -1, 1, 1)
        return values.sub(mean).div_(std)


def brought_down(image: Image.Image, side: int) -> Image.Image:
    """A photo with a short side of at most `side`, and at most `LONGEST` times as long.

    Larger ones are resized (bicubic, antialiased), smaller ones keep their size; both lose what lies
    beyond the middle of a long strip.

    Args:
        image: Upright, mode RGB, as `open_image` gives it for this `short_side`.
    """
    size = _scaled(image.width, image.height, min(side, image.width, image.height))
    if size == image.size:
        return image
    return image.resize(size, Image.Resampling.BICUBIC, box=_middle(image.width, image.height))


def _scaled(width: int, height: int, side: int) -> tuple[int, int]:
    other = min(round(side * max(width, height) / min(width, height)), side * LONGEST)
    return (other, side) if width >= height else (side, other)


def _middle(width: int, height: int) -> tuple[float, float, float, float]:
    kept_width, kept_height = min(width, height * LONGEST), min(height, width * LONGEST)
    left, top = (width - kept_width) / 2, (height - kept_height) / 2
    return left, top, left + kept_width, top + kept_height
