"""The pixels of a photo cache: append-only files, each written by one process, and the budget for all."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import threading
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

MAX_BYTES = 20_000_000_000
"""All photo caches together stay below this."""

DISK_SHARE = 4
"""And below one in so many bytes of what the disk has free, the caches themselves counted as free."""

_SUFFIX = ".pixels"


class Segments:
    """The files with the pixels of one folder. Safe from several threads, and beside other processes.

    Args:
        home: The cache's own folder; its parent holds those of all image folders.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._open: dict[int, BinaryIO] = {}
        self._lengths: dict[int, int] = {}
        self._own: BinaryIO | None = None
        self._own_number = 0
        self._end = 0
        self._room: int | None = None
        self._full = False

    def file(self, segment: int) -> Path:
        """Where a segment lies."""
        return self._home / f"{segment:016x}{_SUFFIX}"

    def holds(self, segment: int, end: int) -> bool:
        """Whether a segment was at least so long when it was first asked about."""
        length = self._lengths.get(segment)
        if length is None:
            try:
                length = self.file(segment).stat().st_size
            except OSError:
                length = 0
            self._lengths[segment] = length
        return end <= length

    def read(self, segment: int, start: int, length: int) -> bytes:
        """Some bytes of a segment; fewer, or none, where it was cut short or is gone."""
        with self._lock:
            try:
                if segment not in self._open:
                    self._open[segment] = self.file(segment).open("rb", buffering=0)
                self._open[segment].seek(start)
                return self._open[segment].read(length)
            except OSError:
                return b""

    def append(self, pixels: NDArray[np.uint8]) -> tuple[int, int] | None:
        """Writes pixels to the end of this process's own segment.

        Returns:
            Its number and where they begin; None where the budget or the disk has no room for them.
        """
        with self._lock:
            if self._full:
                return None
            try:
                self._full = not self._fits(pixels.nbytes) or not self._written(pixels)
            except OSError:
                self._full = True
            if self._full:
                return None
            self._end += pixels.nbytes
            return self._own_number, self._end - pixels.nbytes

    def close(self) -> None:
        """Closes all files."""
        for file in (*self._open.values(), *([self._own] if self._own else [])):
            file.close()
        self._open.clear()
        self._own = None
        self._full = True

    def _written(self, pixels: NDArray[np.uint8]) -> bool:
        if self._own is None:
            self._own_number = secrets.randbits(62) + 1
            self._own = self.file(self._own_number).open("xb", buffering=0)
        # Unbuffered, so that rows never point to what is not there; short where the disk is full.
        return self._own.write(pixels.data) == pixels.nbytes

    def _fits(self, length: int) -> bool:
        if self._room is None:
            self._room = _room(self._home.parent)
        while self._room < length:
            oldest = _least_recently_used(self._home)
            if oldest is None:
                return False
            wipe(oldest)
            self._room = _room(self._home.parent)
            if oldest.exists():  # another process holds its files, as it may on Windows
                return self._room >= length
        self._room -= length
        return True


def used_bytes(home: Path) -> int:
    """Length of everything in one folder's cache."""
    total = 0
    with contextlib.suppress(OSError), os.scandir(home) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):  # just deleted
                total += entry.stat().st_size
    return total


def wipe(home: Path) -> None:
    """Deletes one folder's cache, as far as no other process holds it."""
    shutil.rmtree(home, ignore_errors=True)


def _room(photos: Path) -> int:
    used = sum(used_bytes(home) for home in photos.iterdir())
    return min(MAX_BYTES, (shutil.disk_usage(photos).free + used) // DISK_SHARE) - used


def _least_recently_used(home: Path) -> Path | None:
    # Opening a cache stamps its folder.
    others = [other for other in home.parent.iterdir() if other != home]
    return min(others, key=lambda other: other.stat().st_mtime_ns, default=None)
