"""What an explanation of one answer says. No NumPy at import: the window knows it before it needs that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Heat = NDArray[np.float32]
    Pixels = NDArray[np.uint8]
else:
    Heat = Pixels = Any

Method = Literal["places", "grad_cam", "occlusion"]
"""How the heat was found: exactly, of a linear head on what is pooled over places; by Grad-CAM; by covering
one part after another."""

TELLING = 0.05
"""Where the hottest part covered takes less than this from the probability beyond what another part does,
the heat says little."""


@dataclass(frozen=True)
class Explanation:
    """Where in a photo a model finds what speaks for a class.

    Attributes:
        class_name: The class that is explained.
        probability: Of that class, 0 to 1.
        heat: What each place adds, (height, width) over the whole square, 0 to 1: 1 where it is most; all 0
            where nothing speaks for the class.
        pixels: The square that the model was given, uint8, (side, side, 3).
        method: How the heat was found.
        covered: The probability once the hottest fifth is covered with the photo's mean colour.
        elsewhere: The mean probability once other fifths are covered.
    """

    class_name: str
    probability: float
    heat: Heat
    pixels: Pixels
    method: Method
    covered: float
    elsewhere: float

    @property
    def is_telling(self) -> bool:
        """Whether covering what is hot matters more than covering anything else."""
        return self.covered < self.probability and self.elsewhere - self.covered >= TELLING


@dataclass(frozen=True)
class HeldOut:
    """Why a model that has not learned from a photo of the folder answers what it does.

    Attributes:
        sample: The photo's id.
        class_id: Of the class that it answers.
        explanation: Of that class.
        influential: The photos that pull the answer; None where that cannot be told.
    """

    sample: str
    class_id: str
    explanation: Explanation
    influential: Influential | None


@dataclass(frozen=True)
class Influential:
    """The learned photos that pull an answer, the strongest first; see `core.explain.influence`.

    Attributes:
        class_id: Of the class that is explained.
        speak_for, speak_against: Ids of samples.
        instead: What the answer would be had the first of `speak_for` not been learned, where it is another:
            a class's id; "" where the answer stays.
    """

    class_id: str
    speak_for: tuple[str, ...]
    speak_against: tuple[str, ...]
    instead: str = ""
