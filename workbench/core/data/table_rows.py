"""What the rows of tables say of each photo, and where they say nothing, or two things at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from workbench.core.data.catalog import Subset
from workbench.core.data.folder_words import subset_of
from workbench.core.data.photo_names import PhotoNames, is_one_photo
from workbench.core.data.table_columns import Columns, has_one_hot, is_subset
from workbench.core.data.tables import Rows
from workbench.core.names import one_form

T = TypeVar("T")


@dataclass(frozen=True)
class Table:
    """A table that says the classes of photos.

    Attributes:
        path: Relative to the image folder.
        columns: What its columns say.
        rows: Without the names of the columns.
        subset: The set that its own name says all of its photos are in; "" where it says none.
    """

    path: str
    columns: Columns
    rows: Rows
    subset: Subset = ""

    @property
    def beside(self) -> str:
        """The folder that it lies in."""
        return self.path.rpartition("/")[0]


@dataclass
class Said:
    """What tables say, by photo; lists keep the order in which things were said first.

    Attributes:
        rows: How many there are.
        classes, subsets, groups: Of each photo that a row names, what is said of it.
        no_photo: What rows name that is not in the folder.
        several_photos: What rows name that may be more than one photo.
        unknown_sets: Words in the column of sets that say none, and how often.
        no_set: Photos whose row says no set.
    """

    rows: int = 0
    classes: dict[str, list[str]] = field(default_factory=dict)
    subsets: dict[str, list[Subset]] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    no_photo: list[str] = field(default_factory=list)
    several_photos: list[str] = field(default_factory=list)
    unknown_sets: Counter[str] = field(default_factory=Counter)
    no_set: list[str] = field(default_factory=list)

    @property
    def no_class(self) -> list[str]:
        """Photos whose rows say no class."""
        return [path for path, names in self.classes.items() if not names]

    @property
    def two_classes(self) -> list[str]:
        """Photos of which different classes are said."""
        return [path for path, names in self.classes.items() if len(names) > 1]

    @property
    def two_sets(self) -> list[str]:
        """Photos of which different sets are said."""
        return [path for path, names in self.subsets.items() if len(names) > 1]

    @property
    def two_groups(self) -> list[str]:
        """Photos of which different groups are said."""
        return [path for path, names in self.groups.items() if len(names) > 1]


def said_by(given: Iterable[Table], photos: PhotoNames) -> Said:
    """What some tables say together."""
    said = Said()
    for table in given:
        for row in table.rows:
            _take(row, table, photos, said)
    return said


def _take(row: list[str], table: Table, photos: PhotoNames, said: Said) -> None:
    columns = table.columns
    said.rows += 1
    name = _cell(row, columns.photo)
    found = photos.find(name, table.beside)
    if not found:
        said.no_photo.append(name)
        return
    if len(found) > 1 and not is_one_photo(found):
        said.several_photos.append(name)
        return
    classes = _classes(row, columns)
    word = _cell(row, columns.subset)
    subset = subset_of(word)[0] if is_subset(word) else table.subset
    group = _cell(row, columns.group)
    for path in found:
        _add(said.classes.setdefault(path, []), classes)
        _add(said.subsets.setdefault(path, []), [subset] if subset else [])
        _add(said.groups.setdefault(path, []), [group] if group else [])
        if columns.subset is not None and not subset:
            if word:
                said.unknown_sets[word] += 1
            else:
                said.no_set.append(path)


def _classes(row: list[str], columns: Columns) -> list[str]:
    if columns.of_class is not None:
        name = one_form(_cell(row, columns.of_class))
        return [name] if name else []
    return [one_form(columns.names[column]) for column in has_one_hot(row, columns.one_hot)]


def _cell(row: list[str], column: int | None) -> str:
    return row[column] if column is not None and column < len(row) else ""


def _add(known: list[T], more: Iterable[T]) -> None:
    known += (each for each in more if each not in known)
