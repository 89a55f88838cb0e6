"""Pretrained weights of an architecture: found, fetched, checked, and fitted onto a model."""

from __future__ import annotations

import math
import re
from collections.abc import Generator
from pathlib import Path

from timm.layers.pos_embed import resample_abs_pos_embed
from torch import Tensor, nn

from workbench.core.architectures.architecture import Architecture, WeightsSource
from workbench.core.architectures.build import head_of
from workbench.core.errors import InputError, WorkbenchError
from workbench.core.events import Progress
from workbench.core.files import sha256_of
from workbench.core.jobs import StopRequested, never
from workbench.core.messages import Message
from workbench.core.weights import hub, stored
from workbench.core.weights.download import download
from workbench.core.weights.lite_names import named_by_stage, without_head
from workbench.core.weights.tensors import read_tensors


def fetch(
    row: Architecture, *, weights_file: Path | None = None, stop: StopRequested = never
) -> Generator[Progress, None, dict[str, Tensor]]:
    """Finds the pretrained weights of an architecture, downloading them if need be.

    Yields progress of the download in bytes; nothing where the weights are on this computer.

    Args:
        row: The architecture.
        weights_file: A file that the person has, instead of the architecture's own source.
        stop: Asked while downloading.

    Returns:
        The tensors on the CPU, by the names that their publisher gave them; packaged ones by timm's.
        See `apply`.

    Raises:
        InputError: The architecture has no pretrained weights, or the file cannot be used.
        ResourceError: They cannot be downloaded.
        Stopped: `stop` said so.
    """
    if weights_file is not None:
        return read_tensors(weights_file)
    if row.weights is None:
        raise InputError("no_weights", architecture=row.name)
    if row.weights.kind == "package":
        tensors: dict[str, Tensor] = {}
        for part, package in zip(row.prefixes, row.weights.location.split(), strict=True):
            named = named_by_stage(read_tensors(_packaged(package)))
            named = without_head(named) if row.parts else named
            tensors |= {f"{part}{name}": value for name, value in named.items()}
        return tensors
    return read_tensors((yield from _downloaded(row.weights, stop)))


def apply(model: nn.Module, row: Architecture, tensors: dict[str, Tensor]) -> None:
    """Puts pretrained weights into a model, in place.

    Names and shapes must match exactly, except that the head is left as it is where it is missing or
    has another number of classes, that a first convolution for grey values takes the sum over the
    colours, and that position embeddings are resampled to the model's input size.

    Args:
        model: Made by `build` for this row.
        row: The architecture.
        tensors: What `fetch` returned.

    Raises:
        InputError: Anything else does not match; says what.
    """
    own = model.state_dict()
    head = next(name for name, module in model.named_modules() if module is head_of(model))
    weight = tensors.get(f"{head}.weight")
    if weight is None or weight.shape != own[f"{head}.weight"].shape:
        tensors = tensors | {name: own[name] for name in own if name.startswith(f"{head}.")}
    fitted = {name: _fit(value, own[name], name) if name in own else value for name, value in tensors.items()}
    _check_match(row, own, fitted)
    model.load_state_dict(fitted)


def _fit(value: Tensor, own: Tensor, name: str) -> Tensor:
    if value.shape == own.shape:
        return value
    if name == "pos_embed" and value.ndim == 3:
        # A square grid of patches, and before it the class token where there is one.
        tokens = value.shape[1] - math.isqrt(value.shape[1]) ** 2
        side = math.isqrt(own.shape[1])
        if tokens == own.shape[1] - side**2 <= 1:
            resampled: Tensor = resample_abs_pos_embed(value, [side, side], num_prefix_tokens=tokens)
            return resampled
    if value.ndim == own.ndim == 4 and (value.shape[1], own.shape[1]) == (3, 1):
        return value.sum(dim=1, keepdim=True)
    return value


def _check_match(row: Architecture, own: dict[str, Tensor], fitted: dict[str, Tensor]) -> None:
    missing = sorted(own.keys() - fitted.keys())
    unknown = sorted(fitted.keys() - own.keys())
    misshapen = [
        f"{name} {tuple(fitted[name].shape)} instead of {tuple(own[name].shape)}"
        for name in own
        if name in fitted and fitted[name].shape != own[name].shape
    ]
    if not (missing or unknown or misshapen):
        return
    raise InputError(
        "weights_do_not_fit",
        "\n".join(
            f"{kind}: " + ", ".join(names[:20])
            for kind, names in (("missing", missing), ("unknown", unknown), ("shape", misshapen))
            if names
        ),
        architecture=row.name,
        missing=len(missing),
        unknown=len(unknown),
        misshapen=len(misshapen),
    )


def _packaged(package: str) -> Path:
    """The weights file inside an installed package; the start of its SHA-256 stands in its name."""
    file = stored.packaged(package)
    if file is None:
        raise WorkbenchError("own_weights_missing", package=package)
    if not sha256_of(file).startswith(_prefix(file.name)):
        raise WorkbenchError("own_weights_damaged", str(file))
    return file


def _downloaded(source: WeightsSource, stop: StopRequested) -> Generator[Progress, None, Path]:
    path = stored.path_of(source.location)
    if path.exists():
        if stored.is_intact(path):
            return path
        yield Progress("download", 0, 0, Message("weights_fetched_again"))
        stored.discard(path)
    if source.kind == "torchvision":
        prefix = _prefix(source.location)
        return (yield from download(source.location, path, sha256_prefix=prefix, stop=stop))
    found = hub.locate(source.location)
    return (yield from download(found.url, path, sha256=found.sha256, size=found.size, stop=stop))


def _prefix(name: str) -> str:
    """The first digits of the SHA-256, as torch's own files carry them in their names."""
    found = re.search(r"-([0-9a-f]{8,64})\.pth$", name)
    if found is None:
        raise ValueError(f"no hash in the file name {name}")
    return found[1]
