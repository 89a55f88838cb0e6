"""How much an ONNX graph computes, by the shapes of what it multiplies. No torch in here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import onnx.inliner
from numpy.typing import NDArray

from workbench.core.features.runtimes import onnx_session

Shape = tuple[int, ...]

_COUNTED = ("Conv", "Gemm", "MatMul")
_UNKNOWN = frozenset(
    {
        *("ConvTranspose", "DeformConv", "Einsum", "Attention", "MultiHeadAttention", "RNN", "GRU", "LSTM"),
        *("ConvInteger", "QLinearConv", "MatMulInteger", "QLinearMatMul", "If", "Loop", "Scan"),
    }
)
"""What multiplies, too, in a way that is not counted here."""


def multiply_adds(file: Path, pixels: NDArray[np.uint8]) -> int | None:
    """Multiplications with an addition of one photo, in convolutions and matrix products.

    Counted as everywhere (He et al., Deep residual learning, 2015): a convolution multiplies each number of
    its output by as many numbers as its kernel has for it; a matrix product each by the length of the rows.
    What adds, compares or scales single numbers is not counted. The graph is run once: only then all shapes
    are known, as some of them depend on how many photos there are.

    Args:
        file: A graph that takes `pixels`.
        pixels: Of any one photo, (1, side, side, channels).

    Returns:
        None where the graph has parts that are not counted here.
    """
    model = onnx.inliner.inline_local_functions(onnx.load(str(file)))
    graph = model.graph
    if any(node.op_type in _UNKNOWN for node in graph.node):
        return None
    nodes = [node for node in graph.node if node.op_type in _COUNTED]
    shapes: dict[str, Shape] = {each.name: tuple(each.dims) for each in graph.initializer}
    given = {each.name for each in graph.output}
    asked = {name for node in nodes for name in (*node.input[:2], node.output[0])} - set(shapes)
    graph.output.extend(onnx.ValueInfoProto(name=name) for name in sorted(asked - given))
    names = sorted(asked)
    found = onnx_session(model.SerializeToString()).run(names, {"pixels": pixels})
    shapes |= {name: value.shape for name, value in zip(names, found, strict=True)}
    return sum(_of(node, shapes) for node in nodes)


def _of(node: onnx.NodeProto, shapes: Mapping[str, Shape]) -> int:
    first, second, output = (shapes[name] for name in (*node.input[:2], node.output[0]))
    if node.op_type == "Conv":
        return math.prod(output) * math.prod(second[1:])
    turned = any(each.name == "transA" and each.i for each in node.attribute)
    return math.prod(output) * (first[0] if turned else first[-1])
