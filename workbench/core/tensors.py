"""Between NumPy's pixels and torch's."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray


def as_tensor(pixels: NDArray[np.uint8]) -> torch.Tensor:
    """Pixels of shape (N, height, width, channels) as a tensor (N, channels, height, width), not copied."""
    return torch.from_numpy(pixels).permute(0, 3, 1, 2)
