"""What is done with what was dropped or pasted: pictures become files, folders the photos in them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from PySide6.QtGui import QImage

from workbench.core.data.listing import photos_in
from workbench.core.errors import ResourceError
from workbench.core.files import saving
from workbench.core.jobs import StopRequested, never, run
from workbench.core.paths import cache_dir

_KEPT_SECONDS = 7 * 24 * 3600


def keep_image(image: QImage) -> Path:
    """Writes a dropped or pasted picture to a file in the cache, and clears away those of past weeks.

    Raises:
        ResourceError: The disk is full or may not be written to.
    """
    folder = cache_dir() / "dropped"
    with saving(folder):
        folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > _KEPT_SECONDS:
            old.unlink(missing_ok=True)
    path = folder / f"{uuid4().hex}.png"
    if not image.save(str(path)):
        raise ResourceError.said(
            f"The picture could not be kept in “{folder}”.",
            "Make room on that disk or check that you may write there, then try again.",
        )
    return path


def photos_under(paths: Sequence[Path], stop: StopRequested = never) -> list[Path]:
    """Files as they are, and what may be a photo in folders at any depth, in order; see `listing.photos_in`.

    Raises:
        InputError: A folder cannot be read.
        Stopped: `stop` returned true.
    """
    return list(run(photos_in(paths, stop)).files)
