"""Readings of photos whose classes stand in a table beside them: `labels.csv` with names and classes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.core.data import tables
from workbench.core.data.alike_names import meaning
from workbench.core.data.catalog import Skipped, Subset
from workbench.core.data.file_kinds import ending, is_never_photo, may_be_photo
from workbench.core.data.folder_tree import Node
from workbench.core.data.folder_words import subset_of, version_of
from workbench.core.data.photo_names import PhotoNames
from workbench.core.data.reading import ClassPhoto, Reading, beside
from workbench.core.data.table_columns import best_delimiter, columns_of, photo_column
from workbench.core.data.table_rows import Said, Table, said_by
from workbench.core.messages import Message
from workbench.core.names import shown

_MOST_TABLES = 20
"""In a folder with more, such as one for each photo, the rest is not looked at."""
_EXAMPLES = 3
_RANK = 4.5
_TOGETHER = 0.5
"""How much likelier tables called by sets are meant together than one of them alone."""
_AGREES = 0.99
_LIKELY, _AHEAD = 1.0, 0.25
"""From which rank on folders are likely to be classes; and how far a table is ahead of such (not clearly)."""


@dataclass(frozen=True)
class Tables:
    """The tables of a folder.

    Attributes:
        readings: By those that say classes.
        refused: Why others say none, one for each.
    """

    readings: tuple[Reading, ...] = ()
    refused: tuple[Message, ...] = ()

    @property
    def why_none(self) -> Message | None:
        """Why the likeliest of the tables does not help; None where there is none."""
        for each in self.readings:
            name = next(iter(each.counts), "")
            return Message("table_refused.one_class", {"name": shown(each.tables[0]), "class_name": name})
        return next(iter(self.refused), None)

    def having(self, classes: int) -> list[Reading]:
        """The readings with at least so many classes, the likeliest first."""
        return [each for each in self.readings if len(each.counts) >= classes]


def table_readings(folder: Path, files: Sequence[str], tree: Node, others: Sequence[Reading]) -> Tables:
    """The ways to read a folder by its tables; opens them, and no photo.

    Several tables that are called by sets (`train.csv`, `test.csv`) are read as one, too.

    Args:
        folder: Absolute.
        files: Everything that lies in it.
        tree: Of the folder.
        others: The ways to read it by its folders, the likeliest first. A table that says the same is no
            reason to ask.
    """
    paths = [path for path in files if ending(path.rpartition("/")[2]) in tables.ENDINGS]
    paths = sorted(paths, key=lambda path: (path.count("/"), path))[:_MOST_TABLES]
    if not paths:
        return Tables()
    photos = sorted(path for path in files if _may_be_photo(path))
    names = PhotoNames(photos)
    found: list[Table] = []
    refused: list[Message] = []
    for path in paths:
        table = _read(folder, path, names)
        if isinstance(table, Table):
            found.append(table)
        else:
            refused.append(table)
    made = [_reading([table], f"table:{table.path}", names, photos, tree) for table in found]
    if len(together := _sets(found)) > 1:
        whole = _reading(together, "table", names, photos, tree)
        made = [replace(whole, rank=whole.rank + _TOGETHER), *made]
    elif len(made) == 1:
        made = [replace(made[0], key="table")]
    made.sort(key=lambda each: -each.rank)
    different = {each.photos: each for each in reversed(made)}.values()  # of tables that say the same, one
    return Tables(tuple(_placed(each, others) for each in reversed(different)), tuple(refused))


def _may_be_photo(path: str) -> bool:
    name = path.rpartition("/")[2]
    return may_be_photo(name) and not is_never_photo(name)


def _read(folder: Path, path: str, names: PhotoNames) -> Table | Message:
    """A table; where it is none that says classes, why."""
    text, where = tables.read_text(folder / path), path.rpartition("/")[0]
    if text is None:
        return Message("table_refused.unreadable", {"name": shown(path)})
    delimiter = best_delimiter(text, names, where)
    if delimiter is None:
        return Message("table_refused.one_column", {"name": shown(path)})
    rows = tables.all_rows(text, delimiter)
    photo, count = photo_column(rows, names, where)
    if not count:
        return Message("table_refused.no_photos", {"name": shown(path)})
    columns = columns_of(rows, photo, names, where)
    if columns is None:
        return Message("table_refused.no_classes", {"name": shown(path), "columns": rows[0][:12]})
    return Table(path, columns, rows[1:] if columns.names else rows)


def _sets(found: Sequence[Table]) -> list[Table]:
    """The tables that their names say to be sets, each with its own."""
    named: dict[Subset, Table] = {}
    for table in found:
        stem = table.path.rpartition("/")[2].rpartition(".")[0]
        subset = subset_of(stem)[0]
        if subset and subset not in named and table.columns.subset is None:
            named[subset] = replace(table, subset=subset)
    return list(named.values())


def _reading(
    given: Sequence[Table], key: str, names: PhotoNames, photos: Sequence[str], tree: Node
) -> Reading:
    said = said_by(given, names)
    left_out = _other_versions(tree, said.classes)
    is_out = tuple(f"{each.path}/" for each in left_out)
    subsets, set_notes = _subsets(said, given)
    groups, group_notes = _groups(said)
    every = [path for path in photos if path in said.classes or not path.startswith(is_out)]
    classes = {path: found[0] for path, found in said.classes.items() if len(found) == 1}
    listed = tuple(
        ClassPhoto(path, classes.get(path, ""), subsets.get(path, ""), groups.get(path, "")) for path in every
    )
    why = _why(given)
    notes = [why, *_column_notes(given), *set_notes, *group_notes, *_faults(said, every, classes)]
    notes += (each.message for each in left_out)
    covered = sum(path in said.classes for path in every) / max(1, len(every))
    known = 1 - (len(said.no_photo) + len(said.several_photos)) / max(1, said.rows)
    tabled = tuple(table.path for table in given)
    rank = _RANK * min(covered, known)
    return Reading(key, (), rank, why, tuple(notes), tuple(left_out), listed, tabled)


def _other_versions(tree: Node, named: Collection[str]) -> list[Skipped]:
    """Folders of masks and the like, of which the table names nothing."""
    holding = {path.rpartition("/")[0] for path in named}
    found: list[Skipped] = []
    for node in tree.walk():
        if not node.path or not node.photos or version_of(node.name) not in ("marks", "changed"):
            continue
        within = any(f"{node.path}/".startswith(f"{each.path}/") for each in found)
        if not within and not any(f"{folder}/".startswith(f"{node.path}/") for folder in holding):
            found.append(beside(node, "beside_classes.version"))
    return found


def _subsets(said: Said, given: Sequence[Table]) -> tuple[dict[str, Subset], list[Message]]:
    """The set of each photo, where there are several; and what is to be said of them."""
    classed = {path for path, names in said.classes.items() if len(names) == 1}
    found: dict[str, Subset] = {}
    for path, names in said.subsets.items():
        if names:  # what is said to be in two sets is learned from: it would be no fair test
            found[path] = names[0] if len(names) == 1 else "training"
    notes: list[Message] = []
    if said.two_sets:
        notes.append(
            Message("table_two_sets", {"count": len(said.two_sets), "names": _examples(said.two_sets)})
        )
    if said.unknown_sets:
        count, words = said.unknown_sets.total(), [word for word, _ in said.unknown_sets.most_common()]
        notes.append(Message("table_unknown_sets", {"count": count, "words": words}))
    if said.no_set:
        notes.append(Message("table_no_set", {"count": len(said.no_set), "names": _examples(said.no_set)}))
    distinct = {found.get(path, "") for path in classed}
    learned = distinct & {"", "training"}
    if distinct - {""} and not learned:
        notes.append(Message("no_training_set"))
    if not learned or not distinct & {"validation", "test"}:
        return {}, notes
    if column := _name_of(given[0], given[0].columns.subset):
        notes.insert(0, Message("read_table_sets", {"column": column}))
    return {path: found.get(path, "training") for path in said.classes}, notes


def _name_of(table: Table, column: int | None) -> str:
    """A column's name; "" where there is no such column, or no names."""
    return table.columns.names[column] if column is not None and table.columns.names else ""


def _groups(said: Said) -> tuple[dict[str, str], list[Message]]:
    """The group of each photo; none where all would be one, which nothing could be held back of."""
    found = {path: names[0] for path, names in said.groups.items() if names}
    notes: list[Message] = []
    if said.two_groups:
        count = len(said.two_groups)
        notes.append(Message("table_two_groups", {"count": count, "names": _examples(said.two_groups)}))
    if found and len(found) == len(said.groups) and len(set(found.values())) == 1:
        notes.append(Message("table_one_group", {"name": next(iter(found.values()))}))
        return {}, notes
    return found, notes


def _why(given: Sequence[Table]) -> Message:
    names, columns = [shown(table.path) for table in given], given[0].columns
    if len(given) > 1:
        return Message("read_table.sets", {"names": names})
    if columns.one_hot:
        classes = [columns.names[column] for column in columns.one_hot]
        return Message("read_table.one_hot", {"name": names[0], "columns": classes})
    if column := _name_of(given[0], columns.of_class):
        return Message("read_table", {"name": names[0], "column": column})
    return Message("read_table.unnamed", {"name": names[0], "number": 1 + (columns.of_class or 0)})


def _column_notes(given: Sequence[Table]) -> list[Message]:
    column = _name_of(given[0], given[0].columns.group)
    return [Message("read_table_groups", {"column": column})] if column else []


def _faults(said: Said, every: Sequence[str], classes: dict[str, str]) -> list[Message]:
    """Where table and folder do not fit together: how often, and the first of them."""
    without_row = [path for path in every if path not in said.classes]
    notes: list[Message] = []
    if lost := list(dict.fromkeys(said.no_photo)):
        values = {"count": len(said.no_photo), "names": _examples(lost)}
        notes.append(Message("table_no_photo", values))
    if said.several_photos:
        values = {"count": len(said.several_photos), "names": _examples(said.several_photos)}
        notes.append(Message("table_several_photos", values))
    if without_row:
        notes.append(Message("table_no_row", {"count": len(without_row), "names": _examples(without_row)}))
    if said.no_class:
        notes.append(
            Message("table_no_class", {"count": len(said.no_class), "names": _examples(said.no_class)})
        )
    if said.two_classes:
        values = {"count": len(said.two_classes), "names": _examples(said.two_classes)}
        notes.append(Message("table_two_classes", values))
    notes += (Message("table_same_number", {"classes": each}) for each in _same_numbers(classes.values()))
    return notes


def _same_numbers(names: Collection[str]) -> list[list[str]]:
    """Classes that are one number in several spellings, such as 7, 007 and 7.0."""
    spelled: dict[float, set[str]] = defaultdict(set)
    for name in set(names):
        if name.replace(".", "", 1).isascii() and name.replace(".", "", 1).isdecimal():
            spelled[float(name)].add(name)
    return [sorted(each) for _, each in sorted(spelled.items()) if len(each) > 1]


def _placed(reading: Reading, others: Sequence[Reading]) -> Reading:
    """The reading with its rank among those by folders.

    A table that says what folders say adds nothing, unless it has sets or groups as well. Where it says
    something else, a person is asked which is meant.
    """
    if not others or not (likeliest := others[0]).folders:
        return reading
    folders = {folder.path: folder for folder in likeliest.folders}
    alike, count = Counter[bool](), 0
    more = any(photo.group for photo in reading.photos or ())
    for photo in reading.photos or ():
        found = next((folders[top] for top in _tops(photo.path) if top in folders), None)
        if found is None or not photo.class_name:
            continue
        count += 1
        alike[meaning(found.class_name) == meaning(photo.class_name)] += 1
        more = more or bool(photo.subset and photo.subset != found.subset)
    if not count or alike[True] < _AGREES * count:
        is_likely = likeliest.rank >= _LIKELY
        return replace(reading, rank=min(reading.rank, likeliest.rank + _AHEAD)) if is_likely else reading
    return replace(reading, rank=likeliest.rank + (1.0 if more and reading.rank > _RANK / 2 else -1.0))


def _tops(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[:depth]) for depth in range(len(parts), 0, -1)]


def _examples(names: Sequence[str]) -> list[str]:
    return [shown(name) for name in names[:_EXAMPLES]]
