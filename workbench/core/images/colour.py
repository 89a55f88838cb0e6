"""Turning every mode that an image can have into 8-bit RGB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from workbench.core.images import profiles
from workbench.core.images.brightness import Depth, Numbers, to_8_bits
from workbench.core.images.brightness_rule import Brightness

_EXTREME, _OPAQUE = 5, 0.01
_APART = 8  # of 255: values that are no further apart than this are one colour


@dataclass(frozen=True)
class Colours:
    """An image in mode RGB, and what had to be done to it.

    Attributes:
        changes: See `loader.Decoded`.
        depth: Where it had more than 8 bits and its range had to be found out.
    """

    image: Image.Image
    changes: tuple[str, ...] = ()
    depth: Depth | None = None


def to_rgb(image: Image.Image, rule: Brightness | None) -> Colours:
    """A new image in mode RGB.

    Transparency lies on white, and where that would leave nothing to be seen, on black. Samples of more
    than 8 bits become 8 by the rule. The embedded ICC profile is followed, and for CMYK and LAB replaced by
    a usual one where there is none.

    Args:
        image: Loaded, of any mode.
        rule: See `core.images.brightness`.
    """
    profile = image.info.get("icc_profile")
    if image.mode == "F" or image.mode.startswith("I"):
        values = np.asarray(image)
        # A grey portable map states its largest value, and Pillow brings it to 16 bits.
        stated = (0.0, 65535.0) if image.format == "PPM" and image.mode != "F" else None
        return from_numbers(Numbers(values, stated, stated is not None), rule, profile)
    if image.mode == "LAB":
        return Colours(profiles.lab_to_srgb(image))
    if image.mode == "CMYK":
        return by_profile(image, profile)
    if image.has_transparency_data:
        whole = image.convert("RGBA")
        colours = by_profile(whole.convert("RGB"), profile)
        return _on_white(colours, whole.getchannel("A"), is_tiff=image.format == "TIFF")
    if image.mode in ("L", "RGB"):
        return by_profile(image, profile)
    return by_profile(image.convert("RGB"), profile)


def from_numbers(
    numbers: Numbers,
    rule: Brightness | None,
    profile: bytes | None = None,
    *,
    alpha: NDArray[Any] | None = None,
    is_associated: bool = False,
    is_inverted: bool = False,
    is_tiff: bool = True,
) -> Colours:
    """Samples of any depth, grey or colour, as an image.

    Args:
        numbers: Shape (height, width) or (height, width, 3).
        alpha: How opaque each pixel is, shape (height, width): samples like the others.
        is_associated: The colours are multiplied with it already.
        is_inverted: The least value is white.
        is_tiff: Alpha may be something else: see `_on_white`.
    """
    found, changes, depth = to_8_bits(numbers, rule)
    if is_inverted:
        found = 255 - found
        if numbers.holes is not None:
            found[numbers.holes] = 0
    colours = by_profile(Image.fromarray(found), profile)
    if alpha is not None:
        opaque = Image.fromarray(_opacity(alpha, numbers, depth))
        colours = _on_white(colours, opaque, is_tiff=is_tiff, is_associated=is_associated)
    return Colours(colours.image, (*changes, *colours.changes), depth)


def by_profile(image: Image.Image, profile: Any) -> Colours:
    """An image of mode L, RGB or CMYK in mode RGB: by its profile, where it has one that can be used."""
    if not isinstance(profile, bytes) or not profile:
        return Colours(image.convert("RGB"))
    converted = profiles.to_srgb(image, profile)
    if converted is None:
        return Colours(image.convert("RGB"), ("profile_unusable",))
    return Colours(converted)


def laid_on_white(colours: Colours, alpha: NDArray[Any], bits: int, *, is_associated: bool) -> Colours:
    """Colours of a TIFF on white, where its alpha samples, of so many bits, say that they are transparent."""
    opaque = Image.fromarray(np.rint(alpha * (255.0 / ((1 << bits) - 1))).astype(np.uint8))
    return _on_white(colours, opaque, is_tiff=True, is_associated=is_associated)


def _opacity(alpha: NDArray[Any], numbers: Numbers, depth: Depth | None) -> NDArray[np.uint8]:
    """Alpha as 0 to 255, on the same scale as the colours where it fits onto that."""
    if alpha.dtype == np.uint8 and not (numbers.is_certain and numbers.stated and numbers.stated[1] < 255):
        return np.ascontiguousarray(alpha)
    if alpha.dtype.kind == "f":
        top = 1.0 if alpha.max() <= 1 else float(alpha.max())
    elif numbers.is_certain and numbers.stated:
        top = numbers.stated[1]
    else:
        top = float(np.iinfo(alpha.dtype).max)
        if depth is not None and float(alpha.max()) <= depth.white:
            top = depth.white
    return np.rint(np.clip(alpha * (255.0 / top), 0, 255)).astype(np.uint8)


def _on_white(colours: Colours, alpha: Image.Image, *, is_tiff: bool, is_associated: bool = False) -> Colours:
    counts = np.array(alpha.histogram()[:256])
    total = counts.sum()
    if counts[: _EXTREME + 1].sum() == total:
        return Colours(colours.image, (*colours.changes, "hidden_colours"), colours.depth)
    # A band that is near infrared is often called alpha by the programs that write such files: nowhere
    # opaque, or hardly ever wholly one or the other.
    extremes = counts[: _EXTREME + 1].sum() + counts[-_EXTREME - 1 :].sum()
    if is_tiff and (counts[-_EXTREME - 1 :].sum() < _OPAQUE * total or extremes < total / 2):
        return Colours(colours.image, (*colours.changes, "further_bands"), colours.depth)
    if counts[255] == total:
        return colours
    if is_associated:
        inverse = ImageChops.invert(alpha)
        mixed = ImageChops.add(colours.image, Image.merge("RGB", (inverse,) * 3))
        return Colours(mixed, colours.changes, colours.depth)
    white = Image.new("RGB", colours.image.size, "white")
    white.paste(colours.image, mask=alpha)
    if has_one_colour(white):  # a white drawing
        black = Image.new("RGB", colours.image.size)
        black.paste(colours.image, mask=alpha)
        if not has_one_colour(black):
            return Colours(black, (*colours.changes, "on_black"), colours.depth)
    return Colours(white, colours.changes, colours.depth)


def has_one_colour(image: Image.Image) -> bool:
    """Whether nothing can be told apart in an image of mode RGB."""
    extremes: Any = image.getextrema()
    return all(high - low <= _APART for low, high in extremes)
