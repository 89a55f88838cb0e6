"""A network cut in two: a trunk that stays as it is, and a tail that learns from what the trunk gave."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.architectures.pooled_stages import PooledStages, outputs_of, pooled, replace_module


class FrozenStages(nn.Module):
    """What comes before the cut; its weights stay.

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
        """Standardised images to the activation at the cut and the pooled features before it."""
        activation, found = outputs_of(self.model, self._stages, images)
        return activation, torch.cat(pooled(self._key, found), 1).float()


class TunedStages(nn.Module):
    """What comes after the cut, or the whole backbone where it is not cut.

    Its state has the names that `PooledStages` has, so that a tuned tail can be put back.

    Args:
        stages: The whole backbone; copied, not changed.
        cut: Whether to leave the trunk out.
    """

    def __init__(self, stages: PooledStages, key: str, *, cut: bool) -> None:
        super().__init__()
        row = architecture_of(key)
        left_out = row.frozen if cut else ()
        self.model = _without(stages.model, left_out)
        self._key = key
        self._stages = [name for name in row.stages if name not in left_out]

    def forward(self, activation: Tensor, early: Tensor) -> Tensor:
        """The activation at the cut, or standardised images, to features (n, width), float32.

        Args:
            early: Pooled features of the stages before the cut, (n, width before), width 0 without a cut.
        """
        last, found = outputs_of(self.model, self._stages, activation)
        return torch.cat([early, *(part.float() for part in pooled(self._key, found)), last.float()], 1)


def _without(model: nn.Module, names: tuple[str, ...]) -> nn.Module:
    shortened = copy.deepcopy(model)
    for name in names:
        replace_module(shortened, name)
    return shortened
