"""Attacks on networks: within their bounds, never in vain, and the same as a hand-written one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tests.core.training_help import drive, small_folder, tiny_config
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.scan import scan
from workbench.core.learning import train
from workbench.core.models.classifier import Classifier
from workbench.core.stress.attacks import fgsm, gradient, pgd
from workbench.core.stress.jobs import stress_run

Doubles = NDArray[np.float64]


class Tiny(nn.Module):
    def __init__(self, seed: int) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(3 * 4 * 4, 8), nn.Tanh(), nn.Linear(8, 3))
        self.double()

    def forward(self, pixels: Tensor) -> Tensor:
        found: Tensor = self.layers(pixels / 255)
        return found


def pictures(seed: int, count: int = 6) -> tuple[Tensor, Tensor]:
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (count, 3, 4, 4)).astype(np.float64)
    return torch.from_numpy(pixels), torch.from_numpy(random.integers(0, 3, count))


def by_hand(network: Tiny, pixels: Doubles, targets: NDArray[np.int64]) -> tuple[Doubles, Doubles]:
    """Losses and their gradient by the pixels, by the chain rule in NumPy."""
    first, last = (network.layers[place] for place in (1, 3))
    w1, b1, w2, b2 = (each.detach().numpy() for each in (first.weight, first.bias, last.weight, last.bias))
    hidden = np.tanh(pixels.reshape(len(pixels), -1) / 255 @ w1.T + b1)
    logits = hidden @ w2.T + b2
    shares = np.exp(logits - logits.max(1, keepdims=True))
    shares /= shares.sum(1, keepdims=True)
    losses = -np.log(shares[np.arange(len(pixels)), targets])
    error = shares.copy()
    error[np.arange(len(pixels)), targets] -= 1
    slope = ((error @ w2) * (1 - hidden**2)) @ w1 / 255
    return losses, slope.reshape(pixels.shape)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("eps", [1, 2, 4, 8])
def test_they_are_what_a_hand_computation_gives(seed: int, eps: int) -> None:
    network, (pixels, targets) = Tiny(seed), pictures(seed)
    origin, true = pixels.numpy(), targets.numpy()

    def step(at: Doubles, size: int) -> Doubles:
        moved = at + size * np.sign(by_hand(network, at, true)[1])
        return np.clip(np.clip(moved, origin - eps, origin + eps), 0, 255)

    at = step(origin, eps)
    assert np.array_equal(fgsm(network, pixels, targets, eps).numpy(), at)
    worst, highest = at, by_hand(network, at, true)[0]
    for _ in range(10):
        at = step(at, max(1, round(eps / 4)))
        losses = by_hand(network, at, true)[0]
        higher = losses > highest
        worst, highest = np.where(higher[:, None, None, None], at, worst), np.maximum(highest, losses)
    assert np.array_equal(pgd(network, pixels, targets, eps).numpy(), worst)


@pytest.mark.parametrize("seed", range(20))
def test_bounds_hold_losses_rise_and_several_steps_are_no_weaker(seed: int) -> None:
    network, (pixels, targets) = Tiny(seed), pictures(100 + seed)
    before = pixels.clone()
    losses = gradient(network, pixels, targets)[0]
    for eps in (1, 2, 4, 8):
        one, several = fgsm(network, pixels, targets, eps), pgd(network, pixels, targets, eps)
        stopped = pgd(network, pixels, targets, eps, until_wrong=True)
        for changed in (one, several, stopped):
            assert (changed - pixels).abs().max() <= eps
            assert 0 <= changed.min() <= changed.max() <= 255
            assert torch.equal(changed, changed.round())
        of_one, of_several = (gradient(network, each, targets)[0] for each in (one, several))
        assert bool((of_several >= of_one - 1e-12).all())
        assert float(of_one.mean()) > float(losses.mean())
        wrong = gradient(network, one, targets)[2]
        assert bool(gradient(network, stopped, targets)[2][wrong].all())
    assert torch.equal(pixels, before)


@pytest.mark.e2e
@pytest.mark.parametrize("kind", ["instant", "two", "scratch"])
def test_a_real_model_is_misled_by_what_nobody_sees(
    kind: str, drawn_pair: Path, tmp_path: Path, ready_backbone: None
) -> None:
    config = (
        tiny_config() if kind == "scratch" else TrainingConfig(networks="two" if kind == "two" else "one")
    )
    for subset, each in (("train", 16), ("val", 6)):
        small_folder(drawn_pair / subset, tmp_path / "photos" / subset, 2, each)
    folder = tmp_path / "photos" / ("train" if kind == "instant" else "")
    run = tmp_path / "run"
    run.mkdir()
    drive(train(drive(scan(folder))[1], config, run, device="cpu"))
    found = drive(stress_run(run, Classifier.load(run, device="cpu"), "attacks", photos=6))[1]
    assert found.tested.how == ("cross_validated" if kind == "instant" else "validation")
    one, several = found.rows
    assert (one.key, several.key) == ("fgsm", "pgd")
    accuracies = [point.accuracy for point in several.points]
    assert accuracies == sorted(accuracies, reverse=True)
    for each, other in zip(several.points, one.points, strict=True):
        assert each.accuracy <= other.accuracy
    assert all(point.picture for row in found.rows for point in (row.undisturbed, *row.points))
    if kind != "scratch":
        assert several.points[-1].accuracy < several.undisturbed.accuracy
