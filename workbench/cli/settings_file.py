"""A file of settings, as whatever editor and system saved it."""

from __future__ import annotations

import codecs
import re
import tomllib
from pathlib import Path
from typing import Any

from workbench.core.errors import InputError
from workbench.core.names import visible

_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE = re.compile(r"at line (\d+)")
_COMMA = re.compile(r"=\s*[+-]?\d+,\d+\s*(#.*)?$")
_CURLY = "“”„‘’«»"
_LARGEST = 1_000_000  # bytes: no file of settings is as large


def read_settings(path: Path) -> dict[str, Any]:
    """The values of a TOML file.

    It may begin with a byte order mark and be in UTF-8, UTF-16 or UTF-32: Notepad and PowerShell write such.

    Raises:
        InputError: It cannot be read, is no text, or is not TOML; says which line is wrong, and how to mend
            it where that is known.
    """
    text = _text(path)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(path, text, error) from error


def _text(path: Path) -> str:
    shown = visible(str(path))
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except FileNotFoundError as error:
        raise InputError.said(
            f"There is no settings file “{shown}”.", "Check its name and its folder.", str(error)
        ) from error
    except OSError as error:
        raise InputError.said(
            f"The settings file “{shown}” cannot be read.",
            "Check that it is a file that you may open.",
            str(error),
        ) from error
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None) or _unmarked(content)
    try:
        if len(content) > _LARGEST:
            raise ValueError("too large")  # noqa: TRY301
        text = content.decode(encoding)
    except ValueError as error:
        raise InputError.said(
            f"“{shown}” is not a text file in UTF-8 or UTF-16.", "Save it again as UTF-8.", str(error)
        ) from error
    return re.sub("\r\n?", "\n", text)


def _unmarked(content: bytes) -> str:
    """The encoding of a file without a mark: in UTF-16, every second byte of plain letters is 0."""
    if content[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if content[:1] == b"\0" else "utf-8"


def _not_toml(path: Path, text: str, error: tomllib.TOMLDecodeError) -> InputError:
    shown, found = visible(str(path)), _LINE.search(str(error))
    lines = text.split("\n")
    number = min(int(found[1]), len(lines)) if found else len(lines)
    line = lines[number - 1].strip()
    title = f"Line {number} of the settings file “{shown}” cannot be understood: {visible(line)[:80]}"
    if _COMMA.search(line):
        hint = "Write numbers with a point in this file, such as 0.005."
    elif any(mark in line for mark in _CURLY):
        hint = 'Write straight quotation marks, such as mode = "instant".'
    elif re.match(r"[\w.]+\s*:", line):
        hint = 'This file is TOML: write an equals sign, such as mode = "instant".'
    elif re.fullmatch(r"[\w.]+\s*=\s*[A-Za-z]\w*", line):
        hint = 'Words stand in quotation marks: mode = "instant"; yes and no are true and false.'
    elif "overwrite" in str(error):
        hint = "It is set twice in this file: leave one of the lines out."
    else:
        hint = 'This file is TOML: each line is a name, an equals sign and a value, such as mode = "instant".'
    return InputError.said(f"{title}.", hint, str(error))
