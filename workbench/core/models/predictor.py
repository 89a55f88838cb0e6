"""What computes a model's probabilities; here for a head on features, without torch."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from workbench.core.features.backbone import Backbone
from workbench.core.features.extract import VIEWS, view_features
from workbench.core.features.runtimes import FeatureRuntime
from workbench.core.models.distance import FeatureDistance
from workbench.core.models.linear_head import Floats, LinearHead


class Predictor(ABC):
    """What computes a model's answers.

    Attributes:
        name: Of the runtime, for people.
        batch: How many photos at a time suit it.
    """

    name: str
    batch: int

    @abstractmethod
    def probabilities(self, pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Probabilities (N, classes) of preprocessed pixels (N, side, side, channels), N ≥ 1."""

    def answers(self, pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        """As `probabilities`, with the distance of each photo from what was learned, (N,).

        The distances are None where they are not known.
        """
        return self.probabilities(pixels), None

    def multiply_adds(self) -> int | None:
        """Of one photo, in convolutions and matrix products; None where that cannot be told."""
        return None

    def grad_cam(self, pixels: NDArray[np.uint8], index: int) -> NDArray[np.float64] | None:
        """What each place adds to a class, (height, width); None where the network has no places.

        Args:
            pixels: Of one picture, (side, side, channels).
            index: Of the class.
        """
        return None


class RuntimePredictor(Predictor):
    """A linear head on the features of a runtime.

    Args:
        runtime: The one that answers; see `runtime_choice`.
        head: On its features.
        views: 1: the photo as it is; 2: the mean of the features of the photo and its mirror image.
        distance: From what the head has learned, where that is known.
    """

    def __init__(
        self,
        runtime: FeatureRuntime,
        head: LinearHead,
        views: int,
        distance: FeatureDistance | None = None,
    ) -> None:
        self._runtime, self.head, self.views = runtime, head, views
        self._distance = distance
        self.name, self.batch = runtime.name, runtime.batch

    @property
    def backbone(self) -> Backbone:
        """What computes the features."""
        return self._runtime.backbone

    def probabilities(self, pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
        """As the interface says."""
        return self.head.probabilities(self.features(pixels))

    def answers(self, pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        """As the interface says."""
        features = self.features(pixels)
        distances = self._distance.distances(features) if self._distance is not None else None
        return self.head.probabilities(features), distances

    def multiply_adds(self) -> int | None:
        """As the interface says."""
        from workbench.core.features.multiply_adds import multiply_adds  # loads onnx, and few ask

        recipe = self.backbone.preprocessing
        own = multiply_adds(
            self.backbone.onnx, np.zeros((1, recipe.crop, recipe.crop, recipe.channels), np.uint8)
        )
        return self.views * own + self.head.weight.size if own is not None else None

    def features(self, pixels: NDArray[np.uint8]) -> Floats:
        """What the head takes of preprocessed pixels (N, side, side, channels): (N, features)."""
        features = [view_features(self._runtime, pixels, view) for view in VIEWS[: self.views]]
        return np.asarray(np.mean(features, axis=0, dtype=np.float32))
