"""Several projects about the same photos: another one, or a copy of one with all that was done in it."""

from __future__ import annotations

import re
import secrets
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.core.data.added import copies_in, folder_of_added
from workbench.core.data.new_folder import new_folder
from workbench.core.errors import InputError
from workbench.core.files import saving
from workbench.core.project.in_use import IN_USE
from workbench.core.project.kept_test import TEST_SET
from workbench.core.project.projects import Project, projects_folder
from workbench.core.project.records import Record, read_record, records
from workbench.core.project.run_lock import is_training
from workbench.core.project.runs import is_run
from workbench.core.project.store import FILE, ProjectStore

RUN_FILE = re.compile(r"[\w-][\w.-]*\.(?:json|jsonl|npz|checkpoint)")
"""What of a run is copied; its lock and what is just being written are not."""
_LONGEST_NAME = 100


@dataclass(frozen=True)
class Exported:
    """What `exchange.export_project` has written.

    Attributes:
        photos: How many photos are in it.
        left_out: Paths of photos that could not be read, or whose names cannot be written in a ZIP file.
    """

    file: Path
    photos: int
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Imported:
    """A project that has been imported.

    Attributes:
        project: Its own folder.
        image_folder: Where its photos are on this computer; None where they were not found.
        name: What it is called.
    """

    project: Path
    image_folder: Path | None
    name: str


def new_project(project: Project, name: str) -> Project:
    """Another project about the same photos, in which nothing was done yet; it is now the one used last.

    Args:
        project: Any project about them.
        name: What the person calls the new one.

    Raises:
        InputError: The name is empty, or `project` cannot be read.
        ResourceError: The disk is full or may not be written to.
    """
    old = read_record(project.folder)
    target = free_folder(name)
    with new_folder(target) as place:
        (place / "runs").mkdir()
        _begun(old, place, name).write()
    return Project(target, project.image_folder, name=name.strip())


def duplicate(project: Project, name: str, store: ProjectStore | None = None) -> Project:
    """A copy of a project, with its edits, their journal and its runs; it is now the one used last.

    Runs that are just being trained stay where they are.

    Args:
        name: What the person calls the copy.
        store: The project where it is open; None opens it for as long as it takes.

    Raises:
        InputError: The name is empty, `project` cannot be read, or another window has it open.
        ResourceError: The disk is full or may not be written to.
    """
    old = read_record(project.folder)
    target = free_folder(name)
    with new_folder(target) as place:
        copy_database(project.folder, place / FILE, store)
        (place / "runs").mkdir()
        for run in runs_of(old):
            own = place / "runs" / run.name
            own.mkdir(exist_ok=True)
            for file in files_of_run(run):
                shutil.copyfile(file, own / file.name)
        if photos := copies_in(project.folder):
            folder_of_added(place).mkdir()
            for photo in photos:
                shutil.copyfile(photo, folder_of_added(place) / photo.name)
        for mark in (IN_USE, TEST_SET):
            if (project.folder / mark).is_file():
                shutil.copyfile(project.folder / mark, place / mark)
        _begun(old, place, name).write()
    return Project(target, project.image_folder, name=name.strip())


def copy_database(project: Path, file: Path, store: ProjectStore | None = None) -> bool:
    """Writes a copy of a project's edits into a new file; returns whether there are any.

    Raises:
        InputError: Another window has the project open.
        ResourceError: It cannot be written.
    """
    if store is not None:
        store.copy_to(file)
        return True
    if not (project / FILE).is_file():
        return False
    with saving(file), ProjectStore(project) as opened:
        opened.copy_to(file)
    return True


def runs_of(record: Record) -> list[Path]:
    """The folders of a project's runs that nobody is training, the newest first."""
    return [run for run in record.run_folders() if is_run(run) and not is_training(run)]


def files_of_run(run: Path) -> list[Path]:
    """The files of a run that belong to a copy of it."""
    return sorted(file for file in run.iterdir() if RUN_FILE.fullmatch(file.name) and file.is_file())


def free_folder(name: str) -> Path:
    """The folder for a new project of that name.

    Raises:
        InputError: The name is empty.
    """
    if not name.strip():
        raise InputError("project_without_name")
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:40] or "project"
    return projects_folder() / f"{plain}-{secrets.token_hex(4)}"


def _begun(old: Record, place: Path, name: str) -> Record:
    every = [each for each in records(projects_folder()) if isinstance(each, Record)]
    return replace(
        old,
        folder=place,
        name=name.strip()[:_LONGEST_NAME],
        opened=1 + max((each.opened for each in every), default=0),
        also=(),
        not_also=(),
    )
