"""In what two runs differ besides their answers: settings that have an effect, network, photos."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.core.architectures.architecture_rows import ARCHITECTURES
from workbench.core.architectures.design import NetworkDesign
from workbench.core.augmentation.augmentation_rows import AUGMENTATIONS
from workbench.core.config.applying import applies
from workbench.core.config.presets import CUSTOM, PRESETS
from workbench.core.config.training_config import TrainingConfig
from workbench.core.errors import InputError
from workbench.core.project.runs import RunSummary
from workbench.core.settings import Setting, settings_of


@dataclass(frozen=True)
class Difference:
    """A setting that two runs do not share.

    Attributes:
        name: Of the setting, as `--set` takes it: `epochs`, `design.blocks`, `augmentation.rotation`.
        declared: Its label, unit and choices.
        first, second: Its values; None where it has no effect.
    """

    name: str
    declared: Setting
    first: Any
    second: Any


@dataclass(frozen=True)
class RunFacts:
    """What a run is besides its settings.

    Attributes:
        network: Key of the network of the model that was kept; before there is one, that was asked for.
        learned, validation, test: How many photos it learned from, was checked and tested with; None where it
            has not begun.
    """

    network: str
    learned: int | None
    validation: int | None
    test: int | None

    @classmethod
    def of(cls, run: RunSummary) -> RunFacts:
        """What the run's folder says."""
        started, result = run.started, run.result
        found = (result.architecture if result is not None else "") or (
            started.architecture if started is not None else ""
        )
        network = found or str(run.config.get("architecture", ""))
        if started is None:
            return cls(network, None, None, None)
        return cls(network, started.training_samples, started.validation_samples, started.test_samples)

    @property
    def network_name(self) -> str:
        """The name of the network for people."""
        return ARCHITECTURES.of(self.network).name if self.network in ARCHITECTURES else self.network


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Difference] | None:
    """The settings in which two stored configurations differ, in the order of the form.

    None where one cannot be read, as a newer version has written it.
    """
    try:
        one, other = (TrainingConfig.from_dict(dict(values)) for values in (first, second))
    except (InputError, TypeError, ValueError, KeyError):
        return None
    found = []
    for name, declared in settings_of(TrainingConfig).items():
        found.append(Difference(name, declared, _value(one, name), _value(other, name)))
    designs = [_design(one), _design(other)]
    for name, declared in settings_of(NetworkDesign).items():
        values = [None if each is None else getattr(each, name) for each in designs]
        found.append(Difference(f"design.{name}", declared, *values))
    if CUSTOM in (_value(one, "augmentation"), _value(other, "augmentation")):
        strengths = [_strengths(one), _strengths(other)]
        for row in AUGMENTATIONS:
            declared = Setting(row.name, row.sentence, "", 0.0, 1.0, zero="off")
            values = [None if each is None else each.get(row.key, 0.0) for each in strengths]
            found.append(Difference(f"augmentation.{row.key}", declared, *values))
    return [each for each in found if each.first != each.second]


def _value(config: TrainingConfig, name: str) -> Any:
    return getattr(config, name) if applies(config, name) else None


def _design(config: TrainingConfig) -> NetworkDesign | None:
    return config.design if applies(config, "design") else None


def _strengths(config: TrainingConfig) -> Mapping[str, float] | None:
    """The effective strengths of the random changes; None where the method has none."""
    if not applies(config, "augmentation"):
        return None
    return (
        config.augmentations if config.augmentation == CUSTOM else PRESETS.of(config.augmentation).strengths
    )
