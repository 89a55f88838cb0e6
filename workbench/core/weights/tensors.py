"""Reading a weights file that may come from anywhere: nothing in it is ever run."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from workbench.core.errors import InputError

MAX_HEADER = 8_000_000
MAX_TENSORS = 20_000
_DTYPES = {
    torch.float16,
    torch.bfloat16,
    torch.float32,
    torch.float64,
    torch.int32,
    torch.int64,
}
_NESTED = ("state_dict", "model", "model_state_dict")


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Reads the tensors of a .safetensors, .pth or .pt file onto the CPU.

    Args:
        path: The file. Of a .pth or .pt file only plain tensors are read (`weights_only`), either
            at its top or under one of the usual names for them.

    Raises:
        InputError: The file cannot be read, is of another kind, holds anything but tensors, or
            holds values that are not finite.
    """
    try:
        match path.suffix.lower():
            case ".safetensors":
                tensors = _read_safetensors(path)
            case ".pth" | ".pt":
                tensors = _read_pickled(path)
            case _:
                raise InputError("weights_unsafe", name=path.name)
    except OSError as error:
        raise InputError("weights_unreadable", str(error), path=str(path)) from error
    strange = [name for name, tensor in tensors.items() if not _is_plain(tensor)]
    if strange:
        raise _not_weights(path, "not plain numbers: " + ", ".join(strange[:20]))
    broken = [n for n, t in tensors.items() if t.is_floating_point() and not torch.isfinite(t).all()]
    if broken:
        raise InputError("weights_not_finite", "Tensors: " + ", ".join(broken[:20]), name=path.name)
    return tensors


def _read_safetensors(path: Path) -> dict[str, Tensor]:
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8).ljust(8, b"\xff"))
        if length > MAX_HEADER:
            raise _not_weights(path, f"header of {length} bytes, at most {MAX_HEADER} are accepted")
        header = file.read(length)
    try:
        count = len(json.loads(header))
    except (ValueError, TypeError, RecursionError) as error:
        raise _not_weights(path, str(error)) from error
    if count > MAX_TENSORS:
        raise _not_weights(path, f"{count} tensors, at most {MAX_TENSORS} are accepted")
    try:
        return safetensors.torch.load_file(path, device="cpu")
    except (safetensors.SafetensorError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise _not_weights(path, str(error)) from error


def _read_pickled(path: Path) -> dict[str, Tensor]:
    try:
        loaded: Any = torch.load(path, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except Exception as error:  # A hostile or broken file can end the reader in any way
        raise _not_weights(path, str(error)) from error
    for name in _NESTED:
        if isinstance(loaded, dict) and isinstance(loaded.get(name), dict):
            loaded = loaded[name]
    if not isinstance(loaded, dict) or not loaded:
        raise _not_weights(path, f"holds a {type(loaded).__name__}")
    strangers = [str(n) for n, t in loaded.items() if not isinstance(n, str) or not isinstance(t, Tensor)]
    if strangers or len(loaded) > MAX_TENSORS:
        raise _not_weights(path, "not tensors: " + ", ".join(strangers[:20]))
    return {name.removeprefix("module."): tensor for name, tensor in loaded.items()}


def _is_plain(tensor: Tensor) -> bool:
    """Whether a tensor is what it says: a few bytes can claim to be a tensor of terabytes."""
    if tensor.layout != torch.strided or tensor.device.type != "cpu" or tensor.dtype not in _DTYPES:
        return False
    return tensor.numel() * tensor.element_size() <= tensor.untyped_storage().nbytes()


def _not_weights(path: Path, details: str) -> InputError:
    return InputError("weights_damaged", details, name=path.name)
