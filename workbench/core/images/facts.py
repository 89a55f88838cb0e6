"""What is known of one photo besides its pixels. No Pillow: the window takes these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class PhotoFacts:
    """What a file says of itself; nothing where it does not.

    Attributes:
        size: Of the file, in bytes.
        format: The format's usual name ("JPEG").
        camera, lens: As the camera wrote them.
        taken: When, as the camera wrote it: "2024:05:31 14:03:59" as "2024-05-31 14:03:59".
        exposure: Seconds; 0 where not known, as of the following.
        f_number, iso: Of the exposure.
        focal_length: In mm.
        position: Latitude and longitude in degrees, south and west below 0.
    """

    size: int
    format: str = ""
    camera: str = ""
    lens: str = ""
    taken: str = ""
    exposure: float = 0.0
    f_number: float = 0.0
    iso: int = 0
    focal_length: float = 0.0
    position: tuple[float, float] | None = None


@dataclass(frozen=True)
class Seen:
    """How much of a photo a network sees, by a recipe.

    Attributes:
        how: The middle square alone (`cut`), all of it squeezed into a square (`squeezed`), or all of it in
            parts that lie one below the other (`rows`).
        side: Of the square, in pixels.
        cut: The share of the photo's area that is cut away, 0 to 1.
        rows: How many parts there are.
        channels: 3 for colour, 1 for grey values.
    """

    how: Literal["cut", "squeezed", "rows"]
    side: int
    cut: float = 0.0
    rows: int = 1
    channels: int = 3


@dataclass(frozen=True, eq=False)  # arrays cannot be compared with ==
class Inspected:
    """One photo, looked at closely.

    Attributes:
        facts: What its file says.
        seen: How much of it a network sees.
        pixels: What the network is given, uint8, shape (side, side, 3).
        changes: What had to be done to the photo; see `core.images.loader.Decoded`.
    """

    facts: PhotoFacts
    seen: Seen
    pixels: NDArray[np.uint8]
    changes: tuple[str, ...] = ()
