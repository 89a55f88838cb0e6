"""Making the backbone of an EfficientNet-Lite ready, in less than a second. No torch in here."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from workbench.core.architectures.architecture_rows import Architecture, architecture_of
from workbench.core.config.recipe import preprocessing_for
from workbench.core.config.training_config import TrainingConfig
from workbench.core.errors import ResourceError
from workbench.core.export.lite_graph import lite_graph, named_by_stage
from workbench.core.features.agreement import DEVIATION, largest_deviation
from workbench.core.features.backbone import TUNED, Backbone, tuned_id
from workbench.core.features.backbone_folder import probe_pixels, write_backbone
from workbench.core.features.runtimes import onnx_session
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.paths import resource
from workbench.core.weights.pickled import read_arrays
from workbench.core.weights.stored import packaged

log = logging.getLogger(__name__)

Arrays = Mapping[str, NDArray[Any]]
_PREFIX = "model."  # of the names in `PooledStages.state_dict`
ENLARGED = 4  # the reference pictures are stored so much smaller


def is_packaged(backbone: Backbone) -> bool:
    """Whether a backbone is an EfficientNet-Lite with the weights that come with the program."""
    file = _packaged_file(architecture_of(backbone.architecture))
    return file is not None and file.name == backbone.weights_id


def prepare_packaged(backbone: Backbone) -> None:
    """Makes a packaged backbone ready; see `is_packaged`.

    Raises:
        InputError: The weights are damaged.
        ResourceError: The disk is full, or ONNX Runtime does not compute here what it has to.
    """
    row = architecture_of(backbone.architecture)
    file = _packaged_file(row)
    assert file is not None
    weights = named_by_stage(read_arrays(file))
    _check(row, weights)
    if backbone.preprocessing.channels == 1:  # grey values take the sum over the colours
        weights["conv_stem.weight"] = weights["conv_stem.weight"].sum(axis=1, keepdims=True)
    write_lite(backbone, {_PREFIX + name: value for name, value in weights.items()})


def restore(backbone: Backbone, weights: Arrays) -> bool:
    """Makes the backbone of a model ready again, packaged or from the model's own weights, if that can be.

    Args:
        backbone: Which one; not ready.
        weights: Those that the model file has, by the names of `PooledStages.state_dict`.

    Returns:
        Whether it is ready now; where not, torch has to answer.

    Raises:
        InputError: The packaged weights are damaged.
        ResourceError: As `prepare_packaged`.
    """
    if not architecture_of(backbone.architecture).lite:
        return False
    if is_packaged(backbone):
        prepare_packaged(backbone)
        return True
    # The name of tuned weights is their digest: a file that names others' would answer for them later.
    if not backbone.weights_id.startswith(TUNED) or tuned_id(weights) != backbone.weights_id:
        return False
    write_lite(backbone, weights)
    return True


def write_lite(backbone: Backbone, weights: Arrays) -> None:
    """Writes the folder of an EfficientNet-Lite's backbone; replaces what was there.

    Args:
        backbone: Which one.
        weights: By the names of `PooledStages.state_dict`.

    Raises:
        KeyError: Weights are missing.
        ResourceError: The disk is full.
    """
    row = architecture_of(backbone.architecture)
    content = _graph(row, _without_prefix(weights), backbone.preprocessing)
    pixels = probe_pixels(backbone.preprocessing)
    write_backbone(
        backbone,
        weights,
        pixels,
        _features(content, pixels),
        lambda path: _write(path, content),
        maker=f"onnx {onnx.__version__}",
    )


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _packaged_file(row: Architecture) -> Path | None:
    if not row.lite or row.weights is None or row.weights.kind != "package":
        return None
    return packaged(row.weights.location)


def _without_prefix(weights: Arrays) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(_PREFIX): value for name, value in weights.items()}


def _graph(row: Architecture, weights: Arrays, preprocessing: Preprocessing) -> bytes:
    return lite_graph(weights, preprocessing, row.stages, row.halved)


def _features(content: bytes, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = onnx_session(content).run(None, {"pixels": pixels})[0]
    return found


def _check(row: Architecture, weights: Arrays) -> None:
    """Compares with the features that torch computed of some pictures when this program was made."""
    pixels, expected = reference_of(row)
    content = _graph(row, weights, preprocessing_for(row, TrainingConfig(architecture=row.key)))
    deviation = largest_deviation(_features(content, pixels), expected)
    log.info("%s deviates from the reference by %.1e", row.key, deviation)
    if not deviation <= DEVIATION:  # not a number is no agreement either
        raise ResourceError("no_runtime", f"{row.key} deviates from the reference by {deviation:.1e}")


def reference_of(row: Architecture) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Pixels (N, side, side, 3) and their features (N, width) by torch with the packaged weights.

    Written by `packaging/reference_features.py`.
    """
    with np.load(resource("reference", f"{row.key}.npz")) as arrays:
        small, features = arrays["pixels"], arrays["features"]
    return enlarged(small), features


def enlarged(small: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pictures whose every pixel is a square of pixels."""
    return np.ascontiguousarray(small.repeat(ENLARGED, axis=1).repeat(ENLARGED, axis=2))
