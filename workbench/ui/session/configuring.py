"""What a choice on the Train page makes of the configuration: rules, no widgets."""

from __future__ import annotations

import dataclasses
from typing import Any

from workbench.core.architectures.architecture import Architecture
from workbench.core.architectures.architecture_rows import ARCHITECTURES, architecture_of, input_size_for
from workbench.core.architectures.design import NetworkDesign, agreed_design
from workbench.core.augmentation.augmentation_rows import AUGMENTATIONS, agreed_strengths, augmentations_of
from workbench.core.config.applying import applies, with_room_to_fine_tune
from workbench.core.config.contradictions import agreed
from workbench.core.config.methods import METHODS, Choice, missing_choices
from workbench.core.config.presets import CUSTOM
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.errors import InputError
from workbench.core.messages import Message
from workbench.core.project.runs import RunSummary
from workbench.core.settings import replace, settings_of
from workbench.core.stress.findings import RowFound

_PRACTISING = "better"
"""The card that is chosen where the one that is chosen learns from photos as they are."""


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
    """One setting at another value, and what had to follow it, as a sentence ("" where nothing had to).

    A value that cannot be taken leaves the configuration as it was; the sentence says why.
    """
    said: list[Message] = []
    changed = replace(config, {name: value})
    try:
        _check_size(changed)
    except InputError as error:
        return config, str(error)
    if name == "head_epochs" and changed.head_epochs > changed.epochs:
        changed = replace(changed, {name: changed.epochs})
        text = f"There are {changed.epochs} epochs, so the head alone cannot learn for more."
        said.append(Message.said(text))
    changed = with_room_to_fine_tune(changed, [name], said.append)
    changed = agreed(changed, [name], said.append, applies=applies, clamp=True)
    return changed, _in_words(said)


def with_design(config: TrainingConfig, name: str, value: Any) -> tuple[TrainingConfig, str]:
    """One field of one's own network at another value, and what had to follow it; as `with_setting`."""
    said: list[Message] = []
    design: NetworkDesign = agreed_design(replace(config.design, {name: value}), [name], said.append)
    changed = replace(config, {"design": design})
    try:
        _check_size(changed)
    except InputError as error:
        return config, str(error)
    return changed, _in_words(said)


def with_architecture(config: TrainingConfig, key: str) -> TrainingConfig:
    """The recommended settings of an architecture, with whatever the person had changed by hand."""
    usual = recommended(config.mode, config.architecture)
    changed = {name: value for name, value in _fields(config).items() if value != getattr(usual, name)}
    made: TrainingConfig = replace(recommended(config.mode, architecture_of(key).key), changed)
    try:
        _check_size(made)
    except InputError:  # a size for another network: this one takes its own
        made = replace(made, {"input_size": 0})
    return made


def with_augmentation(config: TrainingConfig, key: str, strength: float) -> TrainingConfig:
    """One augmentation at another strength (0 to 1, 0 is off); the preset becomes one's own mix."""
    kept = agreed_strengths({**augmentations_of(config), key: strength}, [key])
    return replace(config, {"augmentation": CUSTOM, "augmentations": kept})


@dataclasses.dataclass(frozen=True)
class Help:
    """What the next training can do so that a model learns from photos that are disturbed.

    Attributes:
        config: What it is to be.
        strength: Of the augmentation in it, above 0 to 1.
        choice: The card that is chosen for it; "" where the one that is chosen has augmentations.
        keeps: The card that the configuration belongs to, where its model is kept only if it wins; else "".
        is_on: Whether all of that is so already.
    """

    config: TrainingConfig
    strength: float
    choice: str
    keeps: str
    is_on: bool


def help_with(config: TrainingConfig, key: str, strength: float) -> Help | None:
    """What an augmentation at a strength (above 0 to 1) or more makes of a configuration.

    Where its method changes no photos, the next better one is chosen that does.

    Returns:
        None where only the full edition can do that.
    """
    choice = ""
    if AUGMENTATIONS.of(key).stage not in config.method.augments:
        if _PRACTISING in missing_choices():
            return None
        choice, config = _PRACTISING, with_choice(config, _PRACTISING)
    strengths = augmentations_of(config)
    is_on = not choice and strengths.get(key, 0.0) >= strength
    strength = max(strength, strengths.get(key, 0.0))
    changed = config if is_on else with_augmentation(config, key, strength)
    keeps = choice_of(changed) if changed.method.counts == "round" else ""
    return Help(changed, strength, choice, keeps, is_on)


def help_against(found: RowFound, run: RunSummary, config: TrainingConfig) -> Help | None:
    """What the next training can practise where a stress test has shown that a model fails.

    Args:
        found: What one disturbance does to the model.
        run: Whose model it is.
        config: What the next training will be.

    Returns:
        None where it does not fail, nothing helps, it has practised that, or this edition cannot do it.
    """
    row, verdict = found.row, found.verdict
    if verdict.code != "fails" or verdict.at is None or not row.helps:
        return None
    strength = row.help_at(verdict.at)
    return None if has_practised(run, row.helps, strength) else help_with(config, row.helps, strength)


def has_practised(run: RunSummary, key: str, strength: float) -> bool:
    """Whether the model of a run has seen an augmentation at a strength (above 0 to 1) or more."""
    if run.result is not None and run.result.kept == "instant":
        return False
    try:
        config = TrainingConfig.from_dict(run.config)
        return bool(config.method.augments) and augmentations_of(config).get(key, 0.0) >= strength
    except InputError:  # settings of another version
        return False


def as_recommended(config: TrainingConfig) -> TrainingConfig:
    """The same choice and architecture with nothing changed by hand."""
    return with_choice(config, choice_of(config))


def is_recommended(config: TrainingConfig) -> bool:
    """Whether nothing was changed by hand."""
    return config == as_recommended(config)


def _in_words(said: list[Message]) -> str:
    """What had to follow, with settings called as the form calls them."""
    labels = {name: each.label for name, each in settings_of(TrainingConfig).items()}
    labels |= {f"design.{name}": each.label for name, each in settings_of(NetworkDesign).items()}
    sentences = []
    for message in said:
        called = labels.get(message.values.get("setting", ""), "")
        changes = {"setting": f"“{called}”"} if called else {}
        sentences.append(str(Message(message.code, {**message.values, **changes})))
    return " ".join(sentences)


def _check_size(config: TrainingConfig) -> None:
    """Refuses an image size that the network cannot work with.

    Raises:
        InputError: As `input_size_for`.
    """
    input_size_for(architecture_of(config.architecture), config.input_size, config.design)


def _fields(config: TrainingConfig) -> dict[str, Any]:
    return {field.name: getattr(config, field.name) for field in dataclasses.fields(config)}
