"""Writing files that must survive a crash, and knowing when one did not."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from workbench.core.errors import FULL, REFUSED, ResourceError


@contextlib.contextmanager
def atomic_write(path: Path) -> Iterator[IO[bytes]]:
    """Opens a file that takes the place of `path` only once it is whole and on the disk.

    A temporary file in the same folder is written, flushed, fsynced and renamed, and the folder
    fsynced. Whatever goes wrong, the old file stays as it was and no temporary file is left. A new file has
    the permissions that the process's umask leaves, one that is replaced keeps its own. A link stays, and
    what it leads to is replaced. A device or a pipe (`/dev/stdout`) is written into.

    Raises:
        ResourceError: The disk is full or the folder cannot be written to.
        BrokenPipeError: Nobody reads from the pipe any more.
    """
    with saving(path):
        if is_stream(path):
            buffer = io.BytesIO()
            yield buffer
            with path.open("wb") as stream:
                stream.write(buffer.getbuffer())
            return
        target = Path(os.path.realpath(path))
        temporary = target.with_name(f".{secrets.token_hex(8)}.part")
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        handle = os.open(temporary, flags, 0o666)
        try:
            with os.fdopen(handle, "w+b") as file:
                with contextlib.suppress(OSError):  # there is none yet
                    os.chmod(temporary, stat.S_IMODE(target.stat().st_mode))
                yield file
                file.flush()
                os.fsync(file.fileno())
            move_into_place(temporary, target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def saving(path: Path) -> Iterator[None]:
    """Turns what a disk or a permission does to the writing of a file into words.

    Raises:
        ResourceError: As `not_saved`.
        BrokenPipeError, FileExistsError: These have a meaning of their own.
    """
    try:
        yield
    except (BrokenPipeError, FileExistsError):
        raise
    except OSError as error:
        raise not_saved(path, error) from error


def not_saved(path: Path, error: OSError) -> ResourceError:
    """Why a file could not be written."""
    values = {"name": path.name, "folder": str(path.parent)}
    if error.errno in FULL:
        return ResourceError("not_saved.full", str(error), **values)
    if error.errno in REFUSED:
        return ResourceError("not_saved.refused", str(error), **values)
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return ResourceError("not_saved.no_folder", str(error), **values)
    return ResourceError("not_saved", str(error), **values)


def is_stream(path: Path) -> bool:
    """Whether a path leads to a device or a pipe, which takes bytes and keeps nothing that could be replaced.

    A file that is reached through `/dev` or `/proc`, because a shell has put it behind standard output, is
    one as well. A disk is none.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    behind = path.is_absolute() and path.parts[1:2] in (("dev",), ("proc",)) and path.parts[2:3] != ("shm",)
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode) or (behind and stat.S_ISREG(mode))


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
    """A JSON object from a file.

    Raises:
        OSError: It cannot be read.
        ValueError: It holds anything else.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(values, dict):
        raise ValueError(f"a {type(values).__name__} where an object was expected")  # noqa: TRY004
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
