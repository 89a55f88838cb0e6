"""How much is done to improve, and what that costs. No torch in here: the cards show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """A quality, as numbers.

    Attributes:
        views: Views of each photo that pass through the trunk once.
        passes: How often the tail learns from each photo.
        folds: On so many of the five folds the two models are compared.
        rate: Largest learning rate of the last stage.
        fewest_steps, most_steps: Bounds of the steps that the passes come to.
    """

    views: int
    passes: int
    folds: int
    rate: float
    fewest_steps: int = 60
    most_steps: int = 3000

    def steps(self, samples: int, batch: int) -> int:
        """Steps of one training of the tail."""
        return min(max(round(self.passes * samples / batch), self.fewest_steps), self.most_steps)


PLANS = {
    "better": Plan(views=4, passes=8, folds=2, rate=1e-3),
    "best": Plan(views=8, passes=20, folds=5, rate=1e-3),
}
BATCH = 32
