"""What this computer can do, and what would make training slow or impossible."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import io
import os
import platform
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import psutil
import torch
from PIL import Image

from workbench.core import devices
from workbench.core.config.training_config import TrainingConfig
from workbench.core.errors import ResourceError
from workbench.core.features.backbone import backbone_of
from workbench.core.features.runtime_choice import remembered_choice
from workbench.core.images.loader import decode
from workbench.core.messages import Message
from workbench.core.paths import cache_dir, data_dir
from workbench.core.training.amp import choose_amp
from workbench.version import __version__

_PACKAGES = (
    "torch",
    "torchvision",
    "timm",
    "torchmetrics",
    "numpy",
    "pillow",
    "safetensors",
    "PySide6-Essentials",
)
_RUNTIMES = {"OpenVINO": "openvino", "ONNX Runtime": "onnxruntime"}
_GIGABYTE = 1e9
_LOW_DISK, _LOW_MEMORY = 5.0, 4.0
_SLOW_STEPS = 4.0
"""Steps a second of the self-test under which training takes hours; a laptop of 2020 makes some 20."""


@dataclass(frozen=True)
class Findings:
    """What `examine` found.

    Attributes:
        facts: Plain JSON values by name.
        warnings: What is slow or impossible here, and what to do about it.
    """

    facts: dict[str, Any]
    warnings: tuple[Message, ...] = ()


def examine(seconds: float = 1.0) -> Findings:
    """Looks at versions, devices, disk and memory, and trains a small network for a moment.

    Args:
        seconds: How long the self-test may train.
    """
    warnings: list[Message] = []
    device = devices.choose("auto")
    tested = _self_test(device, seconds)
    data, cache, complaints = _home()
    disk, memory = _room(data)
    warnings += [*complaints, *_room_warnings(disk, memory, data)]
    if tested["training_steps_per_second"] < _SLOW_STEPS:
        warnings.append(Message("self_test_slow", {"rate": tested["training_steps_per_second"]}))
    if not tested["finite"]:
        warnings.append(Message("self_test_wrong"))
    graphics, complaints = _graphics_cards()
    warnings += complaints
    able = devices.cpu_has_bf16()
    facts = {
        "workbench": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": {name: importlib.metadata.version(name) for name in _PACKAGES if _is_installed(name)},
        "processor": devices.name_of(torch.device("cpu")),
        "cores": os.cpu_count(),
        "training_threads": torch.get_num_threads(),
        "graphics_cards": graphics,
        "device": str(device),
        "mixed_precision": choose_amp("auto", device).name,
        "cpu_bf16": able,
        "gpu_bf16": device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False),
        "feature_engine": _feature_runtime(),
        "engines": {name: importlib.util.find_spec(module) is not None for name, module in _RUNTIMES.items()},
        "free_disk_gb": disk,
        "free_memory_gb": memory,
        "self_test": tested,
        "data_folder": data,
        "cache_folder": cache,
    }
    if sys.flags.optimize > 1:
        warnings.append(Message("python_without_docstrings"))
    return Findings(facts, tuple(warnings))


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


def _home() -> tuple[str, str, list[Message]]:
    """The folders of the program's own, "" for one that there is not, and why there is not."""
    found, complaints = [], []
    for folder in (data_dir, cache_dir):
        try:
            found.append(str(folder()))
        except ResourceError as error:
            found.append("")
            complaints.append(error.message)
    return found[0], found[1], complaints[:1]


def _feature_runtime() -> dict[str, Any]:
    """The engines that compute features here and their photos a second; empty until they were measured."""
    backbone = backbone_of(TrainingConfig())
    measured = remembered_choice(backbone, "cuda") or remembered_choice(backbone)
    if measured is None:
        return {}
    return {
        "engine": measured.runtime,
        "photos_per_second": measured.rates[measured.runtime],
        "answers_with": measured.exact,
        "answers_per_second": measured.rates[measured.exact],
    }


def _room(data: str) -> tuple[float, float]:
    """Free gigabytes on the disk of the program's data, or else of the system, and of memory."""
    free = shutil.disk_usage(data or os.path.abspath(os.sep)).free
    return free / _GIGABYTE, psutil.virtual_memory().available / _GIGABYTE


def _room_warnings(disk: float, memory: float, data: str) -> list[Message]:
    warnings = []
    if disk < _LOW_DISK:
        warnings.append(Message("low_disk", {"free": disk, "folder": data}))
    if memory < _LOW_MEMORY:
        warnings.append(Message("low_memory", {"free": memory}))
    return warnings


def _self_test(device: torch.device, seconds: float) -> dict[str, Any]:
    """Decodes a photo and trains a small network, as often as fits into the time."""
    photo = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 255, (750, 1000, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(photo, "JPEG", quality=85)
    decoded = _rate(lambda: decode(photo, "self-test.jpg", short_side=224), seconds / 4)

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
        "photos_decoded_per_second": decoded,
        "training_steps_per_second": _rate(step, seconds),
        "finite": bool(np.isfinite(losses).all()),
    }


def _rate(work: Any, seconds: float) -> float:
    begun, count = time.monotonic(), 0
    while (passed := time.monotonic() - begun) < seconds or not count:
        work()
        count += 1
    return count / max(passed, 1e-9)


def _is_installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
