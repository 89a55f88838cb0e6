"""A set of a split: its samples in the store, and the table of what is predicted for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.core.results.predictions import PredictionTable


@dataclass(frozen=True)
class SampleSet:
    """A set of the split.

    Attributes:
        ids: Its samples, as the table of predictions names them.
        members, targets: Indices into the store, and class indices, both int64 of shape (N,).
    """

    ids: tuple[str, ...]
    members: NDArray[np.int64]
    targets: NDArray[np.int64]

    def table(
        self, classes: tuple[str, ...], name: str, model: str, probabilities: NDArray[np.float64]
    ) -> PredictionTable:
        """What a model predicts for the first samples; `probabilities` has a row for each of these."""
        count = len(probabilities)
        return PredictionTable.of(
            classes, self.ids[:count], self.targets[:count], probabilities, subset=name, model=model
        )
