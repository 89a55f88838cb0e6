"""Which runtime is the quickest on this computer: measured once for each backbone, and remembered.

Twice: the quickest to learn with, which may compute in bfloat16 or float16, and the quickest of those that
compute what torch does in float32. Only these answer, so that a model says the same of a photo everywhere.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import logging
import os
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.core.config.training_config import TrainingConfig
from workbench.core.errors import ResourceError, Stopped
from workbench.core.events import Progress
from workbench.core.features.backbone import Backbone, backbone_of
from workbench.core.features.runtimes import TORCH_FREE, FeatureRuntime
from workbench.core.files import read_json, write_json
from workbench.core.hardware import has_gpu, processor
from workbench.core.jobs import StopRequested, never
from workbench.core.messages import Message
from workbench.core.threads import attended, thread_count
from workbench.core.torch_lock import torch_loading

log = logging.getLogger(__name__)

AGREEMENT = 0.999
"""Mean cosine between a runtime's features of the probes and torch's in float32 that is asked of it."""
DEVIATION = 1e-4
"""Largest difference between a runtime's features of a probe and torch's, as a share of their length, with
which it may answer. Float32 stays a hundred times below it; TF32 and float16 are ten times above it, bfloat16
several hundred times."""
_MEASURED_SECONDS = 0.4
_CHOSEN = "engine"  # the name of `Choice.runtime` in these files
_REMEMBERED = {"cpu": "engine.json", "cuda": "engine-cuda.json"}
_WAITING_SECONDS = 0.1
_making_ready, _measuring = threading.Lock(), threading.Lock()


@dataclass(frozen=True)
class Choice:
    """What was measured, as a file beside the backbone keeps it for each kind of device.

    Attributes:
        computer: What it was measured on; another computer, or other versions, measure again.
        runtime: Name of the quickest runtime that agrees: what learns.
        exact: Name of the quickest runtime whose features differ by at most `DEVIATION`: what answers.
        rates: Photos a second of each runtime that was tried.
        agreement: Mean cosine with torch in float32, of each.
        worst: The smallest cosine of any probe, of each.
        deviation: The largest difference of any probe, of each; see `DEVIATION`.
        failures: Why a runtime could not be used, where it could not.
    """

    computer: dict[str, Any]
    runtime: str = ""
    exact: str = ""
    rates: dict[str, float] = field(default_factory=dict)
    agreement: dict[str, float] = field(default_factory=dict)
    worst: dict[str, float] = field(default_factory=dict)
    deviation: dict[str, float] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


def open_runtime(
    config: TrainingConfig, *, device: str = "auto", stop: StopRequested = never
) -> Generator[Progress, None, FeatureRuntime]:
    """The quickest runtime to learn with for the pretrained backbone of a configuration.

    The first time on a computer the backbone is fetched, made ready and the runtimes are measured, which
    takes some 15 seconds and imports torch; from then on it takes a fraction of a second.

    Args:
        config: Its architecture, input size, channels and weights file count.
        device: `cpu` leaves graphics cards alone; `cuda` asks for one; `auto` takes one where it works.

    Raises:
        WorkbenchError: The weights cannot be had, or the device is not there.
    """
    backbone = backbone_of(config)
    if not backbone.weights_id or not backbone.is_ready():
        yield Progress("prepare", 0, 0, Message("getting_ready"))
        while not _making_ready.acquire(timeout=_WAITING_SECONDS):
            if stop():
                raise Stopped
        try:
            backbone = backbone_of(config)
            if not backbone.is_ready():  # another thread may just have done it
                with torch_loading:
                    from workbench.core.features.prepare import prepare_backbone  # loads torch

                backbone = yield from prepare_backbone(config, stop=stop)
        finally:
            _making_ready.release()
    return attended(partial(runtime_for, backbone, device), stop)


def runtime_for(backbone: Backbone, device: str = "auto", *, exact: bool = False) -> FeatureRuntime:
    """The quickest runtime for a backbone that is ready.

    Args:
        exact: What answers: of those that compute in float32, or as well as that. Else what learns.

    Raises:
        InputError: The device is not there.
        ResourceError: No runtime computes what torch does.
    """
    used = _kind_of_device(device)
    with contextlib.suppress(OSError):
        os.utime(backbone.folder)  # those used last are kept longest, see `prepare_backbone`
    with _measuring:  # two at once would each find the other slow
        choice = remembered_choice(backbone, used)
        if choice is not None and (runtime := _opened(backbone, _name(choice, exact), used)) is not None:
            return runtime
        choice, opened = measure(backbone, used)
        if choice.runtime and choice.exact:
            values = asdict(choice)
            values[_CHOSEN] = values.pop("runtime")
            try:
                write_json(backbone.folder / _REMEMBERED[used], values)
            except ResourceError as error:
                log.info("what was measured is not kept: %s", error.details)
        if _name(choice, exact) not in opened:
            raise ResourceError("no_runtime", json.dumps(choice.failures))
        return opened[_name(choice, exact)]


def exact_runtime(runtime: FeatureRuntime, device: str = "auto") -> FeatureRuntime:
    """What answers for a model that was learned with a runtime: itself, where it is exact enough.

    Raises:
        WorkbenchError: As `runtime_for`.
    """
    measured = [remembered_choice(runtime.backbone, used) for used in _REMEMBERED]
    found = [choice.deviation.get(runtime.kind, 1.0) for choice in measured if choice is not None]
    if min(found, default=1.0) <= DEVIATION:
        return runtime
    return runtime_for(runtime.backbone, device, exact=True)


def rate_of(runtime: FeatureRuntime) -> float:
    """Photos a second of a runtime, as they were measured on this computer; 0 where it was not."""
    measured = [remembered_choice(runtime.backbone, device) for device in _REMEMBERED]
    return max(
        (choice.rates.get(runtime.kind, 0.0) for choice in measured if choice is not None), default=0.0
    )


def remembered_choice(backbone: Backbone, device: str = "cpu") -> Choice | None:
    """What was measured on this computer for `cpu` or `cuda`, None where nothing was, or it has changed."""
    try:
        values = read_json(backbone.folder / _REMEMBERED[device])
        choice = Choice(runtime=values.pop(_CHOSEN), **values)
    except (OSError, ValueError, KeyError, TypeError, ResourceError):  # not there, or not readable: measured
        return None
    return choice if choice.exact and choice.computer == _computer() else None


def measure(backbone: Backbone, device: str = "cpu") -> tuple[Choice, dict[str, FeatureRuntime]]:
    """Tries runtimes on the probes: how quick each is, and how nearly it computes what torch does.

    A graphics card that agrees is taken without asking the others. Torch on the processor is only tried
    where no other runtime can be used, because to load it takes seconds.

    Returns:
        What was measured, and the runtimes that were chosen, opened, by name.
    """
    pixels, expected = backbone.probe()
    choice, quickest, exact = Choice(_computer()), None, None
    for kind in _kinds(device):
        if _is_enough(kind, quickest, exact):
            break
        try:
            runtime = kind(backbone)
            found = runtime.features(pixels)
            cosines, deviation = cosine(found, expected), largest_deviation(found, expected)
            rate = _rate(runtime, pixels)
        except Exception as error:  # noqa: BLE001 - a runtime that fails in whatever way is one not to take
            choice.failures[kind.kind] = repr(error)
            log.info("the runtime %s cannot be used: %r", kind.kind, error)
            continue
        choice.agreement[kind.kind], choice.worst[kind.kind] = float(cosines.mean()), float(cosines.min())
        choice.rates[kind.kind], choice.deviation[kind.kind] = rate, deviation
        if not cosines.mean() >= AGREEMENT:  # not a number is no agreement either
            choice.failures[kind.kind] = f"mean cosine {cosines.mean():.5f}"
            continue
        if quickest is None or rate > choice.rates[quickest.kind]:
            quickest = runtime
        if deviation <= DEVIATION and (exact is None or rate > choice.rates[exact.kind]):
            exact = runtime
    opened = {runtime.kind: runtime for runtime in (quickest, exact) if runtime is not None}
    names = [runtime.kind if runtime is not None else "" for runtime in (quickest, exact)]
    return replace(choice, runtime=names[0], exact=names[1]), opened


def largest_deviation(found: NDArray[np.float32], expected: NDArray[np.float32]) -> float:
    """The largest of the differences between the rows of two arrays of the same shape (N, width).

    Each is the length of the difference as a share of that of the row expected.
    """
    differences = np.linalg.norm(found.astype(np.float64) - expected, axis=1)
    lengths = np.linalg.norm(expected.astype(np.float64), axis=1)
    return float((differences / np.maximum(lengths, np.finfo(np.float64).tiny)).max())


def cosine(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float64]:
    """Cosine of the angle between the rows of two arrays of the same shape (N, width), shape (N,)."""
    a, b = first.astype(np.float64), second.astype(np.float64)
    lengths: NDArray[np.float64] = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    products: NDArray[np.float64] = (a * b).sum(axis=1)
    return products / np.maximum(lengths, np.finfo(np.float64).tiny)


def _name(choice: Choice, exact: bool) -> str:
    return choice.exact if exact else choice.runtime


def _is_enough(
    kind: type[FeatureRuntime], quickest: FeatureRuntime | None, exact: FeatureRuntime | None
) -> bool:
    """Whether another kind need not be tried once these two are found."""
    if quickest is None or exact is None:
        return False
    return not {kind, type(quickest), type(exact)} <= set(TORCH_FREE)


def _kind_of_device(device: str) -> str:
    """`cuda` where a graphics card is asked for or can be had, else `cpu`.

    Raises:
        InputError: It is asked for, but not there.
    """
    if device == "cpu" or (device == "auto" and not has_gpu()):
        return "cpu"
    with torch_loading:
        from workbench.core import devices  # loads torch

    return devices.choose(device).type


def _kinds(device: str) -> Iterator[type[FeatureRuntime]]:
    """Every kind of runtime, in the order in which they are asked."""
    if device == "cuda":
        with torch_loading:
            from workbench.core.features.torch_runtime import TorchCuda, TorchCudaFull  # loads torch

        yield TorchCuda
        yield TorchCudaFull
    yield from TORCH_FREE
    with torch_loading:
        from workbench.core.features.torch_runtime import TorchCpu  # loads torch

    yield TorchCpu


def _opened(backbone: Backbone, name: str, device: str) -> FeatureRuntime | None:
    for kind in _kinds(device):
        if kind.kind == name:
            try:
                return kind(backbone)
            except Exception as error:  # noqa: BLE001 - it worked once; now another has to be found
                log.warning("the runtime %s does not start any more: %r", name, error)
                return None
    return None


def _rate(runtime: FeatureRuntime, pixels: NDArray[np.uint8]) -> float:
    batch = np.ascontiguousarray(np.resize(pixels, (runtime.batch, *pixels.shape[1:])))
    runtime.features(batch)
    begun, done = time.perf_counter(), 0
    while (passed := time.perf_counter() - begun) < _MEASURED_SECONDS:
        runtime.features(batch)
        done += len(batch)
    return done / passed


def _computer() -> dict[str, Any]:
    """What decides which runtime is the quickest, as far as it can be told without torch."""
    versions = {}
    for package in ("onnxruntime", "openvino", "torch"):
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = ""
    return {
        "processor": processor(),
        "processors": os.cpu_count(),
        "threads": thread_count(),
        "graphics": has_gpu(),
        **versions,
    }
