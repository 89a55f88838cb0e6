"""Every file below a folder: system files passed over, links followed once."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workbench.core.data.catalog import Skipped
from workbench.core.errors import InputError, Stopped
from workbench.core.images.formats import shown
from workbench.core.jobs import StopRequested
from workbench.core.messages import Message

_SYSTEM_NAMES = frozenset(
    {
        "thumbs.db",
        "ehthumbs.db",
        "desktop.ini",
        "icon\r",
        "__macosx",
        "@eadir",
        "$recycle.bin",
        "system volume information",
        "lost+found",
    }
)


@dataclass
class Listing:
    """What lies below a folder. All paths are relative to it, with `/` between their parts.

    Attributes:
        files: Everything that may be a photo, in no particular order.
        folders: Every folder that could be listed.
        skipped: What could not be listed, or leads where the listing has already been.
        system_files: How many system files and system folders were passed over.
    """

    files: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    system_files: int = 0


def is_system_name(name: str) -> bool:
    """Whether a file or folder of this name belongs to the system or is hidden (`.DS_Store`, `._a.jpg`)."""
    return name.startswith(".") or name.casefold() in _SYSTEM_NAMES


def list_files(folder: Path, stop: StopRequested) -> Generator[int, None, Listing]:
    """Lists a folder at any depth; yields the number of files so far after each folder.

    A folder is entered once, however many links lead to it, and by its own path rather than by a
    link where it has both.

    Raises:
        InputError: The folder itself is missing, not a folder or may not be read.
        Stopped: `stop` returned true.
    """
    try:
        if not folder.is_dir():
            raise InputError("folder_missing", folder=shown(str(folder)))
    except OSError as error:  # a folder above it may not be entered
        raise _unreadable(folder, error) from error
    listing = Listing()
    # A link to a folder above this one would bring in everything else that lies there.
    visited = {_identity(parent) for parent in folder.resolve().parents}
    pending, links = [""], list[str]()
    while pending or links:
        if stop():
            raise Stopped
        if not pending:
            links.sort(reverse=True)
        relative = pending.pop() if pending else links.pop()
        try:
            identity = _identity(folder / relative)
            if identity in visited:
                listing.skipped.append(_skipped(relative, "loop"))
                continue
            visited.add(identity)
            with os.scandir(folder / relative) as entries:
                for entry in entries:
                    _sort_in(
                        entry, f"{relative}/{entry.name}" if relative else entry.name, listing, pending, links
                    )
        except OSError as error:
            if not relative:
                raise _unreadable(folder, error) from error
            listing.skipped.append(_skipped(relative, "unreadable"))
            continue
        if relative:
            listing.folders.append(relative)
        yield len(listing.files)
    return listing


def _skipped(relative: str, code: str) -> Skipped:
    return Skipped(relative, Message(code, {"name": shown(relative)}))


def files_under(paths: Sequence[Path], stop: StopRequested) -> Generator[int, None, list[Path]]:
    """Files as they are, and everything that may be a photo in folders at any depth, in order.

    Yields and raises as `list_files` does.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            listing = yield from list_files(path, stop)
            found += (path / name for name in sorted(listing.files))
        else:
            found.append(path)
    return found


def _unreadable(folder: Path, error: OSError) -> InputError:
    return InputError("folder_unreadable", str(error), folder=shown(str(folder)))


def _identity(folder: Path) -> tuple[int, int]:
    # Not from the directory entry: on Windows that has no inode number.
    status = folder.stat()
    return status.st_dev, status.st_ino


def _sort_in(
    entry: os.DirEntry[str], relative: str, listing: Listing, pending: list[str], links: list[str]
) -> None:
    if is_system_name(entry.name):
        listing.system_files += 1
        return
    try:
        is_folder, is_file = entry.is_dir(), entry.is_file()
    except OSError:  # a link that leads to itself
        is_folder = is_file = False
    if is_folder:
        (links if entry.is_symlink() else pending).append(relative)
    elif is_file:
        listing.files.append(relative)
    elif entry.is_symlink():
        listing.skipped.append(_skipped(relative, "missing.link"))
    else:
        listing.skipped.append(_skipped(relative, "not_an_image.not_a_file"))
