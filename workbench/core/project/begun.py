"""Whether a person has begun to sort the photos of a folder, without opening its project."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path

from workbench.core.data.catalog import LOOSE
from workbench.core.errors import WorkbenchError
from workbench.core.project.projects import known_project
from workbench.core.project.store import FILE


def is_begun(image_folder: Path) -> bool:
    """Whether the project of an image folder had its photos without classes, and has edits of them.

    False as well where that cannot be told now: another window has the project open, or it is damaged.
    """
    try:
        project = known_project(image_folder)
    except WorkbenchError:
        return False
    if project is None:
        return False
    place = (project / FILE).absolute().as_uri()
    try:
        with contextlib.closing(sqlite3.connect(f"{place}?mode=rw", uri=True, timeout=0)) as database:
            about = database.execute("SELECT value FROM about").fetchone()
            (edits,) = database.execute("SELECT count(*) FROM edits WHERE NOT undone").fetchone()
    except (sqlite3.Error, OSError):
        return False
    try:
        return bool(edits) and about is not None and json.loads(about[0])["reading"]["key"] == LOOSE
    except (ValueError, KeyError, TypeError):
        return False
