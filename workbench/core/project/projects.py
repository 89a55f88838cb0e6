"""Projects on disk: a folder of the program's own for each set of photos, with its runs.

projects/NAME-HASH/project.json    see `core.project.records`
projects/NAME-HASH/runs/ID/        see `core.project.runs`
"""

from __future__ import annotations

import datetime
import hashlib
import logging
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from workbench.core.data.added import in_own_root
from workbench.core.data.catalog import Catalog
from workbench.core.errors import InputError
from workbench.core.files import saving
from workbench.core.names import shown
from workbench.core.paths import data_dir
from workbench.core.project.records import (
    Record,
    is_folder,
    known_of,
    likeness,
    place_of,
    read_record,
    records,
    sketch,
)
from workbench.core.project.runs import RunSummary, order, summarise

R = TypeVar("R")
Found = tuple[float, int, Record]
"""How alike, when last opened, which."""
SAME, ALIKE = 0.9, 0.5
"""From which share of a project's photos on a folder holds them, or may."""
_GROWN = 2
"""A folder with more than so many times the photos that a project had may be another's as well."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Elsewhere:
    """Another project that may be about the same photos.

    Attributes:
        folder: The program's own.
        image_folder: Where its photos lay.
    """

    folder: Path
    image_folder: Path


@dataclass(frozen=True)
class Project:
    """The program's own folder for one set of photos.

    Attributes:
        image_folder: Where they lie now, resolved.
        maybe: A project that these photos may belong to as well, which only the person can tell.
        name: What the person calls it; "" where it is called as its image folder.
    """

    folder: Path
    image_folder: Path
    maybe: Elsewhere | None = None
    name: str = ""

    @classmethod
    def of(cls, image_folder: Path, catalog: Catalog | None = None, chosen: Path | None = None) -> Project:
        """The project of an image folder, made on first use, and from now on the one used last.

        It is found by the folder's path, however it is spelled or linked, or, where the folder was renamed or
        moved, by what the file system calls it and by its photos.

        Args:
            catalog: What is in the folder, where that is known: it finds photos that were renamed, too.
            chosen: The own folder of the project that is meant, where the photos have several; where that is
                gone, it does not count.

        Raises:
            ResourceError: There is no home, or it cannot be written to.
        """
        whole = Path(os.path.realpath(image_folder))
        everything = list(records(projects_folder()))
        every = [each for each in everything if isinstance(each, Record)]
        own = in_own_root(catalog) if catalog is not None else []
        digests = {sample.digest for sample in own} if catalog is not None else None
        found, maybe = next((each for each in every if each.folder == chosen), None), None
        if found is None:
            found, maybe = find(whole, every, digests)
        if found is None:
            found = Record(_free_folder(whole, everything), ())
        _bring_along(found, every, whole)
        others = tuple(folder for folder in found.image_folders if folder != whole)
        found = replace(
            found,
            image_folders=(whole, *others),
            place=place_of(whole),
            opened=1 + max((each.opened for each in every), default=0),
        )
        if catalog is not None:
            found = replace(found, known=sketch(own), photos=len(own))
        with saving(found.folder):
            (found.folder / "runs").mkdir(parents=True, exist_ok=True)
        found.write()
        elsewhere = None
        if maybe is not None and maybe.folder.name not in (*found.also, *found.not_also):
            elsewhere = Elsewhere(maybe.folder, maybe.image_folders[0])
        return cls(found.folder, whole, elsewhere, found.name)

    @classmethod
    def recent(cls) -> list[Project]:
        """Every project whose image folder still exists, last used first; damaged ones are passed over."""
        every = [each for each in records(projects_folder()) if isinstance(each, Record)]
        every.sort(key=lambda record: (record.opened, _changed(record.folder)), reverse=True)
        found = []
        for record in every:
            image_folder = next(filter(is_folder, record.image_folders), None)
            if image_folder is not None:
                found.append(cls(record.folder, image_folder, name=record.name))
        return found

    @classmethod
    def existing(cls, image_folder: Path) -> Project:
        """The project of an image folder, where there is one; nothing is changed by asking.

        Raises:
            InputError: There is none.
        """
        whole = Path(os.path.realpath(image_folder))
        found, _ = find(whole, [each for each in records(projects_folder()) if isinstance(each, Record)])
        if found is None:
            raise InputError("no_project", folder=shown(str(image_folder)))
        return cls(found.folder, whole, name=found.name)

    def answer(self, other: Path, same: bool) -> None:
        """Keeps what a person said: whether the runs of a project that may be the same belong here.

        Raises:
            InputError: This project cannot be read any more.
            ResourceError: It cannot be written.
        """
        record = read_record(self.folder)
        if same:
            replace(record, also=(*record.also, other.name)).write()
        else:
            replace(record, not_also=(*record.not_also, other.name)).write()

    def new_run(self) -> Path:
        """An empty run folder whose name has the time and a number that grows with each run.

        Raises:
            ResourceError: The disk is full or may not be written to.
        """
        runs = self.folder / "runs"
        stamp = datetime.datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
        with saving(runs):
            runs.mkdir(parents=True, exist_ok=True)
            number = 1 + max((order(folder)[0] for folder in runs.iterdir()), default=0)
            while True:
                folder = runs / f"{stamp}-{number}"
                try:
                    folder.mkdir()
                except FileExistsError:  # another process was quicker
                    number += 1
                    continue
                return folder

    def run_folders(self) -> list[Path]:
        """The folder of each run, the newest first."""
        try:
            return read_record(self.folder).run_folders()
        except InputError:
            return Record(self.folder, ()).run_folders()

    def runs(self) -> list[RunSummary]:
        """What is known of each run, the newest first; damaged ones are passed over."""
        return list(each_readable(self.run_folders(), summarise))

    def refused(self) -> list[InputError]:
        """What hides projects of this image folder: a newer version of the program made them."""
        name = _name_of(self.image_folder)
        errors = [each for each in records(projects_folder()) if isinstance(each, InputError)]
        return [error for error in errors if error.message.values.get("folder") == name]


def _note(error: InputError) -> None:
    _log.warning("%s %s", error, error.details)


def each_readable(
    folders: Iterable[Path], read: Callable[[Path], R], refused: Callable[[InputError], object] = _note
) -> Iterator[R]:
    """What is read of each folder; those that are damaged are passed over.

    Args:
        refused: Hears of each that is passed over; unless somebody else does, the log.
    """
    for folder in folders:
        try:
            yield read(folder)
        except InputError as error:
            refused(error)


def known_project(image_folder: Path) -> Path | None:
    """The program's own folder for an image folder, by its path and photos; None where there is none.

    Raises:
        ResourceError: There is no home.
    """
    every = [each for each in records(projects_folder()) if isinstance(each, Record)]
    found, _ = find(Path(os.path.realpath(image_folder)), every)
    return found.folder if found is not None else None


def find(
    image_folder: Path, every: Iterable[Record], digests: Collection[str] | None = None
) -> tuple[Record | None, Record | None]:
    """The project that an image folder belongs to, and one that it may belong to; None where there is none.

    Args:
        image_folder: Resolved.
        every: All projects.
        digests: Of all its photos, where they are known.
    """
    here: list[Found] = []
    certain: list[Found] = []
    possible: list[Found] = []
    for record in every:
        alike = likeness(_known(record, digests), image_folder, digests)
        found = (alike or 0.0, record.opened, record)
        if image_folder in record.image_folders[:1]:
            # Other photos under the same name: another card in the same slot, or all of them saved anew.
            (possible if digests and alike == 0 else here).append(found)
        elif image_folder in record.image_folders and (alike is None or alike >= ALIKE):
            here.append(found)
        elif _has_moved(record, image_folder, alike, digests):
            certain.append(found)
        elif alike is not None and alike >= ALIKE:
            possible.append(found)
    at_home = [each for each in here if each[0]]
    best = _best(at_home or certain or here)
    return best, None if at_home or certain else _best(possible)


def _known(record: Record, digests: Collection[str] | None) -> tuple[tuple[str, str], ...]:
    """Some of a project's photos, where it is worth while to look for them."""
    gone = not any(map(is_folder, record.image_folders))
    return known_of(record) if gone or digests is not None else record.known


def _has_moved(
    record: Record, image_folder: Path, alike: float | None, digests: Collection[str] | None
) -> bool:
    """Whether a project's photos certainly lie in this folder now, and nowhere else that it knows."""
    if alike is None:
        if record.place is None or record.place != place_of(image_folder):
            return False
    elif alike < SAME or (digests and record.photos and len(digests) > _GROWN * record.photos):
        return False
    known = known_of(record)
    there = [folder for folder in record.image_folders if is_folder(folder)]
    return all(likeness(known, folder) == 0 for folder in there)


def _bring_along(found: Record, every: Iterable[Record], image_folder: Path) -> None:
    """Notes that photos lie elsewhere now in the other projects that were about the same folder."""
    before = found.image_folders[:1]
    if not before or before[0] == image_folder or is_folder(before[0]):
        return
    for each in every:
        if each.folder != found.folder and each.image_folders[:1] == before:
            folders = tuple(folder for folder in each.image_folders if folder != image_folder)
            replace(each, image_folders=(image_folder, *folders), place=place_of(image_folder)).write()


def _best(found: list[Found]) -> Record | None:
    return max(found, key=lambda each: each[:2])[2] if found else None


def projects_folder() -> Path:
    """Where the projects lie, each in a folder of its own."""
    return data_dir() / "projects"


def _name_of(image_folder: Path) -> str:
    digest = hashlib.sha256(os.fsencode(image_folder)).hexdigest()[:8]
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", image_folder.name).strip("-")[:40] or "photos"
    return f"{name}-{digest}"


def _free_folder(image_folder: Path, every: Iterable[Record | InputError]) -> Path:
    """The folder for a new project, which takes the place of none, be it of a newer version."""
    taken = {
        each.folder.name if isinstance(each, Record) else each.message.values["folder"] for each in every
    }
    name, number = _name_of(image_folder), 1
    while (free := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return projects_folder() / free


def _changed(folder: Path) -> float:
    try:
        return (folder / "project.json").stat().st_mtime
    except OSError:
        return 0.0
