"""Names that people gave, of classes and files: their one form, and how they are shown.

A file system may store one name in two ways: “é” as one character (NFC, as most systems write it) or as a
letter and an accent (NFD, as archives from a Mac have it). Both are the same name.
"""

from __future__ import annotations

import os
import re
import unicodedata

_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the reading order of all that follows them; legitimate names do without."""
_NOT_SHOWN = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories: control characters, halves of characters, ends of lines and paragraphs."""
_FORMULA = re.compile(r"[=@\t\r\uff1d\uff20]|[+\-\uff0b\uff0d](?!\d+(?:[.,]\d+)?$)")
"""What spreadsheets take for a formula, which may start programs. A plain number is none."""


def one_form(name: str) -> str:
    """The name in the one Unicode form that names are compared in (NFC)."""
    return unicodedata.normalize("NFC", name)


def visible(name: str) -> str:
    r"""The name on one line, with what would move the cursor or turn the reading order written out.

    A line feed becomes `\n`, an escape `\x1b`; a byte that is no text becomes `\xff`. All else, brackets,
    accents and scripts from right to left included, stays as it is.
    """
    return "".join(_written_out(character) for character in name)


def _written_out(character: str) -> str:
    if character not in _DIRECTIONS and unicodedata.category(character) not in _NOT_SHOWN:
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # how Python keeps a byte of a file's name that is no text
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def shown(name: str) -> str:
    """A file name as it can be printed: bytes that are no text become a replacement character."""
    return os.fsencode(name).decode("utf-8", "replace")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take a cell for a formula."""
    return bool(_FORMULA.match(text))


def harmless(name: str) -> str:
    """A class name that no spreadsheet takes for a formula: with an apostrophe before it where one would.

    After OWASP, “CSV Injection”. Paths get `./` instead, with which they are the same path.
    """
    return f"'{name}" if is_formula(name) else name
