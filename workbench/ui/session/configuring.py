"""What a choice on the Train page makes of the configuration: rules, no widgets."""

from __future__ import annotations

import dataclasses
from typing import Any

from workbench.core.architectures.architecture_rows import ARCHITECTURES, Architecture, architecture_of
from workbench.core.augmentation.augmentation_rows import augmentations_of
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.settings import replace

_OF_THE_FEATURES = frozenset({"input_size", "channels", "seed", "weights_file"})


def architectures_for(mode: str) -> list[Architecture]:
    """The rows that can learn in a mode: only those with pretrained weights can start from them."""
    return [row for row in ARCHITECTURES if mode == "scratch" or row.weights is not None]


def choice_of(config: TrainingConfig) -> str:
    """What the person chose: `instant`, `better`, `best`, or a mode of *Advanced*."""
    return config.quality if config.mode == "improve" else config.mode


def with_choice(config: TrainingConfig, choice: str) -> TrainingConfig:
    """The recommended settings of a choice; an architecture that the person chose is kept where it fits."""
    mode, changes = ("improve", {"quality": choice}) if choice in ("better", "best") else (choice, {})
    chosen = config.architecture != recommended(config.mode).architecture
    fits = config.architecture in {row.key for row in architectures_for(mode)}
    return replace(recommended(mode, config.architecture if chosen and fits else None), changes)


def augments(mode: str) -> bool:
    """Whether photos are changed at random while it learns."""
    return mode != "instant"


def used_in(mode: str, name: str) -> bool:
    """Whether a setting does anything in a mode; *instant* and *improve* know themselves how to learn."""
    return mode in ("transfer", "scratch") or name in _OF_THE_FEATURES


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


def as_recommended(config: TrainingConfig) -> TrainingConfig:
    """The same choice and architecture with nothing changed by hand."""
    return replace(recommended(config.mode, config.architecture), {"quality": config.quality})


def is_recommended(config: TrainingConfig) -> bool:
    """Whether nothing was changed by hand."""
    return config == as_recommended(config)


def _fields(config: TrainingConfig) -> dict[str, Any]:
    return {field.name: getattr(config, field.name) for field in dataclasses.fields(config)}
