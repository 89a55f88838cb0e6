"""Augmentations as rows and presets: what the window shows and the configuration may ask for."""

from __future__ import annotations

import math

import pytest

from workbench.core.augmentation.augmentation_rows import (
    AUGMENTATIONS,
    augmentations_of,
    checked,
)
from workbench.core.config.presets import PRESETS
from workbench.core.config.training_config import TrainingConfig
from workbench.core.errors import InputError
from workbench.core.settings import settings_of

ROWS = [row.key for row in AUGMENTATIONS]


def test_every_row_has_a_name_a_sentence_and_a_strength() -> None:
    assert len(set(ROWS)) == len(ROWS) == 18
    for row in AUGMENTATIONS:
        assert row.name[0].isupper()
        assert row.sentence.endswith(".")
        assert 0 < row.default_strength <= 1
        assert "hurts" in row.sentence


def test_presets_are_the_choices_of_the_setting() -> None:
    choices = settings_of(TrainingConfig)["augmentation"].choices
    assert choices is not None
    assert [row.key for row in PRESETS] == list(choices)
    assert [row.name for row in PRESETS] == list(choices.values())
    for row in PRESETS:
        assert checked(row.strengths) == row.strengths


def test_presets_grow() -> None:
    light, normal, strong = (PRESETS.of(key).strengths for key in ("light", "normal", "strong"))
    assert PRESETS.of("none").strengths == {}
    for weaker, stronger in ((light, normal), (normal, strong)):
        assert weaker.keys() <= stronger.keys()
        assert all(stronger[key] >= strength for key, strength in weaker.items())


def test_a_configuration_says_which_augmentations_it_wants() -> None:
    assert (
        augmentations_of(TrainingConfig(augmentation="normal", augmentations={"blur": 1.0}))
        == PRESETS.of("normal").strengths
    )
    own = TrainingConfig(augmentation="custom", augmentations={"blur": 0.5, "noise": 0, "mixup": 1})
    assert augmentations_of(own) == {"blur": 0.5, "mixup": 1.0}


def test_a_wrong_name_gets_the_nearest_one() -> None:
    config = TrainingConfig(augmentation="custom", augmentations={"rotatoin": 0.5})
    with pytest.raises(InputError, match="Did you mean “rotation”"):
        augmentations_of(config)
    with pytest.raises(InputError, match="They are: random_resized_crop"):
        checked({"xyz": 0.5})


@pytest.mark.parametrize("strength", [-0.1, 1.01, math.nan, math.inf, "0.5", True])
def test_a_strength_is_a_number_from_0_to_1(strength: object) -> None:
    with pytest.raises(InputError, match="from 0 to 1"):
        checked({"blur": strength})  # type: ignore[dict-item]
