"""One photo, looked at closely: what its file says of itself, and what a network is given of it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from PIL import ExifTags, Image

from workbench.core.images import formats
from workbench.core.images.facts import Inspected, PhotoFacts, Seen
from workbench.core.images.loader import decode, open_file
from workbench.core.images.preprocessing import CUT, Preprocessing, is_longer, row_count

_LONGEST = 100
_TAKEN = (ExifTags.Base.DateTimeOriginal, ExifTags.Base.DateTimeDigitized, ExifTags.Base.DateTime)


def inspect(path: Path, recipe: Preprocessing) -> Inspected:
    """Looks at a photo closely.

    Raises:
        ImageError: The file cannot be used; see `open_image`.
    """
    side = recipe.decode or recipe.resize
    with open_file(path) as file:
        decoded = decode(file, path.name, short_side=side, brightness=recipe.brightness)
    square = recipe.square(decoded.image)
    pixels = np.ascontiguousarray(np.broadcast_to(square, (*square.shape[:2], 3)))
    return Inspected(facts_of(path), seen_by(recipe, decoded.width, decoded.height), pixels, decoded.changes)


def seen_by(recipe: Preprocessing, width: int, height: int) -> Seen:
    """How much of a photo of a size a network sees."""
    if recipe.sees_whole(width, height):
        in_rows = bool(recipe.rows_from) and is_longer(width, height, recipe.rows_from)
        count = row_count(max(width, height) / min(width, height), recipe.crop) if in_rows else 1
        return Seen("rows" if in_rows else "squeezed", recipe.crop, rows=count, channels=recipe.channels)
    stored = recipe.stored_size(width, height)
    kept = math.prod(min(1.0, recipe.crop / length) for length in stored)
    kept *= min(1.0, CUT * min(width, height) / max(width, height))
    return Seen("cut", recipe.crop, 1 - kept, channels=recipe.channels)


def facts_of(path: Path) -> PhotoFacts:
    """What a photo's file says of itself; damaged or absent metadata says nothing.

    Raises:
        ImageError: The file cannot be read.
    """
    with open_file(path) as file:
        size = path.stat().st_size
        try:
            with Image.open(file, formats=formats.ALLOWED) as image:
                return _facts(image, size)
        except Exception:  # noqa: BLE001 - it can be used (or else `inspect` says why not), its metadata cannot
            return PhotoFacts(size)


def _facts(image: Image.Image, size: int) -> PhotoFacts:
    name = "JPEG" if image.format == "MPO" else image.format or ""
    exif = image.getexif()
    try:
        details: dict[int, Any] = exif.get_ifd(ExifTags.IFD.Exif)
        gps: dict[int, Any] = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except Exception:  # noqa: BLE001 - as above: the rest may still be good
        details, gps = {}, {}
    make, model = _text(exif.get(ExifTags.Base.Make)), _text(exif.get(ExifTags.Base.Model))
    known = model.casefold().startswith(make.casefold())
    taken = next((text for field in _TAKEN if (text := _text(details.get(field) or exif.get(field)))), "")
    return PhotoFacts(
        size,
        name,
        model if known else f"{make} {model}".strip(),
        _text(details.get(ExifTags.Base.LensModel)),
        taken.replace(":", "-", 2),
        _number(details.get(ExifTags.Base.ExposureTime)),
        _number(details.get(ExifTags.Base.FNumber)),
        round(_number(details.get(ExifTags.Base.ISOSpeedRatings))),
        _number(details.get(ExifTags.Base.FocalLength)),
        _position(gps),
    )


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    text = value if isinstance(value, str) else ""
    return "".join(letter for letter in text if letter.isprintable()).strip()[:_LONGEST]


def _number(value: Any) -> float:
    """A number that is above 0; else 0."""
    if isinstance(value, tuple) and value:
        value = value[0]
    try:
        found = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0
    return found if math.isfinite(found) and found > 0 else 0.0


def _position(gps: dict[int, Any]) -> tuple[float, float] | None:
    found = []
    for ref, field, negative, most in (
        (ExifTags.GPS.GPSLatitudeRef, ExifTags.GPS.GPSLatitude, "S", 90),
        (ExifTags.GPS.GPSLongitudeRef, ExifTags.GPS.GPSLongitude, "W", 180),
    ):
        try:
            degrees, minutes, seconds = (float(part) for part in gps[field])
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            return None
        value = degrees + minutes / 60 + seconds / 3600
        if not 0 <= value <= most:  # NaN is neither
            return None
        found.append(-value if _text(gps.get(ref)) == negative else value)
    return found[0], found[1]
