"""The jobs that make a model, or look at photos as one does: loaded with the first of them.

They lead to what computes, half a second's imports, which the first look at a folder need not wait for.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np

from workbench.core import learning
from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.config.recipe import preprocessing_for
from workbench.core.config.training_config import TrainingConfig
from workbench.core.durations import Rates
from workbench.core.edition import has_torch
from workbench.core.events import Event, Followed, Insight, PhotoMap, Thumbnail, TrainingResult
from workbench.core.features.runtime_choice import exact_runtime, open_runtime, rate_of
from workbench.core.hardware import processor
from workbench.core.images.facts import Inspected
from workbench.core.images.inspecting import inspect
from workbench.core.improve.plan import recall
from workbench.core.instant.which_networks import FEW, looking
from workbench.core.jobs import StopRequested
from workbench.core.models.model_file import ModelFile
from workbench.core.project.runs import model_in
from workbench.core.threads import attended
from workbench.core.torch_lock import torch_loading
from workbench.engine.kept import follower_of, load_torch
from workbench.engine.messages import DeviceInfo
from workbench.engine.pictures import small
from workbench.engine.questions import QUESTIONS
from workbench.engine.requests import (
    Augment,
    Follow,
    Inspect,
    Job,
    LayOut,
    LookCloser,
    Request,
    Resume,
    Train,
    Warm,
)

PREVIEW_SIDE = 224
LOOSE_AT_ONCE = 100
"""So many photos without a class are looked at between one answer and the next: a few seconds."""


def warm(request: Warm, stop: StopRequested) -> Generator[Event, None, DeviceInfo]:
    """Makes ready what the first model needs, and says what this computer computes on and how quickly.

    Only with a graphics card, or where the pace of improving is to be measured, does this import torch.
    """
    device, name = "cpu", processor()
    usual = TrainingConfig()
    engine = yield from open_runtime(usual, stop=stop)
    if request.pace and (few := looking(usual, FEW)) != usual:  # while nobody waits: it takes seconds
        yield from open_runtime(few, stop=stop)
    if engine.kind == "CUDA torch":
        from workbench.core import devices  # loads torch

        chosen = devices.choose("auto")
        device, name = str(chosen), devices.name_of(chosen)
    pace = recall(engine.backbone)
    if pace is None and request.pace and has_torch():  # else nothing is improved here
        from workbench.core.improve.speed import measure  # loads torch

        pace = measure(engine.backbone)
    return DeviceInfo(device, name, Rates(rate_of(engine), pace, rate_of(exact_runtime(engine, device))))


def augment(request: Augment, stop: StopRequested) -> Generator[Event, None, None]:
    """Photos as training may show them, `count` times each; unreadable ones are passed over."""
    load_torch()
    with torch_loading:
        from workbench.core.augmentation.pipeline import preview  # loads torch
    shrunk = {path: small(Path(path), 2 * PREVIEW_SIDE) for path in request.paths}
    photos = {path: pixels for path, pixels in shrunk.items() if pixels is not None}
    for variant in range(request.count):
        if stop():
            return
        views = preview(list(photos.values()), request.config, PREVIEW_SIDE, request.seed + variant)
        for path, pixels in zip(photos, views, strict=True):
            yield Thumbnail(path, np.broadcast_to(pixels, (*pixels.shape[:2], 3)))


def inspect_photo(request: Inspect, stop: StopRequested) -> Generator[Event, None, Inspected]:
    """Looks at one photo as a model sees it: that model, or the one that would be made."""
    yield from ()
    if request.model is not None:
        recipe = ModelFile.load(model_in(request.model)).description.preprocessing
    else:
        config = looking(request.config, request.photos)
        recipe = preprocessing_for(architecture_of(config.architecture), config)
        recipe = replace(recipe, brightness=request.brightness)
    return inspect(request.path, recipe)


def train(request: Train, stop: StopRequested) -> Generator[Event, None, TrainingResult]:
    """Trains into an empty run folder."""
    if request.config.method.needs_torch:
        attended(load_torch, stop)
    job = learning.train(request.catalog, request.config, request.run, device=request.device, stop=stop)
    return (yield from job)


def follow(request: Follow, stop: StopRequested) -> Generator[Event, None, Followed]:
    """Has the model of the open folder follow an edit."""
    follower = follower_of(request)
    return (yield from follower.follow(request.catalog, at_once=LOOSE_AT_ONCE, stop=stop))


def lay_out(request: LayOut, stop: StopRequested) -> Generator[Event, None, PhotoMap]:
    """Finds where the photos of the open folder lie by their features."""
    follower = follower_of(request)
    return (yield from follower.lay_out(request.catalog, request.plane, look=request.look, stop=stop))


def look_closer(request: LookCloser, stop: StopRequested) -> Generator[Event, None, Insight]:
    """Finds what the features say that the model of the open folder stands on."""
    return (yield from follower_of(request).look_closer(request.catalog, stop=stop))


def resume(request: Resume, stop: StopRequested) -> Generator[Event, None, TrainingResult]:
    """Goes on with a run from its last checkpoint."""
    if has_torch():  # else only a run without it can go on
        attended(load_torch, stop)
    return (yield from learning.resume(request.run, folder=request.folder, device=request.device, stop=stop))


MODEL_JOBS: dict[type[Request], Job] = {
    Warm: warm,
    Augment: augment,
    Inspect: inspect_photo,
    Train: train,
    Follow: follow,
    LayOut: lay_out,
    LookCloser: look_closer,
    Resume: resume,
    **QUESTIONS,
}
