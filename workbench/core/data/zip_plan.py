"""What of a ZIP file is to be unpacked, decided from its directory before a byte is written.

Whatever is in such a file was made by somebody else. It is refused as a whole where it is damaged, protected,
or would fill the disk; single members are left out, each with its reason. Nothing is ever written from it but
plain files and folders below one folder.
"""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from workbench.core.data import file_kinds
from workbench.core.data.catalog import Skipped
from workbench.core.data.listing import no_photo
from workbench.core.data.refusals import unreadable
from workbench.core.data.zip_names import alike, names_of, parts_of
from workbench.core.errors import InputError
from workbench.core.messages import Message
from workbench.core.names import shown

MOST_MEMBERS = 500_000
_LONGEST_DIRECTORY = 2**28
_MOST_TIMES = 100
"""A file that grows more than this is a bomb: photos hardly shrink. Below `_SMALL` bytes it does no harm."""
_SMALL = 2**28
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
_CALLED = {1: "Shrink", 6: "Implode", 9: "Deflate64", 93: "Zstandard", 95: "XZ", 98: "PPMd", 99: "AES"}
_TABLES = frozenset({"csv", "tsv", "txt"})
"""Files beside photos that may say what is in them."""
_END, _LONG_END, _LONG_END_PLACE = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
DAMAGE = (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OverflowError, struct.error)
"""What `zipfile` raises for a directory that makes no sense."""

LeaveOut = Callable[[str], Message | None]
"""Why a member of that path is not wanted; None where it is."""


@dataclass(frozen=True)
class Member:
    """A file or folder to unpack.

    Attributes:
        path: Relative, with `/` between its parts; it leads nowhere else.
        is_folder: Its name ends in a slash, or in a backslash as some old tools have it.
    """

    info: zipfile.ZipInfo
    path: str
    is_folder: bool = False


@dataclass(frozen=True)
class Plan:
    """What becomes of a ZIP file.

    Attributes:
        members: To unpack, in the file's order.
        left_out: The other files, each with its reason.
        system_files: How many files of a system's own were passed over (`__MACOSX`).
        guessed: How names were read that do not say how they are written; see `names_of`.
    """

    members: tuple[Member, ...]
    left_out: tuple[Skipped, ...]
    system_files: int
    guessed: str

    @property
    def files(self) -> tuple[Member, ...]:
        """The members that are no folders."""
        return tuple(member for member in self.members if not member.is_folder)

    @property
    def size(self) -> int:
        """Bytes that the files will take, as the directory states them; unpacking writes no more."""
        return sum(member.info.file_size for member in self.members)


def no_photo_or_table(path: str) -> Message | None:
    """Leaves out what is neither a photo by its name nor a table that may tell about photos."""
    name = path.rpartition("/")[2]
    if file_kinds.is_archive(name):
        return Message("zip_inside", {"name": shown(path)})
    if file_kinds.may_be_photo(name) or file_kinds.ending(name) in _TABLES:
        return None
    return no_photo(path)


@contextmanager
def opened(file: IO[bytes], path: Path) -> Generator[zipfile.ZipFile, None, None]:
    """Reads the directory of a ZIP file.

    Raises:
        InputError: It is none, damaged, in several parts, or its directory is out of all measure.
    """
    try:
        count = _check_directory(file, path)
        archive = zipfile.ZipFile(file)
        if (len(archive.infolist()) - count) % 2**16:  # some tools count no further than that
            raise zipfile.BadZipFile("another number of members than the directory says")
    except DAMAGE as error:
        raise InputError("zip_damaged", repr(error), name=shown(path.name)) from error
    except OSError as error:
        if error.errno is None:
            raise InputError("zip_damaged", repr(error), name=shown(path.name)) from error
        raise unreadable(path, error) from error
    with archive:
        yield archive


def plan_of(archive: zipfile.ZipFile, path: Path, leave_out: LeaveOut = no_photo_or_table) -> Plan:
    """Decides about every member.

    Args:
        archive: Opened for reading.
        path: Where it lies.
        leave_out: What is not wanted, by its path.

    Raises:
        InputError: It is protected by a password, or a bomb: too many members, too large, or members that
            share their bytes.
    """
    infos = archive.infolist()
    name = shown(path.name)
    if len(infos) > MOST_MEMBERS:
        raise InputError("zip_too_many", name=name, most=MOST_MEMBERS)
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise InputError("zip_encrypted", name=name)
    size, packed = sum(info.file_size for info in infos), path.stat().st_size
    if (size > _SMALL and size > _MOST_TIMES * packed) or _overlap(infos):
        raise InputError("zip_bomb", f"{size:,} bytes in {packed:,}", name=name)
    names, guessed = names_of(infos)
    members: list[Member] = []
    left_out: list[Skipped] = []
    system_files = 0
    taken = _Taken()
    for info, called in zip(infos, names, strict=True):
        is_folder = called.endswith(("/", "\\"))
        parts = parts_of(called)
        if parts and _is_systems(parts, is_folder):
            system_files += not is_folder
            continue
        why = _why_not(info, called, parts)
        if why is None and parts:
            why = None if is_folder else leave_out("/".join(parts))
            why = why or taken.why_not(parts, is_folder)
        if why is not None:
            left_out.append(Skipped(shown(called), why))
        elif parts:
            members.append(Member(info, "/".join(parts), is_folder))
    return Plan(tuple(members), tuple(left_out), system_files, guessed)


class _Taken:
    """The paths that are taken already."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}
        self._folders: set[str] = set()

    def why_not(self, parts: Sequence[str], is_folder: bool) -> Message | None:
        """Takes a path; where that is not possible, says why."""
        path, key = "/".join(parts), alike(parts)
        above = [alike(parts[:depth]) for depth in range(1, len(parts))]
        if any(each in self._files for each in above) or (key in self._folders and not is_folder):
            return Message("zip_name_unusable", {"name": shown(path)})
        if is_folder and key in self._files:
            return Message("zip_name_unusable", {"name": shown(path)})
        if not is_folder and (first := self._files.get(key)) is not None:
            code_values = {"name": shown(path), "first": shown(first)}
            return Message("zip_twice" if first == path else "zip_alike", code_values)
        self._folders.update(above)
        if is_folder:
            self._folders.add(key)
        else:
            self._files[key] = path
        return None


def _is_systems(parts: Sequence[str], is_folder: bool) -> bool:
    """Whether a path lies in a system's own folder, or is such a file or folder."""
    folders = parts if is_folder else parts[:-1]
    in_folder = any(map(file_kinds.is_system_folder, folders))
    return in_folder or (not is_folder and file_kinds.is_system_file(parts[-1]))


def _why_not(info: zipfile.ZipInfo, name: str, parts: tuple[str, ...] | None) -> Message | None:
    """Why a member cannot be unpacked; None where it can."""
    if parts == ():
        return Message("zip_slip", {"name": shown(name)})
    if parts is None:
        return Message("zip_name_unusable", {"name": shown(name)})
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return Message("zip_link", {"name": shown(name)})
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return Message("zip_not_a_file", {"name": shown(name)})
    if info.compress_type not in _METHODS:
        method = _CALLED.get(info.compress_type, str(info.compress_type))
        return Message("zip_method", {"name": shown(name), "method": method})
    return None


def _overlap(infos: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether members share bytes, as in a bomb that unpacks one lot again and again (Fifield 2019)."""
    end = 0
    for info in sorted(infos, key=lambda each: each.header_offset):
        if info.header_offset < end:
            return True
        end = info.header_offset + 30 + len(info.orig_filename) + info.compress_size
    return False


def _check_directory(file: IO[bytes], path: Path) -> int:
    """Refuses a directory that would fill the memory, before it is read; returns how many members it has."""
    size = file.seek(0, 2)
    start = max(0, size - 2**16 - 22)
    file.seek(start)
    ending = file.read()
    place = ending.rfind(_END)
    if place < 0:
        raise zipfile.BadZipFile("no end of the directory")
    count, length = struct.unpack_from("<HL", ending, place + 10)
    if (count == 0xFFFF or length == 0xFFFFFFFF) and (
        locator := ending.rfind(_LONG_END_PLACE, 0, place)
    ) >= 0:
        file.seek(struct.unpack_from("<Q", ending, locator + 8)[0])
        record = file.read(56)
        if record.startswith(_LONG_END):
            count, length = struct.unpack_from("<QQ", record, 32)
    file.seek(0)
    if length > min(size, _LONGEST_DIRECTORY):
        if length <= size:
            raise InputError("zip_too_many", name=shown(path.name), most=MOST_MEMBERS)
        raise zipfile.BadZipFile("a directory longer than the file")
    return int(count)
