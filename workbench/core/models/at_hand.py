"""What of a model file answers without torch: a head on a backbone that is ready on this computer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.core.features.backbone import Backbone
from workbench.core.features.lite import restore
from workbench.core.models.archive import not_ours
from workbench.core.models.linear_head import LinearHead
from workbench.core.models.model_file import ModelFile


def backbone_at_hand(model: ModelFile) -> Backbone | None:
    """The backbone of a model that is a head on one, made ready if need be; None where torch has to answer.

    Raises:
        InputError: The packaged weights are damaged.
        ResourceError: As `lite.restore`.
    """
    described = model.description
    if not described.views:
        return None
    backbone = Backbone(described.config.architecture, described.backbone, described.preprocessing)
    return backbone if backbone.is_ready() or restore(backbone, _stages(model)) else None


def head_of(model: ModelFile, backbone: Backbone, file: Path) -> LinearHead:
    """The head of a model on a backbone.

    Raises:
        InputError: It does not fit the backbone or the classes, or is damaged.
    """
    weight, bias = model.weights.get("head.weight"), model.weights.get("head.bias")
    classes = len(model.description.classes)
    if (
        weight is None
        or weight.shape != (classes, backbone.about()["width"])
        or not np.isfinite(weight).all()
    ):
        raise not_ours(file, "its head's weights do not fit")
    if bias is None or bias.shape != (classes,) or not np.isfinite(bias).all():
        raise not_ours(file, "its head's bias does not fit")
    return LinearHead(weight, bias)


def _stages(model: ModelFile) -> dict[str, NDArray[Any]]:
    """The weights of its backbone, by the names of `PooledStages.state_dict`."""
    start = "stages."
    return {
        name.removeprefix(start): value for name, value in model.weights.items() if name.startswith(start)
    }
