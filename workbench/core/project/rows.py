"""What a project's file holds: its tables, and a sample as a row of them."""

from __future__ import annotations

from typing import Any

from workbench.core.data.catalog import Sample
from workbench.core.project.change import Standing
from workbench.core.project.outside import Kept

TABLES = (
    "CREATE TABLE about (value TEXT NOT NULL)",
    "CREATE TABLE classes (id BLOB PRIMARY KEY, name BLOB NOT NULL) WITHOUT ROWID",
    """CREATE TABLE samples (
        place INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, root BLOB NOT NULL, path BLOB NOT NULL,
        folder_class BLOB, subset TEXT NOT NULL, digest TEXT NOT NULL, width INTEGER NOT NULL,
        height INTEGER NOT NULL, grouped BLOB NOT NULL, picture BLOB NOT NULL,
        class BLOB, excluded INTEGER NOT NULL, confirmed INTEGER NOT NULL, gone INTEGER NOT NULL)""",
    """CREATE TABLE edits (
        number INTEGER PRIMARY KEY, told TEXT NOT NULL, change TEXT NOT NULL, undone INTEGER NOT NULL)""",
)
PUT = """INSERT OR REPLACE INTO samples
    (id, root, path, folder_class, subset, digest, width, height, grouped, picture,
    class, excluded, confirmed, gone) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
GET = """SELECT id, root, path, folder_class, subset, digest, width, height, grouped, picture,
    class, excluded, confirmed, gone FROM samples ORDER BY place"""
MOVE = "UPDATE samples SET class = ?, excluded = ?, confirmed = ? WHERE id = ?"


def row_of(kept: Kept) -> tuple[Any, ...]:
    """What `PUT` takes."""
    each = kept.sample
    names = map(bytes_of, (each.id, each.root, each.path, each.class_id))
    facts = (each.subset, each.digest, each.width, each.height, bytes_of(each.group), bytes_of(each.picture))
    standing = (bytes_of(kept.standing.class_id), kept.standing.excluded, kept.standing.confirmed)
    return (*names, *facts, *standing, kept.gone)


def kept_of(row: tuple[Any, ...]) -> Kept:
    """What `GET` gave."""
    *names, subset, digest, width, height, group, picture, now, excluded, confirmed, gone = row
    name, root, path, class_id = map(str_of, names)
    facts = (subset, digest, width, height, str_of(group), str_of(root), str_of(picture))
    standing = Standing(str_of(now), bool(excluded), bool(confirmed))
    return Kept(Sample(name, path, class_id, *facts), standing, bool(gone))


def bytes_of(name: str | None) -> bytes | None:
    """A name as it is kept: a file's may hold bytes that are no text, which SQLite's text does not take."""
    return None if name is None else name.encode("utf-8", "surrogatepass")


def str_of(kept: Any) -> Any:
    """What `bytes_of` made."""
    return kept.decode("utf-8", "surrogatepass") if isinstance(kept, bytes) else kept
