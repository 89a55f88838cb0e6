"""Which settings have an effect: in which methods, and with which values of other settings.

Made from the methods' rows and the declarations of the settings; the form, the command line, the help and the
refusals all ask here. Stored configurations are never refused: only what somebody explicitly asks for is.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.core.architectures.architecture_rows import architecture_of, input_size_for
from workbench.core.config.contradictions import Say, agreed
from workbench.core.config.methods import METHODS, Method
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.errors import InputError
from workbench.core.jobs import ignore
from workbench.core.messages import Message
from workbench.core.settings import needs_of, replace, settings_of


@dataclass(frozen=True)
class Limit:
    """Where a setting has an effect: only where another setting has one of some values.

    Attributes:
        setting: The other setting, `mode` for the method.
        values: Those values.
        label, names: The words for both.
    """

    setting: str
    values: tuple[str, ...]
    label: str
    names: tuple[str, ...]


def methods_with(name: str) -> list[Method]:
    """The methods in which a setting has an effect."""
    return [method for method in METHODS if name in ("mode", *method.settings)]


def limits_of(name: str) -> list[Limit]:
    """Where a setting has an effect; empty where that is everywhere."""
    found = []
    methods = tuple(method.key for method in methods_with(name))
    if len(methods) < len(METHODS):
        found.append(_limit("mode", methods))
    needs = needs_of(TrainingConfig, name)
    return found + [_limit(other, tuple(values)) for other, values in needs.items()]


FINE_TUNING = frozenset({"fine_tune_rate", "early_layer_rate", "keep_statistics"})
"""Settings of the epochs in which the whole network learns; there are none where the head learns alone."""


def applies(config: TrainingConfig, name: str) -> bool:
    """Whether a setting has an effect in a configuration."""
    return all(_fits(config, limit) for limit in limits_of(name)) and not _idle(config, name)


def _idle(config: TrainingConfig, name: str) -> bool:
    """Whether the numbers of other settings leave a setting nothing to do."""
    return name in FINE_TUNING and config.head_epochs >= config.epochs


def check_applies(config: TrainingConfig, wishes: Collection[str]) -> None:
    """Refuses settings that somebody asks for and that would change nothing.

    Args:
        config: The whole configuration.
        wishes: Names of the settings that were asked for.

    Raises:
        InputError: One has no effect; says in which methods, or with what, it has one.
    """
    for name in wishes:
        for limit in limits_of(name):
            if _fits(config, limit):
                continue
            value, others = getattr(config, limit.setting), either(limit.values)
            if limit.setting == "mode":
                raise InputError("setting_without_effect.mode", setting=name, value=value, choices=others)
            raise InputError(
                "setting_without_effect", setting=name, other=limit.setting, value=value, choices=others
            )
        if _idle(config, name):
            raise InputError("setting_without_effect.head_alone", setting=name, epochs=config.epochs)


def with_room_to_fine_tune(
    config: TrainingConfig, wishes: Collection[str], say: Say = ignore
) -> TrainingConfig:
    """Sees to it that the epochs for the head alone leave some of the epochs for fine-tuning.

    Where only `epochs` was asked for, `head_epochs` is lowered so that a third of the epochs is left. As many
    epochs for the head alone as there are altogether may be asked for.

    Args:
        wishes: Names of the settings that were asked for.
        say: Hears what was changed.

    Raises:
        InputError: More epochs were asked for for the head alone than there are.
    """
    if not applies(config, "head_epochs"):
        return config
    head, epochs = config.head_epochs, config.epochs
    if "head_epochs" in wishes:
        if head > epochs:
            raise InputError("too_many_head_epochs", head=head, epochs=epochs)
        return config
    most = epochs - math.ceil(epochs / 3)
    if "epochs" not in wishes or head <= most:
        return config
    say(Message("head_epochs_lowered", {"head": head, "most": most, "epochs": epochs}))
    return replace(config, {"head_epochs": most})


def asked_for(
    mode: str,
    architecture: str | None,
    wishes: Mapping[str, Any],
    say: Say = ignore,
) -> TrainingConfig:
    """The recommended settings of a method and an architecture with what somebody asks for on top.

    Args:
        wishes: Values by name of the setting.
        say: Hears what had to be changed.

    Raises:
        InputError: A name is unknown, or a value does not fit, has no effect or contradicts another.
    """
    config = replace(recommended(mode, architecture), wishes)
    config = with_room_to_fine_tune(config, wishes, say)
    check_applies(config, [name for name in wishes if name not in ("mode", "architecture")])
    input_size_for(architecture_of(config.architecture), config.input_size, config.design)
    return agreed(config, wishes, say, applies=applies)


def either(values: Iterable[str]) -> str:
    """Values in quotation marks, with “or” before the last."""
    *first, last = (f"“{value}”" for value in values)
    return f"{', '.join(first)} or {last}" if first else last


def _fits(config: TrainingConfig, limit: Limit) -> bool:
    return getattr(config, limit.setting) in limit.values


def _limit(setting: str, values: tuple[str, ...]) -> Limit:
    declared = settings_of(TrainingConfig)[setting]
    choices = declared.choices or {}
    return Limit(setting, values, declared.label, tuple(choices.get(value, value) for value in values))
