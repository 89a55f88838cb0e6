"""How quickly this computer improves: measured once for a backbone, and again by every run. For the cards."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from workbench.core import devices
from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.features.backbone import Backbone
from workbench.core.features.fusing import fuse
from workbench.core.features.torch_runtime import stages_of
from workbench.core.improve.partition import FrozenStages, TunedStages
from workbench.core.improve.plan import BATCH, ImproveSpeed, remember
from workbench.core.improve.tuning import learning_amp
from workbench.core.tensors import as_tensor
from workbench.core.training.amp import choose_amp

_STEPS = 3


def measure(backbone: Backbone) -> ImproveSpeed:
    """Sends the probes through the frozen stages, takes a few steps with the others, and remembers the time.

    Takes some seconds on a laptop.
    """
    device = devices.choose("auto")
    amp, learning = choose_amp("auto", device), learning_amp("auto", device)
    stages = stages_of(backbone).to(device)
    partitioned = device.type == "cpu" and bool(architecture_of(backbone.architecture).frozen)
    pixels, _ = backbone.probe()
    batch = as_tensor(np.resize(pixels, (BATCH, *pixels.shape[1:]))).to(device)
    images = backbone.preprocessing.normalise(batch).contiguous(memory_format=torch.channels_last)
    found, views = (images, images.new_empty(BATCH, 0)), 0.0
    if partitioned:
        frozen = FrozenStages(stages, backbone.architecture).eval()

        def look() -> None:
            nonlocal found
            with torch.no_grad(), amp.autocast():
                activation, early = frozen(images)
            found = activation.float(), early.float()  # as they are kept between rounds

        views = _rate(look, device)
    tuned = fuse(TunedStages(stages, backbone.architecture, partitioned=partitioned).eval())
    head = nn.LazyLinear(2).to(device)
    targets = torch.arange(BATCH, device=device) % 2

    def step() -> None:
        with learning.autocast():
            features = tuned(*found)
        loss = functional.cross_entropy(head(features.float()), targets)
        loss.backward()  # type: ignore[no-untyped-call]
        loss.item()

    pace = ImproveSpeed(views, _rate(step, device))
    remember(backbone, pace)
    return pace


def _rate(work: Callable[[], None], device: torch.device) -> float:
    """Photos a second in the quickest of some calls: what else runs only slows them.

    On a processor by this thread's own time, which is its share of the work: the first time that this is
    asked, a folder is often being read meanwhile. The first call, which also sets things up, does not count.
    """
    clock = time.thread_time if device.type == "cpu" else time.perf_counter
    work()
    seconds = []
    for _ in range(_STEPS):
        begun = clock()
        work()
        seconds.append(clock() - begun)
    return BATCH / min(seconds)
