"""A network cut in two: a trunk that stays as it is, and a tail that learns from what the trunk gave."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from workbench.core.architectures.pooled_stages import (
    STAGES,
    PooledStages,
    outputs_of,
    pooled,
    replace_module,
)

_EARLY_BLOCKS = ("conv_stem", "bn1", *(f"blocks.{number}" for number in range(5)))
_EARLY_LAYERS = ("conv1", "bn1", "act1", "maxpool", "layer1", "layer2", "layer3")
_LATE_BLOCKS = ("blocks.5", "blocks.6", "conv_head", "bn2", "global_pool")


@dataclass(frozen=True)
class Cut:
    """Where a network is cut.

    Attributes:
        trunk: Names of its modules before the cut, in order.
        tail: Names of those after it, without the head.
    """

    trunk: tuple[str, ...]
    tail: tuple[str, ...]


CUTS: dict[str, Cut] = {
    "efficientnet_lite0": Cut(_EARLY_BLOCKS, _LATE_BLOCKS),
    "efficientnet_b0": Cut(_EARLY_BLOCKS, _LATE_BLOCKS),
    "mobilenet_v3_small": Cut(
        _EARLY_BLOCKS[:-1],
        ("blocks.4", "blocks.5", "global_pool", "conv_head", "norm_head", "act2", "flatten"),
    ),
    "mobilenet_v3_large": Cut(
        _EARLY_BLOCKS, ("blocks.5", "blocks.6", "global_pool", "conv_head", "norm_head", "act2", "flatten")
    ),
    "resnet18": Cut(_EARLY_LAYERS, ("layer4", "global_pool")),
    "resnet34": Cut(_EARLY_LAYERS, ("layer4", "global_pool")),
    "resnet50": Cut(_EARLY_LAYERS, ("layer4", "global_pool")),
    "convnext_tiny": Cut(("stem", "stages.0", "stages.1", "stages.2"), ("stages.3", "norm_pre", "head")),
}
"""The architectures whose last stages can learn alone. The others learn as a whole."""
ONE_SIZE = frozenset({"vit_b_16"})
"""Those that take pictures of the size that they were built for, and no other."""


class FrozenStages(nn.Module):
    """What comes before the cut; its weights stay.

    Args:
        stages: The whole backbone; copied, not changed.
    """

    def __init__(self, stages: PooledStages, key: str) -> None:
        super().__init__()
        self.model = _without(stages.model, CUTS[key].tail)
        self._key = key
        self._stages = [name for name in STAGES[key] if name in CUTS[key].trunk]

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
        trunk = CUTS[key].trunk if cut else ()
        self.model = _without(stages.model, trunk)
        self._key = key
        self._stages = [name for name in STAGES[key] if name not in trunk]

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
