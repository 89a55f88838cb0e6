"""A registry: rows of one kind, by key and in order. What the program can do is data in such rows."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Generic, Protocol, TypeVar

from workbench.core.errors import InputError


class Keyed(Protocol):
    """What every row has."""

    @property
    def key(self) -> str:
        """Its name in files and on the command line, unique in its registry."""

    @property
    def name(self) -> str:
        """Its name for people."""


Row = TypeVar("Row", bound=Keyed)


class Registry(Generic[Row]):
    """Rows by key, in the order in which they were added.

    Args:
        noun: What a row is, with its article, for error messages: “an architecture”.
        rows: The rows to begin with.
    """

    def __init__(self, noun: str, *rows: Row) -> None:
        self._noun = noun
        self._rows: dict[str, Row] = {}
        for row in rows:
            self.add(row)

    def add(self, row: Row) -> None:
        """Adds a row at the end.

        Raises:
            ValueError: There is one with its key.
        """
        if row.key in self._rows:
            raise ValueError(f"there is {self._noun} called {row.key} already")
        self._rows[row.key] = row

    def remove(self, key: str) -> None:
        """Takes a row out, for tests and plug-ins."""
        del self._rows[key]

    def of(self, key: str) -> Row:
        """The row called `key`.

        Raises:
            InputError: There is none; says which one may have been meant.
        """
        if key in self._rows:
            return self._rows[key]
        near = difflib.get_close_matches(str(key), self._rows, n=1)
        kind = self._noun.partition(" ")[2]
        if near:
            raise InputError("no_such_row.near", kind=kind, key=str(key), near=near[0])
        raise InputError("no_such_row", kind=kind, key=str(key), known=list(self._rows))

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def names(self) -> Mapping[str, str]:
        """Name by key; follows the registry, so a setting's choices may be declared with it once."""
        return _Names(self)

    def keys(self, where: Callable[[Row], bool] = lambda row: True) -> Collection[str]:
        """The keys of the rows for which `where` is true; follows the registry."""
        return _Keys(self, where)


class _Names(Mapping[str, str]):
    def __init__(self, registry: Registry[Any]) -> None:
        self._registry = registry

    def __getitem__(self, key: str) -> str:
        if key not in self._registry:
            raise KeyError(key)
        return str(self._registry.of(key).name)

    def __iter__(self) -> Iterator[str]:
        return (row.key for row in self._registry)

    def __len__(self) -> int:
        return len(self._registry)


class _Keys(Collection[str]):
    def __init__(self, registry: Registry[Row], where: Callable[[Row], bool]) -> None:
        self._registry, self._where = registry, where

    def __contains__(self, key: object) -> bool:
        return key in set(self)

    def __iter__(self) -> Iterator[str]:
        return (row.key for row in self._registry if self._where(row))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def resolve(path: str) -> Any:
    """What an import path such as `package.module:name` names; imports the module on first use.

    Rows name what needs torch in this way, so that the window can read them without it.
    """
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)
