"""What somebody else needs to make a model again: the command, and with what it was made."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import os
import platform
from typing import Any

from workbench.core.config.applying import applies
from workbench.core.config.presets import CUSTOM
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.hardware import processor
from workbench.core.report.facts import Versions
from workbench.core.settings import settings_of
from workbench.version import __version__

_LIBRARIES = (
    "numpy", "scipy", "pillow", "safetensors", "onnxruntime", "openvino", "torch", "timm",
    "PySide6-Essentials",
)  # fmt: skip
_BY_OPTION = ("mode", "architecture")


def command(config: TrainingConfig, folder: str) -> tuple[str, ...]:
    """The command that trains with these settings, as arguments.

    The seed is always named; other settings where they differ from what would be taken, and have an effect.

    Args:
        folder: What stands for the image folder.
    """
    usual = recommended(config.mode, config.architecture)
    said = ["workbench", "train", folder, "--mode", config.mode, "--architecture", config.architecture]
    for name in settings_of(TrainingConfig):
        value = getattr(config, name)
        differs = value != getattr(usual, name) and name not in _BY_OPTION and applies(config, name)
        if differs or name == "seed":
            said += ["--set", f"{name}={_written(name, value)}"]
    if config.augmentation == CUSTOM and applies(config, "augmentation"):
        for name, strength in config.augmentations.items():
            said += ["--set", f"augmentation.{name}={strength}"]
    if applies(config, "design"):
        for field in dataclasses.fields(config.design):
            value = getattr(config.design, field.name)
            if value != getattr(usual.design, field.name):
                said += ["--set", f"design.{field.name}={_written(field.name, value)}"]
    return tuple(said)


def shown_value(name: str, value: Any) -> Any:
    """A setting's value as it may be told: of a file only its name."""
    return os.path.basename(value) if name == "weights_file" and value else value


def _written(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(shown_value(name, value))


def versions() -> Versions:
    """Of the program, Python, libraries and this computer; its name and its user stay out of it."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:  # the light edition has fewer
            continue
    system = f"{platform.system()} {platform.release()} ({platform.machine()})"
    return Versions(__version__, platform.python_version(), system, processor(), found)
