"""Grad-CAM for networks of torch. Loads torch."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from captum.attr import LayerGradCam
from numpy.typing import NDArray
from torch import nn

_TOKENS = 3  # dimensions of what a transformer passes on


def last_convolution(model: nn.Module, inputs: torch.Tensor) -> nn.Module | None:
    """The last convolution of a network; None where it is a transformer, which ends in tokens.

    Args:
        inputs: As the network takes them, to see what its modules pass on.
    """
    tokens: list[bool] = []
    modules = [module for module in model.modules() if isinstance(module, nn.Conv2d | nn.LayerNorm)]

    def keep(module: nn.Module, arguments: Any, output: Any) -> None:
        tokens.append(isinstance(output, torch.Tensor) and output.ndim == _TOKENS)

    hooks = [module.register_forward_hook(keep) for module in modules]
    try:
        with torch.no_grad():
            model(inputs)
    finally:
        for hook in hooks:
            hook.remove()
    convolutions = [module for module in modules if isinstance(module, nn.Conv2d)]
    return convolutions[-1] if convolutions and not any(tokens) else None


def grad_cam(model: nn.Module, layer: nn.Module, inputs: torch.Tensor, index: int) -> NDArray[np.float64]:
    """What the places of a layer add to a class, (height, width); by Captum.

    Selvaraju et al., Grad-CAM: Visual explanations from deep networks, 2017.

    Args:
        model: In evaluation mode.
        inputs: One picture, (1, channels, side, side).
        index: Of the class.
    """
    found = LayerGradCam(model, layer).attribute(inputs, target=index, relu_attributions=False)
    heat: NDArray[np.float64] = found[0, 0].detach().double().cpu().numpy()
    return heat
