"""The rules behind the choices on the Train page."""

from __future__ import annotations

from workbench.core.architectures.architecture_rows import ARCHITECTURES
from workbench.core.config.presets import PRESETS
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.settings import replace
from workbench.ui.session.configuring import (
    architectures_for,
    as_recommended,
    choice_of,
    is_recommended,
    with_architecture,
    with_augmentation,
    with_choice,
    with_setting,
)


def test_a_mode_brings_its_recommended_settings() -> None:
    assert with_choice(TrainingConfig(), "scratch") == recommended("scratch")
    assert with_choice(recommended("scratch"), "transfer") == recommended("transfer")


def test_a_mode_keeps_the_architecture_that_was_chosen_if_it_can() -> None:
    chosen = recommended("transfer", "resnet18")
    assert with_choice(chosen, "scratch") == recommended("scratch", "resnet18")
    assert with_choice(recommended("scratch", "lenet5"), "transfer") == recommended("transfer")


def test_the_plain_choices_are_modes_and_qualities() -> None:
    assert choice_of(TrainingConfig()) == "instant"
    for choice in ("instant", "better", "best", "transfer", "scratch"):
        assert choice_of(with_choice(recommended("scratch"), choice)) == choice
    best = with_choice(recommended("instant", "resnet18"), "best")
    assert best == replace(recommended("improve", "resnet18"), {"quality": "best"})
    assert as_recommended(replace(best, {"seed": 3})) == best
    assert is_recommended(best)
    assert choice_of(with_architecture(best, "resnet50")) == "best"


def test_epochs_and_epochs_for_the_head_fit_each_other() -> None:
    config, said = with_setting(recommended("transfer"), "epochs", 3)
    assert (config.epochs, config.head_epochs) == (3, 2)
    assert "2 of the 3 epochs" in said
    config, said = with_setting(config, "head_epochs", 9)
    assert (config.epochs, config.head_epochs) == (3, 3)
    assert said
    config, said = with_setting(recommended("scratch"), "epochs", 1)
    assert (config.epochs, config.head_epochs, said) == (1, 0, "")


def test_another_architecture_keeps_what_was_changed_by_hand() -> None:
    mine = replace(recommended("scratch", "resnet18"), {"epochs": 77, "augmentation": "strong"})
    changed = with_architecture(mine, "vit_b_16")
    assert (changed.epochs, changed.augmentation) == (77, "strong")
    assert changed.learning_rate == recommended("scratch", "vit_b_16").learning_rate
    assert changed.architecture == "vit_b_16"


def test_only_pretrained_networks_can_be_started_from() -> None:
    assert {row.key for row in ARCHITECTURES} - {row.key for row in architectures_for("transfer")} == {
        row.key for row in ARCHITECTURES if row.weights is None
    }
    assert architectures_for("scratch") == list(ARCHITECTURES)


def test_changing_one_augmentation_starts_from_the_preset() -> None:
    changed = with_augmentation(TrainingConfig(augmentation="light"), "blur", 0.4)
    assert changed.augmentation == "custom"
    assert changed.augmentations == {**PRESETS.of("light").strengths, "blur": 0.4}
    assert with_augmentation(changed, "blur", 0.0).augmentations == PRESETS.of("light").strengths


def test_knows_what_is_recommended() -> None:
    for row in ARCHITECTURES:
        assert is_recommended(recommended("scratch", row.key))
    assert not is_recommended(replace(recommended("transfer"), {"seed": 1}))
