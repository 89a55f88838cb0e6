"""“None of these”: when a model says nothing of a photo, and what that costs. No NumPy.

Two things speak against an answer: the probability of the most probable class, and how far the photo's
features lie from those that the model learned from. A photo is refused where the first is below a
threshold, or the second above one; `calibration.calibrated` finds these, the model file keeps them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from workbench.core.messages import Message

Caution = Literal["bold", "middle", "careful"]
"""How easily a model says nothing."""
CAUTIONS: tuple[Caution, ...] = get_args(Caution)
USUAL: Caution = "middle"
Refusal = Literal["", "unlike", "unsure"]
"""Why nothing is said: the photo is unlike all that were learned, or no class is probable enough; or ""."""
WHY: dict[Refusal, Message] = {"unlike": Message("reject.unlike"), "unsure": Message("reject.unsure")}
"""What is said instead of a class."""
_VERSION = 1


@dataclass(frozen=True)
class Thresholds:
    """What one setting refuses, and its price.

    Attributes:
        probability: 0 to 1; where that of the most probable class is smaller, nothing is said.
        distance: Where the photo is further from what was learned, nothing is said; None where no distance
            is known.
        silent: About the share of photos of the known kinds on which nothing is said, 0 to 1.
        right: The share of right answers among the others, 0 to 1, as measured.
    """

    probability: float
    distance: float | None
    silent: float
    right: float

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Thresholds:
        """Reads what `dataclasses.asdict` made.

        Raises:
            KeyError, TypeError, ValueError: It is something else.
        """
        distance = values["distance"]
        found = cls(
            float(values["probability"]),
            None if distance is None else float(distance),
            float(values["silent"]),
            float(values["right"]),
        )
        if not all(math.isfinite(value) for value in asdict(found).values() if value is not None):
            raise ValueError("thresholds that are no numbers")
        return found


@dataclass(frozen=True)
class RejectRule:
    """When a model says nothing.

    Attributes:
        bold, middle, careful: The settings; what one refuses, the next ones refuse, too.
        samples: On how many photos that the model had not learned they were found.
    """

    bold: Thresholds
    middle: Thresholds
    careful: Thresholds
    samples: int

    def of(self, caution: Caution) -> Thresholds:
        """One setting."""
        return {"bold": self.bold, "middle": self.middle, "careful": self.careful}[caution]

    @property
    def knows_distance(self) -> bool:
        """Whether photos are also compared with those that were learned."""
        return self.middle.distance is not None

    def refusal(self, probability: float, distance: float | None, caution: Caution) -> Refusal:
        """Why nothing is said of a photo; this is the only place where that is decided.

        Args:
            probability: Of its most probable class.
            distance: From what was learned; None where that is not known.
        """
        asked = self.of(caution)
        if asked.distance is not None and distance is not None and distance > asked.distance:
            return "unlike"
        return "unsure" if probability < asked.probability else ""

    def price(self, caution: Caution) -> Message:
        """What a setting costs, to be said."""
        asked = self.of(caution)
        right = round(100 * asked.right)
        values = {
            "silent": max(1, round(100 * asked.silent)),
            "right": min(max(right, 1), 99) if 0 < asked.right < 1 else right,
        }
        return Message("reject.price" if self.knows_distance else "reject.price_alone", values)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"version": _VERSION, **asdict(self)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any] | None) -> RejectRule | None:
        """Reads what `to_dict` made; None where there is nothing, or what a newer version wrote.

        Raises:
            KeyError, TypeError, ValueError: It is something else.
        """
        if values is None or values["version"] > _VERSION:
            return None
        bold, middle, careful = (Thresholds.from_dict(values[name]) for name in CAUTIONS)
        return cls(bold, middle, careful, int(values["samples"]))
