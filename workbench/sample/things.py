"""The classes as rows. To add one, write its drawing and add a row here."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.sample.clutter import coin, note, pebble, pencil
from workbench.sample.discs import button, cookie
from workbench.sample.fruit import apple, tomato
from workbench.sample.long_things import feather, leaf
from workbench.sample.shapes import Draw


@dataclass(frozen=True)
class Thing:
    """One class of the sample.

    Attributes:
        name: Its folder, in plain English.
        draw: Its drawing.
        twin: The class that it is easily taken for.
        size: Radius as a share of the photo's short side, smallest and largest, for one alone.
        most: How many may lie in one photo.
        flat: Whether it may be seen from the side (round fruit looks the same from there).
        plate: How often it lies on a plate.
    """

    name: str
    draw: Draw
    twin: str
    size: tuple[float, float]
    most: int
    flat: bool
    plate: float = 0.0


THINGS: tuple[Thing, ...] = (
    Thing("apples", apple, "tomatoes", (0.20, 0.42), 2, False, plate=0.15),
    Thing("buttons", button, "cookies", (0.13, 0.36), 5, True),
    Thing("cookies", cookie, "buttons", (0.20, 0.42), 3, True, plate=0.25),
    Thing("feathers", feather, "leaves", (0.36, 0.60), 2, True),
    Thing("leaves", leaf, "feathers", (0.30, 0.54), 3, True),
    Thing("tomatoes", tomato, "apples", (0.17, 0.40), 3, False, plate=0.15),
)

CLUTTER: tuple[tuple[Draw, tuple[float, float]], ...] = (
    (pencil, (0.35, 0.6)),
    (coin, (0.08, 0.13)),
    (note, (0.25, 0.45)),
    (pebble, (0.05, 0.12)),
)
"""What else may lie about, with its size as in `Thing.size`."""


def thing(name: str) -> Thing:
    """The row of a class.

    Raises:
        KeyError: There is none.
    """
    return {row.name: row for row in THINGS}[name]
