"""A linear head: what turns features into probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.core.results.probabilities import softmax

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class LinearHead:
    """Logits from features as the backbone gives them: any standardisation is folded in.

    Attributes:
        weight: float32, (classes, features).
        bias: float32, (classes,).
    """

    weight: Floats
    bias: Floats

    def logits(self, features: Floats) -> Doubles:
        """The logits, (samples, classes), of features, (samples, features)."""
        return np.asarray(features @ self.weight.T + self.bias, dtype=np.float64)

    def probabilities(self, features: Floats) -> Doubles:
        """The softmax of the logits, (samples, classes); each row sums to 1."""
        return softmax(self.logits(features))
