"""Features in torch: on a graphics card, or on a processor for which nothing quicker is there."""

from __future__ import annotations

import itertools
from typing import ClassVar

import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_weights

from workbench.core.architectures.registry import architecture_of
from workbench.core.architectures.stages import PooledStages, pooled_stages
from workbench.core.features.backbone import WEIGHTS, Backbone
from workbench.core.features.engines import FeatureEngine
from workbench.core.training.batches import as_tensor


class TorchCpu(FeatureEngine):
    """Torch on the processor, float32, BatchNorm folded into the convolutions, channels last."""

    kind = name = "torch"
    device: ClassVar[str] = "cpu"

    def __init__(self, backbone: Backbone) -> None:
        super().__init__(backbone)
        stages = fold(stages_of(backbone))
        self._stages: nn.Module = stages.to(device=self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]

    def features(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """As the interface says."""
        with torch.inference_mode():
            images = self.backbone.preprocessing.normalise(as_tensor(pixels).to(self.device))
            found: NDArray[np.float32] = self._compute(images).float().cpu().numpy()
        return found

    def _compute(self, images: torch.Tensor) -> torch.Tensor:
        features: torch.Tensor = self._stages(images)
        return features


class TorchCuda(TorchCpu):
    """Torch on a graphics card, float16 where that suits it."""

    kind = name = "CUDA torch"
    device: ClassVar[str] = "cuda:0"
    batch: ClassVar[int] = 256

    def _compute(self, images: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cuda", torch.float16):
            return super()._compute(images)


def stages_of(backbone: Backbone) -> PooledStages:
    """The network of a backbone that is ready, on the CPU, to compute features with."""
    stages = pooled_stages(
        architecture_of(backbone.architecture),
        channels=backbone.preprocessing.channels,
        input_size=backbone.preprocessing.crop,
    )
    stages.load_state_dict(safetensors.torch.load_file(backbone.folder / WEIGHTS))
    return stages.eval()


def fold(model: nn.Module) -> nn.Module:
    """Folds every BatchNorm that directly follows a convolution into it, in place.

    In the networks of the registry, a BatchNorm that stands behind a convolution also takes its output;
    `choice` finds out if ever one does not.
    """
    for parent in list(model.modules()):
        children = list(parent.named_children())
        for (_, first), (following, second) in itertools.pairwise(children):
            if not isinstance(first, nn.Conv2d) or not isinstance(second, nn.modules.batchnorm._BatchNorm):
                continue
            assert second.running_mean is not None
            assert second.running_var is not None
            weight, bias = fuse_conv_bn_weights(
                first.weight,
                first.bias,
                second.running_mean,
                second.running_var,
                second.eps,
                second.weight,
                second.bias,
            )
            first.weight, first.bias = weight, bias
            activation = getattr(second, "act", None)  # timm joins some BatchNorms with what comes next
            setattr(parent, following, activation if activation is not None else nn.Identity())
    return model
