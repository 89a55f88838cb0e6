"""Names inside a ZIP file: how they are written, and where they may lead.

A name is UTF-8 where its flag says so or an extra field repeats it so. Where nothing is said, all such names
of a file are taken for the same: UTF-8 if every one of them is (as Macs and most Unix tools write them), else
Japanese (cp932) if every one can be read so and at least one is clearly Japanese, else cp437, which the
format's description names (APPNOTE 6.3.10, appendix D).
"""

from __future__ import annotations

import os
import re
import struct
import unicodedata
import zlib
from collections.abc import Sequence
from zipfile import ZipInfo

from workbench.core.names import one_form

PROJECT_MARK = "workbench-project.json"
"""A member that only an exported project has."""
_UTF8 = 0x800
_UNICODE_PATH = 0x7075
"""Extra field of Info-ZIP: the name in UTF-8 (APPNOTE 4.6.9)."""
_DRIVE = re.compile(r"[A-Za-z]:")
_LONGEST_PART, _DEEPEST = 255, 64
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?", re.IGNORECASE
)
_NOT_ON_WINDOWS = frozenset('<>:"|?*')
_KANA = re.compile(r"[\u3041-\u30fe]")
_KANJI = re.compile(r"[\u3005\u4e00-\u9fff]")
_KANJI_WORD = re.compile(r"[\u3005\u4e00-\u9fff]{2}")


def names_of(members: Sequence[ZipInfo]) -> tuple[list[str], str]:
    """The members' names, and how those were read of which the file does not say how they are written.

    Returns:
        The names, in order; and `cp932`, `cp437`, or "" where nothing had to be guessed.
    """
    said = [_said(member) for member in members]
    raw = [_raw(member) for member, name in zip(members, said, strict=True) if name is None]
    encoding = _encoding_of([name for name in raw if not name.isascii()])
    names = (
        name if name is not None else _raw(member).decode(encoding)
        for member, name in zip(members, said, strict=True)
    )
    return list(names), "" if encoding == "utf-8" else encoding


def parts_of(name: str, *, windows: bool = os.name == "nt") -> tuple[str, ...] | None:
    """The parts of the relative path that a name stands for; a backslash parts as a slash does.

    Args:
        windows: Whether the file is to be written where Windows says what a name may be.

    Returns:
        None where no file can have that name; () where it leads out of the folder: it begins at the root or
        with a drive, or climbs by `..`.
    """
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        return None
    name = name.replace("\\", "/")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if name.startswith("/") or _DRIVE.match(name) or any(_climbs(part) for part in parts):
        return ()
    if not 0 < len(parts) <= _DEEPEST or any(len(part.encode()) > _LONGEST_PART for part in parts):
        return None
    return None if windows and any(map(_is_refused_by_windows, parts)) else parts


def alike(parts: Sequence[str]) -> str:
    """What two paths have in common that some disks take for one: capitals, and the form of an accent."""
    return one_form(one_form("/".join(parts)).casefold())


def _raw(member: ZipInfo) -> bytes:
    """The bytes of a name as they stand in the file; `zipfile` has read them as cp437, losing nothing."""
    return member.orig_filename.encode("utf-8" if member.flag_bits & _UTF8 else "cp437")


def _said(member: ZipInfo) -> str | None:
    if member.flag_bits & _UTF8:
        return member.orig_filename
    extra = member.extra
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        value, extra = extra[4 : 4 + length], extra[4 + length :]
        # Version 1, and the checksum of the other name: a tool that renames may have left this one behind.
        if kind == _UNICODE_PATH and len(value) > 5 and value[0] == 1:
            if int.from_bytes(value[1:5], "little") != zlib.crc32(_raw(member)):
                return None
            try:
                return value[5:].decode()
            except UnicodeDecodeError:
                return None
    return None


def _encoding_of(names: Sequence[bytes]) -> str:
    for encoding in ("utf-8", "cp932"):
        try:
            read = [name.decode(encoding) for name in names]
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or any(map(_is_japanese, read)):
            return encoding
    return "cp437"


def _is_japanese(name: str) -> bool:
    """Whether a name has kana, or kanji that are no accident: two in a row, or no other letters beside."""
    for part in re.split(r"[\\/]", name):
        stem = part.rpartition(".")[0] or part
        letters = [character for character in stem if character.isalpha()]
        if _KANA.search(part) or _KANJI_WORD.search(part):
            return True
        if letters and all(map(_KANJI.match, letters)):
            return True
    return False


def _climbs(part: str) -> bool:
    """Whether a part is `..`, or what Windows takes for that or for nothing: dots and blanks alone."""
    return not part.strip(". ")


def _is_refused_by_windows(part: str) -> bool:
    return part[-1] in ". " or bool(_NOT_ON_WINDOWS & set(part)) or _RESERVED.fullmatch(part) is not None
