"""One optimizer step: in as much memory as there is, and only where everything is finite."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional

from workbench.core.events import Note
from workbench.core.training.amp import Amp
from workbench.core.training.batches import cuts
from workbench.core.training.memory import halved, is_out_of_memory, release, was_short


class HalfUpdated(Exception):
    """Memory ran out while the weights were being changed: only an earlier state is whole."""


class Objective(ABC):
    """What a model is trained for."""

    @abstractmethod
    def __call__(self, outputs: Tensor, inputs: tuple[Tensor, ...], targets: Tensor) -> tuple[Tensor, Tensor]:
        """The loss of some samples, summed, and a prediction for each of them.

        Args:
            outputs: Of the model, in float32, first axis n.
            inputs: Of the model, as they were.
            targets: What it should have given, first axis n.

        Returns:
            A scalar to back-propagate, and predictions without gradients, first axis n.
        """


@dataclass(frozen=True)
class Classification(Objective):
    """Cross-entropy; the prediction is the most probable class.

    Attributes:
        label_smoothing: Share of the target that is spread over all classes, 0 to below 1.
        class_weights: Weight of each class in the loss, shape (classes,), or None.
    """

    label_smoothing: float = 0.0
    class_weights: Tensor | None = None

    def __call__(self, outputs: Tensor, inputs: tuple[Tensor, ...], targets: Tensor) -> tuple[Tensor, Tensor]:
        """Takes class indices (n,) or, where samples are mixed, shares of the classes (n, classes)."""
        loss = functional.cross_entropy(
            outputs,
            targets,
            weight=self.class_weights,
            label_smoothing=self.label_smoothing,
            reduction="sum",
        )
        return loss, outputs.detach().argmax(1)


@dataclass(frozen=True)
class StepTaken:
    """One step, which the device may still be at work on.

    Attributes:
        loss_sum: Sum of the losses of the step's samples, a scalar on the device.
        predicted: What the objective predicted for each sample, on the device.
        finite: Whether loss and gradients were; else the weights were left alone. Bool, shape ().
    """

    loss_sum: Tensor
    predicted: Tensor
    finite: Tensor


@dataclass
class OptimizerStep:
    """Takes the steps of one training; it never waits for the device.

    Attributes:
        forward: The model, called under mixed precision with a part of each input.
        objective: What it is trained for.
        optimizer: A fused one; see `Amp.step`.
        amp: Mixed precision.
        device: What the model is on.
        micro_batch: So many samples pass through the model at once; the step stays as large.
        smallest: What `micro_batch` may be halved to.
        clipping: Longest gradient, 0 for any.
        learning: The parameters that have gradients.
        average: Called with the number of each step after it, for moving averages of the weights.
        notes: What the person has to be told.
    """

    forward: Callable[..., Tensor]
    objective: Objective
    optimizer: torch.optim.Optimizer
    amp: Amp
    device: torch.device
    micro_batch: int
    smallest: int
    clipping: float
    learning: Iterable[nn.Parameter]
    average: Callable[[int], None] | None = None
    notes: list[Note] = field(default_factory=list)

    def take(self, number: int, prepare: Callable[[], tuple[tuple[Tensor, ...], Tensor]]) -> StepTaken:
        """Takes one step; where memory runs out, the same samples again in smaller parts.

        Args:
            number: Of the step, for the average.
            prepare: Gives the inputs and the targets, on the device, first axis N; the same ones each
                time that it is called.

        Raises:
            ResourceError: Not even the smallest part fits.
            HalfUpdated: Memory ran out inside the optimizer.
        """
        while True:
            try:
                self.optimizer.zero_grad(set_to_none=True)
                loss_sum, predicted = self._gradients(*prepare())
                break
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
            self.make_room()  # outside the handler, which keeps the failed tensors alive
        finite = self._update(loss_sum)
        if self.average is not None:
            self.average(number)
        return StepTaken(loss_sum, predicted, finite)

    def make_room(self) -> None:
        """Halves the micro-batch.

        Raises:
            ResourceError: It is as small as can be.
        """
        self.micro_batch = halved(self.micro_batch, self.smallest)
        release(self.optimizer, self.device)
        self.notes.append(was_short(self.micro_batch))

    def _gradients(self, inputs: tuple[Tensor, ...], targets: Tensor) -> tuple[Tensor, Tensor]:
        count = len(targets)
        loss_sum = torch.zeros((), device=self.device)
        predicted = []
        for part in cuts(count, self.micro_batch):
            some = tuple(whole[part] for whole in inputs)
            with self.amp.autocast():
                outputs = self.forward(*some)
            loss, found = self.objective(outputs.float(), some, targets[part])
            self.amp.backward(loss / count)
            loss_sum += loss.detach()
            predicted.append(found)
        return loss_sum, torch.cat(predicted)

    def _update(self, loss_sum: Tensor) -> Tensor:
        try:
            self.amp.unscale(self.optimizer)
            norm = nn.utils.get_total_norm([p.grad for p in self.learning if p.grad is not None])
            if self.clipping:
                self.amp.clip(self.optimizer, norm, self.clipping)
            finite = torch.isfinite(norm + loss_sum)
            self.amp.step(self.optimizer, finite)
        except (RuntimeError, MemoryError) as error:
            if is_out_of_memory(error):
                raise HalfUpdated from error
            raise
        return finite
