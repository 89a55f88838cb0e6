"""The drawn sample photos as a job: with progress, a stop, and errors that say what to do."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

from workbench.core.errors import InputError, ResourceError, Stopped
from workbench.core.events import Progress
from workbench.core.files import saving
from workbench.core.jobs import StopRequested, Throttle, never
from workbench.core.messages import Message
from workbench.core.paths import cache_dir
from workbench.sample.folder import FEWEST, draw_another, draw_folder, is_free


def draw_sample(
    destination: Path, *, seed: int = 0, per_class: int = 48, stop: StopRequested = never
) -> Generator[Progress, None, Path]:
    """Draws the sample photos into a folder that is new or empty, as `draw_folder` does.

    Returns:
        The folder's absolute path.

    Raises:
        InputError: The destination is in use, or `per_class` is too small.
        ResourceError: The disk is full or may not be written to.
        Stopped: `stop` said so; nothing was left behind.
    """
    if per_class < FEWEST:
        raise InputError("sample_too_small", fewest=FEWEST)
    due, destination = Throttle(), Path(os.path.realpath(destination))
    try:
        if not is_free(destination):
            raise InputError("sample_in_the_way", name=destination.name)
        with closing(draw_folder(destination, seed=seed, per_class=per_class)) as drawing:
            for done, total in drawing:
                if stop():
                    raise Stopped()
                if due() or done == total:
                    yield Progress("sample", done, total, Message("drawing_sample"))
    except OSError as error:
        raise ResourceError("not_saved.sample", str(error), folder=str(destination)) from error
    return destination


def draw_new(seed: int) -> Path:
    """Draws a photo of what is in the sample, but not one of it; it lies in the cache.

    Raises:
        ResourceError: The disk is full or may not be written to.
    """
    folder = cache_dir() / "dropped"
    with saving(folder):
        folder.mkdir(exist_ok=True)
        return draw_another(folder, seed=seed)
