"""Watches which files are opened, and finds what a photo cache wrote."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from workbench.core.paths import cache_dir

_watched: list[tuple[Path, int | None, list[str]]] = []


@functools.cache
def _hook() -> None:
    def note(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and _watched and isinstance(arguments[0], str | bytes):
            path = Path(os.fsdecode(arguments[0]))
            for folder, thread, opened in _watched:
                if path.is_relative_to(folder) and thread in (None, threading.get_ident()):
                    opened.append(path.relative_to(folder).as_posix())

    sys.addaudithook(note)  # Python has no way to take it away again


@contextlib.contextmanager
def opened_in(folder: Path, thread: int | None = None) -> Iterator[list[str]]:
    """The files of a folder that this process (or one thread of it) opens meanwhile, by whatever means."""
    _hook()
    entry: tuple[Path, int | None, list[str]] = (folder, thread, [])
    _watched.append(entry)
    try:
        yield entry[2]
    finally:
        _watched.remove(entry)


def some_photos(drawn_pair: Path, folder: Path, each: int = 4) -> Path:
    """A folder with a few photos of two classes; their short sides are more than 256 pixels."""
    for name in ("apples", "leaves"):
        (folder / name).mkdir(parents=True)
        for path in sorted((drawn_pair / "val" / name).glob("*.jpg"))[:each]:
            shutil.copyfile(path, folder / name / path.name)
    return folder


def homes() -> list[Path]:
    """The caches of all image folders."""
    return sorted((cache_dir() / "photos").iterdir())


def segments() -> list[Path]:
    """All files with pixels."""
    return sorted(path for home in homes() for path in home.glob("*.pixels"))


def flip(path: Path, position: int) -> None:
    """Turns one bit of a file around."""
    content = bytearray(path.read_bytes())
    content[position] ^= 1 << position % 8
    path.write_bytes(content)
