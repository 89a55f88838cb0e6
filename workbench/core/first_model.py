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
from workbench.core.events import Event, FirstModel, HeadFitted, Progress
from workbench.core.files import saving
from workbench.core.instant.fit_instant import fit_instant
from workbench.core.instant.growth import first_size, handful
from workbench.core.jobs import StopRequested, never, relay
from workbench.core.messages import Message
from workbench.core.paths import cache_dir
from workbench.core.project.kept_test import kept_apart
from workbench.core.project.projects import Project, known_project
from workbench.core.project.runs import MODEL
from workbench.core.results.estimate import Estimate
from workbench.core.settings import replace

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
    every = arrange(seen, reading).places
    places = [place for place in every if place.class_name and place.subset in ("", "training")]
    names = sorted({place.class_name for place in places})
    if len(places) < LARGE or len(names) < 2:
        return
    index = {name: number for number, name in enumerate(names)}
    targets = np.array([index[place.class_name] for place in places], dtype=np.int64)
    config = replace(recommended("instant"), {"networks": "one"})  # a model that is soon there
    order = fair_order(targets, config.seed, handful(len(names)))[: first_size(len(names))]
    only = {places[row].path for row in order.tolist()}
    fitted: list[HeadFitted] = []

    def told(event: Event) -> Progress | None:
        if isinstance(event, HeadFitted):
            fitted.append(event)
        return Progress("scan", 0, 0, Message("first_look")) if isinstance(event, Progress) else None

    try:
        if has_model(seen.folder):
            return
        run = _new_folder()
        catalog = yield from relay(scan_as(seen, reading, only=only, stop=stop), told)
        split = own_split(kept_apart(catalog, known_project(seen.folder), keep=False))
        yield from relay(fit_instant(split, config, run, stop=lambda: stop() or bool(fitted)), told)
    except Stopped:
        raise
    except WorkbenchError as error:
        log.info("no first model: %s", error)
        return
    found = fitted[0].cross_validated
    yield FirstModel(
        folder=str(seen.folder),
        file=str(run / MODEL),
        classes=split.class_names,
        estimate=Estimate.of("cross_validated", found) if found is not None else None,
        samples=fitted[0].samples,
        of=len(places),
        seconds=time.monotonic() - begun,
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
