"""A model's answers in torch, in full precision: for models that are more than a head on known features."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from workbench.core import devices
from workbench.core.architectures.build import with_features
from workbench.core.features.fusing import fuse
from workbench.core.models.checkpoint import Checkpoint
from workbench.core.models.distance import FeatureDistance
from workbench.core.models.predictor import Predictor
from workbench.core.tensors import as_tensor


class TorchPredictor(Predictor):
    """The network of a checkpoint.

    Args:
        file: The model file.
        device: `auto`, `cpu` or `cuda`.
        distance: From what was learned, where that is known.

    Raises:
        InputError: It is missing, damaged or not a model of this program.
    """

    batch = 32

    def __init__(self, file: Path, device: str, distance: FeatureDistance | None = None) -> None:
        checkpoint = Checkpoint.load(file)
        self._device = devices.choose(device)
        self._preprocessing, self._distance = checkpoint.preprocessing, distance
        model = fuse(checkpoint.build_model())
        self._model = model.to(device=self._device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.name = devices.name_of(self._device)

    def probabilities(self, pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
        """As the interface says."""
        with torch.inference_mode(), devices.in_float32():
            images = self._preprocessing.normalise(as_tensor(pixels).to(self._device))
            logits: torch.Tensor = self._model(images)
            return logits.double().softmax(1).cpu().numpy()

    def answers(self, pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        """As the interface says."""
        if self._distance is None:
            return self.probabilities(pixels), None
        with torch.inference_mode(), devices.in_float32():
            images = self._preprocessing.normalise(as_tensor(pixels).to(self._device))
            logits, features = with_features(self._model, images)
        distances = self._distance.distances(features.float().cpu().numpy())
        return logits.double().softmax(1).cpu().numpy(), distances

    def multiply_adds(self) -> int | None:
        """As the interface says."""
        from torch.utils.flop_counter import FlopCounterMode  # few ask

        recipe = self._preprocessing
        pixel = torch.zeros((1, recipe.channels, recipe.crop, recipe.crop), device=self._device)
        counter = FlopCounterMode(display=False)
        with torch.no_grad(), devices.in_float32(), counter:
            self._model(pixel)
        return counter.get_total_flops() // 2  # it counts a multiplication and an addition as two

    def grad_cam(self, pixels: NDArray[np.uint8], index: int) -> NDArray[np.float64] | None:
        """As the interface says."""
        from workbench.core.models.grad_cam import grad_cam, last_convolution  # Captum, for nothing else

        images = self._preprocessing.normalise(as_tensor(pixels[None]).to(self._device))
        layer = last_convolution(self._model, images)
        return grad_cam(self._model, layer, images, index) if layer is not None else None
