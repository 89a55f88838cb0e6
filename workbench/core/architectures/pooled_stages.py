"""A network without its head whose stages are averaged over the picture: the source of features."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from workbench.core.architectures.architecture import Architecture
from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.architectures.build import build, head_of
from workbench.core.architectures.design import NetworkDesign


class PooledStages(nn.Module):
    """Features of images: every stage over the picture, then what the head would get.

    Early stages tell textures and colours, late ones things; a linear head on all of them does better
    than on the last alone where photos are unlike those that the network was trained on
    (Evci et al., “Head2Toe”, 2022). A mean does not know where in the picture something was; the difference
    between its halves does, above and below only, so that a mirror image still has the same features.
    Where things are small beside the picture, its mean is of what is around them: rows for that take what is
    greatest anywhere (Oquab et al., “Is object localization for free?”, 2015).

    Args:
        model: A network of the registry that has pretrained weights; its head is taken out.
        key: Its row.
    """

    def __init__(self, model: nn.Module, key: str) -> None:
        super().__init__()
        head = head_of(model)
        replace_module(model, next(name for name, module in model.named_modules() if module is head))
        self.model = model
        self._key = key

    def forward(self, images: Tensor) -> Tensor:
        """Standardised images (n, channels, side, side) to features (n, width), float32."""
        last, found = outputs_of(self.model, architecture_of(self._key).stages, images)
        return torch.cat([*pooled(self._key, found), last], 1).float()


class FeatureNetwork(nn.Module):
    """A backbone with a linear head on its pooled stages: what the modes `instant` and `improve` make.

    Args:
        row: The architecture.
        classes: Number of classes.
        width: Number of features.
        views: 1: the image as it is; 2: the mean of the features of the image and its mirror image.
    """

    def __init__(
        self, row: Architecture, *, classes: int, channels: int, input_size: int, width: int, views: int
    ) -> None:
        super().__init__()
        self.stages = pooled_stages(row, channels=channels, input_size=input_size)
        self.head = nn.Linear(width, classes)
        self._views = views

    def forward(self, images: Tensor) -> Tensor:
        """Standardised images (n, channels, side, side) to logits (n, classes)."""
        features = self.stages(images)
        if self._views == 2:
            features = (features + self.stages(images.flip(-1))) / 2
        logits: Tensor = self.head(features)
        return logits

    def get_classifier(self) -> nn.Module:
        """The last layer."""
        return self.head


def pooled_stages(row: Architecture, *, channels: int, input_size: int) -> PooledStages:
    """The source of features of an architecture, its weights still fresh.

    Raises:
        InputError: The architecture cannot work with the input size.
    """
    model = build(
        row, classes=2, channels=channels, input_size=input_size, dropout=0.0, design=NetworkDesign()
    )
    return PooledStages(model, row.key)


def outputs_of(model: nn.Module, names: Sequence[str], inputs: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    """What a model makes of its inputs, and the outputs of some of its modules on the way there, by name."""
    found: dict[str, Tensor] = {}

    def keeping(name: str) -> Callable[[nn.Module, Any, Tensor], None]:
        def keep(module: nn.Module, arguments: Any, output: Tensor) -> None:
            found[name] = output

        return keep

    hooks = [model.get_submodule(name).register_forward_hook(keeping(name)) for name in names]
    try:
        output: Tensor = model(inputs)
    finally:
        for hook in hooks:
            hook.remove()
    return output, {name: found[name] for name in names}


def pooled(key: str, outputs: dict[str, Tensor]) -> list[Tensor]:
    """Each stage's output over the picture, (n, channels), and (n, channels) more where its halves count.

    Args:
        key: The architecture's row.
        outputs: Of some of its stages, by name and in order: (n, channels, height, width), or a
            transformer's tokens, (n, tokens, channels).
    """
    row = architecture_of(key)
    if row.pooling == "max":
        return [output.amax((2, 3)) for output in outputs.values()]
    return [part for name, output in outputs.items() for part in _parts(output, halves=name in row.halved)]


def _parts(output: Tensor, *, halves: bool) -> list[Tensor]:
    if output.ndim == 3:
        return [output.mean(1)]
    mean = output.mean((2, 3))
    if not halves:
        return [mean]
    rows = -(-output.shape[2] // 2)  # a row in the middle belongs to both
    above, below = output[:, :, :rows].mean((2, 3)), output[:, :, -rows:].mean((2, 3))
    return [mean, (above - below) / 2]


def replace_module(model: nn.Module, name: str) -> None:
    """Puts nothing in the place of a module: its input passes through."""
    parent, _, last = name.rpartition(".")
    setattr(model.get_submodule(parent), last, nn.Identity())
