"""Learning from nothing, fast: steps that nobody waits for, alternating mirrors, the quick network."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from tests.core.training_help import catalog_of, drive, tiny_config
from workbench.core.architectures.build import build
from workbench.core.architectures.design import DESIGN_PRESETS, NetworkDesign
from workbench.core.augmentation import kernels
from workbench.core.augmentation.pipeline import Pipeline
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.learning import train
from workbench.core.settings import replace
from workbench.core.training.amp import Amp
from workbench.core.training.batches import Batch, TrainingBatches
from workbench.core.training.learner import Learner
from workbench.core.training.optimisation import make_optimizer

pytestmark = pytest.mark.e2e

CPU = torch.device("cpu")


class Squares:
    """Photos in memory that say who they are: the left half of photo i is i, the right half 255 - i."""

    def __init__(self, count: int) -> None:
        self.pixels = np.empty((count, 8, 8, 3), np.uint8)
        self.pixels[:, :, :4] = np.arange(count)[:, None, None, None]
        self.pixels[:, :, 4:] = 255 - self.pixels[:, :, :4]
        self.shapes = np.full((count, 2), 8)

    def crops(self, indices: np.ndarray) -> np.ndarray:
        return self.pixels[indices]


def mirrored_in(epoch: int, strength: float = 1.0, seed: int = 0, first: int = 0) -> dict[int, bool]:
    """Whether each photo was mirrored in an epoch, by its number, as the pipeline really did it."""
    pipeline = Pipeline({"alternating_flip": strength}, classes=2, crop=8)
    batches = TrainingBatches(Squares(60), np.arange(60), np.arange(60), pipeline, 8, seed)  # type: ignore[arg-type]
    seen = {}
    for batch in batches.epoch(epoch, first):
        changed = pipeline(batch.pixels, torch.Generator().manual_seed(batch.seed), batch.mirrored)
        left = changed[:, 0, 0, 0].tolist()
        seen |= {number: pixel != number for number, pixel in zip(batch.targets.tolist(), left, strict=True)}
    return seen


def test_alternating_flips_show_both_sides_in_any_two_epochs() -> None:
    epochs = [mirrored_in(epoch) for epoch in range(4)]
    assert len(epochs[0]) == 60
    assert epochs[0] == epochs[2] != epochs[1] == epochs[3]
    assert all(epochs[0][number] != epochs[1][number] for number in range(60))
    assert 15 < sum(epochs[0].values()) < 45
    assert mirrored_in(0, seed=1) != epochs[0] == mirrored_in(0)


def test_a_resumed_epoch_mirrors_the_same_photos() -> None:
    whole, rest = mirrored_in(1), mirrored_in(1, first=4)
    assert 0 < len(rest) < 60
    assert all(whole[number] == side for number, side in rest.items())


def test_a_share_of_the_photos_takes_part_in_alternating() -> None:
    even, odd = mirrored_in(0, strength=0.5), mirrored_in(1, strength=0.5)
    takes_part = [even[number] or odd[number] for number in range(60)]
    assert 15 < sum(takes_part) < 45
    assert not any(even[number] and odd[number] for number in range(60))


def test_whole_pixel_shifts_are_numpys_with_a_mirrored_edge() -> None:
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (9, 3, 12, 10), dtype=np.uint8)
    down, right = random.integers(-9, 10, 9), random.integers(-9, 10, 9)
    moved = kernels.shift(torch.from_numpy(images), torch.from_numpy(down), torch.from_numpy(right)).numpy()
    for image, result, y, x in zip(images, moved, down, right, strict=True):
        padded = np.pad(image, ((0, 0), (9, 9), (9, 9)), mode="symmetric")
        np.testing.assert_array_equal(result, padded[:, 9 - y : 21 - y, 9 - x : 19 - x])


def learner_of(optimizer: str, **changes: float) -> Learner:
    config = tiny_config(optimizer=optimizer, learning_rate=0.1, momentum=0.9, batch_size=4, **changes)
    torch.manual_seed(0)
    model = build("custom", classes=2, channels=3, input_size=32, dropout=0.0, design=config.design)
    pipeline = Pipeline({}, classes=2, crop=32)
    recipe = Preprocessing(32, 32, 3, (0.5,) * 3, (0.5,) * 3, "bilinear")
    return Learner(model, config, CPU, pipeline, recipe, None, 2)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
@pytest.mark.parametrize("lost", [0, 1])
def test_a_lost_step_changes_nothing_and_leaves_no_trace(optimizer: str, lost: int) -> None:
    learner, random = learner_of(optimizer), torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (4, 3, 32, 32), dtype=torch.uint8, generator=random)
    batch = Batch(pixels, torch.tensor([0, 1, 0, 1]), seed=1)
    learner.begin_epoch(frozen=False)
    learner.set_rate(1.0)
    for _ in range(lost):
        assert learner.step(batch, 1).read()[0]
    before = {name: value.clone() for name, value in learner.model.named_parameters()}
    held = {name: value.clone() for name, value in learner.state()[1].items()}
    weight = learner.model.get_classifier().weight  # type: ignore[operator]
    poison = weight.register_hook(lambda gradient: gradient * float("nan"))
    assert learner.step(batch, 2).read()[0] is False
    poison.remove()
    assert all(torch.equal(value, before[name]) for name, value in learner.model.named_parameters())
    after = learner.state()[1]
    assert all(torch.equal(after[name], value) for name, value in held.items())
    finite, loss_sum, right = learner.step(batch, 3).read()
    assert finite
    assert 0 < loss_sum < 40
    assert 0 <= right <= 4
    assert learner.is_finite()
    assert any(not torch.equal(value, before[name]) for name, value in learner.model.named_parameters())


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
@pytest.mark.parametrize("most", [1e-3, 1e3])
def test_clipping_is_that_of_torch(optimizer: str, most: float) -> None:
    class Torchs(Amp):
        def unscale(self, optimizer: torch.optim.Optimizer) -> None:
            groups = optimizer.param_groups
            nn.utils.clip_grad_norm_([p for group in groups for p in group["params"]], most)

    pixels = torch.randint(0, 256, (4, 3, 32, 32), dtype=torch.uint8)
    batch = Batch(pixels, torch.tensor([0, 1, 0, 1]), seed=1)
    ours, theirs = learner_of(optimizer, gradient_clipping=most), learner_of(optimizer, gradient_clipping=0.0)
    theirs.amp = Torchs()
    for learner in (ours, theirs):
        learner.begin_epoch(frozen=False)
        learner.set_rate(1.0)
        for number in range(3):
            assert learner.step(batch, number).read()[0]
    for found, expected in zip(ours.model.parameters(), theirs.model.parameters(), strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=2e-5)


def test_nesterovs_momentum_by_hand() -> None:
    config = tiny_config(optimizer="sgd", learning_rate=0.1, momentum=0.9, weight_decay=0.01)
    model = nn.Linear(3, 2)
    optimizer = make_optimizer(model, config, {"weight": 1.0, "bias": 1.0})
    expected = {name: p.detach().numpy().copy() for name, p in model.named_parameters()}
    velocity = {name: np.zeros_like(value) for name, value in expected.items()}
    random = np.random.default_rng(0)
    for _ in range(5):
        for name, parameter in model.named_parameters():
            drawn = random.normal(size=expected[name].shape).astype(np.float32)
            parameter.grad = torch.from_numpy(drawn)
            gradient = drawn + (0.01 if name == "weight" else 0.0) * expected[name]
            velocity[name] = 0.9 * velocity[name] + gradient
            expected[name] = expected[name] - 0.1 * (gradient + 0.9 * velocity[name])
        optimizer.step()
    for name, parameter in model.named_parameters():
        np.testing.assert_allclose(parameter.detach().numpy(), expected[name], rtol=1e-5, atol=1e-6)


def test_halving_early_keeps_the_weights_and_saves_most_of_the_work() -> None:
    late = NetworkDesign(blocks=2, convolutions=2, channels=8)
    early = replace(late, {"pool_first": True})
    networks = [
        build("custom", classes=2, channels=3, input_size=32, dropout=0.0, design=design).eval()
        for design in (late, early)
    ]
    shapes = [sorted(tuple(p.shape) for p in network.parameters()) for network in networks]
    assert shapes[0] == shapes[1]
    sides = []
    for network in networks:
        seen: list[int] = []
        for module in network.modules():
            if isinstance(module, nn.Conv2d):
                module.register_forward_hook(lambda _, __, out, seen=seen: seen.append(out.shape[-1]))
        assert network(torch.zeros(1, 3, 32, 32)).shape == (1, 2)
        sides.append(seen)
    assert sides == [[32, 32, 16, 16], [32, 16, 16, 8]]


def test_convolutions_begin_by_passing_their_inputs_on() -> None:
    design = NetworkDesign(blocks=1, convolutions=2, channels=4, dropout=0.0)
    network = build("custom", classes=2, channels=3, input_size=8, dropout=0.0, design=design)
    first, second = (module for module in network.modules() if isinstance(module, nn.Conv2d))
    images = torch.rand(2, 3, 8, 8)
    torch.testing.assert_close(first(images)[:, :3], images)
    torch.testing.assert_close(second(first(images)), first(images))


def test_the_quick_network_learns_some_cifar_photos(data_folder: Path, tmp_path: Path) -> None:
    source = data_folder / "cifar10.zip"
    if not source.is_file():
        pytest.skip(f"needs {source.name}")
    photos = tmp_path / "photos"
    with zipfile.ZipFile(source) as archive:
        names = [name for name in archive.namelist() if name.endswith(".jpg") and "train/" in name]
        for kind in ("automobile", "frog"):
            chosen = [name for name in names if f"/{kind}/" in f"/{name}"][:150]
            for name in chosen:
                archive.extract(name, photos)
    run = tmp_path / "run"
    run.mkdir()
    config = tiny_config(
        epochs=8,
        batch_size=32,
        optimizer="sgd",
        learning_rate=0.1,
        momentum=0.85,
        weight_decay=0.001,
        augmentation="custom",
        augmentations={"alternating_flip": 1.0, "shift": 0.25},
        dropout=0.0,
    )
    config = replace(config, {"design": DESIGN_PRESETS["quick"][1]})
    root = next(path.parent for path in photos.rglob("automobile"))
    _, result = drive(train(catalog_of(root), config, run, device="cpu"))
    assert result.validation is not None
    assert result.validation.accuracy > 0.8
