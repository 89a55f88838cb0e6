"""A folder of the program's own that is there as a whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil

from workbench.core.files import saving
from workbench.core.paths import data_dir

_UNFINISHED = "unfinished"


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """An empty folder on the disk of the data folder that goes again, with all that is in it.

    Where the process dies, the next one that makes such a folder takes it away.

    Raises:
        ResourceError: The disk is full or may not be written to; in the block, too.
    """
    place = data_dir() / _UNFINISHED
    _clear(place)
    own = place / f"{os.getpid()}-{_started(os.getpid())}-{secrets.token_hex(4)}"
    with saving(own):
        own.mkdir(parents=True)
        try:
            yield own
        finally:
            shutil.rmtree(own, ignore_errors=True)


@contextlib.contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Gives an empty folder to fill, which becomes `target` once the block ends well.

    What is filled lies on the same disk, in a place where nothing looks for it.

    Args:
        target: In the program's data folder; where another process has made it meanwhile, that one stays.

    Raises:
        ResourceError: The disk is full or may not be written to.
    """
    with scratch_folder() as own:
        yield own
        _sync_all(own)
        target.parent.mkdir(parents=True, exist_ok=True)
        _rename(own, target)


def _sync_all(folder: Path) -> None:
    """Brings all files below a folder to the disk."""
    if hasattr(os, "sync"):
        os.sync()  # one wait for all; one for each of ten thousand photos takes minutes
        return
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("rb+") as opened:
                os.fsync(opened.fileno())


def _rename(own: Path, target: Path) -> None:
    try:
        os.rename(own, target)
    except OSError:
        if not (target.is_dir() and any(target.iterdir())):
            raise
        return
    if hasattr(os, "sync"):
        descriptor = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _clear(place: Path) -> None:
    """Takes away what processes have left that are gone."""
    with contextlib.suppress(OSError):
        for each in place.iterdir():
            pid, _, rest = each.name.partition("-")
            if pid.isdigit() and rest.partition("-")[0] != str(_started(int(pid))):
                shutil.rmtree(each, ignore_errors=True)


def _started(pid: int) -> int:
    """When a process began, in whole seconds; 0 where there is none."""
    try:
        return int(psutil.Process(pid).create_time())
    except (psutil.Error, OverflowError):
        return 0
