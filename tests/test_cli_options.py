"""Which of several settings of the same thing counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from workbench.cli.options import training_config
from workbench.core.augmentation.augmentation_rows import PRESETS
from workbench.core.config.training_config import recommended
from workbench.core.errors import InputError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(
        'mode = "scratch"\nepochs = 11\nbatch_size = 7\nseed = 3\n[design]\nblocks = 4\nkernel = 5\n'
    )
    return path


def test_without_options_the_recommendation_stands() -> None:
    assert training_config() == recommended("instant")
    assert training_config(mode="transfer") == recommended("transfer")
    assert training_config(mode="scratch") == recommended("scratch")
    assert training_config(mode="scratch", architecture="lenet5") == recommended("scratch", "lenet5")


def test_each_source_counts_for_more_than_the_one_before(file: Path) -> None:
    config = training_config(
        file=file, assignments=["batch_size=9", "epochs=12", "design.kernel=3"], epochs="13"
    )
    assert config.mode == "scratch"
    assert config.seed == 3
    assert config.batch_size == 9
    assert config.epochs == 13
    assert (config.design.blocks, config.design.kernel) == (4, 3)
    assert config.learning_rate == recommended("scratch").learning_rate


def test_the_recommendation_follows_the_mode_wherever_it_is_set(file: Path) -> None:
    assert training_config(assignments=["mode=scratch"]) == recommended("scratch")
    assert training_config(file=file, mode="transfer").learning_rate == recommended("transfer").learning_rate


def test_to_ask_for_a_quality_is_to_ask_for_improving() -> None:
    for asked in ({"quality": "best"}, {"quality": "best", "mode": "improve"}):
        config = training_config(**asked)
        assert (config.mode, config.quality) == ("improve", "best")
    assert training_config(mode="improve").quality == "better"
    assert training_config(assignments=["mode=improve", "quality=best"]).quality == "best"


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"mode": "instant", "quality": "best"}, "does not fit the mode “instant”"),
        ({"mode": "scratch", "quality": "better"}, "does not fit the mode “scratch”"),
        ({"assignments": ["quality=best"]}, "does not fit the mode “instant”"),
        ({"epochs": "5"}, "does not count in epochs"),
        ({"quality": "best", "epochs": "5"}, "does not count in epochs"),
        ({"assignments": ["epochs=5"], "mode": "improve"}, "does not count in epochs"),
    ],
)
def test_what_would_change_nothing_is_refused(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        training_config(**asked)


def test_one_augmentation_is_changed_on_top_of_the_preset() -> None:
    config = training_config(assignments=["augmentation=normal", "augmentation.rotation=0.5"])
    assert config.augmentation == "custom"
    assert config.augmentations == {**PRESETS["normal"], "rotation": 0.5}
    alone = training_config(assignments=["augmentation=none", "augmentation.rotation=0.5"])
    assert alone.augmentations == {"rotation": 0.5}


def test_augmentations_in_a_file_are_custom(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("[augmentations]\nrotation = 0.25\n")
    config = training_config(file=path)
    assert (config.augmentation, config.augmentations) == ("custom", {"rotation": 0.25})
    more = training_config(file=path, assignments=["augmentation.noise=0.5"])
    assert more.augmentations == {"rotation": 0.25, "noise": 0.5}


@pytest.mark.parametrize(
    "text",
    [
        "design = 3",
        "augmentations = 1",
        "epochs = 0",
        'epochs = "5"',
        "unknown = 1",
        "[augmentations]\nrotaton = 1",
        "x = [",
    ],
)
def test_a_file_that_does_not_fit_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(InputError):
        training_config(file=path)
