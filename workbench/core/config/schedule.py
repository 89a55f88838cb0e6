"""How the learning rate changes over a run, as closed formulas of the step. No torch: the form draws it.

A schedule that is a function of the step has no state, so that a resumed run needs none of it.
"""

from __future__ import annotations

import math

from workbench.core.config.training_config import TrainingConfig


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


def learning_rates(config: TrainingConfig, points: int = 240) -> list[tuple[float, float]]:
    """The learning rate of the head over a whole run: (epoch from 0, rate), oldest first.

    Where learning is stuck, `plateau` lowers the rate; that cannot be foreseen and is left out.
    """
    head = min(config.head_epochs, config.epochs) if config.method.pretrained else 0
    per_epoch = max(1, points // config.epochs)
    rates = []
    for first, last, share in ((0, head, 1.0), (head, config.epochs, _share(config))):
        steps = (last - first) * per_epoch
        for step in range(steps):
            factor = schedule_factor(config, step, steps, per_epoch)
            rates.append((first + step / per_epoch, config.learning_rate * share * factor))
    return rates


def _share(config: TrainingConfig) -> float:
    """The share of the learning rate that is used while the whole network learns."""
    return config.fine_tune_rate if config.method.pretrained else 1.0
