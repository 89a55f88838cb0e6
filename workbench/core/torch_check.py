"""What torch can do on this computer: graphics cards, mixed precision, and a network trained for a moment."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from workbench.core import devices
from workbench.core.messages import Message
from workbench.core.timing import rate
from workbench.core.training.amp import choose_amp

_GIGABYTE = 1e9
_SLOW_STEPS = 4.0
"""Steps a second of the self-test under which training takes hours; a laptop of 2020 makes some 20."""


@dataclass(frozen=True)
class Examined:
    """What `examine` found.

    Attributes:
        facts, tested: Plain JSON values by name: of this computer, and of the network that was trained.
        warnings: What is slow or impossible here, and what to do about it.
    """

    facts: dict[str, Any]
    tested: dict[str, Any]
    warnings: tuple[Message, ...] = ()


def examine(seconds: float) -> Examined:
    """Looks at devices, and trains a small network for about so many seconds."""
    device = devices.choose("auto")
    tested, warnings = _self_test(device, seconds), list[Message]()
    if tested["training_steps_per_second"] < _SLOW_STEPS:
        warnings.append(Message("self_test_slow", {"rate": tested["training_steps_per_second"]}))
    if not tested["finite"]:
        warnings.append(Message("self_test_wrong"))
    graphics, complaints = _graphics_cards()
    facts = {
        "training_threads": torch.get_num_threads(),
        "graphics_cards": graphics,
        "device": str(device),
        "mixed_precision": choose_amp("auto", device).name,
        "cpu_bf16": devices.cpu_has_bf16(),
        "gpu_bf16": device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False),
    }
    return Examined(facts, tested, (*warnings, *complaints))


def card_complaint(
    name: str, capability: tuple[int, int], kernels: Sequence[str], runs: bool
) -> Message | None:
    """What is wrong with a graphics card, None where it can train.

    Args:
        name: The card's own name.
        capability: Its compute capability, major and minor.
        kernels: What this torch was built for, as `torch.cuda.get_arch_list()` gives it: `sm_90` holds
            for 9.x from 9.0 up, `compute_90` is translated for anything newer.
        runs: Whether a real kernel ran on it.
    """
    major, minor = capability
    if not any(_covers(kernel, major, minor) for kernel in kernels):
        return Message("no_kernels", {"name": name, "capability": f"{major}.{minor}"})
    return None if runs else Message("card_does_not_answer", {"name": name})


def _covers(kernel: str, major: int, minor: int) -> bool:
    kind, _, digits = kernel.partition("_")
    digits = digits.rstrip("af")  # sm_90a and sm_120f: the same card, more instructions
    built = (int(digits[:-1]), int(digits[-1]))
    if kind == "compute":
        return built <= (major, minor)
    return built[0] == major and built[1] <= minor


def _graphics_cards() -> tuple[list[dict[str, Any]], list[Message]]:
    if torch.version.cuda is None:
        return [], [Message("torch_without_cuda")]
    if not torch.cuda.is_available():
        if shutil.which("nvidia-smi") is not None:
            return [], [Message("driver_too_old", {"cuda": torch.version.cuda})]
        return [], [Message("no_nvidia_card")]
    cards, complaints = [], []
    for index in range(torch.cuda.device_count()):
        properties = torch.cuda.get_device_properties(index)
        capability = torch.cuda.get_device_capability(index)
        runs = devices.cuda_works(index)
        cards.append(
            {
                "name": properties.name,
                "capability": f"{capability[0]}.{capability[1]}",
                "memory_gb": properties.total_memory / _GIGABYTE,
                "works": runs,
            }
        )
        complaints.append(card_complaint(properties.name, capability, torch.cuda.get_arch_list(), runs))
    return cards, [complaint for complaint in complaints if complaint is not None]


def _self_test(device: torch.device, seconds: float) -> dict[str, Any]:
    """Trains a small network, as often as fits into the time."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = torch.nn.Sequential(
            torch.nn.Conv2d(3, 32, 3, stride=2), torch.nn.ReLU(), torch.nn.Conv2d(32, 64, 3, stride=2),
            torch.nn.ReLU(), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(64, 10),
        ).to(device)  # fmt: skip
        images, targets = torch.rand(32, 3, 96, 96, device=device), torch.arange(32, device=device) % 10
    optimizer = torch.optim.AdamW(network.parameters())
    amp = choose_amp("auto", device)
    losses: list[float] = []

    def step() -> None:
        optimizer.zero_grad()
        with amp.autocast():
            loss = torch.nn.functional.cross_entropy(network(images), targets)
        amp.backward(loss)
        amp.unscale(optimizer)
        amp.step(optimizer, finite=True)
        losses.append(loss.item())

    step()  # the first one also sets things up
    return {
        "training_steps_per_second": rate(step, seconds),
        "finite": bool(np.isfinite(losses).all()),
    }
