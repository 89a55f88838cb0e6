"""Metrics of one pass over a set, computed by torchmetrics once at its end."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torchmetrics.functional import classification as tm

from workbench.core.events import Metrics


class Tally:
    """Collects predictions on their device without waiting for it; `metrics` reads them once."""

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
    def of(cls, tensors: dict[str, torch.Tensor]) -> Tally:
        """Goes on from what `tensors` gave."""
        tally = cls()
        if tensors:
            tally._predicted = [tensors["predicted"]]
            tally._true = [tensors["true"]]
            tally._loss = [tensors["loss"]]
        return tally

    def metrics(self, classes: int) -> Metrics:
        """The metrics over everything that was added; there must be something."""
        collected = self.tensors()
        return metrics_of(
            collected["predicted"], collected["true"], float(collected["loss"].double().sum()), classes
        )


def metrics_of(predicted: torch.Tensor, true: torch.Tensor, loss_sum: float, classes: int) -> Metrics:
    """Metrics of predicted against true class indices, int64 of shape (N,), N ≥ 1."""
    each = functools.partial(_each, predicted=predicted, true=true, classes=classes)
    f1 = each(tm.multiclass_f1_score)
    confusion = tm.multiclass_confusion_matrix(predicted, true, num_classes=classes, validate_args=False)
    occurring = np.bincount(true.numpy(), minlength=classes) > 0
    return Metrics(
        loss=loss_sum / len(true),
        accuracy=float(confusion.trace() / confusion.sum().double()),  # exact, where float32 would not be
        macro_f1=float(f1[occurring].mean()),
        precision=each(tm.multiclass_precision),
        recall=each(tm.multiclass_recall),
        f1=f1,
        confusion=confusion.numpy().astype(np.int64),
    )


def _each(
    measure: Callable[..., torch.Tensor], *, predicted: torch.Tensor, true: torch.Tensor, classes: int
) -> NDArray[np.float64]:
    values = measure(predicted, true, num_classes=classes, average="none", validate_args=False)
    return values.double().numpy()
