"""Optimizers, learning rates by depth, and the one schedule that remembers something: `plateau`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from workbench.core.config.schedule import schedule_factor  # noqa: F401 - those who train look for it here
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
