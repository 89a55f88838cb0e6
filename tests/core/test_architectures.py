"""Every row of the architecture registry: its figures, its network, its head, its input sizes (row T5)."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Iterator

import pytest
import timm
import torch
import torchvision
from torch import Tensor, nn
from torch.func import functional_call
from torch.utils.flop_counter import FlopCounterMode

from workbench.core.architectures.architecture import Architecture
from workbench.core.architectures.architecture_rows import ARCHITECTURES, architecture_of, input_size_for
from workbench.core.architectures.build import (
    backbone_modules,
    build,
    count_parameters,
    head_of,
    head_parameters,
    layer_positions,
)
from workbench.core.architectures.design import DESIGN_PRESETS, NetworkDesign
from workbench.core.config.training_config import recommended
from workbench.core.errors import InputError
from workbench.core.settings import replace

pytestmark = pytest.mark.e2e

ROWS = {row.key: row for row in ARCHITECTURES}
TORCHVISION = {
    "mobilenet_v3_small": "MobileNet_V3_Small",
    "mobilenet_v3_large": "MobileNet_V3_Large",
    "efficientnet_b0": "EfficientNet_B0",
    "resnet18": "ResNet18",
    "resnet34": "ResNet34",
    "resnet50": "ResNet50",
    "convnext_tiny": "ConvNeXt_Tiny",
    "vit_b_16": "ViT_B_16",
    "vgg11": "VGG11",
    "alexnet": "AlexNet",
}


def count_multiply_adds(model: nn.Module, input_size: int, channels: int) -> int:
    """Multiply-adds for one image, counted by torch in convolutions, matrix products and attention.

    Nothing is computed: shapes alone pass through the network.
    """
    shapes: dict[str, Tensor] = {name: value.to("meta") for name, value in model.state_dict().items()}
    image = torch.empty(1, channels, input_size, input_size, device="meta")
    was_training = model.training
    model.eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        functional_call(model, shapes, (image,))
    model.train(was_training)
    return int(counter.get_total_flops()) // 2


def make(
    row: Architecture, classes: int, channels: int = 3, input_size: int = 0, dropout: float = 0.1
) -> nn.Module:
    size = input_size or row.input_size
    return build(
        row, classes=classes, channels=channels, input_size=size, dropout=dropout, design=NetworkDesign()
    )


def smallest(row: Architecture) -> int:
    return max(32, row.min_input)


@pytest.fixture(autouse=True)
def seeded_and_on_one_thread() -> Iterator[None]:
    """So little work is slowed down many times over by threads that other tests compete with."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(3)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("key", ROWS)
def test_the_figures_of_a_row_are_those_of_its_network(key: str) -> None:
    row = ROWS[key]
    with torch.device("meta"):
        model = make(row, 1000 if row.weights is not None else 10)
        assert count_parameters(model) == row.parameters
        assert count_multiply_adds(model, row.input_size, 3) == row.multiply_adds


@pytest.mark.parametrize("key", TORCHVISION)
def test_the_figures_are_those_that_torchvision_publishes(key: str) -> None:
    published = torchvision.models.get_model_weights(TORCHVISION[key].lower())["IMAGENET1K_V1"].meta
    assert ROWS[key].parameters == published["num_params"]
    assert ROWS[key].multiply_adds / 1e9 == pytest.approx(published["_ops"], abs=0.001)


def test_the_figures_of_lenet_by_hand() -> None:
    convolutions = 28 * 28 * 6 * 3 * 25 + 10 * 10 * 16 * 6 * 25
    assert ROWS["lenet5"].multiply_adds == convolutions + 400 * 120 + 120 * 84 + 84 * 10
    weights = 6 * (3 * 25 + 1) + 16 * (6 * 25 + 1) + 401 * 120 + 121 * 84 + 85 * 10
    assert ROWS["lenet5"].parameters == weights


@pytest.mark.parametrize(
    "key", [key for key, row in ROWS.items() if row.weights and row.weights.kind == "hub"]
)
def test_what_the_weights_expect_is_what_timm_says(key: str) -> None:
    weights = ROWS[key].weights
    assert weights is not None
    published = timm.models.get_pretrained_cfg(weights.location.removeprefix("timm/"))
    assert published.hf_hub_id == weights.location
    assert f"timm:{published.architecture}" == ROWS[key].network
    assert (published.mean, published.std) == (weights.mean, weights.std)
    assert (published.crop_pct, published.interpolation) == (weights.crop_share, weights.interpolation)
    assert published.input_size == (3, ROWS[key].input_size, ROWS[key].input_size)
    assert published.license == weights.licence.lower()
    assert weights.size == pytest.approx(4 * ROWS[key].parameters, rel=0.01)


def test_what_lite0_and_alexnet_expect() -> None:
    lite = timm.models.get_pretrained_cfg("tf_efficientnet_lite0.in1k")
    own = ROWS["efficientnet_lite0"].weights
    assert own is not None
    assert (own.mean, own.std, own.crop_share) == (lite.mean, lite.std, lite.crop_pct)
    assert own.interpolation == lite.interpolation
    published = torchvision.models.AlexNet_Weights.IMAGENET1K_V1
    alexnet = ROWS["alexnet"].weights
    assert alexnet is not None
    assert alexnet.location == published.url
    assert alexnet.size == pytest.approx(published.meta["_file_size"] * 2**20, rel=0.01)
    recipe = published.transforms()
    assert (list(alexnet.mean), list(alexnet.std)) == (recipe.mean, recipe.std)
    assert alexnet.crop_share == recipe.crop_size[0] / recipe.resize_size[0]
    assert alexnet.interpolation == recipe.interpolation.value


def test_rows_speak_plainly() -> None:
    assert len(ROWS) == len(ARCHITECTURES) == len({row.name for row in ARCHITECTURES}) == 17
    for row in ARCHITECTURES:
        assert row.sentence.endswith(".")
        assert len(row.sentence) <= 110
        assert row.input_size % row.multiple_of == 0
        assert row.weights is None or row.weights.licence in ("Apache-2.0", "BSD-3-Clause")


def test_every_row_is_complete() -> None:
    """What a row names is there; frozen and tuned modules together are the whole network but its head."""
    for row in ARCHITECTURES:
        with torch.device("meta"):
            model = make(row, 3)
        assert bool(row.stages) == (row.weights is not None)
        assert bool(row.frozen) == bool(row.tuned)
        for name in (*row.stages, *row.frozen, *row.tuned):
            model.get_submodule(name)
        if row.frozen:
            named = tuple(f"{name}." for name in (*row.frozen, *row.tuned))
            head = {id(parameter) for parameter in head_parameters(model)}
            outside = {name for name, value in model.named_parameters() if not name.startswith(named)}
            assert {id(model.get_parameter(name)) for name in outside} <= head


@pytest.mark.parametrize("key", ROWS)
def test_every_row_has_settings_for_learning_from_nothing(key: str) -> None:
    config = recommended("scratch", key)
    for name, value in ROWS[key].scratch_settings.items():
        assert getattr(config, name) == value


@pytest.mark.parametrize(
    ("key", "channels", "classes"),
    [
        (row.key, channels, classes)
        for row in ARCHITECTURES
        for channels, classes in ((1, 10), (3, 2))
        if row.parameters < 30e6 or (channels, classes) == (1, 10)
    ],
)
def test_every_row_trains_steps_of_two_and_three(key: str, channels: int, classes: int) -> None:
    row = ROWS[key]
    size = smallest(row)
    model = make(row, classes, channels, size)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-4)
    before = head_parameters(model)[0].detach().clone()
    for step, count in enumerate((2, 3)):
        logits = model.train()(torch.randn(count, channels, size, size))
        assert logits.shape == (count, classes)
        loss = nn.functional.cross_entropy(logits, torch.arange(count) % classes)
        assert step or float(loss.detach()) == pytest.approx(math.log(classes), abs=0.3)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())
        # BatchNorm over two values of a 1 × 1 map makes gradients of any length.
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    assert not torch.equal(before, head_parameters(model)[0])
    with torch.no_grad():
        assert model.eval()(torch.randn(1, channels, size, size)).isfinite().all()


@pytest.mark.parametrize("key", ROWS)
def test_every_row_works_at_its_own_size(key: str) -> None:
    row = ROWS[key]
    model = make(row, 2).eval()
    with torch.inference_mode():
        logits = model(torch.randn(1, 3, row.input_size, row.input_size))
    assert logits.shape == (1, 2)
    assert logits.isfinite().all()


@pytest.mark.parametrize("size", [40, 75, 96, 160])
@pytest.mark.parametrize("key", ROWS)
def test_every_allowed_size_gives_an_answer(key: str, size: int) -> None:
    row = ROWS[key]
    if size < row.min_input or size % row.multiple_of:
        with pytest.raises(InputError):
            make(row, 5, input_size=size)
        return
    with torch.device("meta"):
        assert make(row, 5, input_size=size).eval()(torch.empty(1, 3, size, size)).shape == (1, 5)


@pytest.mark.parametrize("key", ROWS)
def test_head_and_backbone_are_the_whole_network(key: str) -> None:
    with torch.device("meta"):
        model = make(ROWS[key], 7, input_size=smallest(ROWS[key]))
    head = head_of(model)
    assert isinstance(head, nn.Linear)
    assert head.out_features == 7
    parts = backbone_modules(model)
    inside = {name for name, module in model.named_modules() if any(module is part for part in parts)}
    own = {"pos_embed", "cls_token"}
    for name, _ in model.named_parameters():
        in_backbone = any(name.startswith(f"{part}.") for part in inside)
        in_head = any(parameter is model.get_parameter(name) for parameter in head_parameters(model))
        assert in_backbone + in_head == (0 if name in own else 1), name
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    for part in parts:
        part.eval()
    assert not any(norm.training for norm in norms)
    assert model.training
    assert head.training


def test_dropout_before_the_head_still_works_while_the_backbone_is_frozen() -> None:
    for key in ("efficientnet_lite0", "resnet18", "lenet5", "custom", "small_vit", "convnext_tiny"):
        model = make(ROWS[key], 3, input_size=32, dropout=0.5)
        for part in backbone_modules(model):
            part.eval()
        image = torch.randn(2, 3, 32, 32)
        assert not torch.equal(model(image), model(image)), key
        model.eval()
        assert torch.equal(model(image), model(image)), key


@pytest.mark.parametrize("key", ROWS)
def test_layers_lie_between_the_first_and_the_head(key: str) -> None:
    with torch.device("meta"):
        model = make(ROWS[key], 4, input_size=smallest(ROWS[key]))
    positions = layer_positions(model)
    assert list(positions) == [name for name, _ in model.named_parameters()]
    assert list(positions.values()) == sorted(positions.values())
    assert min(positions.values()) == 0
    head = {
        name
        for name, value in model.named_parameters()
        if any(value is own for own in head_parameters(model))
    }
    assert {name for name, position in positions.items() if position == 1} == head


def test_the_middle_of_a_network_lies_in_the_middle() -> None:
    with torch.device("meta"):
        positions = layer_positions(make(ROWS["resnet18"], 4))
    assert 0.4 < positions["layer2.1.conv2.weight"] < 0.6
    assert (
        positions["conv1.weight"]
        < positions["layer1.0.conv1.weight"]
        < positions["layer4.1.conv2.weight"]
        < 1
    )


def test_the_same_seed_draws_the_same_network() -> None:
    for key in ("custom", "mobilenet_v3_small", "small_vit"):
        networks = []
        for _ in range(2):
            torch.manual_seed(11)
            networks.append(make(ROWS[key], 3, input_size=32).state_dict())
        assert all(torch.equal(value, networks[1][name]) for name, value in networks[0].items()), key


def test_counting_leaves_the_model_as_it_was() -> None:
    model = make(ROWS["custom"], 3).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    assert count_multiply_adds(model, 64, 3) > count_multiply_adds(model, 32, 3) > 0
    assert model.training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


@pytest.mark.parametrize("preset", DESIGN_PRESETS)
@pytest.mark.parametrize(
    "changes", [{}, {"global_pooling": False}, {"dense": 0}, {"kernel": 7, "batch_norm": False}]
)
def test_every_design_trains_a_step(preset: str, changes: dict[str, object]) -> None:
    design = replace(DESIGN_PRESETS[preset][1], changes)
    model = build("custom", classes=3, channels=1, input_size=33, dropout=0.1, design=design)
    loss = nn.functional.cross_entropy(model(torch.randn(2, 1, 33, 33)), torch.tensor([0, 2]))
    loss.backward()
    assert float(loss.detach()) == pytest.approx(math.log(3), abs=0.7)
    blocks = [m.out_channels for m in model.modules() if isinstance(m, nn.Conv2d)][:: design.convolutions]
    assert blocks == [min(design.channels * 2**i, design.max_channels) for i in range(design.blocks)]


def test_signals_keep_their_size_on_the_way_through_a_deep_plain_design() -> None:
    """Without BatchNorm, and with torch's own first weights, they would shrink to nothing."""
    design = NetworkDesign(blocks=5, convolutions=3, channels=16, batch_norm=False, dropout=0.0)
    model = build("custom", classes=3, channels=3, input_size=64, dropout=0.0, design=design).eval()
    with torch.no_grad():
        spread = float(model.get_submodule("blocks")(torch.randn(4, 3, 64, 64)).std())
    assert 0.1 < spread < 10


@pytest.mark.parametrize(
    ("key", "size", "words"),
    [
        ("vit_b_16", 50, "multiple of 16, and 50 is not"),
        ("small_vit", 34, "multiple of 4, and 34 is not"),
        ("alexnet", 32, "at least 64 pixels, and 32 is too small"),
        ("resnet18", 16, "at least 32 pixels, and 16 is too small"),
    ],
)
def test_an_input_size_that_cannot_be_is_refused_with_both_numbers(key: str, size: int, words: str) -> None:
    with pytest.raises(InputError, match=words):
        input_size_for(ROWS[key], size, NetworkDesign())
    with pytest.raises(InputError, match=words):
        make(ROWS[key], 3, input_size=size)


def test_the_sizes_that_a_refusal_offers_are_accepted() -> None:
    with pytest.raises(InputError) as refusal:
        input_size_for(ROWS["vit_b_16"], 50, NetworkDesign())
    assert refusal.value.hint == "Set the image size to 48 or 64."
    for size in (48, 64):
        assert input_size_for(ROWS["vit_b_16"], size, NetworkDesign()) == size


def test_a_design_needs_a_picture_that_its_blocks_can_halve() -> None:
    deep = NetworkDesign(blocks=6)
    with pytest.raises(InputError, match="at least 64 pixels, and 32 is too small"):
        input_size_for(ROWS["custom"], 32, deep)
    assert input_size_for(ROWS["custom"], 64, deep) == 64
    model = build("custom", classes=2, channels=3, input_size=64, dropout=0.0, design=deep)
    assert model.eval()(torch.randn(1, 3, 64, 64)).shape == (1, 2)


def test_no_input_size_takes_the_rows_own() -> None:
    for row in ARCHITECTURES:
        assert input_size_for(row, 0, NetworkDesign()) == row.input_size


def test_what_cannot_be_built_is_refused() -> None:
    with pytest.raises(InputError, match="at least 2 classes, and there is 1"):
        make(ROWS["lenet5"], 1)
    with pytest.raises(InputError, match="3 or 1 colour channels, not 2"):
        make(ROWS["lenet5"], 3, channels=2)
    with pytest.raises(InputError, match="cannot be 4"):
        NetworkDesign(kernel=4)
    with pytest.raises(InputError, match="resnet18"):
        architecture_of("resnet81")


def test_what_the_window_reads_needs_no_torch() -> None:
    modules = "architectures.architecture_rows", "architectures.design", "weights.stored", "weights.download"
    lines = "; ".join(f"import workbench.core.{module}" for module in modules)
    code = f"import sys; {lines}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
