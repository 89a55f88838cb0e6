"""Mixed precision as one object, so that the training loop has no branches for it."""

from __future__ import annotations

import contextlib
from typing import Any

import torch
from torch import nn

from workbench.core.devices import cpu_has_bf16
from workbench.core.errors import InputError

_GENTLE_SCALE = 2.0**-10
"""A loss scale under this is no longer a transient overflow."""


class Amp:
    """No mixed precision; also the base of the others."""

    name = "off"

    def autocast(self) -> contextlib.AbstractContextManager[Any]:
        """The context that forward passes run in."""
        return contextlib.nullcontext()

    def backward(self, loss: torch.Tensor) -> None:
        """Back-propagates a loss."""
        loss.backward()  # type: ignore[no-untyped-call]

    def unscale(self, optimizer: torch.optim.Optimizer) -> None:
        """Makes the gradients true to size, before they are measured or clipped."""

    def clip(self, optimizer: torch.optim.Optimizer, norm: torch.Tensor, most: float) -> None:
        """Has the next step divide the gradients, so that their norm is at most `most`.

        Args:
            optimizer: A fused one: its kernel divides in the pass that it makes anyway.
            norm: Of all gradients together, scalar, on the device.
            most: Above 0.
        """
        optimizer.grad_scale = (norm / most).clamp(min=1.0)  # type: ignore[attr-defined]

    def step(self, optimizer: torch.optim.Optimizer, finite: torch.Tensor | bool) -> None:
        """Steps the optimizer unless the gradients are not finite.

        Args:
            optimizer: A fused one where `finite` is a tensor: its kernel reads the tensor where it
                lies and leaves the weights alone, so that nobody waits for the device.
            finite: True, or a bool tensor () on the device.
        """
        if isinstance(finite, torch.Tensor):
            optimizer.found_inf = finite.logical_not().float()  # type: ignore[attr-defined]
        optimizer.step()

    def expects_overflow(self) -> bool:
        """Whether a lost step is nothing to worry about; asked only after one, for it may wait."""
        return False

    def state(self) -> dict[str, float]:
        """What a resumed run needs."""
        return {}

    def load(self, state: dict[str, float]) -> None:
        """Takes up what `state` gave."""


class Bf16(Amp):
    """bfloat16 autocast: float32's range, so nothing needs scaling."""

    name = "bf16"

    def __init__(self, device: torch.device) -> None:
        self._device = device.type

    def autocast(self) -> contextlib.AbstractContextManager[Any]:
        """Autocast to bfloat16."""
        return torch.autocast(self._device, dtype=torch.bfloat16)


class Fp16(Amp):
    """float16 autocast with dynamic loss scaling (Micikevicius et al. 2018, arXiv:1710.03740)."""

    name = "fp16"

    def __init__(self) -> None:
        self._scaler = torch.amp.GradScaler("cuda")

    def autocast(self) -> contextlib.AbstractContextManager[Any]:
        """Autocast to float16."""
        return torch.autocast("cuda", dtype=torch.float16)

    def backward(self, loss: torch.Tensor) -> None:
        """Back-propagates the scaled loss."""
        self._scaler.scale(loss).backward()  # type: ignore[no-untyped-call]

    def unscale(self, optimizer: torch.optim.Optimizer) -> None:
        """Divides the gradients by the scale."""
        self._scaler.unscale_(optimizer)

    def clip(self, optimizer: torch.optim.Optimizer, norm: torch.Tensor, most: float) -> None:
        """Divides the gradients at once: the scaler keeps the optimizer's own factor for itself."""
        learning = [parameter for group in optimizer.param_groups for parameter in group["params"]]
        nn.utils.clip_grads_with_norm_(learning, most, norm)

    def step(self, optimizer: torch.optim.Optimizer, finite: torch.Tensor | bool) -> None:
        """Steps unless a gradient overflowed, which the scaler sees for itself; then adapts the scale."""
        self._scaler.step(optimizer)
        self._scaler.update()

    def expects_overflow(self) -> bool:
        """Overflows are how the scale is found, until it is very small."""
        return self._scaler.get_scale() > _GENTLE_SCALE

    def state(self) -> dict[str, float]:
        """The scaler's state."""
        return {name: float(value) for name, value in self._scaler.state_dict().items()}

    def load(self, state: dict[str, float]) -> None:
        """Takes up the scaler's state."""
        if state:
            whole = {
                name: int(value) if name.startswith("_growth") else value for name, value in state.items()
            }
            whole["growth_interval"] = int(state["growth_interval"])
            self._scaler.load_state_dict(whole)


def choose_amp(wanted: str, device: torch.device) -> Amp:
    """The mixed precision for a device.

    Args:
        wanted: `auto`, `off`, `bf16` or `fp16`.
        device: What the model runs on.

    Raises:
        InputError: The device cannot do what is asked for, or would only be slower.
    """
    on_gpu = device.type == "cuda"
    able = torch.cuda.is_bf16_supported(including_emulation=False) if on_gpu else cpu_has_bf16()
    if wanted == "off" or (wanted == "auto" and not on_gpu and not able):
        return Amp()
    if wanted == "fp16" and not on_gpu:
        raise InputError("no_fp16")
    if wanted == "bf16" and not able:
        raise InputError("slow_bf16")
    return Bf16(device) if able and wanted != "fp16" else Fp16()
