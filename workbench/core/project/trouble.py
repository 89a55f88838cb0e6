"""What may happen to a project's file: another window has it, it is damaged, or the disk is full."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
from pathlib import Path

from workbench.core.errors import ResourceError

_log = logging.getLogger(__name__)


def is_held(error: Exception) -> bool:
    """Whether another process has the file."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_damage(error: Exception) -> bool:
    """Whether the file itself is at fault: it is no database, or what it holds is none of ours."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


def not_kept(path: Path, error: Exception) -> ResourceError:
    """Why an edit could not be kept."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    reason = {sqlite3.SQLITE_FULL: ".full", sqlite3.SQLITE_READONLY: ".refused"}.get(code, "")
    reason = ".refused" if code == sqlite3.SQLITE_CANTOPEN or isinstance(error, PermissionError) else reason
    return ResourceError(f"not_saved{reason}", repr(error), name=path.name, folder=str(path.parent))


def make_copy(database: sqlite3.Connection, path: Path) -> None:
    """Makes the copy that takes the place of a file that is damaged, once it is known to be sound."""
    part = path.with_name(f"{path.name}.copy.part")
    try:
        part.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(part)) as copy:
            database.backup(copy)
        os.replace(part, _copy_of(path))
    except (OSError, sqlite3.Error) as error:  # the project itself is sound
        _log.warning("no copy of %s: %r", path, error)


def put_aside(path: Path, error: Exception) -> None:
    """Gives a damaged file another name, and its copy its place.

    Raises:
        ResourceError: The disk is full or may not be written to.
    """
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    _log.error("%s is damaged (%s) and now called %s", path, error, aside.name)
    try:
        os.replace(path, aside)
        for end in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                os.replace(f"{path}{end}", f"{aside}{end}")
        copy = _copy_of(path)
        if copy.exists():
            os.replace(copy, path)
    except OSError as refused:
        raise not_kept(path, refused) from refused


def _copy_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.copy")
