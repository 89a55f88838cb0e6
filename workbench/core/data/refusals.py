"""Why what was given as an image folder cannot be one: it is missing, a file, out of reach, locked."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

from workbench.core.data import file_kinds
from workbench.core.errors import ImageError, InputError
from workbench.core.images.kinds import looks_like_image
from workbench.core.images.loader import open_file
from workbench.core.names import shown

_ARCHIVE_HEADS = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x07\x08",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
    b"MSCF",
)
_OUT_OF_REACH = {
    *(errno.EIO, errno.ENXIO, errno.ENODEV, errno.ESTALE, errno.ETIMEDOUT, errno.ENOTCONN),
    *(errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETUNREACH, errno.ECONNREFUSED),
    *(errno.ECONNRESET, errno.ECONNABORTED),
}
_OUT_OF_REACH_WINDOWS = {21, 31, 51, 53, 55, 59, 64, 65, 67, 121, 1167, 1222, 1225, 1231, 1232}
"""`ERROR_NOT_READY`, `ERROR_BAD_NETPATH`, `ERROR_DEVICE_NOT_CONNECTED` and their like."""
_MOUNTS = re.compile(r"/(?:Volumes|run/media/[^/]+|media/[^/]+|mnt|net|smb|afs)/(?P<name>[^/]+)")


def check_folder(folder: Path) -> None:
    """Checks that something is a folder that can be listed.

    Raises:
        InputError: It is not; its sentence says what it is instead, or what stands in the way.
    """
    try:
        if folder.is_dir():
            return
        exists = os.path.lexists(folder)
    except OSError as error:  # a folder above it may not be entered, or its drive does not answer
        raise unreadable(folder, error) from error
    if not exists:
        raise _missing(folder)
    if folder.is_symlink() and not folder.exists():
        raise InputError("folder_missing.link", folder=shown(str(folder)))
    raise _a_file(folder)


def identity(folder: Path) -> tuple[int, int]:
    """What tells a folder from every other one on this computer.

    Raises:
        OSError: It is not there.
    """
    # Not from a directory entry: on Windows that has no inode number.
    status = folder.stat()
    return status.st_dev, status.st_ino


def check_still_there(folder: Path, before: tuple[int, int]) -> None:
    """Checks that a folder did not go while it was read: with it, every file in it is missing.

    Args:
        before: Its `identity` at the beginning. Where a drive was, an empty folder may be left.

    Raises:
        InputError: As `check_folder`; or it is another folder now.
    """
    check_folder(folder)
    try:
        now = identity(folder)
    except OSError as error:
        raise unreadable(folder, error) from error
    if now != before:
        raise InputError(
            "drive_out_of_reach", "another folder has taken its place", folder=shown(str(folder))
        )


def unreadable(folder: Path, error: OSError) -> InputError:
    """For a folder that the system does not let be read."""
    name = shown(str(folder))
    if error.errno in _OUT_OF_REACH or getattr(error, "winerror", None) in _OUT_OF_REACH_WINDOWS:
        return InputError("drive_out_of_reach", str(error), folder=name)
    if error.errno in (errno.EACCES, errno.EPERM):
        return InputError("folder_unreadable.locked", str(error), folder=name)
    return InputError("folder_unreadable", str(error), folder=name)


def is_archive(path: Path) -> bool:
    """Whether a file is an archive, by its first bytes, or by its name where it cannot be read."""
    try:
        with open_file(path) as file:
            head = file.read(265)
    except ImageError:
        return file_kinds.is_archive(path.name)
    return head.startswith(_ARCHIVE_HEADS) or head[257:262] == b"ustar"


def _missing(folder: Path) -> InputError:
    drive = missing_drive(str(folder))
    if drive:
        return InputError("drive_missing", folder=shown(str(folder)), drive=shown(drive))
    return InputError("folder_missing", folder=shown(str(folder)))


def missing_drive(path: str) -> str:
    """The drive or share that a path is on, where it is not connected; "" where it is, or none is known."""
    if match := re.match(r"(?P<drive>[A-Za-z]:)[\\/]", path):
        drive = match["drive"]
        return drive if os.name == "nt" and not os.path.isdir(f"{drive}\\") else ""
    if match := re.match(r"[\\/]{2}(?P<host>[^\\/]+)[\\/]+(?P<share>[^\\/]+)", path):
        share = f"\\\\{match['host']}\\{match['share']}"
        return share if os.name == "nt" and not os.path.isdir(share) else ""
    match = _MOUNTS.match(path)
    return match["name"] if match and not os.path.isdir(match[0]) else ""


def _a_file(path: Path) -> InputError:
    name = shown(path.name)
    if path.suffix.lower() == ".checkpoint":
        return InputError("not_a_folder.model", name=name)
    try:
        with open_file(path) as file:
            head = file.read(32)
    except ImageError:
        head = b""
    if looks_like_image(head):
        return InputError("not_a_folder.photo", name=name)
    if is_archive(path):
        return InputError("not_a_folder.archive", name=name)
    return InputError("not_a_folder", name=name)
