"""What this machine computes on, and what it is good at."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch

from workbench.core.errors import InputError
from workbench.core.hardware import processor


def choose(device: str = "auto") -> torch.device:
    """The device that `auto`, `cpu` or `cuda` stands for on this machine.

    Raises:
        InputError: A GPU is asked for and there is none that works.
    """
    if device == "cpu":
        return torch.device("cpu")
    usable = cuda_works()
    if device not in ("auto", "cuda"):
        raise InputError("no_such_device", device=device)
    if device == "cuda" and not usable:
        raise InputError("no_graphics_card")
    return torch.device("cuda:0" if usable else "cpu")


def cuda_works(index: int = 0) -> bool:
    """Whether the installed torch has kernels for a graphics card and one of them runs."""
    if not torch.cuda.is_available():
        return False
    try:
        return bool((torch.ones(8, device=f"cuda:{index}") * 2).sum().item() == 16.0)
    except RuntimeError:  # no kernel image for this card, or a driver that is too old
        return False


def name_of(device: torch.device) -> str:
    """The processor's or the card's own name, for people."""
    if device.type == "cuda":
        return str(torch.cuda.get_device_name(device))
    return processor()


@contextlib.contextmanager
def in_float32() -> Iterator[None]:
    """Has float32 computed in float32 on a graphics card, too.

    Left to itself, cuDNN takes TF32 for convolutions, which keeps ten bits of the numbers.
    """
    parts = (torch.backends.cudnn.conv, torch.backends.cuda.matmul)  # type: ignore[attr-defined] # no stub
    before = [part.fp32_precision for part in parts]
    try:
        for part in parts:
            part.fp32_precision = "ieee"
        yield
    finally:
        for part, precision in zip(parts, before, strict=True):
            part.fp32_precision = precision


def cpu_capabilities() -> dict[str, object]:
    """The processor's features as torch reads them; empty where this torch cannot tell."""
    read = getattr(torch.cpu, "get_capabilities", None)
    return dict(read()) if read is not None else {}


def cpu_has_bf16() -> bool:
    """Whether bf16 is faster here: elsewhere its products were measured 44 to 499 times slower."""
    able = cpu_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))
