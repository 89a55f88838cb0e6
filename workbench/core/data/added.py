"""Photos that a person adds to an open folder: copies in the project's own folder, a root of the catalog.

The originals are read, never moved or changed. A copy keeps its name where that is free, takes its place only
once it is whole and on the disk, and stays there, whatever becomes of the sample.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from workbench.core.data.catalog import Catalog, Roots, Sample, Skipped
from workbench.core.errors import ImageError
from workbench.core.files import atomic_write, saving, sha256_of
from workbench.core.messages import Message
from workbench.core.names import shown

ADDED = "added"
"""The id of the root, and the name of its folder in the project's."""
_PART = 1 << 20
_LONGEST = 250
"""Bytes of a name: file systems take 255."""
_STALE_SECONDS = 3600


@dataclass(frozen=True)
class Added:
    """What became of files that were to be added.

    Attributes:
        samples: Those that can be used, without a class, in the order in which they were given.
        skipped: Those that were not taken, and why; `path` is the whole path of the original.
        pictures: `Sample.picture` of the samples, new or not, for which it is another one now, by their ids.
        ended: What ended it early; None where all files were looked at.
    """

    samples: tuple[Sample, ...]
    skipped: tuple[Skipped, ...] = ()
    pictures: Mapping[str, str] = field(default_factory=dict)
    ended: Message | None = None


def folder_of_added(project: Path) -> Path:
    """Where a project keeps the photos that were added to it."""
    return project / ADDED


def with_added_root(roots: Roots, folder: Path) -> Roots:
    """The same with the folder of the photos that were added, behind the others."""
    return Roots({**roots.folders, ADDED: folder})


def added_id(name: str) -> str:
    """The id of an added sample; no path within a folder begins with a slash."""
    return f"/{ADDED}/{name}"


def in_own_root(catalog: Catalog) -> list[Sample]:
    """The samples of a catalog that lie in the image folder itself."""
    return [sample for sample in catalog.samples if sample.root != ADDED]


def with_samples_of(read: Catalog, folder: Path, added: list[Sample]) -> Catalog:
    """What was read of an image folder, with the samples that were added and whose copies are still there."""
    there = tuple(each for each in added if (folder / each.path).is_file())
    if not there:
        return read
    return replace(read, roots=with_added_root(read.roots, folder), samples=(*read.samples, *there))


def copies_in(project: Path) -> list[Path]:
    """The whole copies that a project keeps, sorted."""
    folder = folder_of_added(project)
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(each for each in found if each.is_file() and not each.name.startswith("."))


def keep_copy(source: Path, folder: Path, digest: str) -> tuple[Path, bool]:
    """Copies a file into the folder of the added ones.

    Args:
        source: Only read.
        folder: Of the project; made where it is missing.
        digest: SHA-256 of the file: a copy that is there already serves.

    Returns:
        The copy, and whether it is new.

    Raises:
        ImageError: The file cannot be read.
        ResourceError: The disk is full or may not be written to.
    """
    try:
        with source.open("rb") as file:
            return _keep(file, source.name, folder, digest)
    except OSError as error:
        raise ImageError("unreadable", str(error), name=shown(source.name)) from error


def keep_content(content: bytes, name: str, folder: Path) -> Path:
    """Writes a picture that is in no file yet into the folder of the added ones.

    Args:
        content: An encoded picture.
        name: To be called by, with the ending of its format.
        folder: Of the project; made where it is missing.

    Raises:
        ResourceError: The disk is full or may not be written to.
    """
    return _keep(io.BytesIO(content), name, folder, hashlib.sha256(content).hexdigest())[0]


def tidy(folder: Path) -> None:
    """Takes away what a process that was ended in the midst of a copy has left: files that are not whole."""
    try:
        entries = list(folder.iterdir())
    except OSError:  # there is none yet
        return
    for path in entries:
        status = path.lstat()
        unfinished = not status.st_size or (path.name.startswith(".") and path.suffix == ".part")
        if unfinished and time.time() - status.st_mtime > _STALE_SECONDS:
            path.unlink(missing_ok=True)


def _keep(file: BinaryIO, name: str, folder: Path, digest: str) -> tuple[Path, bool]:
    with saving(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for free in _names(name):
        path = folder / free
        try:
            with saving(path):  # from now on nobody else takes the name
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            if _holds(path, digest):
                return path, False
            continue
        try:
            with atomic_write(path) as copy:
                for part in _parts(file, name):
                    copy.write(part)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path, True
    raise AssertionError("names do not end")


def _parts(file: BinaryIO, name: str) -> Iterator[bytes]:
    """What a file holds; that it cannot be read is no fault of the disk that is written to."""
    while True:
        try:
            part = file.read(_PART)
        except OSError as error:
            raise ImageError("unreadable", str(error), name=shown(name)) from error
        if not part:
            return
        yield part


def _names(name: str) -> Iterator[str]:
    stem, ending = os.path.splitext(name)
    for number in itertools.count(1):
        end = ending if number == 1 else f" {number}{ending}"
        while len(os.fsencode(stem + end)) > _LONGEST and len(stem) > 1:
            stem = stem[:-1]
        yield stem + end


def _holds(path: Path, digest: str) -> bool:
    try:
        return path.is_file() and sha256_of(path) == digest
    except OSError:
        return False
