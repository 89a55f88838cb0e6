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
from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.config.training_config import TrainingConfig
from workbench.core.edition import has_torch
from workbench.core.errors import InputError, ResourceError, Stopped
from workbench.core.events import Progress
from workbench.core.features.agreement import AGREEMENT, DEVIATION, cosine, largest_deviation
from workbench.core.features.backbone import Backbone, backbone_of
from workbench.core.features.lite import is_packaged, prepare_packaged
from workbench.core.features.runtimes import TORCH_FREE, FeatureRuntime, in_batches
from workbench.core.files import read_json, write_json
from workbench.core.hardware import has_gpu, processor
from workbench.core.jobs import StopRequested, never
from workbench.core.messages import Message
from workbench.core.threads import attended, thread_count
from workbench.core.torch_lock import torch_loading

log = logging.getLogger(__name__)

_MEASURED_SECONDS = 0.2
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

    The first time on a computer the backbone is made ready and the runtimes are measured: one or two seconds
    for a packaged one. Others are fetched and exported, which takes some 15 seconds and imports torch.

    Args:
        config: Its architecture, input size, channels and weights file count.
        device: `cpu` leaves graphics cards alone; `cuda` asks for one; `auto` takes one where it works.

    Raises:
        WorkbenchError: The weights cannot be had, only the full edition can make them ready, or the device
            is not there.
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
                backbone = yield from _made_ready(backbone, config, stop)
        finally:
            _making_ready.release()
    return attended(partial(runtime_for, backbone, device), stop)


def _made_ready(
    backbone: Backbone, config: TrainingConfig, stop: StopRequested
) -> Generator[Progress, None, Backbone]:
    if is_packaged(backbone):
        attended(partial(prepare_packaged, backbone), stop)
        return backbone
    if not has_torch():
        raise InputError("full_edition.architecture", architecture=architecture_of(config.architecture).name)
    with torch_loading:
        from workbench.core.features.prepare import prepare_backbone  # loads torch

    return (yield from prepare_backbone(config, stop=stop))


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
    trial = _Trial(backbone)
    for kinds in _groups(device):
        for kind in kinds():
            trial.measure(kind)
        if trial.quickest is not None and trial.exact is not None:
            break
    chosen = (trial.quickest, trial.exact)
    names = [runtime.kind if runtime is not None else "" for runtime in chosen]
    opened = {runtime.kind: runtime for runtime in chosen if runtime is not None}
    return replace(trial.choice, runtime=names[0], exact=names[1]), opened


class _Trial:
    """Runtimes that compute the same probes.

    Attributes:
        choice: What was measured so far.
        quickest, exact: The quickest runtime that agrees, and the quickest of those that may answer.
    """

    def __init__(self, backbone: Backbone) -> None:
        self._backbone = backbone
        self._pixels, self._expected = backbone.probe()
        self.choice = Choice(_computer())
        self.quickest: FeatureRuntime | None = None
        self.exact: FeatureRuntime | None = None

    def measure(self, kind: type[FeatureRuntime]) -> None:
        """Tries a kind of runtime; one that only computes more exactly than one that is exact is left out."""
        choice, name = self.choice, kind.kind
        if choice.deviation.get(kind.exact_for, 1.0) <= DEVIATION:
            return
        try:
            runtime = kind(self._backbone)
            found = in_batches(runtime.features, self._pixels, runtime.batch)
            cosines, deviation = cosine(found, self._expected), largest_deviation(found, self._expected)
            rate = _rate(runtime, self._pixels)
        except Exception as error:  # noqa: BLE001 - a runtime that fails in whatever way is one not to take
            choice.failures[name] = repr(error)
            log.info("the runtime %s cannot be used: %r", name, error)
            return
        choice.agreement[name], choice.worst[name] = float(cosines.mean()), float(cosines.min())
        choice.rates[name], choice.deviation[name] = rate, deviation
        if not cosines.mean() >= AGREEMENT:  # not a number is no agreement either
            choice.failures[name] = f"mean cosine {cosines.mean():.5f}"
            return
        if self.quickest is None or rate > choice.rates[self.quickest.kind]:
            self.quickest = runtime
        if deviation <= DEVIATION and (self.exact is None or rate > choice.rates[self.exact.kind]):
            self.exact = runtime


def _name(choice: Choice, exact: bool) -> str:
    return choice.exact if exact else choice.runtime


def _kind_of_device(device: str) -> str:
    """`cuda` where a graphics card is asked for or can be had, else `cpu`.

    Raises:
        InputError: It is asked for, but not there.
    """
    if device == "cpu" or (device == "auto" and not (has_gpu() and has_torch())):
        return "cpu"
    if not has_torch():
        raise InputError("full_edition.device")
    with torch_loading:
        from workbench.core import devices  # loads torch

    return devices.choose(device).type


def _groups(device: str) -> list[Callable[[], Sequence[type[FeatureRuntime]]]]:
    """Every kind of runtime, loaded when asked for; a group is only tried where those before fell short."""
    groups: list[Callable[[], Sequence[type[FeatureRuntime]]]] = [lambda: TORCH_FREE]
    if has_torch():
        groups.append(_torch_cpu)
    return [_torch_cuda, *groups] if device == "cuda" else groups


def _torch_cuda() -> Sequence[type[FeatureRuntime]]:
    with torch_loading:
        from workbench.core.features.torch_runtime import TorchCuda, TorchCudaFull  # loads torch

    return TorchCuda, TorchCudaFull


def _torch_cpu() -> Sequence[type[FeatureRuntime]]:
    with torch_loading:
        from workbench.core.features.torch_runtime import TorchCpu  # loads torch

    return (TorchCpu,)


def _opened(backbone: Backbone, name: str, device: str) -> FeatureRuntime | None:
    kinds = {kind.kind: kind for kind in TORCH_FREE}
    if name not in kinds:
        kinds = {kind.kind: kind for group in _groups(device) for kind in group()}
    if name not in kinds:
        return None
    try:
        return kinds[name](backbone)
    except Exception as error:  # noqa: BLE001 - it worked once; now another has to be found
        log.warning("the runtime %s does not start any more: %r", name, error)
        return None


def _rate(runtime: FeatureRuntime, pixels: NDArray[np.uint8]) -> float:
    """Photos a second, by the quickest of some batches: what else the computer does adds to the others."""
    batch = np.ascontiguousarray(np.resize(pixels, (runtime.batch, *pixels.shape[1:])))
    begun, least = time.perf_counter(), float("inf")
    while True:
        started = time.perf_counter()
        runtime.features(batch)
        ended = time.perf_counter()
        least = min(least, ended - started)
        if ended - begun >= _MEASURED_SECONDS:
            return len(batch) / least


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
