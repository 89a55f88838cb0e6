"""What `project.json` says: which photos a project is about, so that they are found again under another name.

A project belongs to its photos. It knows a few of them by content, the folders that they lay in, and what the
file system calls the last one of these; a folder that was renamed, moved or copied is told by that.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.core.data.added import ADDED
from workbench.core.data.catalog import Sample
from workbench.core.errors import InputError
from workbench.core.files import read_json, sha256_of, write_json
from workbench.core.project.runs import SPLIT, is_run, order, read_asked
from workbench.core.project.split_file import read_split

RECORD = "project.json"
SCHEMA_VERSION = 2
"""1, until 0.1.0: only `image_folder`."""
_KNOWN = 64
_FIRST_LOOK = 8
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Record:
    """A project, as its file tells it.

    Attributes:
        folder: The program's own.
        image_folders: Where the photos lie, and after that where they lay or lie as well; newest first.
        known: Some of the photos: path relative to the image folder and SHA-256; at most 64, those whose
            digests are the smallest, which is a fair sample (Broder 1997, “On the resemblance and containment
            of documents”).
        photos: How many there were; 0 where that is not known.
        place: Device and inode of the image folder; None where they are not known.
        opened: A number that grows with each opening of any project, whatever the clock does.
        also: Names of other projects whose runs belong here as well, because the person said so.
        not_also: Names of those of which the person said that they do not.
        name: What the person calls it; "" where it is called as its folder.
        values: The whole file, so that what a newer version adds is kept.
    """

    folder: Path
    image_folders: tuple[Path, ...]
    known: tuple[tuple[str, str], ...] = ()
    photos: int = 0
    place: tuple[int, int] | None = None
    opened: int = 0
    also: tuple[str, ...] = ()
    not_also: tuple[str, ...] = ()
    name: str = ""
    values: dict[str, Any] | None = None

    def write(self) -> None:
        """Writes the file.

        Raises:
            ResourceError: The disk is full or may not be written to.
        """
        values = {
            **(self.values or {}),
            "schema_version": SCHEMA_VERSION,
            "image_folder": str(self.image_folders[0]),
            "image_folders": [str(folder) for folder in self.image_folders],
            "known": [list(pair) for pair in self.known],
            "photos": self.photos,
            "place": self.place,
            "opened": self.opened,
            "also": list(self.also),
            "not_also": list(self.not_also),
            "name": self.name,
        }
        write_json(self.folder / RECORD, values)

    def run_folders(self) -> list[Path]:
        """The folder of each run, the newest first; none where they cannot be listed."""
        folders: list[Path] = []
        for project in (self.folder, *(self.folder.parent / name for name in self.also)):
            with contextlib.suppress(OSError):
                folders += (project / "runs").iterdir()
        return sorted(filter(is_run, folders), key=order, reverse=True)


def read_record(folder: Path) -> Record:
    """What is known of a project; where its file is damaged, what its runs tell.

    Raises:
        InputError: A newer version wrote it, or it is damaged and there is no run to tell more.
    """
    try:
        values = read_json(folder / RECORD)
        if values.get("schema_version", 1) > SCHEMA_VERSION:
            raise InputError("newer_project", folder=folder.name)
        place = values.get("place")
        return Record(
            folder,
            tuple(Path(each) for each in values.get("image_folders", [values["image_folder"]])),
            known=tuple((str(path), str(digest)) for path, digest in values.get("known", [])),
            photos=int(values.get("photos", 0)),
            place=(int(place[0]), int(place[1])) if place else None,
            opened=int(values.get("opened", 0)),
            also=tuple(map(str, values.get("also", []))),
            not_also=tuple(map(str, values.get("not_also", []))),
            name=str(values.get("name", "")),
            values=values,
        )
    except (OSError, ValueError, KeyError, TypeError, IndexError, OverflowError) as error:
        _log.warning("%s cannot be read: %r", folder / RECORD, error)
        return _from_runs(folder, error)


def records(projects: Path) -> Iterator[Record | InputError]:
    """Each project in a folder of projects; the error in place of one that cannot be used."""
    try:
        folders = sorted(folder for folder in projects.iterdir() if os.path.lexists(folder / RECORD))
    except OSError:
        return
    for folder in folders:
        try:
            yield read_record(folder)
        except InputError as error:
            _log.info("%s", error)
            yield error


def sketch(samples: Iterable[Sample]) -> tuple[tuple[str, str], ...]:
    """Some of an image folder's photos, as `Record.known` has them."""
    pairs = ((sample.digest, sample.path) for sample in samples)
    return tuple((path, digest) for digest, path in sorted(pairs)[:_KNOWN])


def known_of(record: Record) -> tuple[tuple[str, str], ...]:
    """Some of a project's photos; of one until 0.1.0, those that its newest readable run was split into."""
    if record.known:
        return record.known
    for run in record.run_folders():
        try:
            split = read_split(run / SPLIT)
        except (InputError, OSError, ValueError, KeyError, TypeError):
            continue
        return sketch(sample for sample in split.samples if sample.root != ADDED)
    return ()


def likeness(
    known: tuple[tuple[str, str], ...], folder: Path, digests: Collection[str] | None = None
) -> float | None:
    """Which share of a project's known photos a folder holds, 0 to 1; None where none are known.

    Args:
        digests: Of all photos of the folder, which finds those that were renamed, too; None looks for each
            where it was.
    """
    if not known:
        return None
    if digests is not None:
        return sum(digest in digests for _, digest in known) / len(known)
    found = 0
    for number, (path, digest) in enumerate(known):
        found += _is_there(folder / path, digest)
        if number == _FIRST_LOOK and not found:
            return 0.0
    return found / len(known)


def place_of(folder: Path) -> tuple[int, int] | None:
    """Device and inode of a folder, which stay when it is renamed; None where there is no such folder."""
    try:
        status = folder.stat()
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def is_folder(path: Path) -> bool:
    """Whether there is such a folder that may be looked for."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _is_there(path: Path, digest: str) -> bool:
    try:
        return sha256_of(path) == digest
    except (OSError, ValueError):
        return False


def _from_runs(folder: Path, cause: Exception) -> Record:
    for run in Record(folder, ()).run_folders():
        try:
            return Record(folder, (Path(read_asked(run)["image_folder"]),))
        except InputError:
            continue
    raise InputError("project_damaged", repr(cause), folder=folder.name)
