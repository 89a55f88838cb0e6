"""The one preprocessing recipe: from an opened image to what a network takes. No torch in here.

Training, validation, prediction and export take the same steps, and the checkpoint carries the
recipe. The first step brings a photo down to what `data.photo_cache` keeps; the second resizes that
to the stored pixels that training reads; the third cuts the square that the network sees; the fourth
standardises a batch.

Of a long photo the middle square would show little, so that the second step brings the whole of it into
the square, and the third finds nothing to cut off: squeezed, or, where it is longer still, in overlapping
parts that lie one below the other like the lines of a text (`rows`).
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

from workbench.core.images.brightness_rule import Brightness, brightness_json, brightness_of
from workbench.core.images.loader import open_image

RESAMPLING = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
PHOTO_SIDE = 256
"""Short side that photos are brought down to before anything else, in pixels."""

WHOLE_FROM = 1.55
"""Photos longer than this many times their short side are seen whole. Those of cameras, 4:3 and 3:2, are not
among them: half of what would be cut off is ground, and the network was trained on such squares."""

ROWS_FROM = 2.4
"""Photos longer than this many times their short side are seen in rows: squeezed so much, small things would
be beyond recognition."""

LONGEST = 16
"""Photos longer than this many times `PHOTO_SIDE` are squeezed to that, so that a 10,000 × 10 strip does not
grow to gigabytes when its short side is enlarged. More than the network sees of them in any case."""

_LOWEST_ROW = 32

CUT = 4
"""Recipes without `whole_from` see only the middle of photos longer than this many times their short side."""


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
        whole_from: A photo longer than this many times its short side is seen whole, squeezed into the
            square; 1 to `CUT`. 0, as in older checkpoints: only the middle is seen of any photo.
        rows_from: A photo longer than this is seen whole, in rows; at least `whole_from`. 0: never.
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
    whole_from: float = 0.0
    rows_from: float = 0.0
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
        if self.whole_from and not 1 <= self.whole_from <= CUT:
            raise ValueError(f"photos cannot be seen whole from {self.whole_from} on")
        if self.rows_from and not 0 < self.whole_from <= self.rows_from:
            raise ValueError(f"photos cannot be seen in rows from {self.rows_from} on")

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; without what an older recipe did not have."""
        values = {**dataclasses.asdict(self), "mean": list(self.mean), "std": list(self.std)}
        del values["brightness"]
        if not self.whole_from:
            del values["whole_from"], values["rows_from"]
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

    def sees_whole(self, width: int, height: int) -> bool:
        """Whether an image of this size is brought into the square whole: nothing of it is cut off."""
        return bool(self.whole_from) and is_longer(width, height, self.whole_from)

    def cuts_a_strip(self, width: int, height: int) -> bool:
        """Whether of an image of this size only the middle is kept before anything else: an older recipe."""
        return not self.whole_from and is_longer(width, height, CUT)

    def stored_size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of the stored pixels of an image of this size.

        Where the image is seen whole, they are the square that the network sees. Else the short side
        becomes `resize`, and the long side follows, rounded to the nearest pixel and at most `CUT` times
        as long.
        """
        if self.sees_whole(width, height):
            return self.crop, self.crop
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
            image = brought_down(image, self.decode) if self.whole_from else _cut(image, self.decode)
        if self.channels == 1:
            image = image.convert("L")
        if self.sees_whole(*image.size):
            return self._whole(image)
        size = _scaled(*image.size, self.resize)
        resized = image.resize(size, RESAMPLING[self.interpolation], box=_middle(*image.size))
        return np.asarray(resized).reshape(size[1], size[0], self.channels)

    def _whole(self, image: Image.Image) -> NDArray[np.uint8]:
        """The square (crop, crop, channels) in which all of an image is seen."""
        in_rows = self.rows_from and is_longer(*image.size, self.rows_from)
        square = (rows if in_rows else _squeezed)(image, self.crop, RESAMPLING[self.interpolation])
        return np.asarray(square).reshape(self.crop, self.crop, self.channels)

    def keeps(self, pixels: NDArray[np.uint8]) -> bool:
        """Whether `pixels` would change nothing of what `brought_down` gave: no copy has to be made."""
        height, width = pixels.shape[:2]
        if self.channels != 3 or self.sees_whole(width, height):
            return False
        return _scaled(width, height, self.resize) == (width, height)

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
    """A photo with a short side of at most `side`, and a long side of at most `LONGEST` times as much.

    Larger ones are resized (bicubic, antialiased), smaller ones keep their size. Nothing is cut off: strips
    that are still too long are squeezed along their long side.

    Args:
        image: Upright, mode RGB, as `open_image` gives it for this `short_side`.
    """
    short = min(side, *image.size)
    long = min(round(short * max(image.size) / min(image.size)), LONGEST * side)
    size = (long, short) if image.width >= image.height else (short, long)
    return image if size == image.size else image.resize(size, Image.Resampling.BICUBIC)


def rows(image: Image.Image, side: int, resampling: Image.Resampling) -> Image.Image:
    """A long image as a square: parts of it one below the other; of a tall one, side by side.

    Parts overlap by as much as the image is high, so that what is no longer than that is whole in one of
    them. They are not squeezed where there may be enough of them: with k rows, up to k² - k + 1 times as long
    as high.

    Args:
        image: Longer in one direction than in the other.
        side: Of the square, in pixels.
    """
    if image.height > image.width:
        turned = image.transpose(Image.Transpose.TRANSPOSE)
        return rows(turned, side, resampling).transpose(Image.Transpose.TRANSPOSE)
    length = image.width / image.height
    count = row_count(length, side)
    part = min(length, max(count, (length - 1) / count + 1)) * image.height
    square = Image.new(image.mode, (side, side))
    for number in range(count):
        top, bottom = round(side * number / count), round(side * (number + 1) / count)
        left = (image.width - part) * number / (count - 1)
        box = (left, 0, min(left + part, image.width), image.height)
        square.paste(image.resize((side, bottom - top), resampling, box=box), (0, top))
    return square


def row_count(length: float, side: int) -> int:
    """How many rows an image is laid in that is so many times as long as high; see `rows`."""
    most = max(2, side // _LOWEST_ROW)
    return next((k for k in range(2, most) if k * k - k + 1 >= length), most)


def _squeezed(image: Image.Image, side: int, resampling: Image.Resampling) -> Image.Image:
    return image.resize((side, side), resampling)


def is_longer(width: int, height: int, limit: float) -> bool:
    """Whether the long side is more than `limit` times the short one."""
    return max(width, height) > limit * min(width, height)


def _cut(image: Image.Image, side: int) -> Image.Image:
    """As `brought_down`, but of strips only the middle, as recipes without `whole_from` see them."""
    size = _scaled(image.width, image.height, min(side, image.width, image.height))
    if size == image.size:
        return image
    return image.resize(size, Image.Resampling.BICUBIC, box=_middle(image.width, image.height))


def _scaled(width: int, height: int, side: int) -> tuple[int, int]:
    other = min(round(side * max(width, height) / min(width, height)), side * CUT)
    return (other, side) if width >= height else (side, other)


def _middle(width: int, height: int) -> tuple[float, float, float, float]:
    kept_width, kept_height = min(width, height * CUT), min(height, width * CUT)
    left, top = (width - kept_width) / 2, (height - kept_height) / 2
    return left, top, left + kept_width, top + kept_height
