"""What a model costs: numbers of parameters and multiply-adds against independent counts, and times."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace as changed
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from PIL import Image
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from tests.cli_help import two_colours
from tests.core.training_help import catalog_of, drive, tiny_config
from tests.light_help import REPOSITORY, light_environment
from workbench.core import learning
from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.config.recipe import preprocessing_for
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.errors import Stopped
from workbench.core.export.onnx import FromPixels, export_onnx
from workbench.core.features.multiply_adds import multiply_adds
from workbench.core.models.checkpoint import Checkpoint
from workbench.core.models.classifier import Classifier
from workbench.core.models.cost import MOST_PHOTOS, cost_of
from workbench.core.models.torch_predictor import TorchPredictor
from workbench.core.settings import replace

pytestmark = pytest.mark.e2e


def by_torch(network: nn.Module, channels: int, side: int) -> int:
    """Multiply-adds as torch's own counter has them."""
    counter = FlopCounterMode(display=False)
    with torch.no_grad(), counter:
        network.eval()(torch.zeros(1, channels, side, side))
    return counter.get_total_flops() // 2


def by_hand(network: nn.Module, channels: int, side: int) -> int:
    """Multiply-adds layer by layer, from the sizes of what comes out of each."""
    total = 0

    def count(layer: nn.Module, _: object, output: torch.Tensor) -> None:
        nonlocal total
        if isinstance(layer, nn.Conv2d):
            kernel = layer.kernel_size[0] * layer.kernel_size[1] * layer.in_channels // layer.groups
            total += output.numel() * kernel
        if isinstance(layer, nn.Linear):
            total += output.numel() * layer.in_features

    for layer in network.modules():
        layer.register_forward_hook(count)
    with torch.no_grad():
        network.eval()(torch.zeros(1, channels, side, side))
    return total


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    return two_colours(folder)


def trained(photos: Path, config: TrainingConfig, run: Path) -> Path:
    run.mkdir()
    drive(learning.train(catalog_of(photos), config, run, device="cpu"))
    return run / "model.checkpoint"


@pytest.mark.parametrize("architecture", ["efficientnet_lite0", "two_efficientnets"])
def test_a_head_on_features_is_counted_without_torch_as_torch_counts_it(
    architecture: str, photos: Path, tmp_path: Path
) -> None:
    config = replace(recommended("instant"), {"architecture": architecture})
    file = trained(photos, config, tmp_path / "run")
    classifier, checkpoint = Classifier.load(file, device="cpu"), Checkpoint.load(file)
    network = checkpoint.build_model()
    recipe = checkpoint.preprocessing
    cost = cost_of(classifier)
    assert cost.multiply_adds == by_torch(network, recipe.channels, recipe.crop)
    assert cost.multiply_adds == by_hand(network, recipe.channels, recipe.crop)
    assert cost.parameters == sum(each.numel() for each in network.parameters())
    assert cost.file_bytes == file.stat().st_size
    assert (cost.milliseconds, cost.photos) == (None, 0)


def test_a_look_at_the_mirror_image_costs_the_same_again(photos: Path, tmp_path: Path) -> None:
    config = replace(recommended("instant"), {"architecture": "efficientnet_lite0"})
    checkpoint = Checkpoint.load(trained(photos, config, tmp_path / "run"))
    checkpoint.rule = None  # it asks for distances, which a checkpoint does not keep
    found, recipe = {}, checkpoint.preprocessing
    for views in (1, 2):
        checkpoint.views = views
        checkpoint.save(tmp_path / "views.checkpoint")
        found[views] = cost_of(Classifier.load(tmp_path / "views.checkpoint", device="cpu")).multiply_adds
        assert found[views] == by_torch(checkpoint.build_model(), recipe.channels, recipe.crop)
    assert found[2] == 2 * found[1] - checkpoint.weights["head.weight"].numel()


def test_a_network_that_learned_from_nothing_is_counted_by_hand(photos: Path, tmp_path: Path) -> None:
    file = trained(photos, tiny_config(epochs=1), tmp_path / "run")
    network = Checkpoint.load(file).build_model()
    recipe = Checkpoint.load(file).preprocessing
    classifier = Classifier.load(file, device="cpu")
    assert isinstance(classifier.predictor, TorchPredictor)
    cost = cost_of(classifier)
    assert cost.multiply_adds == by_hand(network, recipe.channels, recipe.crop)
    assert cost.parameters == sum(each.numel() for each in network.parameters())


@pytest.mark.parametrize("name", ["resnet18", "vit_tiny_patch16_224"])
def test_other_graphs_are_counted_as_torch_counts_the_network(name: str, tmp_path: Path) -> None:
    """With attention, whose products have no weights, and with a dense layer on each of many places."""
    network = timm.create_model(name, pretrained=False, num_classes=7).eval()
    recipe = preprocessing_for(architecture_of("resnet18"), recommended("instant"))
    pixels = torch.zeros((2, recipe.crop, recipe.crop, 3), dtype=torch.uint8)
    graph = tmp_path / "graph.onnx"
    export_onnx(FromPixels(network, recipe).eval(), pixels, graph, takes="pixels", gives="features")
    assert multiply_adds(graph, pixels[:1].numpy()) == by_torch(network, 3, recipe.crop)


def test_times_are_those_of_real_photos_and_leave_out_what_cannot_be_read(
    photos: Path, tmp_path: Path
) -> None:
    classifier = Classifier.load(trained(photos, tiny_config(epochs=1), tmp_path / "run"), device="cpu")
    readable = sorted(photos.rglob("*.png"))
    broken = tmp_path / "broken.jpg"
    broken.write_text("no photo")
    cost = cost_of(classifier, [broken, *readable[:3], tmp_path / "gone.png"])
    assert (cost.photos, cost.batch) == (3, 3)
    assert cost.milliseconds is not None
    assert cost.milliseconds > 0
    assert cost.decode_milliseconds is not None
    assert cost.decode_milliseconds > 0
    assert not cost.while_training
    large = tmp_path / "large.png"
    Image.fromarray(np.zeros((1500, 1500, 3), np.uint8)).save(large)
    slower = cost_of(classifier, [large] * (MOST_PHOTOS + 4), while_training=True)
    assert slower.photos == MOST_PHOTOS
    assert slower.while_training
    assert slower.decode_milliseconds is not None
    assert slower.decode_milliseconds > cost.decode_milliseconds, "decoding is timed, not only the network"
    assert cost_of(classifier, [broken]) == changed(cost_of(classifier), photos=0)
    with pytest.raises(Stopped):
        cost_of(classifier, readable, stop=lambda: True)


def test_the_light_edition_says_what_it_can_know(photos: Path, tmp_path: Path) -> None:
    """In a process that finds no torch: all of a head on features, less of what needs torch."""
    config = replace(recommended("instant"), {"architecture": "efficientnet_lite0"})
    head, network = (
        trained(photos, config, tmp_path / "a"),
        trained(photos, tiny_config(epochs=1), tmp_path / "b"),
    )
    program = """
import dataclasses, json, sys
from pathlib import Path
from workbench.core.jobs import run
from workbench.engine.questions import measure_cost
from workbench.engine.requests import MeasureCost
for name in sys.argv[1:3]:
    cost = run(measure_cost(MeasureCost(Path(name), (Path(sys.argv[3]),)), lambda: False))
    print(json.dumps(dataclasses.asdict(cost)))
assert sys.modules.get("torch") is None
"""
    site = tmp_path / "site"
    site.mkdir()
    photo = next(photos.rglob("*.png"))
    done = subprocess.run(
        [sys.executable, "-c", program, str(head), str(network), str(photo)],
        env=light_environment(site), capture_output=True, text=True, check=False, cwd=REPOSITORY,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line) for line in done.stdout.splitlines()[-2:])
    usual = cost_of(Classifier.load(head, device="cpu"))
    assert (first["parameters"], first["multiply_adds"]) == (usual.parameters, usual.multiply_adds)
    assert first["photos"] == 1
    assert first["milliseconds"] > 0
    assert second["parameters"] == cost_of(Classifier.load(network, device="cpu")).parameters
    assert second["file_bytes"] == network.stat().st_size
    assert (second["multiply_adds"], second["milliseconds"]) == (None, None)
