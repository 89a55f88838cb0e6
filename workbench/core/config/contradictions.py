"""Settings that contradict each other, as rows: each value fits by itself, together one of them does nothing.

To add one, add a row and its words. A setting that nobody asked for gives way, with a sentence; where all of
them were asked for, they are refused. Stored configurations are left as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.core.config.training_config import TrainingConfig
from workbench.core.errors import InputError
from workbench.core.messages import Message
from workbench.core.settings import replace

Say = Callable[[Message], None]


@dataclass(frozen=True)
class Contradiction:
    """One row.

    Attributes:
        code: Of the words for it.
        settings: The settings that are at odds; there is nothing amiss where one of them has no effect.
        stands: Whether they are at odds.
        values: What the words are filled with.
        gives_way: The settings that may give way, those that rather should first, each with the value next to
            its own that is right; None where there is none.
    """

    code: str
    settings: tuple[str, ...]
    stands: Callable[[TrainingConfig], bool]
    values: Callable[[TrainingConfig], Mapping[str, Any]]
    gives_way: Mapping[str, Callable[[TrainingConfig], Any]] = field(default_factory=dict)


def phase_epochs(config: TrainingConfig) -> int:
    """The epochs of the longer phase that a schedule runs through: the head alone, or the whole network."""
    head = min(config.head_epochs, config.epochs) if config.method.pretrained else 0
    return max(head, config.epochs - head)


def _at_least(least: int, value: int) -> int | None:
    return value if value >= least else None


CONTRADICTIONS = (
    Contradiction(
        "settings_contradict.early_end",
        ("early_stopping", "epochs"),
        lambda c: 0 < c.early_stopping > c.epochs - 2,
        lambda c: {"stuck": c.early_stopping, "epochs": c.epochs, "most": max(c.epochs - 2, 0)},
        {"early_stopping": lambda c: max(c.epochs - 2, 0)},
    ),
    Contradiction(
        "settings_contradict.ends_before_fall",
        ("plateau_patience", "early_stopping"),
        lambda c: c.schedule == "plateau" and 0 < c.early_stopping <= c.plateau_patience + 1,
        lambda c: {
            "stuck": c.early_stopping,
            "patience": c.plateau_patience,
            "less": max(c.early_stopping - 2, 0),
            "more": c.plateau_patience + 2,
        },
        {
            "plateau_patience": lambda c: _at_least(0, c.early_stopping - 2),
            "early_stopping": lambda c: c.plateau_patience + 2,
        },
    ),
    Contradiction(
        "settings_contradict.patience",
        ("plateau_patience", "epochs"),
        lambda c: c.schedule == "plateau" and c.plateau_patience + 3 > c.epochs,
        lambda c: {"patience": c.plateau_patience, "epochs": c.epochs, "most": max(c.epochs - 3, 0)},
        {"plateau_patience": lambda c: _at_least(0, c.epochs - 3)},
    ),
    Contradiction(
        "settings_contradict.decay",
        ("decay_epochs", "epochs"),
        lambda c: c.schedule == "step" and c.decay_epochs >= phase_epochs(c),
        lambda c: {
            "every": c.decay_epochs,
            "epochs": phase_epochs(c),
            "most": max(phase_epochs(c) // 2, 1),
        },
        {"decay_epochs": lambda c: max(phase_epochs(c) // 2, 1) if phase_epochs(c) > 1 else None},
    ),
)


def agreed(
    config: TrainingConfig,
    wishes: Collection[str],
    say: Say,
    *,
    applies: Callable[[TrainingConfig, str], bool],
    clamp: bool = False,
) -> TrainingConfig:
    """The configuration with nothing in it that contradicts what was asked for.

    Args:
        wishes: Names of the settings that were asked for.
        say: Hears what was changed.
        applies: Whether a setting has an effect in a configuration.
        clamp: Where nothing else can give way, what was asked for does, even where all was: as in a form,
            where the others can still be changed.

    Raises:
        InputError: All of the settings that are at odds were asked for.
    """
    for row in CONTRADICTIONS:
        concerned = set(wishes) & {*row.settings, "schedule"}
        if not concerned or not all(applies(config, name) for name in row.settings) or not row.stands(config):
            continue
        values = row.values(config)
        found = {name: find(config) for name, find in row.gives_way.items()}
        ways = [name for name in found if found[name] is not None]
        free = [name for name in ways if name not in wishes]
        if not free and (clamp or not set(row.settings) <= set(wishes)):
            free = ways
        if not free:
            raise InputError(row.code, **values)
        name, value = free[0], found[free[0]]
        config = replace(config, {name: value})
        say(Message("setting_gave_way", {"why": Message(row.code, values), "setting": name, "value": value}))
    return config
