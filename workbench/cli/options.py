"""From the options of `workbench train` to one checked `TrainingConfig`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workbench.cli.settings_file import read_settings
from workbench.core.architectures.design import NetworkDesign, agreed_design
from workbench.core.augmentation.augmentation_rows import agreed_strengths, check_stages, checked
from workbench.core.config.applying import asked_for, methods_with
from workbench.core.config.contradictions import Say
from workbench.core.config.methods import DEFAULT
from workbench.core.config.presets import CUSTOM, PRESETS
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.errors import InputError
from workbench.core.features.backbone import backbone_of
from workbench.core.jobs import ignore
from workbench.core.messages import Message
from workbench.core.settings import parse, replace
from workbench.core.typed_numbers import number_typed

_TABLES = ("design", "augmentations")


def training_config(
    *,
    mode: str | None = None,
    quality: str | None = None,
    architecture: str | None = None,
    epochs: str | None = None,
    assignments: Sequence[str] = (),
    file: Path | None = None,
    say: Say = ignore,
) -> TrainingConfig:
    """The settings that a person asks for: recommended < file < assignments < the options of their own.

    Args:
        assignments: `key=value` each; `design.KEY=value` and `augmentation.KEY=strength` reach inside.
        file: TOML with the fields of `TrainingConfig`.
        say: Hears what had to be changed so that settings fit each other.

    Raises:
        InputError: A name is unknown, or a value does not fit, has no effect or contradicts another.
    """
    written = _from_file(file) if file is not None else {}
    plain, design, strengths = _assigned(assignments, say)
    if quality is not None:
        mode = mode or methods_with("quality")[0].key
    options = {"mode": mode, "quality": quality, "architecture": architecture}
    explicit: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    if epochs is not None:
        explicit["epochs"] = parse(TrainingConfig, "epochs", epochs)
    asked = written | plain | explicit
    usual = recommended(asked.pop("mode", DEFAULT), asked.pop("architecture", None))
    if design := written.get("design", {}) | design:
        asked["design"] = agreed_design(replace(usual.design, design), design, say)
    wishes = written.get("augmentations", {}) | strengths
    if strengths:
        preset = asked.get("augmentation", usual.augmentation)
        below = written.get("augmentations", {}) if preset == CUSTOM else PRESETS.of(preset).strengths
        asked |= {"augmentation": CUSTOM, "augmentations": {**below, **strengths}}
    elif asked.get("augmentation") == CUSTOM and not asked.get("augmentations"):
        others = ", ".join(each.key for each in PRESETS if each.key != CUSTOM)
        raise InputError.said(
            f"The augmentation “{CUSTOM}” is a mix of your own, and no change is named for it.",
            f"Name one, such as --set augmentation.rotation=0.5, or choose one of: {others}.",
        )
    if "augmentations" in asked:
        asked["augmentations"] = agreed_strengths(
            asked["augmentations"], [key for key, strength in wishes.items() if strength > 0], say
        )
    config = asked_for(usual.mode, usual.architecture, asked, say)
    check_stages(config, strengths)
    if config.method.pretrained:
        backbone_of(config)  # refuses an architecture that has no trained weights before anything is read
    return config


def _from_file(file: Path) -> dict[str, Any]:
    values = read_settings(file)
    for table in _TABLES:
        if not isinstance(values.get(table, {}), dict):
            raise InputError.said(
                f"“{table}” in “{file}” is not a table.", f"Write it under a line [{table}]."
            )
    if "augmentations" in values:
        values.setdefault("augmentation", CUSTOM)
    return values


def _assigned(
    assignments: Sequence[str], say: Say
) -> tuple[dict[str, Any], dict[str, Any], dict[str, float]]:
    """Settings, fields of the design, and augmentation strengths; of several for one, the last counts."""
    plain: dict[str, Any] = {}
    design: dict[str, Any] = {}
    strengths: dict[str, float] = {}
    texts: dict[str, str] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        name = name.strip()
        if not equals:
            raise InputError.said(
                f"“{assignment}” sets nothing.", "Write it as key=value, such as --set epochs=5."
            )
        if texts.setdefault(name, text) != text:
            say(Message.said(f"“{name}” is set more than once; {text} counts."))
        table, _, key = name.partition(".")
        if key and table == "design":
            design[key] = parse(NetworkDesign, key, text)
        elif key and table == "augmentation":
            strengths[key] = _strength(key, text)
        else:
            plain[name] = parse(TrainingConfig, name, text)
    return plain, design, strengths


def _strength(key: str, text: str) -> float:
    try:
        strength = number_typed(text)
    except ValueError as error:
        raise InputError.said(
            f"“{text}” is not a strength for the augmentation “{key}”.", "Write a number from 0 to 1."
        ) from error
    checked({key: strength})
    return strength
