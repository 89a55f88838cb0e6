"""What an error of SQLite says of a project's file: held by another, damaged, or not to be written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from workbench.core.errors import ResourceError


def is_held(error: Exception) -> bool:
    """Whether another process has the file."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_damage(error: Exception) -> bool:
    """Whether the file itself is at fault: it is no database, or what it holds is none of ours."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


def not_kept(path: Path, error: Exception) -> ResourceError:
    """What to tell a person of an error in which nothing was kept."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    reason = {sqlite3.SQLITE_FULL: ".full", sqlite3.SQLITE_READONLY: ".refused"}.get(code, "")
    reason = ".refused" if code == sqlite3.SQLITE_CANTOPEN or isinstance(error, PermissionError) else reason
    return ResourceError(f"not_saved{reason}", repr(error), name=path.name, folder=str(path.parent))
