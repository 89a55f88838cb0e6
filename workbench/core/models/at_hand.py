"""What of a model file answers without torch: a head on a backbone that is ready on this computer."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from workbench.core.features.backbone import Backbone
from workbench.core.models.archive import not_ours
from workbench.core.models.linear_head import LinearHead
from workbench.core.models.model_file import ModelFile


def backbone_at_hand(model: ModelFile) -> Backbone | None:
    """The backbone of a model that is a head on one, ready; None where torch has to answer."""
    described = model.description
    backbone = Backbone(described.config.architecture, described.backbone, described.preprocessing)
    return backbone if described.views and backbone.is_ready() else None


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
