"""The model with its optimizer: one optimizer step at a time, in as much memory as there is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from timm.utils.model_ema import ModelEmaV3
from torch import nn
from torch.nn import functional

from workbench.core.architectures.build import backbone_modules, head_parameters, layer_positions
from workbench.core.augmentation.pipeline import Pipeline
from workbench.core.config.training_config import TrainingConfig
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.training.amp import Amp, choose_amp
from workbench.core.training.batches import Batch
from workbench.core.training.memory import smallest_batch
from workbench.core.training.optimisation import make_optimizer
from workbench.core.training.step import Classification, OptimizerStep


@dataclass(frozen=True)
class StepOutcome:
    """One optimizer step, which the device may still be at work on.

    Attributes:
        loss_sum: Sum of the losses of the step's samples, a scalar on the device.
        predicted: Class indices, int64, shape (N,), on the device.
        targets: What they should be.
        numbers: 1 where loss and gradients were finite (else the weights were left alone), the sum of
            the losses, how many were right: float32, shape (3,), on its way to the CPU.
        arrived: Tells when `numbers` are there; None where they are at once.
    """

    loss_sum: torch.Tensor
    predicted: torch.Tensor
    targets: torch.Tensor
    numbers: torch.Tensor
    arrived: torch.cuda.Event | None

    def read(self) -> tuple[bool, float, int]:
        """Whether it was finite, the sum of its losses, how many were right; waits for the step's end."""
        if self.arrived is not None:
            self.arrived.synchronize()
        finite, loss_sum, right = self.numbers.tolist()
        return bool(finite), loss_sum, int(right)


class Learner:
    """Model, optimizer, mixed precision and weight averaging of one run.

    Args:
        model: The network, on the CPU.
        config: The run's settings.
        device: What to train on.
        pipeline: Augmentation of training batches.
        preprocessing: Turns uint8 pixels into the model's input.
        class_weights: Weight of each class in the loss, shape (classes,), or None.
    """

    def __init__(
        self,
        model: nn.Module,
        config: TrainingConfig,
        device: torch.device,
        pipeline: Pipeline,
        preprocessing: Preprocessing,
        class_weights: torch.Tensor | None,
        classes: int,
    ) -> None:
        self._memory = torch.channels_last if config.channels_last else torch.contiguous_format
        self.model = model.to(device=device, memory_format=self._memory)  # type: ignore[call-overload]
        self.config, self.device = config, device
        self.ema = ModelEmaV3(self.model, decay=config.ema, use_warmup=True) if config.ema else None
        self.optimizer = make_optimizer(self.model, config, layer_positions(self.model))
        self.rate_scale = 1.0
        self._pipeline, self._preprocessing = pipeline, preprocessing
        weights = None if class_weights is None else class_weights.to(device)
        self._classes = classes
        self._head = {id(parameter) for parameter in head_parameters(self.model)}
        self._frozen = False
        smallest = smallest_batch(self.model)
        self._steps = OptimizerStep(
            forward=self.model,
            objective=Classification(config.label_smoothing, weights),
            optimizer=self.optimizer,
            amp=choose_amp(config.amp, device),
            device=device,
            micro_batch=max(config.batch_size, smallest),
            smallest=smallest,
            clipping=config.gradient_clipping,
            learning=list(self.model.parameters()),
            average=self._average,
        )
        self.notes = self._steps.notes

    def begin_epoch(self, frozen: bool) -> None:
        """Makes the model ready to learn.

        Args:
            frozen: Whether only the head learns; a frozen backbone keeps its BatchNorm statistics too.
        """
        self._frozen = frozen
        for parameter in self.model.parameters():
            parameter.requires_grad_(not frozen or id(parameter) in self._head)
        self._steps.learning = [p for p in self.model.parameters() if p.requires_grad]
        self._set_mode()

    @property
    def amp(self) -> Amp:
        """Mixed precision; may be replaced while it trains."""
        return self._steps.amp

    @amp.setter
    def amp(self, amp: Amp) -> None:
        self._steps.amp = amp

    @property
    def micro_batch(self) -> int:
        """So many samples pass through the model at once."""
        return self._steps.micro_batch

    @micro_batch.setter
    def micro_batch(self, samples: int) -> None:
        self._steps.micro_batch = samples

    def make_room(self) -> None:
        """Halves the micro-batch; the step stays as large as it was.

        Raises:
            ResourceError: It is as small as can be.
        """
        self._steps.make_room()

    def set_rate(self, factor: float) -> float:
        """Sets every group's learning rate to its share of `factor`; returns the head's."""
        fine_tuning = self.config.method.pretrained and not self._frozen
        rate = self.config.learning_rate * factor * self.rate_scale
        if fine_tuning:
            rate *= self.config.fine_tune_rate
        for group in self.optimizer.param_groups:
            group["lr"] = rate * (group["share"] if fine_tuning else 1.0)
        return rate

    def step(self, batch: Batch, number: int) -> StepOutcome:
        """Takes one optimizer step; where memory runs out, the same batch again in smaller parts.

        It does not wait for the device. A step whose loss or gradients are not finite leaves the
        weights alone, and its outcome says so.

        Args:
            batch: The step's samples.
            number: Steps taken before this one, for the warm-up of the averaged weights.

        Raises:
            ResourceError: Not even the smallest part fits.
            HalfUpdated: Memory ran out inside the optimizer.
        """
        taken = self._steps.take(number, partial(self._prepared, batch))
        targets = batch.targets.to(self.device, non_blocking=True)
        right = (taken.predicted == targets).sum()
        numbers = torch.stack((taken.finite.float(), taken.loss_sum, right.float()))
        numbers = numbers.to("cpu", non_blocking=True)
        arrived = None
        if self.device.type == "cuda":
            arrived = torch.cuda.Event()  # type: ignore[no-untyped-call]
            arrived.record()
        return StepOutcome(taken.loss_sum, taken.predicted, targets, numbers, arrived)

    def _prepared(self, batch: Batch) -> tuple[tuple[torch.Tensor, ...], torch.Tensor]:
        """The images of a batch, augmented and standardised, and their targets, on the device."""
        self._seed_dropout(batch.seed)  # the augmentation has a generator of its own
        random = torch.Generator().manual_seed(batch.seed)
        targets = batch.targets.to(self.device, non_blocking=True)
        pixels = batch.pixels.to(self.device, non_blocking=True)
        images = self._preprocessing.normalise(self._pipeline(pixels, random, batch.mirrored))
        if self._pipeline.mixes:
            one_hot = functional.one_hot(targets, self._classes).float()
            images, targets = self._pipeline.mix(images, one_hot, random)
        return (images.contiguous(memory_format=self._memory),), targets

    def _average(self, number: int) -> None:
        if self.ema is not None:
            self.ema.update(self.model, step=number)

    def _seed_dropout(self, seed: int) -> None:
        # Not torch.manual_seed, which takes a note of who called it each time, for a GPU that may be absent.
        generator = torch.default_generator
        if self.device.type == "cuda":
            generator = torch.cuda.default_generators[self.device.index or 0]
        generator.manual_seed(seed)

    def _set_mode(self) -> None:
        self.model.train()
        if self._frozen:
            for module in backbone_modules(self.model):
                module.eval()
        elif self.config.method.pretrained and self.config.keep_statistics:
            for module in self.model.modules():
                if isinstance(module, nn.modules.batchnorm._BatchNorm):
                    module.eval()

    @property
    def predictor(self) -> nn.Module:
        """The model whose answers count: the averaged one, where weights are averaged."""
        averaged: nn.Module | None = None if self.ema is None else self.ema.module
        return averaged or self.model

    def is_finite(self) -> bool:
        """Whether every weight and statistic is a number."""
        states = [self.model.state_dict(), self.predictor.state_dict()]
        return all(bool(torch.isfinite(tensor).all()) for state in states for tensor in state.values())

    def state(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
        """Everything needed to go on, as JSON values and as tensors."""
        tensors: dict[str, torch.Tensor] = {}
        if self.ema is not None:  # otherwise the checkpoint's own weights are the last ones
            tensors |= {f"last.{name}": tensor for name, tensor in self.model.state_dict().items()}
        for index, values in self.optimizer.state_dict()["state"].items():
            tensors |= {
                f"optimizer.{index}.{name}": v for name, v in values.items() if isinstance(v, torch.Tensor)
            }
        values = {
            "amp": self.amp.name,
            "amp_state": self.amp.state(),
            "micro_batch": self.micro_batch,
            "rate_scale": self.rate_scale,
        }
        return values, tensors

    def load(
        self, values: dict[str, Any], weights: dict[str, torch.Tensor], tensors: dict[str, torch.Tensor]
    ) -> None:
        """Takes up what `state` gave, on whatever device this learner has.

        Args:
            values: The JSON values.
            weights: The predictor's weights.
            tensors: The rest.
        """
        self.model.load_state_dict(_under(tensors, "last.") or weights)
        if self.ema is not None:
            self.ema.module.load_state_dict(weights)
        state: dict[int, dict[str, torch.Tensor]] = {}
        parameters = [p for group in self.optimizer.param_groups for p in group["params"]]
        for name, tensor in _under(tensors, "optimizer.").items():
            index, key = name.split(".", 1)
            like = parameters[int(index)]
            if tensor.shape == like.shape:  # in the parameter's own memory order
                tensor = torch.empty_like(like, requires_grad=False).copy_(tensor)
            state.setdefault(int(index), {})[key] = tensor
        self.optimizer.load_state_dict(
            {"state": state, "param_groups": self.optimizer.state_dict()["param_groups"]}
        )
        self.micro_batch, self.rate_scale = values["micro_batch"], values["rate_scale"]
        if values["amp"] == self.amp.name:
            self.amp.load(values["amp_state"])
        elif values["amp"] == "off":
            self.amp = Amp()


def _under(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
