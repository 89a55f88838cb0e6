"""Class names that a person takes for one: they differ in capitals, blanks or the form of an accent."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping


def look(name: str) -> str:
    """What two names have in common that look the same on a screen, but for capitals.

    Compatibility forms are one (NFKC), so is every kind of blank and any number of them; characters that
    are not seen (zero width, marks of direction) and blanks at the ends do not count.
    """
    plain = unicodedata.normalize("NFKC", name)
    seen = "".join(character for character in plain if unicodedata.category(character) != "Cf")
    return unicodedata.normalize("NFC", " ".join(seen.split()).casefold())


def meaning(name: str) -> str:
    """As `look`, and `golden_retriever` is “golden retriever” as well."""
    return look(name.replace("_", " ").replace("-", " "))


def matched(names: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """The known name that each name means: itself, else the only one that looks alike.

    Returns:
        By name; names that mean none, or could mean several, are not in it.
    """
    known = dict.fromkeys(known)
    found = {}
    tables = {key: _table(key, known) for key in (look, meaning)}
    for name in names:
        if name in known:
            found[name] = name
            continue
        for key, table in tables.items():
            if len(alike := table.get(key(name), [])) == 1:
                found[name] = alike[0]
                break
    return found


def _table(key: Callable[[str], str], names: Iterable[str]) -> Mapping[str, list[str]]:
    table: dict[str, list[str]] = defaultdict(list)
    for name in names:
        table[key(name)].append(name)
    return table
