"""Making the backbone of an EfficientNet-Lite ready, in less than a second. No torch in here."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray

from workbench.core.architectures.architecture import Architecture
from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.config.recipe import preprocessing_for
from workbench.core.config.training_config import TrainingConfig
from workbench.core.errors import ResourceError
from workbench.core.export.lite_graph import lite_graph
from workbench.core.features.agreement import DEVIATION, largest_deviation
from workbench.core.features.backbone import TUNED, Backbone, tuned_id
from workbench.core.features.backbone_folder import probe_pixels, write_backbone
from workbench.core.features.runtimes import batch_of, in_batches, onnx_session
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.paths import resource
from workbench.core.weights.lite_names import named_by_stage, without_head
from workbench.core.weights.pickled import read_arrays
from workbench.core.weights.stored import id_of, packaged_files

log = logging.getLogger(__name__)

Arrays = Mapping[str, NDArray[Any]]
_PREFIX = "model."  # of the names in `PooledStages.state_dict`
_COLOURS = 3
ENLARGED = 4  # the reference pictures are stored so much smaller


def is_packaged(backbone: Backbone) -> bool:
    """Whether a backbone is one of EfficientNet-Lites with the weights that come with the program."""
    row = architecture_of(backbone.architecture)
    return row.lite and row.weights is not None and id_of(row.weights) == backbone.weights_id != ""


def prepare_packaged(backbone: Backbone) -> None:
    """Makes a packaged backbone ready; see `is_packaged`.

    Raises:
        InputError: The weights are damaged.
        ResourceError: The disk is full, or ONNX Runtime does not compute here what it has to.
    """
    row = architecture_of(backbone.architecture)
    weights = packaged_weights(row)
    _check(row, weights)
    if backbone.preprocessing.channels == 1:  # grey values take the sum over the colours
        for name in (f"{part}conv_stem.weight" for part in row.prefixes):
            weights[name] = weights[name].sum(axis=1, keepdims=True)
    write_lite(backbone, {_PREFIX + name: value for name, value in weights.items()})


def packaged_weights(row: Architecture) -> dict[str, NDArray[Any]]:
    """The weights that come with the program for an architecture, by timm's names, without the head.

    Raises:
        InputError: They are damaged.
    """
    assert row.weights is not None
    files = zip(row.prefixes, packaged_files(row.weights), strict=True)
    return {
        f"{part}{name}": value
        for part, file in files
        for name, value in without_head(named_by_stage(read_arrays(file))).items()
    }


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
    if not _are_those(backbone, weights):
        return False
    write_lite(backbone, weights)
    return True


def _are_those(backbone: Backbone, weights: Arrays) -> bool:
    """Whether weights are what a backbone names: a file that names others' would answer for them later.

    The name of tuned weights is their digest. Packaged ones that this edition of the program lacks are known
    by what they compute.
    """
    row = architecture_of(backbone.architecture)
    if backbone.weights_id.startswith(TUNED):
        return tuned_id(weights) == backbone.weights_id
    if not resource("reference", f"{row.key}.npz").is_file() or backbone.preprocessing.channels != _COLOURS:
        return False
    if reference_of(row).weights_id != backbone.weights_id:
        return False
    try:
        return _deviation(row, weights) <= DEVIATION
    except Exception as error:  # noqa: BLE001 - a foreign file can fail in any way
        log.info("a model's weights for %s are none: %r", row.key, error)
        return False


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
    content = _graph(row, without_prefix(weights), backbone.preprocessing)
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


def without_prefix(weights: Arrays) -> dict[str, NDArray[Any]]:
    """Weights by the names of `PooledStages.state_dict` by timm's own."""
    return {name.removeprefix(_PREFIX): value for name, value in weights.items()}


def _graph(row: Architecture, weights: Arrays, preprocessing: Preprocessing) -> bytes:
    return lite_graph(weights, preprocessing, row)


def _features(content: bytes, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    session = onnx_session(content)

    def compute(some: NDArray[np.uint8]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = session.run(None, {"pixels": some})[0]
        return found

    return in_batches(compute, pixels, batch_of(pixels.shape[1]))


def _check(row: Architecture, weights: Arrays) -> None:
    """Compares with the features that torch computed of some pictures when this program was made."""
    deviation = _deviation(row, weights)
    if not deviation <= DEVIATION:  # not a number is no agreement either
        raise ResourceError("no_runtime", f"{row.key} deviates from the reference by {deviation:.1e}")


def _deviation(row: Architecture, weights: Arrays) -> float:
    reference = reference_of(row)
    preprocessing = preprocessing_for(row, TrainingConfig(architecture=row.key))
    content = _graph(row, without_prefix(weights), preprocessing)
    deviation = largest_deviation(_features(content, reference.pixels), reference.features)
    log.info("%s deviates from the reference by %.1e", row.key, deviation)
    return deviation


class Reference(NamedTuple):
    """What torch computes of some pictures with the packaged weights of an architecture.

    Attributes:
        pixels: uint8, (N, side, side, 3).
        features: (N, width).
        weights_id: Of these weights.
    """

    pixels: NDArray[np.uint8]
    features: NDArray[np.float32]
    weights_id: str


def reference_of(row: Architecture) -> Reference:
    """As `packaging/reference_features.py` has written it."""
    with np.load(resource("reference", f"{row.key}.npz")) as arrays:
        return Reference(enlarged(arrays["pixels"]), arrays["features"], str(arrays["weights_id"]))


def enlarged(small: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pictures whose every pixel is a square of pixels."""
    return np.ascontiguousarray(small.repeat(ENLARGED, axis=1).repeat(ENLARGED, axis=2))
