"""What lies where in a photo cache: one SQLite file of rows, each with a checksum of its own."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

_FILE = "index.sqlite"
_BUSY_SECONDS = 10.0
_TABLE = """CREATE TABLE IF NOT EXISTS photos (
    path, side, size, mtime, ctime, segment, start, height, width, crc, facts, checksum,
    PRIMARY KEY (path, side)) WITHOUT ROWID"""
_PUT = "INSERT OR REPLACE INTO photos VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
# What SQLite calls these is no damage: the disk is full or write-protected, or the file is held by
# another process. Anything else that it says of a file of ours is.
_CIRCUMSTANCES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
}


class Row(NamedTuple):
    """One photo of a folder, decoded to one size.

    Attributes:
        path: Relative to the image folder, as the file system spells it.
        side: Short side that it was brought down to.
        size, mtime, ctime: Of the file when it was read: bytes, and two times in nanoseconds, each
            below 2 to the 63rd.
        segment: Number of the file that holds the pixels; 0 where there are none.
        start: Position of the first byte in it.
        height, width: Of the pixels.
        crc: CRC-32 of the pixels.
        facts: What else was found out, as JSON.
    """

    path: bytes
    side: int
    size: int
    mtime: int
    ctime: int
    segment: int
    start: int
    height: int
    width: int
    crc: int
    facts: bytes

    @property
    def nbytes(self) -> int:
        """Length of the pixels in bytes."""
        return self.height * self.width * 3

    @property
    def end(self) -> int:
        """Position behind the last byte of the pixels."""
        return self.start + self.nbytes


class PhotoIndex:
    """The rows of one folder's cache. Not for several threads at once; several processes may have it open.

    Args:
        home: The cache's own folder.
        reading: Change nothing, not even to make the file.

    Raises:
        sqlite3.Error: It cannot be opened; see `is_damage`. So does every method.
    """

    def __init__(self, home: Path, *, reading: bool = False) -> None:
        uri = f"file:{quote(str(home / _FILE))}?mode={'ro' if reading else 'rwc'}"
        self._database = sqlite3.connect(
            uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            self._database.text_factory = bytes  # a damaged text must not stop the reading
            if not reading:
                # A power cut may damage the file: it is made anew then, which is cheaper than syncing.
                self._database.execute("PRAGMA synchronous = OFF")
                self._database.execute(_TABLE)
        except sqlite3.Error:
            self._database.close()
            raise

    def rows(self, side: int) -> dict[bytes, Row]:
        """All sound rows of one side, by path."""
        found = self._database.execute("SELECT * FROM photos WHERE side = ?", (side,))
        return {row.path: row for row in map(_sound, found) if row}

    def row(self, path: bytes, side: int) -> Row | None:
        """One row; None where it is absent or damaged."""
        query = "SELECT * FROM photos WHERE path = ? AND side = ?"
        found = self._database.execute(query, (path, side)).fetchone()
        return _sound(found) if found else None

    def put(self, rows: Iterable[Row]) -> None:
        """Adds rows, in place of those with the same path and side, all or none."""
        self._database.execute("BEGIN IMMEDIATE")
        with self._database:  # commits, or rolls back
            self._database.executemany(_PUT, ((*row, _checksum(row)) for row in rows))

    def live_bytes(self) -> int:
        """Length of all pixels that rows point to."""
        return int(self._database.execute("SELECT total(height * width * 3) FROM photos").fetchone()[0])

    def close(self) -> None:
        """Closes the file."""
        self._database.close()


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is at fault, so that it has to be made anew."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return (code & 0xFF) not in _CIRCUMSTANCES


def _checksum(row: Row) -> int:
    return zlib.crc32(repr(tuple(row)).encode())


def _sound(values: tuple[Any, ...]) -> Row | None:
    if len(values) != len(Row._fields) + 1:  # the table's own description is damaged
        return None
    row = Row._make(values[:-1])
    return row if _checksum(row) == values[-1] else None
