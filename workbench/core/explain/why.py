"""Where in a photo a model finds what speaks for its answer."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.explain.covering import covered, hottest, occlusion, random_fifths
from workbench.core.explain.explanation import Explanation, Method
from workbench.core.explain.places import GRID, Places
from workbench.core.features.backbone import Backbone
from workbench.core.models.classifier import Classifier, ImageSource
from workbench.core.models.predictor import RuntimePredictor

_OTHERS = 4  # fifths that are covered for comparison


class Explainer:
    """Explains the answers of one model.

    Args:
        classifier: The model.
    """

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier

    def explain(self, image: ImageSource, class_name: str = "") -> Explanation:
        """Where a model finds what speaks for a class, and what becomes of its answer without that.

        Args:
            image: As `Classifier.predict_images` takes it.
            class_name: Which class; "" for the most probable one.

        Raises:
            ImageError: The file cannot be used.
            ValueError: The model does not know the class.
        """
        model = self._classifier
        pixels = model.pixels(image)
        probabilities = model.probabilities(pixels[None])[0]
        if class_name and class_name not in model.classes:
            raise ValueError(f"the model does not know {class_name}")
        index = model.classes.index(class_name) if class_name else int(probabilities.argmax())
        found, method = self._heat(pixels, probabilities, index)
        heat = np.maximum(found, 0)
        heat = (heat / max(heat.max(), np.finfo(np.float32).tiny)).astype(np.float32)
        cells = hottest(_enlarged(found))
        others = random_fifths(_OTHERS, cells)
        answers = model.probabilities(np.stack([covered(pixels, each) for each in [cells, *others]]))
        return Explanation(
            model.classes[index],
            float(probabilities[index]),
            heat,
            np.ascontiguousarray(np.broadcast_to(pixels, (*pixels.shape[:2], 3))),
            method,
            float(answers[0, index]),
            float(answers[1:, index].mean()),
        )

    def _heat(
        self, pixels: NDArray[np.uint8], probabilities: NDArray[np.float64], index: int
    ) -> tuple[NDArray[np.float64], Method]:
        predictor = self._classifier.predictor
        if isinstance(predictor, RuntimePredictor) and architecture_of(predictor.backbone.architecture).lite:
            weight = direction(predictor.head.weight, probabilities, index)
            return _places(predictor.backbone).contributions(pixels, weight, predictor.views), "places"
        if (found := predictor.grad_cam(pixels, index)) is not None:
            return found, "grad_cam"
        return occlusion(self._classifier.probabilities, pixels, index), "occlusion"


@lru_cache(maxsize=1)
def _places(backbone: Backbone) -> Places:
    """Kept for the next answer: to make it takes longer than to ask it."""
    return Places(backbone)


def direction(weight: NDArray[Any], probabilities: NDArray[np.float64], index: int) -> NDArray[np.float64]:
    """How the log odds of a class grow with each feature, (features,).

    What speaks for the class is what sets it apart from the others that come into question: the gradient
    of log p / (1 - p), that is the class's weights less those of the others by their share of the rest.

    Args:
        weight: Of a linear head, (classes, features).
        probabilities: (classes,).
    """
    rest = np.delete(probabilities, index)
    others = np.delete(weight, index, axis=0).astype(np.float64)
    shares = rest / rest.sum() if rest.sum() > 0 else np.full(len(rest), 1 / len(rest))
    found: NDArray[np.float64] = weight[index] - shares @ others
    return found


def _enlarged(heat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Heat on at least as many places as the grid has: each place is a square of equal ones."""
    down, across = (-(-GRID // length) for length in heat.shape)
    return heat.repeat(down, axis=0).repeat(across, axis=1)
