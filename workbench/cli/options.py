"""From the options of `workbench train` to one checked `TrainingConfig`."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workbench.core.architectures.design import NetworkDesign
from workbench.core.augmentation.augmentation_rows import check_stages, checked
from workbench.core.config.applying import Say, asked_for, methods_with
from workbench.core.config.methods import DEFAULT
from workbench.core.config.presets import CUSTOM, PRESETS
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.errors import InputError
from workbench.core.features.backbone import backbone_of
from workbench.core.jobs import ignore
from workbench.core.settings import parse, replace

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
    plain, design, strengths = _assigned(assignments)
    if quality is not None:
        mode = mode or methods_with("quality")[0].key
    options = {"mode": mode, "quality": quality, "architecture": architecture}
    explicit: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    if epochs is not None:
        explicit["epochs"] = parse(TrainingConfig, "epochs", epochs)
    asked = written | plain | explicit
    usual = recommended(asked.pop("mode", DEFAULT), asked.pop("architecture", None))
    if design := written.get("design", {}) | design:
        asked["design"] = replace(usual.design, design)
    if strengths:
        preset = asked.get("augmentation", usual.augmentation)
        below = written.get("augmentations", {}) if preset == CUSTOM else PRESETS.of(preset).strengths
        asked |= {"augmentation": CUSTOM, "augmentations": {**below, **strengths}}
    checked(asked.get("augmentations", {}))
    config = asked_for(usual.mode, usual.architecture, asked, say)
    check_stages(config, strengths)
    if config.method.pretrained:
        backbone_of(config)  # refuses an architecture that has no trained weights before anything is read
    return config


def _from_file(file: Path) -> dict[str, Any]:
    values = _toml(file)
    for table in _TABLES:
        if not isinstance(values.get(table, {}), dict):
            raise InputError.said(
                f"“{table}” in “{file}” is not a table.", f"Write it under a line [{table}]."
            )
    if "augmentations" in values:
        values.setdefault("augmentation", CUSTOM)
    return values


def _assigned(assignments: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any], dict[str, float]]:
    """Settings, fields of the design, and augmentation strengths."""
    plain: dict[str, Any] = {}
    design: dict[str, Any] = {}
    strengths: dict[str, float] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            raise InputError.said(
                f"“{assignment}” sets nothing.", "Write it as key=value, such as --set epochs=5."
            )
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
        strength = float(text)
    except ValueError as error:
        raise InputError.said(
            f"“{text}” is not a strength for the augmentation “{key}”.", "Write a number from 0 to 1."
        ) from error
    checked({key: strength})
    return strength


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError.said(
            f"The settings file “{path}” cannot be read.", "Check that it exists and is TOML.", str(error)
        ) from error
