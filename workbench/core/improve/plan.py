"""How much is done to improve, and what that costs. Nothing heavy in here: the cards show it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.core.errors import ResourceError
from workbench.core.files import atomic_write
from workbench.core.instant import FOLDS

if TYPE_CHECKING:
    from workbench.core.features.backbone import Backbone

BATCH = 32
WORTH_IT = 0.05
"""Where it is less likely than this that what is tried wins in the end, the rest of it is spared."""
_COMPARED = 300  # photos; from fewer it can hardly be told which model is better
_PACE = "pace.json"


@dataclass(frozen=True)
class Plan:
    """A quality, as numbers.

    Attributes:
        views: Views of each photo that pass through the frozen stages once.
        passes: How often the fine-tuned stages learn from each photo.
        folds: On so many of the five folds the two models are compared at least.
        rate: Largest learning rate of the last stage.
        fewest_steps, most_steps: Bounds of the steps that the passes come to.
    """

    views: int
    passes: int
    folds: int
    rate: float
    fewest_steps: int = 60
    most_steps: int = 3000

    def compared(self, samples: int) -> int:
        """On how many of the folds the models are compared: on more of them where photos are few."""
        return min(FOLDS, max(self.folds, math.ceil(FOLDS * _COMPARED / max(samples, 1))))

    def steps(self, samples: int, batch: int) -> int:
        """Steps of one fine-tuning."""
        return min(max(round(self.passes * samples / batch), self.fewest_steps), self.most_steps)


PLANS = {
    "better": Plan(views=4, passes=6, folds=2, rate=2e-3),
    "best": Plan(views=8, passes=16, folds=5, rate=2e-3),
}


@dataclass(frozen=True)
class ImproveSpeed:
    """What this computer does in a second, in photos; 0 where it is not done.

    Attributes:
        views: Views that pass through the frozen stages.
        learned: Photos that the tail learns from.
    """

    views: float
    learned: float

    def seconds(self, plan: Plan, samples: int) -> float:
        """About how long a plan takes on so many photos, where it ends with a better model."""
        share = 1 - 1 / FOLDS
        steps = plan.compared(samples) * plan.steps(round(share * samples), BATCH) + plan.steps(
            samples, BATCH
        )
        looking = plan.views * samples / self.views if self.views else 0.0
        return looking + steps * BATCH / self.learned


def remember(backbone: Backbone, pace: ImproveSpeed) -> None:
    """Keeps what was measured beside the backbone; where that cannot be written, it is measured again."""
    with contextlib.suppress(ResourceError), atomic_write(backbone.folder / _PACE) as file:
        file.write(json.dumps(dataclasses.asdict(pace)).encode())


def recall(backbone: Backbone) -> ImproveSpeed | None:
    """What was measured, None before that."""
    try:
        return ImproveSpeed(**json.loads((backbone.folder / _PACE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):  # not there yet, or damaged: measured again
        return None
