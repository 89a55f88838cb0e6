"""A first model of a large folder before its photos are read: from a handful of photos of each class."""

from __future__ import annotations

import contextlib
import logging
import secrets
import shutil
import time
from collections.abc import Generator
from pathlib import Path

import numpy as np

from workbench.core.config.training_config import recommended
from workbench.core.data.fair_order import fair_order
from workbench.core.data.layout import Look, arrange
from workbench.core.data.reading import Reading
from workbench.core.data.scan import scan_as
from workbench.core.data.split import own_split
from workbench.core.errors import Stopped, WorkbenchError
from workbench.core.events import FirstModel, HeadFitted, Progress
from workbench.core.files import saving
from workbench.core.instant.fit_instant import fit_instant
from workbench.core.instant.growth import first_size, handful
from workbench.core.jobs import StopRequested, never
from workbench.core.messages import Message
from workbench.core.paths import cache_dir
from workbench.core.project.projects import Project
from workbench.core.project.runs import MODEL
from workbench.core.results.estimate import Estimate

log = logging.getLogger(__name__)

LARGE = 500
"""Files that may be photos: fewer are read in a second or two."""
_KEPT_SECONDS = 86_400


def first_model(
    seen: Look, reading: Reading, *, stop: StopRequested = never
) -> Generator[Progress | FirstModel, None, None]:
    """Yields a `FirstModel` where a folder is large and has no model yet; else nothing.

    Its photos are a fair sample of the files, which are only listed so far. What is looked at for it is not
    looked at again. Where no model can be made of them, that is not said: reading all will tell.

    Raises:
        Stopped: `stop` returned true before there was one.
    """
    begun = time.monotonic()
    places = [place for place in arrange(seen, reading).places if place.subset in ("", "training")]
    names = sorted({place.class_name for place in places})
    if len(places) < LARGE or len(names) < 2 or has_model(seen.folder):
        return
    targets = np.searchsorted(names, [place.class_name for place in places]).astype(np.int64)
    config = recommended("instant")
    order = fair_order(targets, config.seed, handful(len(names)))[: first_size(len(names))]
    only = {places[index].path for index in order.tolist()}
    fitted: HeadFitted | None = None
    try:
        run = _new_folder()
        catalog = None
        reads = scan_as(seen, reading, only=only, stop=stop)
        while catalog is None:
            try:
                next(reads)
            except StopIteration as end:
                catalog = end.value
        split = own_split(catalog)
        job = fit_instant(split, config, run, stop=lambda: stop() or fitted is not None)
        for event in job:
            if isinstance(event, HeadFitted):
                fitted = event
            elif isinstance(event, Progress):
                yield Progress("scan", 0, 0, Message("first_look"))
    except Stopped:
        raise
    except WorkbenchError as error:
        log.info("no first model: %s", error)
        return
    if fitted is not None:
        found = fitted.cross_validated
        estimate = Estimate.of("cross_validated", found) if found is not None else None
        seconds = time.monotonic() - begun
        file = str(run / MODEL)
        yield FirstModel(
            str(seen.folder), file, split.class_names, estimate, fitted.samples, len(places), seconds
        )


def has_model(folder: Path) -> bool:
    """Whether a project of an image folder has a model."""
    here = folder.resolve()
    return any(
        (run / MODEL).is_file()
        for project in Project.recent()
        if project.image_folder == here
        for run in project.run_folders()
    )


def _new_folder() -> Path:
    """An empty folder for one model; what is older than a day goes.

    Raises:
        ResourceError: It cannot be made.
    """
    folder = cache_dir() / "first models"
    made = folder / secrets.token_hex(8)
    with saving(made):
        made.mkdir(parents=True)
    for old in folder.iterdir():
        with contextlib.suppress(OSError):  # another window may be tidying, too
            if time.time() - old.stat().st_mtime > _KEPT_SECONDS:
                shutil.rmtree(old, ignore_errors=True)
    return made
