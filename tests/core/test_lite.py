"""The packaged backbone without torch: its weights are read, its graph is written, torch is the referee."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.cli_help import two_colours
from workbench.core.architectures.architecture import Architecture
from workbench.core.architectures.architecture_rows import ARCHITECTURES, architecture_of
from workbench.core.architectures.build import build
from workbench.core.architectures.design import NetworkDesign
from workbench.core.architectures.pooled_stages import PooledStages
from workbench.core.config.recipe import preprocessing_for
from workbench.core.config.training_config import TrainingConfig
from workbench.core.errors import InputError, ResourceError
from workbench.core.export.lite_graph import lite_graph
from workbench.core.export.onnx import FromPixels
from workbench.core.features import lite
from workbench.core.features.agreement import DEVIATION, largest_deviation
from workbench.core.features.backbone import ONNX, Backbone, backbone_of, tuned_id
from workbench.core.features.runtimes import onnx_session
from workbench.core.jobs import run
from workbench.core.weights.pickled import read_arrays
from workbench.core.weights.store import apply, fetch
from workbench.core.weights.stored import packaged_files

LITES = [row for row in ARCHITECTURES if row.lite]
ROW = architecture_of("efficientnet_lite0")


def by_torch(row: Architecture, *, side: int = 0, channels: int = 3) -> tuple[PooledStages, Backbone]:
    config = TrainingConfig(architecture=row.key, input_size=side, channels=channels)
    preprocessing = preprocessing_for(row, config)
    model = build(
        row,
        classes=2,
        channels=channels,
        input_size=preprocessing.crop,
        dropout=0.0,
        design=NetworkDesign(),
    )
    apply(model, row, run(fetch(row)))
    return PooledStages(model, row.key).eval(), backbone_of(config)


def computed(stages: PooledStages, backbone: Backbone, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    with torch.inference_mode():
        features: NDArray[np.float32] = FromPixels(stages, backbone.preprocessing)(
            torch.from_numpy(pixels)
        ).numpy()
    return features


@pytest.mark.parametrize("row", LITES, ids=lambda row: row.key)
def test_the_packaged_tensors_are_those_that_torch_reads(row: Architecture) -> None:
    assert row.weights is not None
    for file in packaged_files(row.weights):
        expected: dict[str, torch.Tensor] = torch.load(file, weights_only=True)
        found = read_arrays(file)
        assert list(found) == list(expected)
        for name, value in found.items():
            assert value.dtype == expected[name].numpy().dtype
            assert np.array_equal(value, expected[name].numpy())


@pytest.mark.parametrize("row", LITES, ids=lambda row: row.key)
def test_they_get_the_names_of_the_network(row: Architecture) -> None:
    stages, _ = by_torch(row)
    expected = stages.model.state_dict()
    found = lite.packaged_weights(row)
    assert found.keys() == expected.keys()
    assert all(np.array_equal(found[name], expected[name].numpy()) for name in expected)


@pytest.mark.parametrize("row", [row for row in LITES if not row.parts], ids=lambda row: row.key)
def test_the_names_stand_in_the_order_of_the_network(row: Architecture) -> None:
    """Another way to find them: both name their layers in the order of the way through the network."""
    stages, _ = by_torch(row)
    assert row.weights is not None
    tensors = list(torch.load(packaged_files(row.weights)[0], weights_only=True).values())
    own = stages.model.state_dict()
    assert len(tensors) == len(own) + 2  # and the head's
    assert all(torch.equal(value, tensor) for value, tensor in zip(own.values(), tensors, strict=False))


@pytest.mark.parametrize("side", [0, 97, 160, 226])
@pytest.mark.parametrize("row", LITES, ids=lambda row: row.key)
def test_the_graph_computes_what_torch_does(row: Architecture, side: int) -> None:
    stages, backbone = by_torch(row, side=side)
    size = backbone.preprocessing.crop
    pixels = np.random.default_rng(0).integers(0, 256, (3, size, size, 3), dtype=np.uint8)
    graph = lite_graph(lite.packaged_weights(row), backbone.preprocessing, row)
    found = onnx_session(graph).run(None, {"pixels": pixels})[0]
    expected = computed(stages, backbone, pixels)
    assert found.shape == expected.shape
    assert largest_deviation(found, expected) <= DEVIATION / 10


@pytest.mark.parametrize("row", LITES, ids=lambda row: row.key)
def test_the_stored_reference_is_what_torch_computes(row: Architecture) -> None:
    stages, backbone = by_torch(row)
    pixels, features, weights_id = lite.reference_of(row)
    assert weights_id == backbone.weights_id
    assert largest_deviation(features, computed(stages, backbone, pixels)) <= DEVIATION / 10


def test_grey_values_are_as_in_torch(profile: Path) -> None:
    (profile / "cache" / "backbones").unlink()
    stages, backbone = by_torch(ROW, channels=1)
    assert lite.is_packaged(backbone)
    lite.prepare_packaged(backbone)
    assert backbone.is_ready()
    pixels, features = backbone.probe()
    assert pixels.shape[1:] == (224, 224, 1)
    assert largest_deviation(features, computed(stages, backbone, pixels)) <= DEVIATION / 10


def test_where_the_processor_computes_something_else_that_is_said(
    profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (profile / "cache" / "backbones").unlink()
    reference = lite.reference_of(ROW)
    altered = reference._replace(features=reference.features * 1.001)
    monkeypatch.setattr(lite, "reference_of", lambda _: altered)
    backbone = backbone_of(TrainingConfig())
    with pytest.raises(ResourceError) as raised:
        lite.prepare_packaged(backbone)
    assert raised.value.message.code == "no_runtime"
    assert "1.0e-03" in raised.value.details
    assert not backbone.folder.exists()


def test_a_tuned_backbone_is_restored_from_its_model_where_its_name_is_its_digest(profile: Path) -> None:
    (profile / "cache" / "backbones").unlink()
    stages, plain = by_torch(ROW)
    with torch.no_grad():
        stages.model.get_submodule("conv_head").weight *= 1.1
    weights: dict[str, NDArray[Any]] = {name: value.numpy() for name, value in stages.state_dict().items()}
    backbone = replace(plain, weights_id=tuned_id(weights))
    assert not lite.restore(replace(plain, weights_id=f"tuned-{'0' * 64}"), weights)
    assert not lite.restore(replace(plain, weights_id="of-somebody"), weights)
    assert not backbone.folder.parent.exists()
    assert lite.restore(backbone, weights)
    pixels, features = backbone.probe()
    assert largest_deviation(features, computed(stages, backbone, pixels)) <= DEVIATION / 10
    assert (backbone.folder / ONNX).stat().st_size < 20e6


def test_packaged_weights_that_another_edition_has_come_along_in_the_model(
    profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (profile / "cache" / "backbones").unlink()
    row = ARCHITECTURES.of("two_efficientnets")
    stages, backbone = by_torch(row)
    weights: dict[str, NDArray[Any]] = {name: value.numpy() for name, value in stages.state_dict().items()}
    monkeypatch.setattr("workbench.core.weights.stored.packaged", lambda package: None)
    assert not lite.is_packaged(backbone)
    name = "model.lite2.conv_head.weight"
    assert not lite.restore(backbone, {**weights, name: weights[name] * 1.01})
    assert not lite.restore(backbone, {**weights, name: weights[name][:7]})
    assert not lite.restore(backbone, {other: weights[other] for other in weights if other != name})
    assert not lite.restore(replace(backbone, weights_id="of-somebody"), weights)
    assert not backbone.folder.parent.exists()
    assert lite.restore(backbone, weights)
    pixels, features = backbone.probe()
    assert largest_deviation(features, computed(stages, backbone, pixels)) <= DEVIATION / 10


def test_other_networks_are_left_to_torch() -> None:
    assert not lite.is_packaged(backbone_of(TrainingConfig(architecture="resnet18")))
    assert not lite.restore(Backbone("resnet18", "tuned-1", backbone_of(TrainingConfig()).preprocessing), {})


@pytest.mark.e2e
def test_a_first_model_needs_no_torch(tmp_path: Path) -> None:
    """A computer that was never got ready, and a process that cannot load torch."""
    program = (
        "import sys; sys.modules['torch'] = sys.modules['timm'] = None;"
        "from workbench.__main__ import main; sys.exit(main())"
    )
    (tmp_path / "photos").mkdir()
    folder = two_colours(tmp_path / "photos")
    environment = {**os.environ, "WORKBENCH_PROFILE": str(tmp_path / "profile")}

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", program, *arguments], env=environment, capture_output=True, text=True
        )

    trained = command("train", str(folder), "--out", str(tmp_path / "run"))
    assert trained.returncode == 0, trained.stderr
    photo = folder / "red" / "0.png"
    asked = command("predict", str(tmp_path / "run"), str(photo))
    assert asked.returncode == 0, asked.stderr
    assert photo.parent.name in asked.stdout


# Files that are not what they say


class Runs:
    def __reduce__(self) -> Any:
        return (Path.touch, (Path("run-by-the-reader"),))


def written(path: Path, state: Any) -> Path:
    torch.save(state, path, _use_new_zipfile_serialization=False)
    return path


def test_views_halves_and_counts_are_read(tmp_path: Path) -> None:
    base = torch.arange(24, dtype=torch.float32)
    state = OrderedDict(
        turned=base.view(4, 6).t(),
        part=base[5:11:2],
        half=torch.ones(3, dtype=torch.float16),
        count=torch.tensor(7),
    )
    found = read_arrays(written(tmp_path / "a.pth", state))
    for name, value in state.items():
        assert np.array_equal(found[name], value.numpy()), name


def test_nothing_in_it_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.pth"
    with path.open("wb") as file:
        for part in (0x1950A86A20F9469CFC6C, 1001, {}, {"weight": Runs()}):
            pickle.dump(part, file)
    with pytest.raises(InputError) as raised:
        read_arrays(path)
    assert raised.value.message.code == "weights_damaged"
    assert "asks for" in raised.value.details
    assert not Path("run-by-the-reader").exists()


@pytest.mark.parametrize("kept", [0, 10, 300, 0.5, 0.99])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, kept: float) -> None:
    whole = written(tmp_path / "a.pth", {"weight": torch.ones(500)}).read_bytes()
    (tmp_path / "b.pth").write_bytes(whole[: int(kept if kept > 1 else kept * len(whole))])
    with pytest.raises(InputError) as raised:
        read_arrays(tmp_path / "b.pth")
    assert raised.value.message.code == "weights_damaged"


@pytest.mark.parametrize(
    "state",
    [
        {"weight": torch.zeros(1).expand(10**9)},  # a view that claims gigabytes
        {"weight": [1.0, 2.0]},
        {"weight": torch.zeros(2, dtype=torch.complex64)},
        [torch.zeros(2)],
    ],
    ids=["huge view", "no tensor", "complex", "no names"],
)
def test_what_is_no_dictionary_of_plain_tensors_is_refused(tmp_path: Path, state: Any) -> None:
    with pytest.raises(InputError) as raised:
        read_arrays(written(tmp_path / "a.pth", state))
    assert raised.value.message.code == "weights_damaged"


def test_numbers_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read_arrays(written(tmp_path / "a.pth", {"weight": torch.tensor([1.0, float("nan")])}))
    assert raised.value.message.code == "weights_not_finite"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read_arrays(tmp_path / "a.pth")
    assert raised.value.message.code == "weights_unreadable"
