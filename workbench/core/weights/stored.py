"""Downloaded weights on the disk, each with a record of its SHA-256 beside it. No torch in here."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Literal

from workbench.core.architectures.architecture import Architecture, WeightsSource
from workbench.core.files import atomic_write, sha256_of
from workbench.core.paths import cache_dir


def path_of(location: str) -> Path:
    """Where the weights from a URL or a hub repository (`owner/name`) are kept, once downloaded."""
    folder = cache_dir() / "weights"
    if "://" in location:
        return folder / location.rsplit("/", 1)[-1]
    return folder / (location.replace("/", "--") + ".safetensors")


def packaged(package: str) -> Path | None:
    """The weights file inside an installed package, None where there is none."""
    spec = importlib.util.find_spec(package)
    folders = list(spec.submodule_search_locations or []) if spec else []
    return next((file for folder in folders for file in sorted(Path(folder).rglob("*.pth"))), None)


def packaged_files(source: WeightsSource) -> list[Path]:
    """The weights files inside installed packages, one for each part; none where one of them is missing."""
    if source.kind != "package":
        return []
    files = [file for package in source.location.split() if (file := packaged(package)) is not None]
    return files if len(files) == len(source.location.split()) else []


def id_of(source: WeightsSource, weights_file: Path | None = None) -> str:
    """Names the content of an architecture's pretrained weights; "" where they are not on this computer.

    Args:
        source: The architecture's own.
        weights_file: A file that the person has, instead.
    """
    if weights_file is not None:
        return sha256_of(weights_file) if weights_file.is_file() else ""
    if source.kind == "package":  # the start of its SHA-256 stands in the name of each file
        return "+".join(file.name for file in packaged_files(source))
    return str(_read_record(path_of(source.location)).get("sha256", ""))


def weights_state(row: Architecture) -> Literal["here", "download", "none"]:
    """Whether pretrained weights are on this computer, have to be downloaded, or do not exist."""
    if row.weights is None:
        return "none"
    if row.weights.kind == "package":
        return "here" if packaged_files(row.weights) else "none"
    return "here" if is_here(path_of(row.weights.location)) else "download"


def record(path: Path, url: str, sha256: str, size: int) -> None:
    """Notes what a file that has arrived is, so that later damage is noticed.

    Raises:
        ResourceError: The record cannot be written.
    """
    values = {"url": url, "sha256": sha256, "size": size}
    with atomic_write(_record_path(path)) as file:
        file.write(json.dumps(values, indent=2).encode())


def is_here(path: Path) -> bool:
    """Whether a file with its record is there, whole as far as its size tells."""
    recorded = _read_record(path)
    return bool(recorded) and path.is_file() and path.stat().st_size == recorded.get("size")


def is_intact(path: Path) -> bool:
    """Whether a file has, bit for bit, the content that was recorded when it arrived."""
    return is_here(path) and sha256_of(path) == _read_record(path).get("sha256")


def discard(path: Path) -> None:
    """Removes a file and its record, so that it is fetched again."""
    path.unlink(missing_ok=True)
    _record_path(path).unlink(missing_ok=True)


def _record_path(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _read_record(path: Path) -> dict[str, object]:
    try:
        values = json.loads(_record_path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # No record, or a damaged one: either way the file counts as not here.
        return {}
    return values if isinstance(values, dict) else {}
