"""Where the program keeps its own things. Nothing is ever written into a person's image folder."""

from __future__ import annotations

import contextlib
import importlib.resources
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import platformdirs

from workbench.core.errors import FULL, ResourceError

_APP = "workbench"
_PROFILE = "WORKBENCH_PROFILE"


def use_temporary_profile() -> Path:
    """Makes this process and its engines start with nothing remembered (`--temp-profile`)."""
    folder = Path(tempfile.mkdtemp(prefix="workbench-profile-"))
    os.environ[_PROFILE] = str(folder)
    return folder


@contextlib.contextmanager
def temporary_profile(folder: Path) -> Iterator[None]:
    """Has this process and its engines keep everything in a folder for a while."""
    before = os.environ.get(_PROFILE)
    os.environ[_PROFILE] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ[_PROFILE]
        else:
            os.environ[_PROFILE] = before


def data_dir() -> Path:
    """Projects and runs: never deleted by the program.

    Raises:
        ResourceError: There is no home folder, or it cannot be written to.
    """
    folder = _made("data", platformdirs.user_data_path(_APP, appauthor=False))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ResourceError("home_not_writable", folder=str(folder))
    return folder


def sample_folder() -> Path:
    """Where the sample photos are drawn, once; the person sees this name."""
    return data_dir() / "Sample photos"


def cache_dir() -> Path:
    """Decoded pixels and downloaded weights: may be deleted at any time.

    Raises:
        ResourceError: There is no home folder, or it cannot be made there; it may be there and closed.
    """
    return _made("cache", platformdirs.user_cache_path(_APP, appauthor=False))


def scratch_file(prefix: str) -> BinaryIO:
    """A file in the cache folder that is gone once it is closed, however the program ends.

    Raises:
        ResourceError: It cannot be made.
    """
    folder = cache_dir()
    try:
        # Unlinked at once, or deleted by Windows when its last handle closes, a crash included.
        return cast(BinaryIO, tempfile.TemporaryFile(prefix=prefix, dir=folder))
    except OSError as error:
        raise _closed(folder, error) from error


def reserve(file: BinaryIO, length: int) -> None:
    """Takes room on the disk for a file that will be mapped: a disk that is full then would end the process.

    Raises:
        ResourceError: There is too little.
    """
    if hasattr(os, "posix_fallocate") and length:
        try:
            os.posix_fallocate(file.fileno(), 0, length)
        except OSError as error:
            raise _closed(cache_dir(), error) from error


def log_dir() -> Path:
    """Log files. Where it cannot be made, nothing is logged."""
    folder = _place("log", platformdirs.user_log_path(_APP, appauthor=False))
    if folder.is_absolute():
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
    return folder


def settings_file() -> Path:
    """What the window remembers: size, page, folded sections.

    Raises:
        ResourceError: There is no home folder, or it cannot be written to.
    """
    return _made("config", platformdirs.user_config_path(_APP, appauthor=False)) / "window.ini"


def resource(*parts: str) -> Path:
    """A file of the top-level `resources` folder, from a checkout or an installed wheel."""
    packaged = Path(str(importlib.resources.files("workbench"))) / "resources"
    root = packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "resources"
    return root.joinpath(*parts)


def _place(kind: str, usual: Path) -> Path:
    profile = os.environ.get(_PROFILE)
    return Path(profile).absolute() / kind if profile else usual


def _made(kind: str, usual: Path) -> Path:
    folder = _place(kind, usual)
    if not folder.is_absolute():  # "~" has stayed as it is: this user has no home
        raise ResourceError("home_missing")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _closed(folder, error) from error
    return folder


def _closed(folder: Path, error: OSError) -> ResourceError:
    code = "home_not_writable.full" if error.errno in FULL else "home_not_writable"
    return ResourceError(code, str(error), folder=str(folder))
