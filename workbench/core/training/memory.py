"""Where memory runs out: fewer photos at a time, and the result stays the same."""

from __future__ import annotations

import gc

import torch
from torch import nn

from workbench.core.errors import ResourceError
from workbench.core.events import Note


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, on the GPU or in the computer."""
    words = ("out of memory", "can't allocate memory", "not enough memory", "CUBLAS_STATUS_ALLOC_FAILED")
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or any(
        word in str(error) for word in words
    )


def smallest_batch(model: nn.Module) -> int:
    """1, or 2 for a model with BatchNorm, which has nothing to normalise in a single sample."""
    has_batch_norm = any(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in model.modules())
    return 2 if has_batch_norm else 1


def halved(micro_batch: int, smallest: int) -> int:
    """Half a micro-batch, at least the smallest.

    Raises:
        ResourceError: It is as small as can be.
    """
    if micro_batch <= smallest:
        raise too_little()
    return max(smallest, micro_batch // 2)


def too_little() -> ResourceError:
    """The error for a model that cannot be trained here."""
    return ResourceError("memory_full")


def release(optimizer: torch.optim.Optimizer, device: torch.device) -> None:
    """Gives back what a failed step holds."""
    optimizer.zero_grad(set_to_none=True)
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()


def was_short(micro_batch: int) -> Note:
    """Tells the person."""
    return Note("out_of_memory", {"count": micro_batch})
