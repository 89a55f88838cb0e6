"""Names that people gave, of classes and files: how they are compared, and how they are shown.

A file system may store one name in two ways: “é” as one character (NFC, as most systems write it) or as a
letter and an accent (NFD, as archives from a Mac have it). Both are the same name.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable

_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the reading order of all that follows them; legitimate names do without."""
_NOT_SHOWN = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories: control characters, halves of characters, ends of lines and paragraphs."""


def one_form(name: str) -> str:
    """The name in the one Unicode form that names are compared in (NFC)."""
    return unicodedata.normalize("NFC", name)


def without_case(name: str) -> str:
    """What names have in common that differ in capitals or in their Unicode form alone.

    After the Unicode Standard's definition of a canonical caseless match (D145).
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def matched(names: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """Which of the known names each name means.

    Itself, else the one of the same letters in another form, else the one that differs in capitals alone and
    that no other name means. A name that could mean several means none.

    Returns:
        The known name by name, of those names that mean one.
    """
    names, known = list(names), list(known)
    by_form, by_case = defaultdict(list), defaultdict(list)
    for name in known:
        by_form[one_form(name)].append(name)
        by_case[without_case(name)].append(name)
    found = {name: name for name in names if name in set(known)}
    for name in names:
        if name not in found and len(meant := by_form[one_form(name)]) == 1:
            found[name] = meant[0]
    others = [name for name in names if name not in found]
    asking, taken = Counter(map(without_case, others)), set(found.values())
    for name in others:
        meant = by_case[key := without_case(name)]
        if len(meant) == 1 and asking[key] == 1 and meant[0] not in taken:
            found[name] = meant[0]
    return found


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
