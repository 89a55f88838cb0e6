"""How long a run will take on this computer, from what was measured on it. No torch: the cards show it."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.core.config.training_config import TrainingConfig
from workbench.core.improve.plan import PLANS, ImproveSpeed
from workbench.core.registry import resolve

_VIEWS = 2
_HEAD_SECONDS_A_SAMPLE = 0.001
"""Fitting heads takes about so long; roughly proportional to the photos where classes are few."""


@dataclass(frozen=True)
class Rates:
    """What this computer does in a second, in photos; 0 or None where it was not measured.

    Attributes:
        features: One pass of one view through the usual backbone, with the fastest engine.
        pace: Of improving.
    """

    features: float = 0.0
    pace: ImproveSpeed | None = None


def seconds_for(config: TrainingConfig, samples: int, rates: Rates) -> float | None:
    """About how long a run takes on a folder that is already scanned; None where that cannot be told.

    Args:
        samples: How many photos the folder has.
    """
    if not config.method.estimate or config.architecture != TrainingConfig().architecture:
        return None
    found: float | None = resolve(config.method.estimate)(config, samples, rates)
    return found


def instant_seconds(config: TrainingConfig, samples: int, rates: Rates) -> float | None:
    """Of the instant model: two views of each photo, and the heads."""
    if rates.features <= 0:
        return None
    return _VIEWS * samples / rates.features + _HEAD_SECONDS_A_SAMPLE * samples


def improve_seconds(config: TrainingConfig, samples: int, rates: Rates) -> float | None:
    """Of improving: the instant model, then rounds of fine-tuning."""
    instant = instant_seconds(config, samples, rates)
    if instant is None or rates.pace is None:
        return None
    return instant + rates.pace.seconds(PLANS[config.quality], samples)
