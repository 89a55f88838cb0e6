"""What a choice on the Train page makes of the configuration: rules, no widgets."""

from __future__ import annotations

import dataclasses
from typing import Any

from workbench.core.architectures.architecture_rows import ARCHITECTURES, Architecture, architecture_of
from workbench.core.augmentation.augmentation_rows import augmentations_of
from workbench.core.config.applying import with_room_to_fine_tune
from workbench.core.config.methods import METHODS, Choice
from workbench.core.config.presets import CUSTOM
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.messages import Message
from workbench.core.settings import replace


def architectures_for(mode: str) -> list[Architecture]:
    """The rows that can learn in a mode: only those with pretrained weights can start from them."""
    return [row for row in ARCHITECTURES if not METHODS.of(mode).pretrained or row.weights is not None]


def choice_of(config: TrainingConfig) -> str:
    """The key of the card that a configuration belongs to, such as `better` or `transfer`."""

    def same(choice: Choice) -> bool:
        return all(getattr(config, name) == value for name, value in choice.settings.items())

    return next(choice.key for choice in config.method.choices if same(choice))


def with_choice(config: TrainingConfig, choice: str) -> TrainingConfig:
    """The recommended settings of a choice; an architecture that the person chose is kept where it fits."""
    method, changes = next(
        (method, each.settings) for method in METHODS for each in method.choices if each.key == choice
    )
    chosen = config.architecture != recommended(config.mode).architecture
    fits = config.architecture in {row.key for row in architectures_for(method.key)}
    return replace(recommended(method.key, config.architecture if chosen and fits else None), changes)


def with_setting(config: TrainingConfig, name: str, value: Any) -> tuple[TrainingConfig, str]:
    """One setting at another value, and what had to follow it, as a sentence ("" where nothing had to)."""
    said: list[Message] = []
    changed = replace(config, {name: value})
    if name == "head_epochs" and changed.head_epochs > changed.epochs:
        changed = replace(changed, {name: changed.epochs})
        text = f"There are {changed.epochs} epochs, so the head alone cannot learn for more."
        said.append(Message.said(text))
    return with_room_to_fine_tune(changed, [name], said.append), " ".join(map(str, said))


def with_architecture(config: TrainingConfig, key: str) -> TrainingConfig:
    """The recommended settings of an architecture, with whatever the person had changed by hand."""
    usual = recommended(config.mode, config.architecture)
    changed = {name: value for name, value in _fields(config).items() if value != getattr(usual, name)}
    return replace(recommended(config.mode, architecture_of(key).key), changed)


def with_augmentation(config: TrainingConfig, key: str, strength: float) -> TrainingConfig:
    """One augmentation at another strength (0 to 1, 0 is off); the preset becomes one's own mix."""
    strengths = {**augmentations_of(config), key: strength}
    kept = {name: value for name, value in strengths.items() if value > 0}
    return replace(config, {"augmentation": CUSTOM, "augmentations": kept})


def as_recommended(config: TrainingConfig) -> TrainingConfig:
    """The same choice and architecture with nothing changed by hand."""
    return with_choice(config, choice_of(config))


def is_recommended(config: TrainingConfig) -> bool:
    """Whether nothing was changed by hand."""
    return config == as_recommended(config)


def _fields(config: TrainingConfig) -> dict[str, Any]:
    return {field.name: getattr(config, field.name) for field in dataclasses.fields(config)}
