"""A whole model as ONNX: preprocessed pixels to probabilities. Torch only where the model needs it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from workbench.core.edition import has_torch
from workbench.core.errors import InputError
from workbench.core.features.backbone import Backbone
from workbench.core.files import atomic_write, saving
from workbench.core.models.at_hand import backbone_at_hand, head_of
from workbench.core.models.linear_head import LinearHead
from workbench.core.models.model_file import ModelFile
from workbench.core.torch_lock import torch_loading

_INSIDE = "backbone/"  # before every name of the backbone's graph
_TO_THE_FIRST = np.iinfo(np.int64).min


def write(model: Path, target: Path) -> None:
    """Writes a model file's network as ONNX.

    Its input `pixels` is (n, side, side, channels) uint8, its output `probabilities` (n, classes). The
    metadata have `classes` and `preprocessing` (how an image becomes `pixels`) as JSON.

    Raises:
        InputError: The model cannot be used, or only by the full edition.
    """
    read = ModelFile.load(model)
    described = read.description
    backbone = backbone_at_hand(read)
    with saving(target):
        if backbone is not None:
            head = head_of(read, backbone, model)
            proto = headed(onnx.load(backbone.onnx), backbone, head, described.views)
        elif has_torch():
            with torch_loading:
                from workbench.core.models.torch_onnx import graph_of  # loads torch

            proto = graph_of(model)
        else:
            raise InputError("full_edition.model", name=model.name)
    about = {"classes": list(described.classes), "preprocessing": described.preprocessing.to_dict()}
    helper.set_model_props(proto, {name: json.dumps(value) for name, value in about.items()})
    with atomic_write(target) as file:
        file.write(proto.SerializeToString())


def headed(network: onnx.ModelProto, backbone: Backbone, head: LinearHead, views: int) -> onnx.ModelProto:
    """A backbone's network, `pixels` to `features`, with a head: to `probabilities`.

    Args:
        views: 1: the photo as it is; 2: the mean of the features of the photo and its mirror image, which
            the network is asked about together.
    """
    del network.graph.value_info[:]  # shapes for another number of photos
    inside = onnx.compose.add_prefix(network, _INSIDE).graph
    recipe = backbone.preprocessing
    pixels, features = inside.input[0].name, inside.output[0].name
    before, after, constants = _views(pixels, features, head.weight.shape[1]) if views == 2 else ([], [], [])
    if views == 1:
        before = [helper.make_node("Identity", ["pixels"], [pixels])]
        after = [helper.make_node("Identity", [features], ["features"])]
    constants += [numpy_helper.from_array(head.weight, "weight"), numpy_helper.from_array(head.bias, "bias")]
    nodes = [
        *before,
        *inside.node,
        *after,
        helper.make_node("Gemm", ["features", "weight", "bias"], ["logits"], transB=1),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    shape: list[str | int | None] = ["batch", recipe.crop, recipe.crop, recipe.channels]
    graph = helper.make_graph(
        nodes,
        "classifier",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, shape)],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["batch", len(head.bias)])],
        [*inside.initializer, *constants],
    )
    return helper.make_model(
        graph,
        opset_imports=network.opset_import,
        ir_version=network.ir_version,
        functions=network.functions,
        producer_name="workbench",
    )


def _views(
    pixels: str, features: str, width: int
) -> tuple[list[onnx.NodeProto], list[onnx.NodeProto], list[onnx.TensorProto]]:
    """What doubles the photos by their mirror images before a network, and halves the features after it."""
    numbers = {
        "last": [-1],
        "to_the_first": [_TO_THE_FIRST],
        "across": [2],
        "back": [-1],
        "pairs": [2, -1, width],
    }
    constants = [numpy_helper.from_array(np.array(value, np.int64), name) for name, value in numbers.items()]
    constants.append(numpy_helper.from_array(np.array([0], np.int64), "of_each_pair"))
    before = [
        helper.make_node("Slice", ["pixels", "last", "to_the_first", "across", "back"], ["mirrored"]),
        helper.make_node("Concat", ["pixels", "mirrored"], [pixels], axis=0),
    ]
    after = [
        helper.make_node("Reshape", [features, "pairs"], ["both"]),
        helper.make_node("ReduceMean", ["both", "of_each_pair"], ["features"], keepdims=0),
    ]
    return before, after, constants
