"""Making a backbone ready for this computer: the one step of mode *instant* that needs torch, done once."""

from __future__ import annotations

import contextlib
import io
import json
import secrets
import shutil
import time
from collections.abc import Generator
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray

from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.architectures.build import build
from workbench.core.architectures.design import NetworkDesign
from workbench.core.architectures.pooled_stages import PooledStages
from workbench.core.config.training_config import TrainingConfig
from workbench.core.errors import ResourceError
from workbench.core.events import Progress
from workbench.core.export.onnx import FromPixels, export_onnx
from workbench.core.features.backbone import ABOUT, ONNX, PROBE, TUNED, WEIGHTS, Backbone, backbone_of
from workbench.core.files import atomic_write, sha256_of
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.jobs import StopRequested, never
from workbench.core.threads import attended
from workbench.core.weights.store import apply, fetch
from workbench.sample.photo import draw_photo
from workbench.sample.things import THINGS

_PROBES = 16
_KEPT_TUNED = 12
_ABANDONED_SECONDS = 3600


def prepare_backbone(
    config: TrainingConfig, *, stop: StopRequested = never
) -> Generator[Progress, None, Backbone]:
    """Fetches a configuration's pretrained weights and makes its backbone ready.

    Yields progress of the download, where there is one.

    Raises:
        WorkbenchError: The weights cannot be had; see `weights.store.fetch`.
        Stopped: `stop` returned true; what was under way goes on, for the next time.
    """
    row = architecture_of(config.architecture)
    weights_file = Path(config.weights_file) if config.weights_file else None
    tensors = yield from fetch(row, weights_file=weights_file, stop=stop)
    backbone = backbone_of(config)

    def make() -> None:
        model = build(
            row,
            classes=2,
            channels=config.channels,
            input_size=backbone.preprocessing.crop,
            dropout=0.0,
            design=NetworkDesign(),
        )
        apply(model, row, tensors)
        export(PooledStages(model, row.key), backbone)

    attended(make, stop)
    return backbone


def export(stages: PooledStages, backbone: Backbone) -> None:
    """Writes the folder of a backbone from a network with its weights; replaces what was there.

    Raises:
        ResourceError: The disk is full.
    """
    try:
        _export(stages, backbone)
    except OSError as error:
        raise ResourceError("not_saved.runtime", str(error), folder=str(backbone.folder.parent)) from error


def _export(stages: PooledStages, backbone: Backbone) -> None:
    begun = time.monotonic()
    pixels = _probe_pixels(backbone.preprocessing)
    network = FromPixels(stages, backbone.preprocessing).eval()
    with torch.inference_mode():
        features: NDArray[np.float32] = network(torch.from_numpy(pixels)).numpy()
    backbone.folder.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):  # another process may be tidying, too
        _tidy(backbone.folder.parent)
    made = backbone.folder.parent / f".making-{secrets.token_hex(8)}"
    made.mkdir()
    try:
        export_onnx(network, torch.from_numpy(pixels[:2]), made / ONNX, takes="pixels", gives="features")
        arrays = io.BytesIO()
        np.savez(arrays, pixels=pixels, features=features)
        weights = {name: value.contiguous() for name, value in stages.state_dict().items()}
        for name, content in ((WEIGHTS, safetensors.torch.save(weights)), (PROBE, arrays.getvalue())):
            (made / name).write_bytes(content)
        about = {
            "architecture": backbone.architecture,
            "weights": backbone.weights_id,
            "preprocessing": backbone.preprocessing.to_dict(),
            "width": int(features.shape[1]),
            "torch": torch.__version__,
            "seconds": round(time.monotonic() - begun, 2),
            "sha256": {name: sha256_of(made / name) for name in (ONNX, WEIGHTS, PROBE)},
        }
        with atomic_write(made / ABOUT) as file:
            file.write(json.dumps(about, indent=1).encode())
        _put_in_place(made, backbone)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _probe_pixels(preprocessing: Preprocessing) -> NDArray[np.uint8]:
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
