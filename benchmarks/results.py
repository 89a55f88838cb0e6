"""What was measured, on which machine, with which versions: one JSON file, which the page is made from."""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import os
import platform
from pathlib import Path
from typing import Any

import psutil

from benchmarks.contest import Measured
from workbench.core.hardware import has_gpu, processor

FILE = Path(__file__).with_name("results.json")
_PACKAGES = ("torch", "torchvision", "timm", "openvino", "onnxruntime", "numpy", "scipy", "pillow",
             "PySide6-Essentials", "fastai", "scikit-learn")  # fmt: skip


def read(file: Path = FILE) -> dict[str, Any]:
    """Everything that has been measured, by benchmark; empty where nothing has."""
    return json.loads(file.read_text()) if file.is_file() else {}


def measured(entry: dict[str, Any]) -> Measured:
    """The runs of one benchmark's entry."""
    return Measured(entry["contestants"])


def begin(name: str, command: str, *, adding: bool, file: Path = FILE) -> dict[str, Any]:
    """A benchmark's entry to add runs to: a new one, or the old one where it is the same machine.

    Raises:
        SystemExit: Runs of another machine or other versions cannot be added to.
    """
    fresh = {"commands": [command], "date": _today(), "machine": machine(), "versions": versions()}
    old = read(file).get(name)
    if not adding or old is None:
        return {**fresh, "contestants": {}}
    if any(old[key] != fresh[key] for key in ("machine", "versions")):
        raise SystemExit(f"{name} was measured on another machine or with other versions; leave --add away.")
    return {**old, "date": fresh["date"], "commands": [*old["commands"], command]}


def write(name: str, entry: dict[str, Any], file: Path = FILE) -> None:
    """Puts a benchmark's entry into the file."""
    everything = {**read(file), name: entry}
    part = file.with_suffix(".part")
    part.write_text(json.dumps(everything, indent=1, sort_keys=True) + "\n")
    part.replace(file)


def machine() -> dict[str, Any]:
    """What it was measured on."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "gpu": _gpu(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def versions() -> dict[str, str]:
    """The versions of the packages that make the figures."""
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _gpu() -> str:
    if not has_gpu():
        return ""
    from workbench.core import devices

    device = devices.choose()
    return devices.name_of(device) if device.type == "cuda" else ""


def _today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()
