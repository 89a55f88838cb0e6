"""Which column of a table says what: the photo, its class, its set, its group.

What is in the cells decides which column names photos. The other columns go by their names, in the languages
that people write tables in, because nothing in the cells tells a class from a remark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.core.data import tables
from workbench.core.data.file_kinds import is_photo_name
from workbench.core.data.folder_words import subset_of
from workbench.core.data.photo_names import PhotoNames
from workbench.core.data.tables import Rows
from workbench.core.names import one_form


def _all(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_PHOTO = _all(
    "filename file filepath path image imagepath imagename imagefile imageid img imgname imgpath imgid photo "
    "photoname photopath photoid picture fname name id isicid uuid datei dateiname bild bildname pfad foto "
    "fichier nomfichier chemin archivo imagen ruta imagem ficheiro bestand afbeelding"
)
_CLASS = _all(
    "classname class label labels classlabel labelname category categoryname species speciesname "
    "scientificname target diagnosis dx breed variety classes type kind classid classindex labelid "
    "labelindex categoryid targetid speciesid y groundtruth klasse art kategorie sorte classe espece "
    "etiquette categorie clase etiqueta especie categoria rotulo soort"
)
_SET = _all("split set subset partition usage dataset phase fold purpose satz teilmenge conjunto ensemble")
_SURELY_SET = frozenset(_all("split set subset"))
_GROUP = _all(
    "group groupid patient patientid subject subjectid case caseid lesion lesionid individual "
    "individualid person personid video videoid clip clipid sequence sequenceid seqid burst series "
    "session location locationid site siteid camera cameraid plant plantid gruppe patientin ort standort "
    "grupo paciente groupe lieu"
)
_YES, _NO = frozenset({"1", "1.0", "true", "yes"}), frozenset({"0", "0.0", "false", "no", ""})
_MOSTLY_ONE = 0.9
_SAMPLE = 300


@dataclass(frozen=True)
class Columns:
    """Which columns of a table say what: their positions.

    Attributes:
        names: Of all columns; empty where the table has no line of names.
        photo: Names the photo.
        of_class: Says its class; None where `one_hot` does.
        one_hot: One column for each class, with a 1 in the photo's own.
        subset, group: Say its set and its group; None where no column does.
    """

    names: tuple[str, ...]
    photo: int
    of_class: int | None = None
    one_hot: tuple[int, ...] = ()
    subset: int | None = None
    group: int | None = None


def photo_column(rows: Rows, photos: PhotoNames, beside: str) -> tuple[int, int]:
    """The column that names photos, and how many different ones it names among some rows of the table.

    Returns:
        (-1, 0) where no column names any.
    """
    step = max(1, len(rows) // _SAMPLE)
    sample = [*rows[:2], *rows[2::step]]
    hints = [_PHOTO.index(name) if name in _PHOTO else len(_PHOTO) for name in map(_bare, rows[0])]
    for checked in (sample, rows):  # all, where the photos are a small part of what the table is about
        best = (0, 0, 0)
        for column, hint in enumerate(hints):
            cells = {row[column] for row in checked if column < len(row)}
            found = {path for cell in cells for path in photos.find(cell, beside)}
            best = max(best, (len(found), -hint, -column))
        if best[0]:
            return -best[2], best[0]
    return -1, 0


def columns_of(rows: Rows, photo: int, photos: PhotoNames, beside: str) -> Columns | None:
    """What the columns of a table say; None where none says classes.

    Args:
        photo: The column that names photos.
    """
    first = rows[0][photo] if photo < len(rows[0]) else ""
    named = not photos.find(first, beside) and not is_photo_name(first)
    names = tuple(rows[0]) if named else ()
    body = rows[1:] if named else rows
    bare = [_bare(name) for name in names] or [""] * len(rows[0])
    taken = {photo}
    subset = _subset_column(bare, body, taken)
    of_class = _by_name(bare, _CLASS, taken | {subset}, body)
    group = _by_name(bare, _GROUP, taken | {subset, of_class}, body)
    rest = [column for column in range(len(bare)) if column not in taken | {subset, of_class, group}]
    one_hot: tuple[int, ...] = ()
    if of_class is None and named:
        one_hot = _one_hot(rest, body)
    if of_class is None and not one_hot and len(rest) == 1 and _repeats(rest[0], body):
        of_class = rest[0]
    if of_class is None and not one_hot:
        return None
    return Columns(names, photo, of_class, one_hot, subset, group)


def has_one_hot(row: Sequence[str], columns: Iterable[int]) -> list[int]:
    """The columns in which a row has a 1."""
    return [column for column in columns if column < len(row) and row[column].casefold() in _YES]


def best_delimiter(text: str, photos: PhotoNames, beside: str) -> str | None:
    """The delimiter by which a table names most photos, else the likeliest; None where it has no columns."""
    found = tables.ways(text)
    if len(found) < 2:
        return found[0] if found else None
    counts = [photo_column(tables.some_rows(text, each), photos, beside)[1] for each in found]
    return found[counts.index(max(counts))]


def _bare(name: str) -> str:
    """A column's name without capitals, blanks and signs."""
    return re.sub(r"[\W_]+", "", one_form(name)).casefold()


def _by_name(
    bare: Sequence[str], words: Sequence[str], taken: Iterable[int | None], body: Rows
) -> int | None:
    taken = set(taken)
    for word in words:
        for column, name in enumerate(bare):
            if name == word and column not in taken and any(_cells(column, body)):
                return column
    return None


def _subset_column(bare: Sequence[str], body: Rows, taken: set[int]) -> int | None:
    """A column of sets: named so, with words for sets in it; without names, one with nothing else."""
    for column, name in enumerate(bare):
        if column in taken or not (name in _SET or not any(bare)):
            continue
        values = {cell for cell in _cells(column, body) if cell}
        known = {value for value in values if is_subset(value)}
        if (name and known) or name in _SURELY_SET or (known and known == values):
            return column
    return None


def is_subset(word: str) -> bool:
    """Whether a cell says a set, and nothing else."""
    subset, rest = subset_of(word)
    return bool(subset) and rest in ("", "public", "private")  # as a contest's tables have it


def _one_hot(columns: Sequence[int], body: Rows) -> tuple[int, ...]:
    found = tuple(
        column
        for column in columns
        if (values := {cell.casefold() for cell in _cells(column, body)}) and values <= _YES | _NO
    )
    if len(found) < 2:
        return ()
    ones = sum(len(has_one_hot(row, found)) == 1 for row in body)
    return found if ones >= _MOSTLY_ONE * len(body) else ()


def _repeats(column: int, body: Rows) -> bool:
    """Whether a column says the same of several photos, as classes do and remarks do not."""
    values = [cell for cell in _cells(column, body) if cell]
    return 2 <= len(set(values)) <= max(2, len(values) // 2)


def _cells(column: int, body: Rows) -> Iterable[str]:
    return (row[column] for row in body if column < len(row))
