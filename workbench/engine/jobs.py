"""The jobs that an engine can run: generators that yield what the window should hear and return the result.

Each serves one type of request, and asks `stop` now and then whether to end early.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.core import learning
from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.config.recipe import preprocessing_for
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.added import Added
from workbench.core.data.adding import add_photos, join_pictures
from workbench.core.data.catalog import LOOSE, WITHOUT_CLASSES, Catalog, Unclear
from workbench.core.data.photo_cache import small_picture
from workbench.core.data.reading import told
from workbench.core.data.sample_photos import draw_new, draw_sample
from workbench.core.data.scan import look, scan_as
from workbench.core.data.unpack import unpack
from workbench.core.durations import Rates
from workbench.core.edition import has_torch
from workbench.core.errors import ImageError, InputError
from workbench.core.events import (
    Event,
    FirstModel,
    Followed,
    Insight,
    PhotoMap,
    Thumbnail,
    TrainingResult,
)
from workbench.core.features.runtime_choice import exact_runtime, open_runtime, rate_of
from workbench.core.files import stamp_of
from workbench.core.first_model import first_model
from workbench.core.hardware import processor
from workbench.core.health.traits import Traits, examine_photos
from workbench.core.images.facts import Inspected
from workbench.core.images.inspecting import inspect
from workbench.core.improve.plan import recall
from workbench.core.instant.which_networks import FEW, looking
from workbench.core.jobs import StopRequested
from workbench.core.lessons.fetching import fetch_lesson
from workbench.core.lessons.lesson_rows import LESSONS
from workbench.core.models.model_file import ModelFile
from workbench.core.outputs import PROJECT_ZIP, check_output
from workbench.core.project.begun import is_begun
from workbench.core.project.copies import Exported, Imported
from workbench.core.project.exchange import export_project, import_project, is_project_file
from workbench.core.project.runs import model_in
from workbench.core.threads import attended, in_threads
from workbench.core.torch_lock import torch_loading
from workbench.engine.kept import follower_of, load_torch
from workbench.engine.messages import DeviceInfo
from workbench.engine.questions import QUESTIONS
from workbench.engine.requests import (
    Add,
    Augment,
    DrawNew,
    DrawSample,
    Examine,
    ExportProject,
    FetchLesson,
    Follow,
    Inspect,
    Job,
    Join,
    LayOut,
    LookCloser,
    OpenZip,
    Request,
    Resume,
    Scan,
    Thumbnails,
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


def scan(request: Scan, stop: StopRequested) -> Generator[Event | FirstModel, None, Catalog | Unclear]:
    """Reads an image folder, unless a person has to say first which of its folders are the classes.

    Photos without classes are only read where a person wishes to sort them, or has begun to.
    """
    try:
        seen = yield from look(request.folder, reading=request.reading, stop=stop)
    except InputError as error:
        if error.message.code not in WITHOUT_CLASSES or not is_begun(request.folder):
            raise
        request = replace(request, reading=LOOSE)
        seen = yield from look(request.folder, reading=LOOSE, stop=stop)
    chosen = request.reading if request.reading in {each.key for each in seen.readings} else ""
    if not (chosen or seen.is_clear):
        return Unclear(seen.folder, tuple(map(told, seen.readings[:2])))
    if request.first_model:
        yield from first_model(seen, seen.reading(chosen), stop=stop)
    return (yield from scan_as(seen, seen.reading(chosen), stop=stop))


def open_zip(request: OpenZip, stop: StopRequested) -> Generator[Event, None, Path | Imported]:
    """Unpacks a ZIP file of photos, or imports a project."""
    if is_project_file(request.file):
        return (yield from import_project(request.file, stop=stop))
    return (yield from unpack(request.file, stop=stop))


def fetch(request: FetchLesson, stop: StopRequested) -> Generator[Event, None, Path]:
    """Fetches public photos for a lesson."""
    return (yield from fetch_lesson(LESSONS.of(request.key), stop=stop))


def export(request: ExportProject, stop: StopRequested) -> Generator[Event, None, Exported]:
    """Writes a project into a ZIP file."""
    try:
        check_output(request.file, PROJECT_ZIP)
        job = export_project(
            request.project, request.file, photos=request.photos, database=request.database, stop=stop
        )
        return (yield from job)
    finally:
        if request.database is not None:
            request.database.unlink(missing_ok=True)


def thumbnails(request: Thumbnails, stop: StopRequested) -> Generator[Event, None, None]:
    """Small upright pictures, in order; None for pixels where a file is unreadable."""

    def shrink(path: str) -> Thumbnail:
        stamp = stamp_of(path)
        return Thumbnail(path, _small(Path(path), request.size), stamp)

    yield from in_threads(shrink, request.paths, stop=stop, chunk=1)


def augment(request: Augment, stop: StopRequested) -> Generator[Event, None, None]:
    """Photos as training may show them, `count` times each; unreadable ones are passed over."""
    load_torch()
    with torch_loading:
        from workbench.core.augmentation.pipeline import preview  # loads torch
    small = {path: _small(Path(path), 2 * PREVIEW_SIDE) for path in request.paths}
    photos = {path: pixels for path, pixels in small.items() if pixels is not None}
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


def draw(request: DrawSample, stop: StopRequested) -> Generator[Event, None, Path]:
    """Draws the sample photos."""
    return (yield from draw_sample(request.folder, stop=stop))


def draw_another(request: DrawNew, stop: StopRequested) -> Generator[Event, None, Path]:
    """Draws one photo more."""
    yield from ()
    return draw_new(request.seed)


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


def add(request: Add, stop: StopRequested) -> Generator[Event, None, Added]:
    """Takes photos into the open folder's project."""
    job = add_photos(request.catalog, request.paths, request.folder, group=request.group, stop=stop)
    return (yield from job)


def join(request: Join, stop: StopRequested) -> Generator[Event, None, dict[str, str]]:
    """Compares the photos that were added with those of the folder."""
    return (yield from join_pictures(request.catalog, stop=stop))


def examine(request: Examine, stop: StopRequested) -> Generator[Event, None, Traits]:
    """Finds the traits of a folder's photos, from what the scan has decoded."""
    return (yield from examine_photos(request.catalog, stop=stop))


def resume(request: Resume, stop: StopRequested) -> Generator[Event, None, TrainingResult]:
    """Goes on with a run from its last checkpoint."""
    if has_torch():  # else only a run without it can go on
        attended(load_torch, stop)
    return (yield from learning.resume(request.run, folder=request.folder, device=request.device, stop=stop))


JOBS: dict[type[Request], Job] = {
    Warm: warm,
    Scan: scan,
    OpenZip: open_zip,
    ExportProject: export,
    FetchLesson: fetch,
    DrawSample: draw,
    DrawNew: draw_another,
    Thumbnails: thumbnails,
    Augment: augment,
    Inspect: inspect_photo,
    Train: train,
    Follow: follow,
    Add: add,
    Join: join,
    LayOut: lay_out,
    Examine: examine,
    LookCloser: look_closer,
    Resume: resume,
    **QUESTIONS,
}


def _small(path: Path, size: int) -> NDArray[np.uint8] | None:
    try:
        return small_picture(path, size)
    except ImageError:
        return None
