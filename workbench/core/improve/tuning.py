"""One fine-tuning of the last stages with their head, from the instant head on."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import get_ema_multi_avg_fn

from workbench.core.architectures.build import layer_positions
from workbench.core.config.training_config import TrainingConfig
from workbench.core.devices import in_float32
from workbench.core.events import STEPS_A_SECOND, Note, StepDone
from workbench.core.features.fusing import fuse
from workbench.core.improve.partition import TunedStages
from workbench.core.improve.plan import BATCH, Plan
from workbench.core.improve.views import PLAIN, Input, Views
from workbench.core.jobs import StopRequested, Throttle
from workbench.core.models.linear_head import LinearHead
from workbench.core.seeds import derived_seed
from workbench.core.training.amp import Amp, choose_amp
from workbench.core.training.batches import cuts
from workbench.core.training.memory import too_little
from workbench.core.training.prediction_buffer import PredictionBuffer
from workbench.core.training.step import Classification, HalfUpdated, OptimizerStep

_WARMUP = 0.1
_HEAD_SHARE = 0.1
"""The head starts where it is best already, so it learns more slowly than what comes before it."""
_EARLIEST_SHARE = 0.2
_LONGEST_GRADIENT = 1.0
_AVERAGED = 0.05
"""The weights that are kept are a moving average over about so much of the steps."""


def learning_amp(wanted: str, device: torch.device) -> Amp:
    """The mixed precision that stages are fine-tuned with."""
    # On a processor bfloat16 looks quicker but learns more slowly: 70 photos a second instead of 138.
    return choose_amp(wanted, device) if device.type == "cuda" else Amp()


class StandardHead(nn.Module):
    """A linear head on standardised features: all of them then learn at the same pace.

    Args:
        head: The head to start from.
        features: What it was fitted to, (n, width); only their mean and spread count.
    """

    def __init__(self, head: LinearHead, features: NDArray[np.float32]) -> None:
        super().__init__()
        self.mean: Tensor
        self.spread: Tensor
        spread = np.maximum(features.std(axis=0), 1e-3)
        self.register_buffer("mean", torch.from_numpy(features.mean(axis=0)))
        self.register_buffer("spread", torch.from_numpy(spread))
        self.weight = nn.Parameter(torch.from_numpy(head.weight * spread))
        self.bias = nn.Parameter(torch.from_numpy(head.bias + head.weight @ features.mean(axis=0)))

    def forward(self, features: Tensor) -> Tensor:
        """Features (n, width) to logits (n, classes)."""
        return functional.linear((features - self.mean) / self.spread, self.weight, self.bias)

    def linear(self) -> LinearHead:
        """The head that does the same to features as they are."""
        with torch.no_grad():
            weight = self.weight / self.spread
            bias = self.bias - weight @ self.mean
        return LinearHead(weight.cpu().numpy(), bias.cpu().numpy())


class Tuning:
    """Stages and a head that learn together.

    Fine-tuning from a fitted head keeps the features from being distorted before the head fits them
    (Kumar et al., “Fine-Tuning can Distort Pretrained Features”, 2022).

    Attributes:
        stages, head: What has learned.
        buffer: The predictions made while learning.
        notes: What the person has to be told.
    """

    def __init__(
        self,
        stages: TunedStages,
        head: StandardHead,
        views: Views,
        config: TrainingConfig,
        plan: Plan,
        device: torch.device,
        amp: Amp,
    ) -> None:
        # BatchNorm keeps the averages of a million photos, so it may as well be part of the convolutions.
        fuse(stages.eval())
        self.stages = stages.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.head = head.to(device)
        self.buffer = PredictionBuffer()
        self.samples_seen, self.seconds = 0, 0.0
        self._views, self._config, self._plan = views, config, plan
        self._device = device
        self._steps = OptimizerStep(
            forward=self._logits,
            objective=Classification(config.label_smoothing),
            optimizer=torch.optim.AdamW(self._groups(), weight_decay=config.weight_decay, fused=True),
            amp=amp,
            device=device,
            micro_batch=BATCH,
            smallest=1,
            clipping=_LONGEST_GRADIENT,
            learning=self._parameters(),
        )
        self.notes = self._steps.notes

    def run(
        self,
        positions: NDArray[np.int64],
        targets: NDArray[np.int64],
        name: str,
        *,
        first_step: int,
        all_steps: int,
        epoch: int,
        stop: StopRequested,
    ) -> Generator[StepDone | Note, None, bool]:
        """Takes a fixed number of steps, with warm-up and decay to zero.

        Args:
            positions: The samples to learn from, as the views count them, (n,).
            targets: Their class indices, (n,).
            name: Makes this training's random numbers its own.
            first_step, all_steps, epoch: For the reports: steps before this training and of all of them.

        Returns:
            Whether it came to its end.
        """
        steps = self._plan.steps(len(positions), BATCH)
        mean = self._averaging(steps)
        due, begun = Throttle(STEPS_A_SECOND), time.monotonic()
        sums, learned, reported = torch.zeros(2, device=self._device), 0, 0
        for step, chosen in enumerate(self._batches(len(positions), steps, name)):
            if stop():
                return False
            factor = self._set_rate(step, steps)
            seed = derived_seed(self._config.seed, name, "view", step)
            seen = self._views.random(positions[chosen], seed, step / steps)
            sums += self._take(step, seen, torch.from_numpy(targets[chosen]).to(self._device))
            while self.notes:
                yield self.notes.pop()
            learned += len(chosen)
            if due():
                spent = time.monotonic() - begun
                loss, accuracy = (sums / (learned - reported)).tolist()
                yield StepDone(
                    step=first_step + step + 1,
                    epoch=epoch,
                    epoch_position=(step + 1) / steps,
                    loss=loss,
                    accuracy=accuracy,
                    learning_rate=self._plan.rate * factor,
                    samples_per_second=learned / spent,
                    eta_seconds=spent / (step + 1) * (all_steps - first_step - step - 1),
                )
                sums.zero_()
                reported = learned
        self.samples_seen, self.seconds = learned, time.monotonic() - begun
        with torch.no_grad():
            for parameter, averaged in zip(self._parameters(), mean, strict=True):
                parameter.copy_(averaged)
        return True

    def features(self, positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """What the head is given, (n, width): the mean over both plain views, in float32."""
        parts, at_once = [], 2 * self._steps.micro_batch  # without gradients, more fit
        with torch.inference_mode(), in_float32():
            for first in range(0, len(positions), at_once):
                chosen = positions[first : first + at_once]
                seen = [self.stages(*self._views.plain(chosen, view)) for view in range(PLAIN)]
                parts.append(sum(seen[1:], seen[0]).float() / PLAIN)
        found: NDArray[np.float32] = torch.cat(parts).cpu().numpy()
        return found

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probabilities, (n, classes), for features, (n, width)."""
        with torch.inference_mode(), in_float32():
            logits = self.head(torch.from_numpy(features).to(self._device))
            found: NDArray[np.float64] = logits.double().softmax(1).cpu().numpy()
        return found

    def _take(self, step: int, seen: Input, true: Tensor) -> Tensor:
        """One step; the sums of losses and of right predictions, a tensor of two on the device."""
        try:
            taken = self._steps.take(step, lambda: (seen, true))
        except HalfUpdated as error:
            raise too_little() from error
        self.buffer.add(taken.predicted, true, taken.loss_sum)
        return torch.stack([taken.loss_sum, (taken.predicted == true).sum()])

    def _logits(self, activation: Tensor, early: Tensor) -> Tensor:
        features = self.stages(activation, early)
        with torch.autocast(self._device.type, enabled=False):  # the head computes in full precision
            logits: Tensor = self.head(features.float())
        return logits

    def _averaging(self, steps: int) -> list[Tensor]:
        """Has every step move an average of the weights; returns the average."""
        mean = [parameter.detach().clone() for parameter in self._parameters()]
        move = get_ema_multi_avg_fn(max(0.0, 1 - 1 / (_AVERAGED * steps)))  # type: ignore[no-untyped-call]

        def average(step: int) -> None:
            move(mean, [parameter.detach() for parameter in self._parameters()], step)

        self._steps.average = average
        return mean

    def _batches(self, count: int, steps: int, name: str) -> Iterator[NDArray[np.int64]]:
        """Which of `count` samples each step learns from; each of them once before any comes again."""
        order: list[NDArray[np.int64]] = []
        for step in range(steps):
            if not order:
                random = np.random.default_rng(derived_seed(self._config.seed, name, step))
                shuffled = random.permutation(count)
                order = [shuffled[part] for part in cuts(count, BATCH)]
            yield order.pop()

    def _set_rate(self, step: int, steps: int) -> float:
        """Sets every group's learning rate; returns its share of the largest."""
        factor = min(1.0, (step + 1) / max(_WARMUP * steps, 1)) * (1 - step / steps)
        for group in self._steps.optimizer.param_groups:
            group["lr"] = group["most"] * factor
        return factor

    def _parameters(self) -> list[nn.Parameter]:
        return [*self.stages.parameters(), *self.head.parameters()]

    def _groups(self) -> list[dict[str, Any]]:
        """Parameters with their largest learning rates: the earlier a layer, the smaller."""
        positions = layer_positions(self.stages.model)
        groups: dict[float, list[nn.Parameter]] = defaultdict(list)
        for name, parameter in self.stages.model.named_parameters():
            groups[round(_EARLIEST_SHARE ** (1 - positions[name]), 2)].append(parameter)
        rows = [
            {"params": parameters, "most": self._plan.rate * share} for share, parameters in groups.items()
        ]
        return [*rows, {"params": list(self.head.parameters()), "most": self._plan.rate * _HEAD_SHARE}]
