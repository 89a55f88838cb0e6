"""How much an ONNX graph computes, from the shapes in it alone: nothing is run. No torch in here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import onnx

Shape = tuple[int, ...]


def multiply_adds(file: Path) -> int | None:
    """Multiplications with an addition of one photo, in convolutions and matrix products.

    Counted as everywhere (He et al., Deep residual learning, 2015): a convolution multiplies each number of
    its output by as many numbers as its kernel has for it; a matrix product each by the length of the rows.
    What adds, compares or scales single numbers is not counted.

    Args:
        file: A graph whose first dimension of each input is the photos.

    Returns:
        None where the shapes of the graph do not follow from those of its inputs.
    """
    model = onnx.load(str(file))
    initial = {each.name: tuple(each.dims) for each in model.graph.initializer}
    for each in model.graph.input:
        each.type.tensor_type.shape.dim[0].dim_value = 1
    del model.graph.value_info[:]
    for each in model.graph.output:  # they may name the dimension that is one photo now
        each.type.tensor_type.ClearField("shape")
    model = onnx.shape_inference.infer_shapes(onnx.inliner.inline_local_functions(model), data_prop=True)
    shapes: dict[str, Shape] = dict(initial)
    for each in (*model.graph.input, *model.graph.value_info, *model.graph.output):
        dims = each.type.tensor_type.shape.dim
        shapes[each.name] = tuple(d.dim_value if d.HasField("dim_value") else 0 for d in dims)
    total = 0
    for node in model.graph.node:
        count = _of(node, shapes)
        if count is None:
            return None
        total += count
    return total


def _of(node: onnx.NodeProto, shapes: Mapping[str, Shape]) -> int | None:
    if node.op_type not in ("Conv", "ConvTranspose", "Gemm", "MatMul", "Einsum"):
        return 0
    if node.op_type in ("ConvTranspose", "Einsum") or not all(
        name in shapes and all(shapes[name]) for name in (*node.input[:2], node.output[0])
    ):
        return None
    first, second, output = (shapes[name] for name in (*node.input[:2], node.output[0]))
    if node.op_type == "Conv":
        return math.prod(output) * math.prod(second[1:])
    if node.op_type == "Gemm":
        turned = next((each.i for each in node.attribute if each.name == "transA"), 0)
        return math.prod(output) * first[0 if turned else 1]
    return math.prod(output) * first[-1]
