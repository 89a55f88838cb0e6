"""Tables beside photos, as spreadsheets and programs write them: encoding and delimiter are found out.

A table is only read, never written. Every cell stays the text that it is: “007” is not 7.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from workbench.core.errors import ImageError
from workbench.core.images.loader import open_file

Rows = list[list[str]]

ENDINGS = ("csv", "tsv", "tab")
"""What the names of tables end in."""
MOST_BYTES = 32_000_000
"""A larger file is no table of photos and their classes."""
_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 200
_SAID = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


def read_text(path: Path) -> str | None:
    """A table's text; None where the file cannot be read, is no text or is too large."""
    try:
        with open_file(path) as file:
            content = file.read(MOST_BYTES + 1)
    except (ImageError, OSError):
        return None
    return None if len(content) > MOST_BYTES else decoded(content)


def decoded(content: bytes) -> str | None:
    """The text in a file's bytes, by its mark, else UTF-8, else Windows-1252; None where it is no text.

    UTF-16 without a mark is told by its zeros: of Latin text, every other byte is one.
    """
    for codec in _codecs(content):
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def _codecs(content: bytes) -> Iterator[str]:
    if content.startswith(codecs.BOM_UTF8):
        yield "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield "utf-16"
    head = content[:4096]
    if 0 in head:
        zeros = head[0::2].count(0), head[1::2].count(0)
        if min(zeros) == 0 and 4 * max(zeros) > len(head):
            yield "utf-16-be" if zeros[0] else "utf-16-le"
        return
    yield from ("utf-8", "cp1252", "latin-1")  # the last takes what Windows has no letter for


def ways(text: str) -> list[str]:
    """The delimiters by which a text has columns, the likeliest first.

    That is the one by which most rows are as long as the first, and then the one that makes more columns.
    """
    if said := _SAID.match(text):
        return [said[1]]
    found = []
    for delimiter in _DELIMITERS:
        rows = list(islice(_parsed(text, delimiter), _SAMPLE))
        if rows and len(rows[0]) > 1:
            same = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
            found.append((same, len(rows[0]), delimiter))
    return [delimiter for _, _, delimiter in sorted(found, key=lambda each: each[:2], reverse=True)]


def some_rows(text: str, delimiter: str) -> Rows:
    """The first rows of a table."""
    return list(islice(_parsed(text, delimiter), _SAMPLE))


def all_rows(text: str, delimiter: str) -> Rows:
    """The rows of a table that are not empty; cells without the blanks around them.

    A quotation mark that is never closed would swallow every row after it: where a cell has several lines,
    the way that gives more rows is taken.
    """
    rows = list(_parsed(text, delimiter))
    if any("\n" in cell or "\r" in cell for row in rows for cell in row):
        plain = list(_parsed(text, delimiter, quoting=csv.QUOTE_NONE))
        whole = sum(len(row) == len(plain[0]) for row in plain)
        if whole > len(rows):
            return plain
    return rows


def _parsed(text: str, delimiter: str, quoting: int = csv.QUOTE_MINIMAL) -> Iterator[list[str]]:
    lines: Iterable[str] = io.StringIO(text, newline="")
    if _SAID.match(text):
        lines = islice(lines, 1, None)
    try:
        for row in csv.reader(lines, delimiter=delimiter, quoting=quoting):  # type: ignore[arg-type]
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield cells
    except csv.Error:  # a cell of more than 128 kB: what comes after it is no table
        return
