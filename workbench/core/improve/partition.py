"""A backbone in two parts: frozen stages, and fine-tuned stages that learn from what those gave."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.architectures.pooled_stages import PooledStages, outputs_of, pooled, replace_module


class FrozenStages(nn.Module):
    """The first stages of a backbone; their weights stay.

    Args:
        stages: The whole backbone; copied, not changed.
    """

    def __init__(self, stages: PooledStages, key: str) -> None:
        super().__init__()
        row = architecture_of(key)
        self.model = _without(stages.model, row.tuned)
        self._key = key
        self._stages = [name for name in row.stages if name in row.frozen]

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Standardised images to the activation of the last of them and the pooled features of all."""
        activation, found = outputs_of(self.model, self._stages, images)
        return activation, torch.cat(pooled(self._key, found), 1).float()


class TunedStages(nn.Module):
    """The last stages of a backbone, or all of them where none is frozen.

    Its state has the names that `PooledStages` has, so that tuned weights can be put back.

    Args:
        stages: The whole backbone; copied, not changed.
        partitioned: Whether the frozen stages are left out.
    """

    def __init__(self, stages: PooledStages, key: str, *, partitioned: bool) -> None:
        super().__init__()
        row = architecture_of(key)
        left_out = row.frozen if partitioned else ()
        self.model = _without(stages.model, left_out)
        self._key = key
        self._stages = [name for name in row.stages if name not in left_out]

    def forward(self, activation: Tensor, early: Tensor) -> Tensor:
        """The activation of the frozen stages, or standardised images, to features (n, width), float32.

        Args:
            early: Pooled features of the frozen stages, (n, width), width 0 where there are none.
        """
        last, found = outputs_of(self.model, self._stages, activation)
        return torch.cat([early, *(part.float() for part in pooled(self._key, found)), last.float()], 1)


def _without(model: nn.Module, names: tuple[str, ...]) -> nn.Module:
    shortened = copy.deepcopy(model)
    for name in names:
        replace_module(shortened, name)
    return shortened
