"""A project as one ZIP file: to keep it, to take it along, to hand it in.

    workbench-project.json    what this is: version, name, whether the photos are in it
    project.json              see `core.project.records`
    project.db                edits and their journal, a copy made by SQLite
    in_use.json, runs/ID/     as they lie in the project's folder
    added/                    photos that a person has added
    photos/                   the image folder, where the person wants it in there

Paths of the computer that it was made on are in it and may lead nowhere on another: the photos are then found
by their content.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sqlite3
import zipfile
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from workbench.core.data.added import ADDED, copies_in
from workbench.core.data.listing import list_files
from workbench.core.data.new_folder import new_folder, scratch_folder
from workbench.core.data.refusals import unreadable
from workbench.core.data.unpack import (
    check_room,
    extract,
    folder_name,
    hash_of,
    unpack_members,
)
from workbench.core.data.zip_names import PROJECT_MARK
from workbench.core.data.zip_plan import DAMAGE, Member, Plan, no_photo_or_table, opened, plan_of
from workbench.core.errors import InputError, Stopped
from workbench.core.events import Progress
from workbench.core.files import atomic_write, read_json, sha256_of
from workbench.core.jobs import StopRequested, Throttle, never, run
from workbench.core.messages import Message
from workbench.core.names import shown
from workbench.core.project.copies import (
    RUN_FILE,
    Exported,
    Imported,
    copy_database,
    files_of_run,
    free_folder,
    runs_of,
)
from workbench.core.project.in_use import IN_USE
from workbench.core.project.kept_test import TEST_SET
from workbench.core.project.projects import ALIKE, SAME, projects_folder
from workbench.core.project.records import (
    RECORD,
    Record,
    is_folder,
    known_of,
    likeness,
    place_of,
    read_record,
    records,
)
from workbench.core.project.rows import TABLES
from workbench.core.project.runs import note_image_folder
from workbench.core.project.store import FILE, VERSION
from workbench.core.threads import in_threads

_VERSION = 1
_CHUNK = 2**20
_PHOTOS = "photos/"
_ADDED = f"{ADDED}/"
_OURS = re.compile(rf"{re.escape(PROJECT_MARK)}|{RECORD}|{re.escape(FILE)}|{IN_USE}|{TEST_SET}")
_RUN = re.compile(r"runs/[\w-]{1,80}/([^/]+)")
_PACKED = (".json", ".jsonl", ".db")


def is_project_file(file: Path) -> bool:
    """Whether a file is an exported project."""
    try:
        with file.open("rb") as content, opened(content, file) as archive:
            return PROJECT_MARK in archive.namelist()
    except (InputError, OSError):
        return False


def export_project(
    folder: Path,
    file: Path,
    *,
    photos: bool = False,
    database: Path | None = None,
    stop: StopRequested = never,
) -> Generator[Progress, None, Exported]:
    """Writes a project as one ZIP file; yields progress (phase `export`, in files).

    Runs that are just being trained are left out. Stopped or killed, no file appears.

    Args:
        folder: The project's own.
        file: The new file; what may be replaced, `core.outputs` decides.
        photos: Whether the image folder is put in as well.
        database: A copy of the project's edits that was made already; None makes one.

    Raises:
        InputError: The project cannot be read, another window has it open, or its photos are not there.
        ResourceError: The disk is full or may not be written to.
        Stopped: `stop` returned true.
    """
    record = read_record(folder)
    image_folder = next(filter(is_folder, record.image_folders), None)
    pictures: list[str] = []
    if photos:
        if image_folder is None:
            raise InputError("export_without_photos", folder=shown(str(record.image_folders[0])))
        pictures = [each for each in sorted(run(list_files(image_folder, stop)).files) if _is_wanted(each)]
    called = record.image_folders[0].name
    about = {"schema_version": _VERSION, "name": record.name or called, "folder": called, "photos": photos}
    left_out: list[str] = []
    with scratch_folder() as scratch, atomic_write(file) as out:
        if database is None and copy_database(folder, scratch / FILE):
            database = scratch / FILE
        inside = {RECORD: folder / RECORD, FILE: database}
        inside |= {name: folder / name for name in (IN_USE, TEST_SET)}
        for each in runs_of(record):
            inside |= {f"runs/{each.name}/{one.name}": one for one in files_of_run(each)}
        inside |= {_ADDED + each.name: each for each in copies_in(folder) if _can_be_written(each.name)}
        own = [(name, path) for name, path in inside.items() if path is not None and path.is_file()]
        due, total = Throttle(), len(own) + len(pictures)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
            archive.writestr(PROJECT_MARK, json.dumps(about))
            for done, (member, path) in enumerate(own, start=1):
                _add(archive, member, path, stop)
                if due():
                    yield Progress("export", done, total, Message("exporting"))
            for done, member in enumerate(pictures, start=len(own) + 1):
                assert image_folder is not None
                try:
                    member.encode()
                    with (image_folder / member).open("rb"):
                        pass
                    _add(archive, _PHOTOS + member, image_folder / member, stop)
                except (UnicodeEncodeError, FileNotFoundError, PermissionError):
                    left_out.append(member)
                if due() or done == total:
                    yield Progress("export", done, total, Message("exporting"))
    return Exported(file, len(pictures) - len(left_out), tuple(left_out))


def import_project(
    file: Path, *, folder: Path | None = None, stop: StopRequested = never
) -> Generator[Progress, None, Imported]:
    """Takes a project in that was exported; yields progress.

    Its photos are those in `folder`; else those where they lay, if they are there and the same; else those in
    the file. Where there are none, the project waits: it is found by the photos' content once their folder is
    opened. Nothing that is there already is changed.

    Args:
        file: What `export_project` has written, here or elsewhere.
        folder: Where the photos lie now; None looks for them.

    Raises:
        InputError: It is damaged, made by a newer version or by something else, or `folder` has other photos.
        ResourceError: The disk is full or may not be written to.
        Stopped: `stop` returned true.
    """
    try:
        with file.open("rb") as content:
            digest = yield from hash_of(content, stop)
            with opened(content, file) as archive:
                plan = plan_of(archive, file, _not_ours)
                _check(plan, file)
                about = _about(archive, file)
                with scratch_folder() as scratch:
                    own = replace(
                        plan, members=tuple(m for m in plan.members if not m.path.startswith(_PHOTOS))
                    )
                    check_room(own.size, scratch)
                    yield from _extracted(archive, own, scratch, file, stop)
                    record = _read(scratch, file)
                    found = yield from _photos_of(record, folder, stop)
                    if found is None and about["photos"]:
                        inside = _photos_in(plan)
                        called = folder_name(Path(f"{about['folder'] or about['name']}.zip"))
                        own_digest = hashlib.sha256(f"{_PHOTOS}{digest}".encode()).hexdigest()
                        found = yield from unpack_members(archive, inside, file, own_digest, called, stop)
                    return _put(scratch, record, found, str(about["name"]))
    except OSError as error:
        raise unreadable(file, error) from error


def _put(scratch: Path, record: Record, image_folder: Path | None, name: str) -> Imported:
    """Makes a project of what was unpacked."""
    every = [each for each in records(projects_folder()) if isinstance(each, Record)]
    target = free_folder(name or "project")
    whole = Path(os.path.realpath(image_folder)) if image_folder is not None else None
    folders = record.image_folders
    if whole is not None:
        folders = (whole, *(each for each in folders if each != whole))
    with new_folder(target) as place:
        for each in scratch.iterdir():
            if each.name not in (PROJECT_MARK, RECORD):
                os.rename(each, place / each.name)
        (place / "runs").mkdir(exist_ok=True)
        if whole is not None:
            for each in (place / "runs").iterdir():
                with contextlib.suppress(OSError, ValueError):  # a run that is damaged stays as it is
                    note_image_folder(each, whole)
        replace(
            record,
            folder=place,
            name=name if name != folders[0].name else "",
            image_folders=folders,
            place=place_of(whole) if whole is not None else None,
            opened=1 + max((each.opened for each in every), default=0),
            also=(),
            not_also=(),
        ).write()
    return Imported(target, whole, name)


def _photos_of(
    record: Record, folder: Path | None, stop: StopRequested
) -> Generator[Progress, None, Path | None]:
    """Where the photos of a project are on this computer, found by their content."""
    known = known_of(record)
    if folder is None:
        there = filter(is_folder, record.image_folders)
        return next((each for each in there if (likeness(known, each) or 0.0) >= SAME), None)
    names = sorted((yield from _listed(folder, stop)))
    if not known or (likeness(known, folder) or 0.0) >= ALIKE:
        return folder

    def digest_of(name: str) -> str:
        try:
            return sha256_of(folder / name)
        except OSError:
            return ""

    digests = set[str]()
    for done, digest in enumerate(in_threads(digest_of, names, stop=stop), start=1):
        digests.add(digest)
        yield Progress("import", done, len(names), Message("looking_for_photos"))
    if (likeness(known, folder, digests) or 0.0) < ALIKE:
        raise InputError("import_other_photos", folder=shown(str(folder)))
    return folder


def _listed(folder: Path, stop: StopRequested) -> Generator[Progress, None, list[str]]:
    listing = run(list_files(folder, stop))
    yield Progress("import", 0, len(listing.files), Message("looking_for_photos"))
    return listing.files


def _read(scratch: Path, file: Path) -> Record:
    """The record of what was unpacked.

    Raises:
        InputError: It or the edits are damaged.
    """
    try:
        read_json(scratch / RECORD)  # where it is damaged, `read_record` would make one of the runs
        record = read_record(scratch)
    except (OSError, ValueError) as error:
        raise _damaged(file, error) from error
    except InputError as error:
        if error.message.code == "newer_project":
            raise InputError("newer_project_file", name=shown(file.name)) from error
        raise _damaged(file, error) from error
    if (scratch / FILE).is_file() and not _is_sound(scratch / FILE):
        raise _damaged(file, sqlite3.DatabaseError("no edits of ours"))
    return record


def _about(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    try:
        values = json.loads(archive.read(PROJECT_MARK))
        if values["schema_version"] > _VERSION:
            raise InputError("newer_project_file", name=shown(file.name))
        return {
            "name": str(values["name"]),
            "folder": str(values["folder"]),
            "photos": bool(values["photos"]),
        }
    except (*DAMAGE, KeyError, TypeError, RecursionError) as error:
        raise _damaged(file, error) from error


def _check(plan: Plan, file: Path) -> None:
    """Refuses a file with what no export has: links, names that lead elsewhere, two members of one name."""
    odd = [each for each in plan.left_out if each.message.code != "side_file"]
    if odd:
        found = "; ".join(f"{each.path}: {each.message.code}" for each in odd[:20])
        raise _damaged(file, ValueError(found))


def _not_ours(path: str) -> Message | None:
    """Passes over what is no part of a project, be it of a newer version."""
    of_run = _RUN.fullmatch(path)
    if (
        path.startswith((_PHOTOS, _ADDED))
        or _OURS.fullmatch(path)
        or (of_run and RUN_FILE.fullmatch(of_run[1]))
    ):
        return None
    return Message("side_file", {"name": shown(path)})


def _photos_in(plan: Plan) -> Plan:
    photos = filter(_is_photo, plan.members)
    members = (replace(each, path=each.path.removeprefix(_PHOTOS)) for each in photos)
    return replace(plan, members=tuple(each for each in members if _is_wanted(each.path)), left_out=())


def _is_photo(member: Member) -> bool:
    return member.path.startswith(_PHOTOS)


def _is_sound(file: Path) -> bool:
    """Whether a file from elsewhere is a database that this version wrote: our tables, whole, and no more."""
    try:
        with contextlib.closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            (version,) = database.execute("PRAGMA user_version").fetchone()
            (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
            rows = database.execute("SELECT sql FROM sqlite_schema WHERE sql NOT NULL")
            tables = {table for (table,) in rows}
    except sqlite3.Error:
        return False
    return 0 < version <= VERSION and found == "ok" and tables == set(TABLES)


def _can_be_written(name: str) -> bool:
    """Whether a ZIP file can have a name: one whose bytes are no text it cannot."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_wanted(path: str) -> bool:
    return no_photo_or_table(path) is None


def _extracted(
    archive: zipfile.ZipFile, plan: Plan, target: Path, file: Path, stop: StopRequested
) -> Generator[Progress, None, None]:
    for done, (member, why) in enumerate(extract(archive, plan.members, target, stop, file), start=1):
        if why is not None:
            raise _damaged(file, ValueError(f"{member.path}: {why.code}"))
        yield Progress("import", done, len(plan.members), Message("unpacking"))


def _add(archive: zipfile.ZipFile, name: str, path: Path, stop: StopRequested) -> None:
    """Puts a file in, as long as it is now."""
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o644 << 16
    info.compress_type = zipfile.ZIP_DEFLATED if name.endswith(_PACKED) else zipfile.ZIP_STORED
    with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as out:
        for chunk in _chunks(source.read):
            if stop():
                raise Stopped()
            out.write(chunk)


def _chunks(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while chunk := read(_CHUNK):
        yield chunk


def _damaged(file: Path, error: Exception) -> InputError:
    return InputError("project_file_damaged", repr(error), name=shown(file.name))
