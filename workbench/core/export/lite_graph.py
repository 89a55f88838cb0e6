"""The pooled stages of an EfficientNet-Lite as an ONNX graph, written from its weights. No torch in here.

EfficientNet (Tan & Le, 2019) without squeeze-and-excitation and with ReLU6, as in TensorFlow's TPU
repository; its convolutions pad as TensorFlow does. Widths and depths follow from the weights.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from workbench.core.architectures.architecture import Architecture
from workbench.core.images.preprocessing import Preprocessing

Arrays = Mapping[str, NDArray[Any]]

_STRIDES = (1, 2, 2, 2, 1, 2, 1)
"""Of the first block of each stage."""
_EPSILON = 1e-3
_OPSET, _IR = 18, 9  # what every ONNX Runtime and OpenVINO reads that the program works with


def lite_graph(
    weights: Arrays, preprocessing: Preprocessing, row: Architecture, *, maps: bool = False
) -> bytes:
    """An ONNX model from `pixels`, uint8 (N, side, side, channels), to `features`, float32 (N, width).

    BatchNorm is folded into the convolutions, and the standardisation of the pixels stands at the beginning.

    Args:
        weights: By timm's names, the head left out; see `weights.lite_names`.
        preprocessing: Side, channels, mean and standard deviation.
        row: How its stages are pooled over the picture; where it has parts, they see the same picture.
        maps: Also gives what is pooled, (N, channels, height, width) each, in the order of the features.

    Raises:
        KeyError: Weights are missing.
    """
    graph = _Graph(weights, preprocessing, "ReduceMax" if row.pooling == "max" else "ReduceMean")
    found: list[str] = []
    last: list[str] = []
    stage_maps: list[str] = []
    last_maps: list[str] = []
    for part in row.prefixes:
        graph.begin(part)
        for number, stride in enumerate(_STRIDES):
            stage = f"{part}blocks.{number}"
            graph.stage(stage, stride)
            if stage in row.stages:
                found += graph.pooled(halves=stage in row.halved)
                stage_maps.append(graph.last)
        graph.convolution(f"{part}conv_head", f"{part}bn2", relu=True)
        last.append(graph.over_picture())
        last_maps.append(graph.last)
    graph.add("Concat", [*found, *last], "features", axis=1)
    return graph.model([*stage_maps, *last_maps] if maps else [])


class _Graph:
    """A graph that grows at `last`, the name of the newest output, which is `side` pixels high and wide.

    Args:
        pooling: The operator that pools over the picture.
    """

    def __init__(self, weights: Arrays, preprocessing: Preprocessing, pooling: str) -> None:
        self._weights, self._pooling = weights, pooling
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._input = (preprocessing.crop, preprocessing.crop, preprocessing.channels)
        mean, std = (
            np.array(values, dtype=np.float32).reshape(1, -1, 1, 1) * np.float32(255)
            for values in (preprocessing.mean, preprocessing.std)
        )
        self._axes = self._constant("axes", np.array([2, 3], dtype=np.int64))
        self._zero = self._constant("zero", np.array(0, dtype=np.float32))
        self._six = self._constant("six", np.array(6, dtype=np.float32))
        planes = self.add("Transpose", ["pixels"], "planes", perm=[0, 3, 1, 2])
        numbers = self.add("Cast", [planes], "numbers", to=TensorProto.FLOAT)
        centred = self.add("Sub", [numbers, self._constant("mean", mean)], "centred")
        self._standardised = self.add("Div", [centred, self._constant("std", std)], "standardised")
        self.last, self.side = self._standardised, preprocessing.crop

    def begin(self, part: str) -> None:
        """Goes back to the picture, and takes the first convolution of a network.

        Args:
            part: How the names of its weights begin.
        """
        self.last, self.side = self._standardised, self._input[0]
        self.convolution(f"{part}conv_stem", f"{part}bn1", stride=2, relu=True)

    def add(self, operator: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        """Adds a node; returns the name of its output."""
        self._nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def _constant(self, name: str, value: NDArray[Any]) -> str:
        self._constants.append(numpy_helper.from_array(value, name))
        return name

    def convolution(self, name: str, norm: str, *, stride: int = 1, relu: bool) -> None:
        """A convolution with its BatchNorm folded in, padded so that the side becomes ⌈side / stride⌉."""
        weight, bias = self._folded(name, norm)
        kernel, groups = weight.shape[-1], 1
        if name.endswith("conv_dw"):
            groups = weight.shape[0]
        side = -(-self.side // stride)
        missing = max((side - 1) * stride + kernel - self.side, 0)
        before, after = missing // 2, missing - missing // 2
        inputs = [self.last, self._constant(f"{name}.weight", weight), self._constant(f"{name}.bias", bias)]
        self.last = self.add(
            "Conv",
            inputs,
            name,
            kernel_shape=[kernel, kernel],
            strides=[stride, stride],
            pads=[before, before, after, after],
            group=groups,
        )
        self.side = side
        if relu:
            self.last = self.add("Clip", [self.last, self._zero, self._six], f"{name}.relu6")

    def _folded(self, name: str, norm: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        weight = self._weights[f"{name}.weight"].astype(np.float64)
        if f"{name}.bias" in self._weights and f"{norm}.weight" not in self._weights:  # folded already
            return weight.astype(np.float32), self._weights[f"{name}.bias"].astype(np.float32)
        gain, shift, mean, variance = (
            self._weights[f"{norm}.{kind}"].astype(np.float64)
            for kind in ("weight", "bias", "running_mean", "running_var")
        )
        gain = gain / np.sqrt(variance + _EPSILON)
        own = self._weights.get(f"{name}.bias", np.zeros(len(gain)))
        bias = shift + gain * (own - mean)
        return (weight * gain[:, None, None, None]).astype(np.float32), bias.astype(np.float32)

    def stage(self, name: str, stride: int) -> None:
        """The blocks of a stage."""
        start = re.compile(rf"{re.escape(name)}\.(\d+)\.")
        count = len({match[1] for name in self._weights if (match := start.match(name))})
        for block in range(count):
            self._block(f"{name}.{block}", stride if block == 0 else 1)

    def _block(self, name: str, stride: int) -> None:
        """An inverted residual (Sandler et al., 2018): wider, each channel by itself, narrow again."""
        before, side = self.last, self.side
        expands = f"{name}.conv_pwl.weight" in self._weights
        if expands:
            self.convolution(f"{name}.conv_pw", f"{name}.bn1", relu=True)
        self.convolution(f"{name}.conv_dw", f"{name}.bn{1 + expands}", stride=stride, relu=True)
        last = f"{name}.conv_pwl" if expands else f"{name}.conv_pw"
        self.convolution(last, f"{name}.bn{2 + expands}", relu=False)
        first = f"{name}.conv_pw" if expands else f"{name}.conv_dw"
        taken = self._weights[f"{first}.weight"].shape[1 if expands else 0]
        if side == self.side and taken == self._weights[f"{last}.weight"].shape[0]:
            self.last = self.add("Add", [before, self.last], f"{name}.sum")

    def over_picture(self) -> str:
        """The newest output over the picture, (N, channels)."""
        return self._pooled(self.last, f"{self.last}.pooled")

    def _pooled(self, output: str, name: str) -> str:
        return self.add(self._pooling, [output, self._axes], name, keepdims=0)

    def pooled(self, *, halves: bool) -> list[str]:
        """The newest output over the picture and, with `halves`, half of what its upper half has more."""
        if not halves:
            return [self.over_picture()]
        rows = -(-self.side // 2)  # a row in the middle belongs to both
        above, below = (
            self._pooled(self._rows(name, first, last), f"{self.last}.{name}.pooled")
            for name, first, last in (("above", 0, rows), ("below", self.side - rows, self.side))
        )
        more = self.add("Sub", [above, below], f"{self.last}.more")
        half = self._constant(f"{self.last}.half", np.array(0.5, dtype=np.float32))
        return [self.over_picture(), self.add("Mul", [more, half], f"{self.last}.half_more")]

    def _rows(self, name: str, first: int, last: int) -> str:
        bounds = [
            self._constant(f"{self.last}.{name}.{kind}", np.array([value], dtype=np.int64))
            for kind, value in (("first", first), ("last", last), ("axis", 2))
        ]
        return self.add("Slice", [self.last, *bounds], f"{self.last}.{name}")

    def model(self, maps: Sequence[str]) -> bytes:
        """The graph as the bytes of an ONNX file.

        Args:
            maps: Names of outputs that it gives besides `features`.
        """
        pixels = helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["batch", *self._input])
        outputs = [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["batch", None])]
        for name in maps:
            outputs.append(
                helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", None, None, None])
            )
        graph = helper.make_graph(self._nodes, "pooled stages", [pixels], outputs, self._constants)
        opsets = [helper.make_opsetid("", _OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=_IR, producer_name="workbench")
        content: bytes = model.SerializeToString()
        return content
