"""Writing files that must survive a crash, and knowing when one did not."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from workbench.core.errors import ResourceError


@contextlib.contextmanager
def atomic_write(path: Path) -> Iterator[IO[bytes]]:
    """Opens a file that takes the place of `path` only once it is whole and on the disk.

    A temporary file in the same folder is written, flushed, fsynced and renamed, and the folder
    fsynced. Whatever goes wrong, the old file stays as it was and no temporary file is left.

    Raises:
        ResourceError: The disk is full or the folder cannot be written to.
    """
    temporary = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        move_into_place(temporary, path)
        temporary = None
    except OSError as error:
        raise ResourceError("not_saved", str(error), name=path.name, folder=str(path.parent)) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def move_into_place(written: Path, path: Path) -> None:
    """Gives a file that is whole and fsynced its final name, in the same folder.

    Raises:
        OSError: It cannot be renamed.
    """
    os.replace(written, path)
    _sync_folder(path.parent)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file."""
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return values


def write_json(path: Path, values: dict[str, Any], *, indent: int | None = 1) -> None:
    """Writes a JSON object so that a crash leaves either the old file or the new one."""
    with atomic_write(path) as file:
        file.write(json.dumps(values, indent=indent).encode())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder for syncing; its rename is journalled.
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def stamp_of(path: str | Path) -> str:
    """What tells a file from another of the same name later on: size and times; "" where it is missing."""
    try:
        status = os.stat(path)
    except OSError:
        return ""
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}"
