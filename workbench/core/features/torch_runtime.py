"""Features in torch: on a graphics card, or on a processor for which nothing quicker is there."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray
from torch import nn

from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.architectures.pooled_stages import PooledStages, pooled_stages
from workbench.core.devices import in_float32
from workbench.core.features.backbone import WEIGHTS, Backbone
from workbench.core.features.fusing import fuse
from workbench.core.features.runtimes import FeatureRuntime
from workbench.core.tensors import as_tensor


class TorchCpu(FeatureRuntime):
    """Torch on the processor, float32, BatchNorm folded into the convolutions, channels last."""

    kind = name = "torch"
    device: ClassVar[str] = "cpu"

    def __init__(self, backbone: Backbone) -> None:
        super().__init__(backbone)
        stages = fuse(stages_of(backbone))
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


class TorchCudaFull(TorchCpu):
    """Torch on a graphics card, float32."""

    kind = name = "CUDA torch float32"
    device: ClassVar[str] = "cuda:0"
    most: ClassVar[int] = 64

    def _compute(self, images: torch.Tensor) -> torch.Tensor:
        with in_float32():
            return super()._compute(images)


class TorchCuda(TorchCpu):
    """Torch on a graphics card, float16 where that suits it."""

    kind = name = "CUDA torch"
    device: ClassVar[str] = "cuda:0"
    most: ClassVar[int] = 256

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
