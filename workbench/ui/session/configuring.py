"""What a choice on the Train page makes of the configuration: rules, no widgets."""

from __future__ import annotations

import dataclasses
from typing import Any

from workbench.core.architectures.registry import ARCHITECTURES, Architecture, architecture_of
from workbench.core.augmentation.registry import augmentations_of
from workbench.core.settings import replace
from workbench.core.training.config import TrainingConfig, recommended


def architectures_for(mode: str) -> list[Architecture]:
    """The rows that can learn in a mode: only those with pretrained weights can start from them."""
    return [row for row in ARCHITECTURES if mode == "scratch" or row.weights is not None]


def with_mode(config: TrainingConfig, mode: str) -> TrainingConfig:
    """The recommended settings of a mode; an architecture that the person chose is kept where it fits."""
    chosen = config.architecture != recommended(config.mode).architecture
    fits = config.architecture in {row.key for row in architectures_for(mode)}
    return recommended(mode, config.architecture if chosen and fits else None)


def with_architecture(config: TrainingConfig, key: str) -> TrainingConfig:
    """The recommended settings of an architecture, with whatever the person had changed by hand."""
    usual = recommended(config.mode, config.architecture)
    changed = {name: value for name, value in _fields(config).items() if value != getattr(usual, name)}
    return replace(recommended(config.mode, architecture_of(key).key), changed)


def with_augmentation(config: TrainingConfig, key: str, strength: float) -> TrainingConfig:
    """One augmentation at another strength (0 to 1, 0 is off); the preset becomes one's own mix."""
    strengths = {**augmentations_of(config), key: strength}
    kept = {name: value for name, value in strengths.items() if value > 0}
    return replace(config, {"augmentation": "custom", "augmentations": kept})


def is_recommended(config: TrainingConfig) -> bool:
    """Whether nothing was changed by hand."""
    return config == recommended(config.mode, config.architecture)


def _fields(config: TrainingConfig) -> dict[str, Any]:
    return {field.name: getattr(config, field.name) for field in dataclasses.fields(config)}
