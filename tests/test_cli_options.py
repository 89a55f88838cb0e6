"""Which of several settings of the same thing counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from workbench.cli.options import training_config
from workbench.core.config.presets import PRESETS
from workbench.core.config.training_config import recommended
from workbench.core.errors import InputError
from workbench.core.messages import Message
from workbench.core.settings import replace


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
    file.write_text('mode = "scratch"\nseed = 3\n')
    assert training_config(file=file, mode="transfer") == replace(recommended("transfer"), {"seed": 3})


def test_to_ask_for_a_quality_is_to_ask_for_improving() -> None:
    for asked in ({"quality": "best"}, {"quality": "best", "mode": "improve"}):
        config = training_config(**asked)
        assert (config.mode, config.quality) == ("improve", "best")
    assert training_config(mode="improve").quality == "better"
    assert training_config(assignments=["mode=improve", "quality=best"]).quality == "best"


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (
            {"mode": "instant", "quality": "best"},
            "“quality” has no effect in the mode “instant”. .*“improve”",
        ),
        ({"mode": "scratch", "quality": "better"}, "no effect in the mode “scratch”"),
        ({"assignments": ["quality=best"]}, "no effect in the mode “instant”"),
        ({"epochs": "5"}, "“epochs” has no effect .*choose the mode “transfer” or “scratch”"),
        ({"quality": "best", "epochs": "5"}, "no effect in the mode “improve”"),
        ({"assignments": ["epochs=5"], "mode": "improve"}, "no effect in the mode “improve”"),
        ({"assignments": ["learning_rate=0.5"]}, "no effect .*choose the mode “transfer” or “scratch”"),
        ({"assignments": ["weights_file=a.pt"], "mode": "scratch"}, "no effect in the mode “scratch”"),
        ({"assignments": ["momentum=0.5"], "mode": "transfer"}, "where optimizer is “adamw”. .*“sgd”"),
        ({"assignments": ["warmup=0.5", "schedule=step"], "mode": "transfer"}, "“cosine” or “one_cycle”"),
        ({"assignments": ["design.blocks=2"], "mode": "scratch", "architecture": "lenet5"}, "“custom”"),
        ({"assignments": ["augmentation.rotation=1"]}, "no effect in the mode “instant”"),
        ({"assignments": ["augmentation.mixup=1"], "mode": "improve"}, "“mixup” has no effect"),
        ({"assignments": ["head_epochs=4", "epochs=3"], "mode": "transfer"}, "do not fit into 3 epochs"),
        ({"assignments": ["head_epochs=7"], "mode": "transfer"}, "do not fit into 6 epochs"),
    ],
)
def test_what_would_change_nothing_is_refused(asked: dict[str, Any], says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=says):
        training_config(**asked)
    if "assignments" in asked and not any("." in each for each in asked["assignments"]):  # nor in a file
        file = tmp_path / "settings.toml"
        lines = (each.partition("=") for each in asked.pop("assignments"))
        text = "".join(f"{n} = {v if v.replace('.', '').isdigit() else repr(v)}\n" for n, _, v in lines)
        file.write_text(text)
        with pytest.raises(InputError, match=says):
            training_config(file=file, **asked)


def test_few_epochs_leave_some_for_fine_tuning() -> None:
    said: list[Message] = []
    for epochs, head in ((1, 0), (2, 1), (3, 2), (4, 2), (5, 3)):
        config = training_config(mode="transfer", epochs=str(epochs), say=said.append)
        assert (config.epochs, config.head_epochs) == (epochs, head)
        assert said.pop().title.endswith(f"for {head} of the {epochs} epochs, and not for 4.")
    assert training_config(mode="transfer", epochs="6", say=said.append).head_epochs == 4
    both = training_config(mode="transfer", epochs="6", assignments=["head_epochs=6"], say=said.append)
    assert (both.head_epochs, said) == (6, [])


def test_one_augmentation_is_changed_on_top_of_the_preset() -> None:
    config = training_config(
        mode="transfer", assignments=["augmentation=normal", "augmentation.rotation=0.5"]
    )
    assert config.augmentation == "custom"
    assert config.augmentations == {**PRESETS.of("normal").strengths, "rotation": 0.5}
    alone = training_config(mode="improve", assignments=["augmentation=none", "augmentation.rotation=0.5"])
    assert alone.augmentations == {"rotation": 0.5}


def test_augmentations_in_a_file_are_custom(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('mode = "transfer"\n[augmentations]\nrotation = 0.25\n')
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
