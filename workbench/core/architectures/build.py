"""Makes the network of a registry row, and says where its head and its layers are."""

from __future__ import annotations

import math
from typing import Any

import timm
from torch import Tensor, nn

from workbench.core.architectures.architecture import Architecture
from workbench.core.architectures.architecture_rows import architecture_of, check_input_size
from workbench.core.architectures.design import NetworkDesign
from workbench.core.errors import InputError
from workbench.core.registry import resolve

_TIMM = "timm"


def build(
    row_or_key: Architecture | str,
    *,
    classes: int,
    channels: int,
    input_size: int,
    dropout: float,
    design: NetworkDesign,
) -> nn.Module:
    """Makes a network with fresh weights, drawn from torch's global random state.

    Its input is (n, channels, input_size, input_size), its output the logits (n, classes). The head
    starts near zero, so that all classes are about equally probable and the first gradients are small.

    Args:
        row_or_key: A row of the registry, or its key.
        classes: Number of classes, ≥ 2.
        channels: 3 for colour, 1 for grey values.
        input_size: Side of the square input in pixels.
        dropout: Share of the head's inputs silenced in training, 0 to below 1.
        design: Read where a design lays the architecture out.

    Raises:
        InputError: The architecture, its input size or the number of classes or channels cannot be.
    """
    row = architecture_of(row_or_key) if isinstance(row_or_key, str) else row_or_key
    check_input_size(row, input_size, design)
    if classes < 2:
        raise InputError("too_few_classes", classes=classes)
    if channels not in (1, 3):
        raise InputError("no_such_channels", channels=channels)
    model = _network(row, classes, channels, input_size, dropout, design)
    for parameter in head_parameters(model):
        if parameter.ndim > 1:
            nn.init.normal_(parameter, std=0.1 / math.sqrt(parameter.shape[1]))
        else:
            nn.init.zeros_(parameter)
    return model


def head_of(model: nn.Module) -> nn.Module:
    """The last layer, which turns features into one logit a class."""
    found: nn.Module = model.get_classifier()  # type: ignore[operator]
    return found


def with_features(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    """The logits of a network, (n, classes), and what its last layer was given, (n, width).

    Args:
        images: Its input, (n, channels, side, side).
    """
    given: list[Tensor] = []
    hook = head_of(model).register_forward_pre_hook(lambda _, inputs: given.append(inputs[0].flatten(1)))
    try:
        logits: Tensor = model(images)
    finally:
        hook.remove()
    return logits, given[-1]


def head_parameters(model: nn.Module) -> list[nn.Parameter]:
    """The parameters that are trained while the backbone is frozen."""
    return list(head_of(model).parameters())


def backbone_modules(model: nn.Module) -> list[nn.Module]:
    """The largest modules outside the head that carry weights, in order.

    Together they hold everything but the head (and a few parameters that a transformer keeps
    itself). In `eval` they keep BatchNorm's averages as they are, while dropout before the head,
    which carries no weights and is not among them, still works.
    """
    return _without_head(model, head_of(model))


def layer_positions(model: nn.Module) -> dict[str, float]:
    """How deep each parameter lies, by its name: 0 in the earliest layer, 1 in the head.

    Layers are counted by the modules that own parameters, in the order in which they were made,
    which is the order of the way through the network in all rows.
    """
    head = {id(parameter) for parameter in head_parameters(model)}
    owners: dict[str, int] = {}
    positions: dict[str, float] = {}
    for name, parameter in model.named_parameters():
        if id(parameter) not in head:
            owner = name.rpartition(".")[0]
            positions[name] = owners.setdefault(owner, len(owners))
    layers = len(owners) or 1  # a network may be nothing but its head
    return {name: positions.get(name, layers) / layers for name, _ in model.named_parameters()}


def count_parameters(model: nn.Module) -> int:
    """Number of trained values."""
    return sum(parameter.numel() for parameter in model.parameters())


def _network(
    row: Architecture, classes: int, channels: int, input_size: int, dropout: float, design: NetworkDesign
) -> nn.Module:
    source, _, name = row.network.partition(":")
    if source == _TIMM:
        size: dict[str, Any] = {} if row.any_size else {"img_size": input_size}
        model: nn.Module = timm.create_model(
            name, num_classes=classes, in_chans=channels, drop_rate=dropout, **size
        )
        return model
    made: nn.Module = resolve(row.network)(
        classes=classes, channels=channels, input_size=input_size, dropout=dropout, design=design
    )
    return made


def _without_head(module: nn.Module, head: nn.Module) -> list[nn.Module]:
    if not any(inner is head for inner in module.modules()):
        return [module] if module.state_dict() else []
    return [part for child in module.children() if child is not head for part in _without_head(child, head)]
