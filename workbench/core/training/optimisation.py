"""Optimizers, learning rates by depth, and schedules as closed formulas of the step.

A schedule that is a function of the step has no state, so that a resumed run needs none of it;
only `plateau` remembers something.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from workbench.core.config.training_config import TrainingConfig

_DEPTHS = 8


def make_optimizer(
    model: nn.Module, config: TrainingConfig, positions: Mapping[str, float]
) -> torch.optim.Optimizer:
    """The optimizer over all parameters that learn, in groups of one learning rate.

    Norms and biases get no weight decay. Each group carries `share`, its share of the learning rate
    while the whole network is fine-tuned: `early_layer_rate` at depth 0, rising geometrically to 1
    at the head, after Howard & Ruder 2018, arXiv:1801.06146. From scratch all layers learn alike.

    Args:
        model: The network.
        config: Its optimizer settings.
        positions: Depth of each named parameter, 0 (earliest) to 1 (head).
    """
    groups: dict[tuple[int, bool], dict[str, Any]] = {}
    for name, parameter in model.named_parameters():
        depth = round(positions[name] * _DEPTHS) if config.method.pretrained else _DEPTHS
        decays = parameter.ndim > 1
        share = config.early_layer_rate ** (1 - depth / _DEPTHS) if depth < _DEPTHS else 1.0
        group = groups.setdefault(
            (depth, decays),
            {
                "params": [],
                "share": share,
                "weight_decay": config.weight_decay if decays else 0.0,
            },
        )
        group["params"].append(parameter)
    ordered = [groups[key] for key in sorted(groups)]
    # Fused: one kernel for all weights, on the processor too, where many small layers cost most.
    if config.optimizer == "sgd":
        nesterov = config.momentum > 0
        rate, momentum = config.learning_rate, config.momentum
        optimizer = torch.optim.SGD(ordered, lr=rate, momentum=momentum, nesterov=nesterov, fused=True)
        if nesterov:  # torch would not fill them before a first step that is then lost
            for parameter in model.parameters():
                optimizer.state[parameter]["momentum_buffer"] = torch.zeros_like(parameter)
        return optimizer
    kind = torch.optim.AdamW if config.optimizer == "adamw" else torch.optim.Adam
    return kind(ordered, lr=config.learning_rate, fused=True)


def schedule_factor(config: TrainingConfig, step: int, steps: int, steps_per_epoch: int) -> float:
    """The share of the learning rate to use, 0 to 1.

    Args:
        config: `schedule`, `warmup`, `decay_factor`, `decay_epochs` are used.
        step: From 0, within the phase (head alone, or whole network).
        steps: Of the phase.
        steps_per_epoch: Optimizer steps in one epoch.
    """
    if config.schedule == "step":
        return config.decay_factor ** (step // (config.decay_epochs * steps_per_epoch))
    if config.schedule not in ("cosine", "one_cycle"):
        return 1.0
    warm = config.warmup * steps
    if config.schedule == "cosine":
        if step < warm:
            return (step + 1) / (warm + 1)
        return _cosine(1.0, 0.0, (step - warm) / max(steps - warm, 1))
    peak = warm - 1  # Smith & Topin 2018, arXiv:1708.07120, as torch's OneCycleLR
    if step < peak:
        return _cosine(1 / 25, 1.0, step / peak)
    return _cosine(1.0, 1 / 25e4, (step - peak) / max(steps - 1 - peak, 1))


def _cosine(start: float, end: float, share: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * min(share, 1.0))) / 2


@dataclass
class Plateau:
    """Lowers the rate when the validation measure no longer gets better (the `plateau` schedule)."""

    factor: float = 1.0
    best: float = math.inf
    waited: int = 0

    def update(self, badness: float, config: TrainingConfig) -> None:
        """Takes an epoch's measure, lower is better."""
        if badness < self.best:
            self.best, self.waited = badness, 0
            return
        self.waited += 1
        if self.waited > config.plateau_patience:
            self.factor *= config.decay_factor
            self.waited = 0
