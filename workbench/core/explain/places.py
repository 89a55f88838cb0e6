"""Where in a picture the features of an EfficientNet-Lite come from: exact, and without torch.

A head on features that were pooled over a picture is a sum over its places. Of a mean, each place has its
share; of a maximum, the place where it is; of the difference of two halves, with the sign of its half. So
what every place adds to a class is known exactly: class activation mapping (Zhou et al., Learning deep
features for discriminative localization, 2016) over all stages, which for a mean over the last one is
Grad-CAM.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from workbench.core.architectures.architecture import Architecture
from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.export.lite_graph import lite_graph
from workbench.core.features.backbone import WEIGHTS, Backbone
from workbench.core.features.lite import without_prefix
from workbench.core.features.runtimes import onnx_session

GRID = 28
"""Places along each side."""

Doubles = NDArray[np.float64]


class Places:
    """What the stages of a backbone see at each place.

    Args:
        backbone: Ready, of an architecture with `lite`.
    """

    def __init__(self, backbone: Backbone) -> None:
        self._row = architecture_of(backbone.architecture)
        weights = without_prefix(safetensors.numpy.load_file(backbone.folder / WEIGHTS))
        content = lite_graph(weights, backbone.preprocessing, self._row, maps=True)
        self._session: Any = onnx_session(content)

    def contributions(self, pixels: NDArray[np.uint8], weight: NDArray[Any], views: int) -> Doubles:
        """What each place adds to a weighted sum of a picture's features, (GRID, GRID); their sum is that.

        Args:
            pixels: (side, side, channels), as the backbone takes them.
            weight: Of each feature, (width,).
            views: 1: the features of the picture; 2: the mean of them and of those of its mirror image.
        """
        mirrored = np.ascontiguousarray(pixels[:, ::-1])
        _, *maps = self._session.run(None, {"pixels": np.stack([pixels, mirrored][:views])})
        found = np.zeros((views, GRID, GRID))
        for part, weights in zip(maps, _of_maps(self._row, maps, weight), strict=True):
            for view in range(views):
                found[view] += _spread(_shares(self._row, part[view].astype(np.float64), weights))
        found[1:] = found[1:, :, ::-1]
        mean: Doubles = found.mean(axis=0)
        return mean


def _of_maps(row: Architecture, maps: list[NDArray[Any]], weight: NDArray[Any]) -> list[list[Doubles]]:
    """The weights of each map's channels: of what is pooled of it whole and, where so, of its halves."""
    halved = [stage in row.halved for stage in _pooled_stages(row)]
    halved += [False] * (len(maps) - len(halved))
    found, begin = [], 0
    for part, has_halves in zip(maps, halved, strict=True):
        parts = 2 if has_halves else 1
        width = part.shape[1]
        found.append([weight[begin + width * n : begin + width * (n + 1)] for n in range(parts)])
        begin += width * parts
    assert begin == len(weight), f"{begin} channels, {len(weight)} weights"
    return found


def _pooled_stages(row: Architecture) -> list[str]:
    """Those of its stages that are pooled, in the order of the features."""
    return [stage for part in row.prefixes for stage in row.stages if stage.startswith(f"{part}blocks.")]


def _shares(row: Architecture, part: Doubles, weights: list[Doubles]) -> Doubles:
    """What each place of a map adds, (height, width).

    Args:
        part: (channels, height, width).
        weights: (channels,), as `_of_maps` gives them.
    """
    channels, height, width = part.shape
    if row.pooling == "max":
        found = np.zeros(height * width)
        flat = part.reshape(channels, -1)
        places = flat.argmax(axis=1)
        np.add.at(found, places, weights[0] * flat[np.arange(channels), places])
        return found.reshape(height, width)
    found = np.tensordot(weights[0], part, 1) / (height * width)
    if len(weights) > 1:
        rows = -(-height // 2)  # a row in the middle belongs to both halves
        half = np.tensordot(weights[1], part, 1) / (2 * rows * width)
        found[:rows] += half[:rows]
        found[-rows:] -= half[-rows:]
    return np.asarray(found)


def _spread(shares: Doubles) -> Doubles:
    """Shares of other places as those of a grid, (GRID, GRID); their sum stays."""
    down, across = (_matrix(count) for count in shares.shape)
    spread: Doubles = down @ shares @ across.T
    return spread


def _matrix(count: int) -> Doubles:
    """How much of each of `count` places along a side goes to each of the grid, (GRID, count)."""
    centres = (np.arange(count) + 0.5) * GRID / count
    away = np.abs(np.arange(GRID)[:, None] + 0.5 - centres)
    weight = np.maximum(0.0, 1 - away / max(1.0, GRID / count))
    matrix: Doubles = weight / weight.sum(axis=0)
    return matrix
