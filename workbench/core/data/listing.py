"""Every file below a folder: system files passed over, stand-ins told apart, links followed once."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workbench.core.data import file_kinds
from workbench.core.data.catalog import Skipped
from workbench.core.data.refusals import check_folder, check_still_there, identity, unreadable
from workbench.core.errors import ImageError, Stopped
from workbench.core.images.kinds import looks_like_image
from workbench.core.images.loader import open_file
from workbench.core.jobs import StopRequested
from workbench.core.messages import Message
from workbench.core.names import shown

_AWAY = 0x1000 | 0x40000 | 0x400000
"""Windows: FILE_ATTRIBUTE_OFFLINE, _RECALL_ON_OPEN, _RECALL_ON_DATA_ACCESS."""
_DATALESS = 0x40000000
"""macOS: SF_DATALESS, for files that a cloud client has sent away."""
_CLIENTS_MARK = sys.platform in ("win32", "darwin")


@dataclass
class Listing:
    """What lies below a folder. All paths are relative to it, with `/` between their parts.

    Attributes:
        files: Everything that may be a photo, in no particular order.
        folders: Every folder that could be listed; those with a dot in front, too.
        skipped: What could not be listed, leads where the listing has already been, or only stands for a
            photo that is elsewhere.
        system_files: How many system files and system folders were passed over.
        hidden_photos: How many of them would be photos by their names.
    """

    files: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    system_files: int = 0
    hidden_photos: int = 0


def list_files(folder: Path, stop: StopRequested) -> Generator[int, None, Listing]:
    """Lists a folder at any depth; yields the number of files so far after each folder.

    A folder is entered once, however many links lead to it, and by its own path rather than by a
    link where it has both.

    Raises:
        InputError: The folder itself is missing, not a folder, out of reach or may not be read, or has gone
            in the meantime.
        Stopped: `stop` returned true.
    """
    check_folder(folder)
    try:
        itself = identity(folder)
    except OSError as error:
        raise unreadable(folder, error) from error
    listing = Listing()
    # A link to a folder above this one would bring in everything else that lies there.
    visited = {identity(parent) for parent in folder.resolve().parents}
    pending, links = [""], list[str]()
    while pending or links:
        if stop():
            raise Stopped
        if not pending:
            links.sort(reverse=True)
        relative = pending.pop() if pending else links.pop()
        try:
            this = identity(folder / relative)
            if this in visited:
                listing.skipped.append(_skipped(relative, "loop"))
                continue
            visited.add(this)
            with os.scandir(folder / relative) as entries:
                for entry in entries:
                    _sort_in(
                        entry, f"{relative}/{entry.name}" if relative else entry.name, listing, pending, links
                    )
        except OSError as error:
            if not relative:
                raise unreadable(folder, error) from error
            check_still_there(folder, itself)
            listing.skipped.append(_skipped(relative, "unreadable"))
            continue
        if relative:
            listing.folders.append(relative)
        yield len(listing.files)
    return listing


@dataclass(frozen=True)
class PhotoFiles:
    """The photos among files and folders that a person gave.

    Attributes:
        files: Those to look at, in order.
        left_out: Files in folders that are none, each with its reason.
        system_files: As `Listing` has it.
    """

    files: tuple[Path, ...]
    left_out: tuple[Skipped, ...] = ()
    system_files: int = 0


def photos_in(paths: Sequence[Path], stop: StopRequested) -> Generator[int, None, PhotoFiles]:
    """Files as they are, and in folders, at any depth, everything that may be a photo, in order.

    What was given by itself is kept whatever it is: the loader says what is wrong with it. In a folder, a
    file is left out where its name says that it is none (`is_side_file`, an archive) and its first bytes do
    not say otherwise.

    Yields and raises as `list_files` does.
    """
    found: list[Path] = []
    left_out: list[Skipped] = []
    system_files = 0
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        listing = yield from list_files(path, stop)
        system_files += listing.system_files
        left_out += (Skipped(str(path / each.path), each.message) for each in listing.skipped)
        for name in sorted(listing.files):
            if file_kinds.may_be_photo(name) or _looks_like_photo(path / name):
                found.append(path / name)
            else:
                left_out.append(Skipped(str(path / name), no_photo(name)))
    return PhotoFiles(tuple(found), tuple(left_out), system_files)


def no_photo(path: str) -> Message:
    """What a file is that its name says to be no photo."""
    name = shown(path.rpartition("/")[2])
    if file_kinds.is_archive(name):
        return Message("archive_inside", {"name": name})
    return Message("side_file", {"name": name})


def stand_in_of(path: Path) -> str:
    """The kind of stand-in that a file without a picture is by its content; "" where it is none.

    Dropbox leaves empty files with a mark of its own in place of those that are online only.
    """
    try:
        with open_file(path) as file:
            if head := file.read(32):
                return file_kinds.pointer(head)
        marks: list[str] = os.listxattr(path) if hasattr(os, "listxattr") else []
    except (ImageError, OSError):
        return ""
    return "cloud" if any("placeholder" in mark for mark in marks) else ""


def _looks_like_photo(path: Path) -> bool:
    if file_kinds.is_never_photo(path.name):
        return False
    try:
        with open_file(path) as file:
            return looks_like_image(file.read(32))
    except ImageError:
        return False


def _skipped(relative: str, code: str) -> Skipped:
    return Skipped(relative, Message(code, {"name": shown(relative)}))


def _sort_in(
    entry: os.DirEntry[str], relative: str, listing: Listing, pending: list[str], links: list[str]
) -> None:
    try:
        is_folder, is_file = entry.is_dir(), entry.is_file()
    except OSError:  # a link that leads to itself
        is_folder = is_file = False
    if is_folder and not file_kinds.is_system_folder(entry.name):
        (links if entry.is_symlink() else pending).append(relative)
    elif is_folder:
        listing.system_files += 1
    elif (found := file_kinds.stand_in(entry.name)) is not None:
        kind, meant = found
        code = "trashed" if kind == "trashed" else f"not_downloaded.{kind}"
        listing.skipped.append(Skipped(relative, Message(code, {"name": shown(meant)})))
    elif file_kinds.is_system_file(entry.name):
        listing.system_files += 1
        listing.hidden_photos += file_kinds.is_hidden_photo(entry.name)
    elif is_file and _is_away(entry):
        listing.skipped.append(
            Skipped(relative, Message("not_downloaded.cloud", {"name": shown(entry.name)}))
        )
    elif is_file:
        listing.files.append(relative)
    elif entry.is_symlink():
        listing.skipped.append(_link_to_nowhere(entry, relative))
    else:
        listing.skipped.append(_skipped(relative, "not_an_image.not_a_file"))


def _is_away(entry: os.DirEntry[str]) -> bool:
    """Whether reading a file would first have to fetch it: a cloud client has sent its content away."""
    try:
        return _CLIENTS_MARK and is_away(entry.stat())
    except OSError:
        return False


def is_away(status: os.stat_result) -> bool:
    """Whether a file's status says that its content is in the cloud alone (Windows and macOS)."""
    attributes, flags = getattr(status, "st_file_attributes", 0), getattr(status, "st_flags", 0)
    return bool(attributes & _AWAY or flags & _DATALESS)


def _link_to_nowhere(entry: os.DirEntry[str], relative: str) -> Skipped:
    try:
        leads = os.readlink(entry.path)
    except OSError:
        leads = ""
    if "/annex/objects/" in leads.replace("\\", "/"):  # git-annex keeps contents elsewhere
        return Skipped(relative, Message("not_downloaded.annex", {"name": shown(entry.name)}))
    return _skipped(relative, "missing.link")
