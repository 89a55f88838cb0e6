"""Weights files from anywhere: read when they are plain tensors, refused with a sentence when not."""

from __future__ import annotations

import json
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from workbench.core.errors import InputError
from workbench.core.weights.tensors import MAX_HEADER, MAX_TENSORS, read_tensors

TENSORS = {"a.weight": torch.arange(12.0).reshape(3, 4), "a.bias": torch.tensor([1, 2, 3])}


def with_header(header: bytes, body: bytes = b"", length: int | None = None) -> bytes:
    return struct.pack("<Q", len(header) if length is None else length) + header + body


def describing(dtype: str, shape: list[int], span: list[int], body: bytes = bytes(16)) -> bytes:
    header = {"w": {"dtype": dtype, "shape": shape, "data_offsets": span}}
    return with_header(json.dumps(header).encode(), body)


@pytest.mark.parametrize("suffix", [".safetensors", ".pth", ".PT"])
def test_plain_tensors_come_back_as_they_were(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"ein Gewicht – 重み{suffix}"
    if suffix == ".safetensors":
        safetensors.torch.save_file(TENSORS, path)
    else:
        torch.save(TENSORS, path)
    found = read_tensors(path)
    assert found.keys() == TENSORS.keys()
    assert all(torch.equal(found[name], TENSORS[name]) for name in TENSORS)


@pytest.mark.parametrize("name", ["state_dict", "model"])
def test_tensors_are_found_where_training_scripts_keep_them(tmp_path: Path, name: str) -> None:
    path = tmp_path / "run.pth"
    torch.save({name: {f"module.{key}": value for key, value in TENSORS.items()}, "epoch": 3}, path)
    assert read_tensors(path).keys() == TENSORS.keys()


class Canary:
    """Writes a file when it is unpickled without care."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return Path.write_text, (self.path, "the canary is dead")


@pytest.mark.parametrize("writer", ["torch", "pickle"])
def test_nothing_in_a_file_is_run(tmp_path: Path, writer: str) -> None:
    path, sign = tmp_path / "weights.pth", tmp_path / "sign"
    with path.open("wb") as file:
        if writer == "torch":
            torch.save({"weight": Canary(sign)}, file)
        else:
            pickle.dump({"weight": Canary(sign)}, file)
    with pytest.raises(InputError, match="damaged or is not a file of weights only"):
        read_tensors(path)
    assert not sign.exists()
    pickle.loads(pickle.dumps(Canary(sign)))
    assert sign.exists(), "the canary itself does not work"


@pytest.mark.parametrize("name", ["model.pkl", "model.ckpt", "model.pt2", "model.h5", "model.bin", "model"])
def test_other_kinds_of_files_are_not_opened(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    torch.save(TENSORS, path)
    with pytest.raises(InputError, match="safe to open") as refusal:
        read_tensors(path)
    assert ".safetensors" in refusal.value.hint


HOSTILE = {
    "empty": b"",
    "short": b"\x10\x00",
    "header longer than the file": with_header(b"{}", length=1000),
    "header over the cap": with_header(b" " * (MAX_HEADER + 1)),
    "header that claims exabytes": with_header(b"{}", length=2**62),
    "header is not JSON": with_header(b"{nope"),
    "header is a list": with_header(b"[1, 2]"),
    "header is a number": with_header(b"7"),
    "header nested without end": with_header(b"[" * 100_000),
    "shape larger than the data": describing("F32", [1_000_000, 1_000_000], [0, 16]),
    "shape that overflows": describing("F32", [2**32, 2**32, 2], [0, 16]),
    "offsets beyond the file": describing("F32", [4], [0, 10**12]),
    "offsets backwards": describing("F32", [4], [16, 0]),
    "unknown kind of number": describing("X99", [4], [0, 16]),
    "too many tensors": with_header(
        json.dumps(
            {f"t{n}": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for n in range(MAX_TENSORS + 1)}
        ).encode()
    ),
    "eight-bit floats": describing("F8_E4M3", [16], [0, 16]),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_safetensors_are_refused(tmp_path: Path, case: str) -> None:
    path = tmp_path / "weights.safetensors"
    path.write_bytes(HOSTILE[case])
    with pytest.raises(InputError, match="damaged or is not a file of weights only"):
        read_tensors(path)


@pytest.mark.parametrize(
    "content",
    [
        {"w": torch.zeros(1).expand(10**12)},
        {"w": torch.eye(3).to_sparse()},
        {"w": torch.empty(10**12, device="meta")},
        {"w": 3.0},
        {1: torch.zeros(1)},
        {},
        torch.zeros(3),
        [1, 2],
    ],
    ids=["expanded", "sparse", "meta", "number", "odd name", "nothing", "bare tensor", "list"],
)
def test_what_is_no_dictionary_of_plain_tensors_is_refused(tmp_path: Path, content: Any) -> None:
    path = tmp_path / "weights.pth"
    torch.save(content, path)
    with pytest.raises(InputError, match="damaged or is not a file of weights only"):
        read_tensors(path)


@pytest.mark.parametrize("cut", [0, 1, 100, -1])
def test_torn_files_are_refused(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "weights.pth"
    torch.save(TENSORS, path)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(InputError):
        read_tensors(path)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_numbers_that_are_not_finite_are_refused(tmp_path: Path, suffix: str, bad: float) -> None:
    path = tmp_path / f"weights{suffix}"
    tensors = {"fine": torch.zeros(2), "broken": torch.tensor([0.0, bad])}
    if suffix == ".safetensors":
        safetensors.torch.save_file(tensors, path)
    else:
        torch.save(tensors, path)
    with pytest.raises(InputError, match="not finite") as refusal:
        read_tensors(path)
    assert "broken" in refusal.value.details


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for name in ("lost.safetensors", "lost.pth"):
        with pytest.raises(InputError, match="cannot be read"):
            read_tensors(tmp_path / name)
