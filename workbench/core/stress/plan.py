"""How many photos a stress test takes, and how long. No NumPy: the window says it beforehand."""

from __future__ import annotations

from workbench.core.durations import Rates
from workbench.core.events import TrainingStarted
from workbench.core.stress.disturbances import Disturbance, rows_for
from workbench.core.stress.findings import MINIMUM, Kind

BUDGET, ATTACK_BUDGET = 60.0, 90.0
"""Seconds that a test, and an attack, should take; each has at least `MINIMUM` photos, however slow."""
MOST = 400
_VIEWS = 2
_SHARE = 0.7
"""Of a processor's time is left for the network while photos are disturbed beside it."""
_COLOUR = 3


def photos_within(budget: float, each: float, most: int = MOST) -> int:
    """How many photos fit into some seconds, where each takes so many."""
    return max(MINIMUM, min(most, int(budget / max(each, 1e-6))))


def pictures_of(rows: list[Disturbance]) -> int:
    """How many pictures of each photo are answered for."""
    return sum(len(row.strengths) for row in rows)


def expected_seconds(kind: Kind, started: TrainingStarted | None, rates: Rates) -> float:
    """About how long the test of a run takes here; at most the budget's seconds where that is not known."""
    if kind == "attacks":
        return ATTACK_BUDGET
    rate = rates.answers or rates.features
    if started is None or started.steps_per_epoch or not rate:
        return BUDGET
    sets = (started.test_samples, started.validation_samples)
    available = next((count for count in sets if count >= MINIMUM), max(*sets) or started.training_samples)
    each = _VIEWS * pictures_of(list(rows_for(_COLOUR))) / (_SHARE * rate)
    return each * min(available, photos_within(BUDGET, each))
