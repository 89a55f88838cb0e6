"""How long a run will take on this computer, from what was measured on it. No torch: the cards show it."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.core.training.config import TrainingConfig

VIEWS = {"instant": 2, "better": 4, "best": 8}
"""How many views of each photo (itself, mirrored, cropped…) pass through the network once."""
PASSES = {"better": 10, "best": 30}
"""How often the last stages learn from each photo."""
HEAD_SECONDS_A_SAMPLE = 0.001
"""Fitting heads takes about so long; roughly proportional to the photos where classes are few."""


@dataclass(frozen=True)
class Rates:
    """What this computer does in a second, in photos; 0 where it was not measured.

    Attributes:
        decode: Opening and shrinking photos; done once, while the folder is scanned.
        features: One pass of one view through the usual backbone, with the fastest engine.
        tuning: One training step of the last stages, on cached activations.
    """

    decode: float = 0.0
    features: float = 0.0
    tuning: float = 0.0


def seconds_for(config: TrainingConfig, samples: int, rates: Rates) -> float | None:
    """About how long a run takes on a folder that is already scanned; None where that cannot be told.

    Args:
        samples: How many photos the folder has.
    """
    if config.mode not in ("instant", "improve") or config.architecture != TrainingConfig().architecture:
        return None
    kind = config.quality if config.mode == "improve" else "instant"
    passes = PASSES.get(kind, 0)
    if rates.features <= 0 or (passes and rates.tuning <= 0):
        return None
    looking = VIEWS[kind] * samples / rates.features + HEAD_SECONDS_A_SAMPLE * samples
    return looking + (passes * samples / rates.tuning if passes else 0.0)
