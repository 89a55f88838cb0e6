"""Tensors of a packaged weights file as NumPy arrays: data only, nothing in it is run. No torch in here."""

from __future__ import annotations

import math
import pickle
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from workbench.core.errors import InputError

Array = NDArray[Any]
_MAGIC = 0x1950A86A20F9469CFC6C
_VERSION = 1001
_STORAGES: dict[str, np.dtype[Any]] = {
    "FloatStorage": np.dtype("<f4"),
    "HalfStorage": np.dtype("<f2"),
    "LongStorage": np.dtype("<i8"),
}


def read_arrays(path: Path) -> dict[str, Array]:
    """Reads a dictionary of tensors that `torch.save` wrote before version 1.6, by name and in its order.

    That is a row of pickles, then the numbers of each storage behind their count
    (`torch/serialization.py`, `_legacy_load`). Of all that a pickle may ask for, only tensors, their storages
    and dictionaries are made.

    Raises:
        InputError: The file cannot be read, is of another kind, or holds anything else.
    """
    try:
        with path.open("rb") as file:
            arrays = _arrays(file, path.stat().st_size)
    except OSError as error:
        raise InputError("weights_unreadable", str(error), path=str(path)) from error
    except Exception as error:  # a damaged or hostile pickle can end its reader in any way
        raise InputError("weights_damaged", repr(error), name=path.name) from error
    broken = [name for name, array in arrays.items() if not np.isfinite(array).all()]
    if broken:
        raise InputError("weights_not_finite", "Tensors: " + ", ".join(broken[:20]), name=path.name)
    return arrays


@dataclass
class _Storage:
    type: np.dtype[Any]
    count: int
    numbers: Array | None = None


@dataclass
class _Tensor:
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def array(self) -> Array:
        numbers = self.storage.numbers
        last = self.offset + sum(s * (n - 1) for s, n in zip(self.strides, self.shape, strict=True))
        plain = min((self.offset, *self.shape, *self.strides), default=0) >= 0 and 0 not in self.shape
        # A view may repeat its numbers: a few bytes can claim to be a tensor of terabytes.
        if numbers is None or not plain or last >= len(numbers) or math.prod(self.shape) > len(numbers):
            raise ValueError(f"a tensor of {self.shape} does not fit its storage")
        steps = [stride * numbers.itemsize for stride in self.strides]
        view = np.lib.stride_tricks.as_strided(numbers[self.offset :], self.shape, steps)
        return np.array(view, order="C")


class _Reader(pickle.Unpickler):
    """Makes storages and tensors, and nothing else that a pickle may name."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuilt
        if module == "torch" and name in _STORAGES:
            return _STORAGES[name]
        raise pickle.UnpicklingError(f"asks for {module}.{name}")

    def persistent_load(self, pid: Any) -> _Storage:
        kind, type_, key, _, count, *_ = pid
        if kind != "storage" or not isinstance(type_, np.dtype) or not isinstance(count, int) or count < 0:
            raise pickle.UnpicklingError(f"asks for {kind}")
        return self.storages.setdefault(str(key), _Storage(type_, count))


def _rebuilt(
    storage: _Storage, offset: int, shape: Sequence[int], strides: Sequence[int], *_: object
) -> _Tensor:
    return _Tensor(storage, int(offset), tuple(map(int, shape)), tuple(map(int, strides)))


def _arrays(file: BinaryIO, size: int) -> dict[str, Array]:
    if _Reader(file).load() != _MAGIC or _Reader(file).load() != _VERSION:
        raise ValueError("not written by torch.save")
    _Reader(file).load()  # about the computer that wrote it
    reader = _Reader(file)
    tensors = reader.load()
    for key in _Reader(file).load():
        storage = reader.storages[key]
        count = int.from_bytes(file.read(8), "little", signed=True)
        if count != storage.count or count * storage.type.itemsize > size - file.tell():
            raise ValueError(f"storage {key} is cut off")
        storage.numbers = np.frombuffer(file.read(count * storage.type.itemsize), storage.type)
    strangers = [name for name, tensor in tensors.items() if not isinstance(tensor, _Tensor)]
    if strangers:
        raise ValueError(f"not tensors: {strangers[:20]}")
    return {str(name): tensor.array() for name, tensor in tensors.items()}
