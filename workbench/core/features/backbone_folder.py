"""Writing the folder of a backbone, as `features.backbone` describes it. No torch in here."""

from __future__ import annotations

import contextlib
import io
import json
import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from workbench.core.errors import ResourceError
from workbench.core.features.backbone import ABOUT, ONNX, PROBE, TUNED, WEIGHTS, Backbone
from workbench.core.files import atomic_write, sha256_of
from workbench.core.images.preprocessing import Preprocessing
from workbench.sample.photo import draw_photo
from workbench.sample.things import THINGS

_PROBES = 16
_KEPT_TUNED = 12
_ABANDONED_SECONDS = 3600


def write_backbone(
    backbone: Backbone,
    weights: Mapping[str, NDArray[Any]],
    pixels: NDArray[np.uint8],
    features: NDArray[np.float32],
    write_onnx: Callable[[Path], None],
    *,
    maker: str,
) -> None:
    """Writes the folder of a backbone; replaces what was there.

    Args:
        backbone: Which one.
        weights: By the names of `PooledStages.state_dict`.
        pixels: Probes, (N, side, side, channels).
        features: Theirs, (N, width), in float32.
        write_onnx: Writes the exported network to a path.
        maker: What made it, with its version; for people.

    Raises:
        ResourceError: The disk is full.
    """
    parent = backbone.folder.parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError):  # another process may be tidying, too
            _tidy(parent)
        made = parent / f".making-{secrets.token_hex(8)}"
        made.mkdir()
        try:
            write_onnx(made / ONNX)
            arrays = io.BytesIO()
            np.savez(arrays, pixels=pixels, features=features)
            (made / PROBE).write_bytes(arrays.getvalue())
            (made / WEIGHTS).write_bytes(
                safetensors.numpy.save({name: np.ascontiguousarray(value) for name, value in weights.items()})
            )
            about = {
                "architecture": backbone.architecture,
                "weights": backbone.weights_id,
                "preprocessing": backbone.preprocessing.to_dict(),
                "width": int(features.shape[1]),
                "made_with": maker,
                "sha256": {name: sha256_of(made / name) for name in (ONNX, WEIGHTS, PROBE)},
            }
            with atomic_write(made / ABOUT) as file:
                file.write(json.dumps(about, indent=1).encode())
            _put_in_place(made, backbone)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        raise ResourceError("not_saved.runtime", str(error), folder=str(parent)) from error


def probe_pixels(preprocessing: Preprocessing) -> NDArray[np.uint8]:
    """Drawn photos as a recipe brings them to the network, (16, side, side, channels)."""
    photos = [draw_photo(THINGS[n % len(THINGS)], np.random.default_rng(n)) for n in range(_PROBES)]
    return np.stack([preprocessing.crop_pixels(preprocessing.pixels(photo)) for photo in photos])


def _tidy(folder: Path) -> None:
    """Removes what a crash left, and tuned backbones that were not used for the longest time.

    A model whose backbone is gone still answers, through torch.
    """
    now = time.time()
    for left in folder.glob(".making-*"):
        if now - left.stat().st_mtime > _ABANDONED_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    tuned = [each for each in folder.iterdir() if not each.name.startswith(".") and _is_tuned(each)]
    for old in sorted(tuned, key=lambda each: each.stat().st_mtime)[: -_KEPT_TUNED + 1]:
        shutil.rmtree(old, ignore_errors=True)


def _is_tuned(folder: Path) -> bool:
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        return str(about["weights"]).startswith(TUNED)
    except (OSError, ValueError, KeyError, TypeError):  # not whole: it is made anew when it is asked for
        return False


def _put_in_place(made: Path, backbone: Backbone) -> None:
    if backbone.folder.exists():
        shutil.rmtree(backbone.folder, ignore_errors=True)
    try:
        made.rename(backbone.folder)
    except OSError:
        if not backbone.is_ready():  # another process was quicker, which is as good
            raise
