"""What photos can be divided by, to see how good a model is at each kind. No NumPy: for the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

FEWEST = 10
"""Photos that do not belong together, in a slice and outside of it: with fewer, nothing is said of it."""

By = Literal["folder", "column", "camera", "date", "brightness", "side", "look"]
"""What photos are divided by: the folder beside that of their class; a column of a table; the camera; the
day, month or year; how bright; how large (px of the shorter side); clusters of their features."""


@dataclass(frozen=True)
class Span:
    """Of numbers that were divided into parts of about as many photos: one part.

    Attributes:
        low, high: The least and the greatest number in it.
        place, parts: Which part it is, from 0, and how many there are.
    """

    low: float
    high: float
    place: int
    parts: int


@dataclass(frozen=True)
class Typical:
    """A cluster by the photos in its middle, the ids of their samples, the most typical first."""

    samples: tuple[str, ...]


Value = str | Span | Typical


@dataclass(frozen=True)
class Slicing:
    """One way to divide photos.

    Attributes:
        by: What by.
        values: What the photos of each slice have in common.
        of: Index of the slice of each photo by the id of its sample, less those of which it is not known.
        name: Of the column; "" for all others.
    """

    by: By
    values: tuple[Value, ...]
    of: Mapping[str, int]
    name: str = ""
