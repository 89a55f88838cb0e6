"""What this computer can do, and what would make training slow or impossible."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import io
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import psutil
from PIL import Image

from workbench.core.config.training_config import TrainingConfig
from workbench.core.edition import edition, has_torch
from workbench.core.errors import ResourceError
from workbench.core.features.backbone import backbone_of
from workbench.core.features.runtime_choice import remembered_choice
from workbench.core.hardware import processor
from workbench.core.images.loader import decode
from workbench.core.messages import Message
from workbench.core.paths import cache_dir, data_dir
from workbench.core.timing import rate
from workbench.core.torch_lock import torch_loading
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

    The light edition trains nothing.

    Args:
        seconds: How long the self-test may train.
    """
    warnings: list[Message] = []
    tested: dict[str, Any] = {"photos_decoded_per_second": _decoded_per_second(seconds / 4)}
    device: dict[str, Any] = {"device": "cpu", "graphics_cards": []}
    if has_torch():
        with torch_loading:
            from workbench.core import torch_check  # loads torch

        found = torch_check.examine(seconds)
        device, tested = found.facts, tested | found.tested
        warnings += found.warnings
    else:
        warnings.append(Message("light_edition"))
    data, cache, complaints = _home()
    disk, memory = _room(data)
    warnings += [*complaints, *_room_warnings(disk, memory, data)]
    facts = {
        "workbench": __version__,
        "edition": edition(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": {name: importlib.metadata.version(name) for name in _PACKAGES if _is_installed(name)},
        "processor": processor(),
        "cores": os.cpu_count(),
        **device,
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


def _decoded_per_second(seconds: float) -> float:
    photo = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 255, (750, 1000, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(photo, "JPEG", quality=85)
    return rate(lambda: decode(photo, "self-test.jpg", short_side=224), seconds)


def _is_installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
