"""A ZIP file as an image folder: unpacked once, into a place of the program's own.

    unpacked/HASH/NAME/...     what was in it
                 /zip.json     where that came from, what was left out and why

It lies in the data folder, not in the cache: a project's photos must not vanish. The same file, whatever it
is called, is unpacked once; what is missing there is unpacked again. The file itself is only read.
"""

from __future__ import annotations

import errno
import hashlib
import lzma
import os
import shutil
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from workbench.core.data.catalog import Skipped
from workbench.core.data.left_out import gathered
from workbench.core.data.new_folder import new_folder, scratch_folder
from workbench.core.data.refusals import unreadable
from workbench.core.data.zip_names import PROJECT_MARK, parts_of
from workbench.core.data.zip_plan import DAMAGE, Member, Plan, opened, plan_of
from workbench.core.errors import InputError, ResourceError, Stopped, WorkbenchError
from workbench.core.events import Progress
from workbench.core.files import not_saved, read_json, saving, write_json
from workbench.core.jobs import StopRequested, Throttle, never
from workbench.core.messages import Message
from workbench.core.names import shown
from workbench.core.paths import data_dir

_RECORD = "zip.json"
_VERSION = 1
_HEAD = b"PK"
_CHUNK = 2**20
_SPARE = 2**28
"""Bytes that stay free on the disk."""
_DAMAGE = (*DAMAGE, zlib.error, lzma.LZMAError, RuntimeError)
_DIGITS = 16
_ABOUT_NAMES = {
    *(errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ),
}
"""What a disk answers that takes other files but not this one: its name is taken, too long or not allowed."""
_GUESSES = {"cp932": "zip_names_guessed.cp932", "cp437": "zip_names_guessed.cp437"}


@dataclass(frozen=True)
class FromZip:
    """What is known of a folder that came out of a ZIP file.

    Attributes:
        name: Of the file, as it was called when it was unpacked.
        left_out: What was left out of it, each with its reason.
        notes: How its names were read, where that had to be guessed.
        system_files: How many files of a system's own were passed over.
    """

    name: str = ""
    left_out: tuple[Skipped, ...] = ()
    notes: tuple[Message, ...] = ()
    system_files: int = 0


def is_zip(path: Path) -> bool:
    """Whether something is given as a ZIP file: by its ending, or by its content where it has none."""
    try:
        if not path.is_file():
            return False
        if path.suffix:
            return path.suffix.lower() == ".zip"
        with path.open("rb") as file:
            return file.read(2) == _HEAD
    except (OSError, ValueError):
        return False


def as_folder(path: Path, stop: StopRequested = never) -> Generator[Progress, None, Path]:
    """The image folder that a path stands for: itself, or what is in a ZIP file; see `unpack`."""
    return (yield from unpack(path, stop=stop)) if is_zip(path) else path


def unpack(file: Path, *, stop: StopRequested = never) -> Generator[Progress, None, Path]:
    """Unpacks a ZIP file, unless that has been done; yields progress (phase `unpack`).

    Stopped or killed, it leaves nothing that a later call would take for whole.

    Returns:
        The folder with what was in it, absolute.

    Raises:
        InputError: It cannot be used as a whole (see `plan_of`), nothing in it can, or it is a project.
        ResourceError: The disk has too little room or may not be written to.
        Stopped: `stop` returned true.
    """
    try:
        with file.open("rb") as content:
            before = _stamp(content)
            digest = yield from hash_of(content, stop)
            home, known = _home_of(digest)
            if known is not None and not _missing(home, known):
                return home / str(known["folder"])
            with opened(content, file) as archive:
                plan = plan_of(archive, file)
                if PROJECT_MARK in archive.namelist():
                    raise InputError("zip_is_project", name=shown(file.name))
                folder = yield from unpack_members(archive, plan, file, digest, folder_name(file), stop)
            if _stamp(content) != before:
                raise InputError("zip_changed", name=shown(file.name))
    except OSError as error:
        raise unreadable(file, error) from error
    return folder


def unpack_members(
    archive: zipfile.ZipFile, plan: Plan, file: Path, digest: str, name: str, stop: StopRequested
) -> Generator[Progress, None, Path]:
    """Unpacks what a plan says, or what is missing of it where that has been done.

    Args:
        digest: SHA-256 of the file.
        name: Of the new folder.

    Returns:
        The folder.

    Raises:
        InputError: Nothing of it can be used.
        ResourceError, Stopped: As `unpack`.
    """
    home, known = _home_of(digest)
    if known is None:
        yield from _unpack_new(archive, plan, file, home / name, digest, stop)
        return home / name
    folder = home / str(known["folder"])
    yield from _put_back(archive, plan, file, folder, _missing(home, known), stop)
    return folder


def from_zip(folder: Path) -> FromZip:
    """What is known of an image folder that came out of a ZIP file; nothing for any other."""
    home = folder.parent
    try:
        ours = os.path.realpath(home.parent) == os.path.realpath(data_dir() / "unpacked")
        if not ours or (values := _record(home)) is None:
            return FromZip()
        left_out = tuple(Skipped(path, Message(code, told)) for path, code, told in values["left_out"])
        name, guess = str(values["name"]), _GUESSES.get(values.get("guessed", ""))
        notes = (Message(guess, {"name": shown(name)}),) if guess else ()
        return FromZip(name, left_out, notes, int(values.get("system_files", 0)))
    except (WorkbenchError, KeyError, TypeError, ValueError):
        return FromZip()


def extract(
    archive: zipfile.ZipFile, members: Iterable[Member], folder: Path, stop: StopRequested, file: Path
) -> Generator[tuple[Member, Message | None], None, None]:
    """Writes members into a folder; yields each that is done, with the reason where it could not be used.

    Nothing that is there is replaced, and nothing is written but plain files without permission to run.

    Raises:
        InputError: The archive itself cannot be read any more.
        ResourceError: The disk is full or may not be written to.
        Stopped: `stop` returned true.
    """
    for member in members:
        if stop():
            raise Stopped()
        target = folder.joinpath(*member.path.split("/"))
        try:
            (target if member.is_folder else target.parent).mkdir(parents=True, exist_ok=True)
            why = None if member.is_folder else _write(archive, member, target, stop, file)
        except OSError as error:
            if error.errno not in _ABOUT_NAMES:
                raise not_saved(target, error) from error
            why = Message("zip_name_unusable", {"name": shown(member.path)})
        yield member, why


def check_room(size: int, folder: Path) -> None:
    """Refuses to write more than fits.

    Raises:
        ResourceError: There is too little room.
    """
    free = shutil.disk_usage(folder).free
    if size + _SPARE > free:
        raise ResourceError("disk_full.unpack", needed=size + _SPARE, free=free, folder=str(folder))


def _unpack_new(
    archive: zipfile.ZipFile, plan: Plan, file: Path, target: Path, digest: str, stop: StopRequested
) -> Generator[Progress, None, None]:
    check_room(plan.size, data_dir())
    files, left_out, done = [], list(plan.left_out), 0
    with new_folder(target.parent) as place:
        folder, due = place / target.name, Throttle()
        folder.mkdir()
        total = len(plan.files)
        for member, why in extract(archive, plan.members, folder, stop, file):
            if why is not None:
                left_out.append(Skipped(shown(member.path), why))
            elif not member.is_folder:
                files.append(member.path)
            done += not member.is_folder
            if due() or done == total:
                yield Progress("unpack", done, total, Message("unpacking"))
        if not files:
            raise _nothing_in(file, left_out)
        told = [[each.path, each.message.code, dict(each.message.values)] for each in left_out]
        about: dict[str, Any] = {
            "schema_version": _VERSION,
            "name": file.name,
            "sha256": digest,
            "folder": folder.name,
            "files": files,
            "left_out": told,
            "system_files": plan.system_files,
            "guessed": plan.guessed,
        }
        write_json(place / _RECORD, about, indent=None)


def _put_back(
    archive: zipfile.ZipFile, plan: Plan, file: Path, folder: Path, missing: set[str], stop: StopRequested
) -> Generator[Progress, None, None]:
    """Unpacks what has gone since; each file appears whole, beside whatever else lies there now."""
    members = [member for member in plan.files if member.path in missing]
    check_room(sum(member.info.file_size for member in members), data_dir())
    due = Throttle()
    with scratch_folder() as beside:
        done = extract(archive, members, beside, stop, file)
        for count, (member, why) in enumerate(done, start=1):
            if why is None:
                with saving(folder / member.path):
                    (folder / member.path).parent.mkdir(parents=True, exist_ok=True)
                    os.replace(beside / member.path, folder / member.path)
            if due() or count == len(members):
                yield Progress("unpack", count, len(members), Message("unpacking"))


def _write(
    archive: zipfile.ZipFile, member: Member, target: Path, stop: StopRequested, file: Path
) -> Message | None:
    """Writes one file; where it is damaged, it is gone again, and the reason is returned.

    Raises:
        OSError: It cannot be written.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(target, flags, 0o666)
    whole = False
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in _chunks(archive, member, file):
                if stop():
                    raise Stopped()
                out.write(chunk)
        whole = True
    except _DamagedError:
        return Message("zip_member_damaged", {"name": shown(member.path)})
    finally:
        if not whole:
            target.unlink(missing_ok=True)
    return None


class _DamagedError(Exception):
    """A member that is not what the directory says."""


def _chunks(archive: zipfile.ZipFile, member: Member, file: Path) -> Iterator[bytes]:
    """The content of a member, never more than its directory states; its checksum is checked at the end."""
    try:
        with archive.open(member.info) as source:
            left = member.info.file_size
            while chunk := source.read(_CHUNK):
                yield chunk
                left -= len(chunk)
    except _DAMAGE as error:
        raise _DamagedError from error
    except OSError as error:
        if error.errno is None:  # what bz2 says of what it cannot unpack
            raise _DamagedError from error
        raise unreadable(file, error) from error
    if left:
        raise _DamagedError


def _nothing_in(file: Path, left_out: list[Skipped]) -> InputError:
    name = shown(file.name)
    if not left_out:
        return InputError("zip_empty", name=name)
    most = gathered(left_out)[0]
    details = Message("lines", {"messages": [each.message for each in gathered(left_out)]})
    return InputError("zip_nothing_usable", details, name=name, why=most.message)


def _home_of(digest: str) -> tuple[Path, dict[str, Any] | None]:
    """The place of a file with that hash, and what is known of it where it has been unpacked."""
    number = 1
    while True:
        home = data_dir() / "unpacked" / (digest[:_DIGITS] + (f"-{number}" if number > 1 else ""))
        known = _record(home)
        if known is not None and known["sha256"] == digest:
            return home, known
        if not os.path.lexists(home):
            return home, None
        number += 1  # something else lies there, or what is known of it is damaged


def folder_name(file: Path) -> str:
    """What the folder is called: as the file, without its ending."""
    stem = file.stem if file.suffix.lower() == ".zip" else file.name
    parts = parts_of(stem.rstrip(". ") or "photos", windows=True)
    return parts[-1] if parts else "photos"


def _missing(home: Path, known: dict[str, Any]) -> set[str]:
    """What has gone since it was unpacked."""
    folder = home / known["folder"]
    return {path for path in known["files"] if not os.path.lexists(folder / path)}


def _record(home: Path) -> dict[str, Any] | None:
    try:
        values = read_json(home / _RECORD)
        whole = isinstance(values["folder"], str) and isinstance(values["files"], list)
        return values if whole and values["sha256"] else None
    except (OSError, ValueError, KeyError):
        return None


def _stamp(file: IO[bytes]) -> tuple[int, int]:
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


def hash_of(file: IO[bytes], stop: StopRequested) -> Generator[Progress, None, str]:
    """SHA-256 of a file; yields how many megabytes of it have been read.

    Raises:
        Stopped: `stop` returned true.
    """
    size, _ = _stamp(file)
    digest, done, due = hashlib.sha256(), 0, Throttle()
    while chunk := file.read(_CHUNK):
        if stop():
            raise Stopped()
        digest.update(chunk)
        done += len(chunk)
        if due():
            yield Progress("unpack", done // 10**6, max(1, size // 10**6), Message("reading_archive"))
    return digest.hexdigest()
