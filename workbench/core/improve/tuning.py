"""One training of a tail with its head, from the instant head on."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Generator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import get_ema_multi_avg_fn

from workbench.core.architectures.build import layer_positions
from workbench.core.config.training_config import TrainingConfig
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
from workbench.core.training.memory import halved, is_out_of_memory, release, was_short
from workbench.core.training.prediction_buffer import PredictionBuffer

_WARMUP = 0.1
_HEAD_SHARE = 0.1
"""The head starts where it is best already, so it learns more slowly than what comes before it."""
_EARLIEST_SHARE = 0.2
_AVERAGED = 0.05
"""The weights that are kept are a moving average over about so much of the steps."""


def learning_amp(wanted: str, device: torch.device) -> Amp:
    """The mixed precision that a tail learns with."""
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
    """A tail and a head that learn together.

    Fine-tuning from a fitted head keeps the features from being torn before the head knows what to do
    with them (Kumar et al., “Fine-Tuning can Distort Pretrained Features”, 2022).

    Attributes:
        tail, head: What has learned.
        buffer: The answers given while learning.
        notes: What the person has to be told.
    """

    def __init__(
        self,
        tail: TunedStages,
        head: StandardHead,
        views: Views,
        config: TrainingConfig,
        plan: Plan,
        device: torch.device,
        amp: Amp,
    ) -> None:
        # BatchNorm keeps the averages of a million photos, so it may as well be part of the convolutions.
        fuse(tail.eval())
        self.tail = tail.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.head = head.to(device)
        self.buffer = PredictionBuffer()
        self.notes: list[Note] = []
        self.samples_seen, self.seconds = 0, 0.0
        self._at_once = BATCH
        self._views, self._config, self._plan = views, config, plan
        self._device, self._amp = device, amp

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
        optimizer = torch.optim.AdamW(self._groups(), weight_decay=self._config.weight_decay, fused=True)
        mean = [parameter.detach().clone() for parameter in self._parameters()]
        average = get_ema_multi_avg_fn(max(0.0, 1 - 1 / (_AVERAGED * steps)))  # type: ignore[no-untyped-call]
        due, begun = Throttle(STEPS_A_SECOND), time.monotonic()
        sums, learned, reported = torch.zeros(2, device=self._device), 0, 0
        order: list[NDArray[np.int64]] = []
        for step in range(steps):
            if stop():
                return False
            if not order:
                random = np.random.default_rng(derived_seed(self._config.seed, name, step))
                shuffled = random.permutation(len(positions))
                order = [shuffled[part] for part in cuts(len(positions), BATCH)]
            chosen = order.pop()
            factor = min(1.0, (step + 1) / max(_WARMUP * steps, 1)) * (1 - step / steps)
            for group in optimizer.param_groups:
                group["lr"] = group["most"] * factor
            seed = derived_seed(self._config.seed, name, "view", step)
            seen = self._views.random(positions[chosen], seed, step / steps)
            sums += self._step(optimizer, seen, torch.from_numpy(targets[chosen]).to(self._device))
            while self.notes:
                yield self.notes.pop()
            average(mean, [parameter.detach() for parameter in self._parameters()], step)
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

    def answers(self, positions: NDArray[np.int64]) -> NDArray[np.float64]:
        """Probabilities (n, classes), from the mean of the features of both plain views."""
        parts = []
        with torch.inference_mode(), self._amp.autocast():
            for first in range(0, len(positions), 2 * self._at_once):  # without gradients, more fit
                chosen = positions[first : first + 2 * self._at_once]
                features = [self.tail(*self._views.plain(chosen, view)) for view in range(PLAIN)]
                parts.append(self.head(sum(features[1:], features[0]).float() / PLAIN).double().softmax(1))
        found: NDArray[np.float64] = torch.cat(parts).cpu().numpy()
        return found

    def _step(self, optimizer: torch.optim.Optimizer, seen: Input, true: Tensor) -> Tensor:
        """One step; the sums of losses and of right answers, a tensor of two on the device.

        A step whose loss or gradients are not finite leaves the weights alone. Where memory runs out, the
        same photos are taken again, fewer at a time.
        """
        while True:
            try:
                losses, predicted = self._gradients(optimizer, seen, true)
                break
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
            self._at_once = halved(self._at_once, smallest=1)  # outside the handler, which keeps the tensors
            release(optimizer, self._device)
            self.notes.append(was_short(self._at_once))
        self._amp.unscale(optimizer)
        norm = nn.utils.get_total_norm([p.grad for p in self._parameters() if p.grad is not None])
        self._amp.clip(optimizer, norm, 1.0)
        self._amp.step(optimizer, torch.isfinite(norm + losses))
        self.buffer.add(predicted, true, losses)
        return torch.stack([losses, (predicted == true).sum()])

    def _gradients(
        self, optimizer: torch.optim.Optimizer, seen: Input, true: Tensor
    ) -> tuple[Tensor, Tensor]:
        optimizer.zero_grad(set_to_none=True)
        total, predicted = torch.zeros((), device=self._device), []
        for part in cuts(len(true), self._at_once):
            with self._amp.autocast():
                features = self.tail(seen.activation[part], seen.early[part])
            logits = self.head(features.float())
            losses = functional.cross_entropy(
                logits, true[part], label_smoothing=self._config.label_smoothing, reduction="sum"
            )
            self._amp.backward(losses / len(true))
            total += losses.detach()
            predicted.append(logits.detach().argmax(1))
        return total, torch.cat(predicted)

    def _parameters(self) -> list[nn.Parameter]:
        return [*self.tail.parameters(), *self.head.parameters()]

    def _groups(self) -> list[dict[str, Any]]:
        """Parameters with their largest learning rates: the earlier a layer, the smaller."""
        positions = layer_positions(self.tail.model)
        groups: dict[float, list[nn.Parameter]] = defaultdict(list)
        for name, parameter in self.tail.model.named_parameters():
            groups[round(_EARLIEST_SHARE ** (1 - positions[name]), 2)].append(parameter)
        rows = [
            {"params": parameters, "most": self._plan.rate * share} for share, parameters in groups.items()
        ]
        return [*rows, {"params": list(self.head.parameters()), "most": self._plan.rate * _HEAD_SHARE}]
