"""Measures of one pass over a set, computed once at its end."""

from __future__ import annotations

import numpy as np
import torch
from torchmetrics.functional.classification import multiclass_confusion_matrix

from workbench.core.results.measures import Measures
from workbench.core.results.metrics import metrics_of_confusion


class PredictionBuffer:
    """Collects predictions on their device without waiting for it; `measures` reads them once."""

    def __init__(self) -> None:
        self._predicted: list[torch.Tensor] = []
        self._true: list[torch.Tensor] = []
        self._loss: list[torch.Tensor] = []

    def add(self, predicted: torch.Tensor, true: torch.Tensor, loss: torch.Tensor) -> None:
        """Takes class indices, int64 of shape (N,), and the sum of the N losses, a scalar."""
        self._predicted.append(predicted)
        self._true.append(true)
        self._loss.append(loss.detach().float().reshape(1))

    def __bool__(self) -> bool:
        return bool(self._true)

    def tensors(self) -> dict[str, torch.Tensor]:
        """What was collected so far, on the CPU, for a checkpoint."""
        parts = {"predicted": self._predicted, "true": self._true, "loss": self._loss}
        return {name: torch.cat(part).cpu() for name, part in parts.items() if part}

    @classmethod
    def of(cls, tensors: dict[str, torch.Tensor]) -> PredictionBuffer:
        """Goes on from what `tensors` gave."""
        buffer = cls()
        if tensors:
            buffer._predicted = [tensors["predicted"]]
            buffer._true = [tensors["true"]]
            buffer._loss = [tensors["loss"]]
        return buffer

    def measures(self, classes: int) -> Measures:
        """The measures over everything that was added; there must be something."""
        collected = self.tensors()
        return measures_of(
            collected["predicted"], collected["true"], float(collected["loss"].double().sum()), classes
        )


def measures_of(predicted: torch.Tensor, true: torch.Tensor, loss_sum: float, classes: int) -> Measures:
    """Measures of predicted against true class indices, int64 of shape (N,), N ≥ 1."""
    confusion = multiclass_confusion_matrix(predicted, true, num_classes=classes, validate_args=False)
    return metrics_of_confusion(confusion.numpy().astype(np.int64), loss_sum / len(true)).measures
