"""Every setting in every method: either the method reads it, or whoever asks for it is refused."""

from __future__ import annotations

import dataclasses
import sys
import typing
from pathlib import Path
from typing import Any

import pytest

from tests.cli_help import two_colours
from tests.core.training_help import TINY, catalog_of, drive
from workbench.cli.options import training_config
from workbench.core import learning
from workbench.core.architectures.architecture_rows import ARCHITECTURES
from workbench.core.architectures.design import NetworkDesign
from workbench.core.config.applying import applies, limits_of
from workbench.core.config.methods import METHODS
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.errors import InputError
from workbench.core.improve import fit_improve as improve_module
from workbench.core.improve.plan import Plan
from workbench.core.settings import replace, settings_of

pytestmark = pytest.mark.e2e

FIELDS = frozenset(field.name for field in dataclasses.fields(TrainingConfig))
PASSED_ON = {"mode", "design"}
"""Read by every method, but only a designed architecture looks at the design."""
COPIES = ("dataclasses.py", "settings.py", "training_config.py")
PAIRS = [(name, method.key) for name in settings_of(TrainingConfig) for method in METHODS if name != "mode"]

EPOCHS = {"epochs": 2, "batch_size": 8, "input_size": 32, "augmentation": "none"}
STUCK = {"schedule": "plateau", "learning_rate": 1e-7, "best_by": "accuracy"}
VARIANTS: list[tuple[str, dict[str, Any]]] = [
    ("instant", {}),
    ("improve", {"augmentation": "custom", "augmentations": {"rotation": 0.5}}),
    ("transfer", {**EPOCHS, "head_epochs": 1}),
    ("transfer", {**EPOCHS, "head_epochs": 0, "optimizer": "sgd", "schedule": "step"}),
    ("transfer", {**EPOCHS, **STUCK, "head_epochs": 0, "augmentation": "custom"}),
    ("scratch", {**EPOCHS, "design": replace(NetworkDesign(), TINY["design"])}),  # type: ignore[arg-type]
    ("scratch", {**EPOCHS, "architecture": "lenet5", "optimizer": "sgd", "schedule": "step"}),
    ("scratch", {**EPOCHS, **STUCK, "architecture": "lenet5", "augmentation": "custom"}),
]


class Recording(TrainingConfig):
    """A configuration that knows which of its settings were read, other than to be copied or written."""

    read: typing.ClassVar[set[str]] = set()

    def __getattribute__(self, name: str) -> Any:
        if name in FIELDS and not sys._getframe(1).f_code.co_filename.endswith(COPIES):
            Recording.read.add(name)
        return super().__getattribute__(name)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_colours(tmp_path_factory.mktemp("photos"))


@pytest.mark.parametrize("key", [method.key for method in METHODS])
def test_a_method_reads_the_settings_of_its_row(
    key: str, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = Plan(views=3, passes=1, folds=1, rate=1e-3, fewest_steps=2, most_steps=2)
    monkeypatch.setitem(improve_module.PLANS, "better", tiny)
    monkeypatch.setattr(improve_module, "WORTH_IT", 0.0)  # the colours are told apart without a mistake
    catalog = catalog_of(photos)
    read: set[str] = set()
    for number, (_, changes) in enumerate(variant for variant in VARIANTS if variant[0] == key):
        config = replace(recommended(key), changes)
        Recording.read.clear()
        recording = Recording(**{name: getattr(config, name) for name in FIELDS})
        (tmp_path / str(number)).mkdir()
        drive(learning.train(catalog, recording, tmp_path / str(number), device="cpu"))
        assert Recording.read - PASSED_ON <= {name for name in FIELDS if applies(config, name)}
        read |= Recording.read
    assert METHODS.of(key).settings <= read


def value_of(name: str) -> str:
    """Another value of a setting, as text."""
    declared, usual = settings_of(TrainingConfig)[name], getattr(TrainingConfig(), name)
    if name == "architecture":
        return "resnet18"
    if declared.choices is not None:
        return next(value for value in declared.choices if value not in (usual, "custom", "fp16"))
    if isinstance(usual, bool):
        return "no" if usual else "yes"
    if isinstance(usual, str):
        return "some.safetensors"
    return str(declared.minimum if usual != declared.minimum else declared.maximum)


@pytest.mark.parametrize(("name", "key"), PAIRS)
def test_a_setting_is_taken_where_it_has_an_effect_and_else_refused(name: str, key: str) -> None:
    asked = [f"{name}={value_of(name)}"]
    if name in METHODS.of(key).settings:
        for limit in limits_of(name):
            if limit.setting != "mode":
                choices = settings_of(TrainingConfig)[limit.setting].choices
                others = set(choices or (row.key for row in ARCHITECTURES)) - set(limit.values)
                without = [*asked, f"{limit.setting}={min(others)}"]
                with pytest.raises(InputError, match=f"no effect where {limit.setting} is"):
                    training_config(mode=key, assignments=without)
                asked.append(f"{limit.setting}={limit.values[0]}")
        config = training_config(mode=key, assignments=asked)
        assert applies(config, name)
        assert getattr(config, name) != getattr(recommended(key), name) or key == "scratch"
    else:
        with pytest.raises(InputError, match=f"“{name}” has no effect in the mode “{key}”") as refusal:
            training_config(mode=key, assignments=asked)
        for method in METHODS:
            assert (f"“{method.key}”" in refusal.value.hint) == (name in method.settings)


def test_it_is_known_in_words_where_a_setting_has_an_effect() -> None:
    def told(name: str) -> list[str]:
        return [f"{limit.label}: {', '.join(limit.names)}" for limit in limits_of(name)]

    assert told("seed") == []
    assert told("quality") == ["How to learn: Improve the instant model"]
    assert told("momentum") == [
        "How to learn: Fine-tune a trained network, Learn from nothing",
        "Optimizer: SGD with momentum",
    ]


def test_settings_of_old_runs_are_read_whatever_they_say() -> None:
    stored = {**TrainingConfig().to_dict(), "learning_rate": 0.5, "momentum": 0.1, "head_epochs": 99}
    config = TrainingConfig.from_dict(stored)
    assert (config.mode, config.learning_rate, config.head_epochs) == ("instant", 0.5, 99)
