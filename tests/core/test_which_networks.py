"""Which networks look: two where photos are few, unless somebody says otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.core.training_help import drive
from workbench.core.config.applying import asked_for
from workbench.core.config.training_config import recommended
from workbench.core.data.scan import scan
from workbench.core.errors import InputError
from workbench.core.instant.which_networks import FEW, TWO, looking, work
from workbench.core.learning import train
from workbench.core.models.classifier import Classifier
from workbench.core.models.model_file import ModelFile
from workbench.core.models.torch_predictor import TorchPredictor
from workbench.core.project.runs import MODEL
from workbench.core.settings import replace


@pytest.mark.parametrize(
    ("changes", "photos", "expected"),
    [
        ({}, FEW, TWO),
        ({}, FEW + 1, "efficientnet_lite0"),
        ({"networks": "one"}, 10, "efficientnet_lite0"),
        ({"networks": "two"}, 10_000, TWO),
        ({"architecture": "resnet18"}, 10, "resnet18"),
        ({"weights_file": "mine.safetensors"}, 10, "efficientnet_lite0"),
    ],
)
def test_the_number_of_photos_decides_where_nobody_does(
    changes: dict[str, Any], photos: int, expected: str
) -> None:
    config = replace(recommended("instant"), changes)
    assert looking(config, photos).architecture == expected
    assert work(config, photos) == pytest.approx(2.5 if expected == TWO else work(config, 10**9), abs=0.01)


def test_a_larger_input_takes_longer_by_its_area() -> None:
    config = replace(recommended("instant"), {"networks": "one", "input_size": 448})
    assert work(config, 10) == pytest.approx(4 * work(replace(config, {"input_size": 0}), 10))


def test_an_edition_with_one_network_looks_with_that_and_says_so_where_two_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, drawn_small: Path
) -> None:
    monkeypatch.setattr("workbench.core.weights.stored.importlib.util.find_spec", _without_lite2())
    config = recommended("instant")
    assert looking(config, 10) == config
    two = replace(config, {"networks": "two"})
    monkeypatch.setattr("workbench.core.features.runtime_choice.has_torch", lambda: False)
    _, catalog = drive(scan(drawn_small))
    with pytest.raises(InputError, match="Lite0 and Lite2"):
        drive(train(catalog, two, tmp_path, device="cpu"))


def _without_lite2() -> Any:
    from importlib.util import find_spec

    return lambda name: None if "lite2" in name else find_spec(name)


def test_it_is_asked_for_only_where_it_has_an_effect() -> None:
    with pytest.raises(InputError, match="networks"):
        asked_for("instant", "resnet18", {"networks": "two"})
    with pytest.raises(InputError, match="networks"):
        asked_for("scratch", None, {"networks": "two"})


@pytest.mark.e2e
def test_a_model_of_two_networks_says_the_same_with_torch(tmp_path: Path, drawn_small: Path) -> None:
    _, catalog = drive(scan(drawn_small))
    _, result = drive(train(catalog, recommended("instant"), tmp_path, device="cpu"))
    assert result.architecture == TWO
    file = tmp_path / MODEL
    model = ModelFile.load(file)
    assert model.description.config.architecture == TWO
    pixels = np.stack(
        [model.description.preprocessing.load(drawn_small / s.path) for s in catalog.samples[::9]]
    )
    by_runtime = Classifier.load(file, device="cpu").probabilities(pixels)
    by_torch = Classifier.of(model, TorchPredictor(file, "cpu")).probabilities(pixels)
    assert np.abs(by_runtime - by_torch).max() < 1e-3
