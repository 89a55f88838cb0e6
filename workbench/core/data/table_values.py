"""What the columns of tables beside photos say of each of them, whether they say its class or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from workbench.core.data import tables
from workbench.core.data.file_kinds import is_photo_name
from workbench.core.data.photo_names import PhotoNames, is_one_photo
from workbench.core.data.table_columns import best_delimiter, photo_column
from workbench.core.names import one_form

_MOST_TABLES, _MOST_FOLDERS = 20, 100
_MOST_COLUMNS = 40


def column_values(folder: Path, paths: Sequence[str]) -> dict[str, dict[str, str]]:
    """The cells of each column by the path of the photo that their row names.

    Tables are looked for beside photos and in the folders above them. Of columns with the same name in two
    tables, the second adds what the first does not say. A row that names several photos says nothing.

    Args:
        folder: The image folder, absolute; nothing in it is written to.
        paths: Of the photos, relative to it.

    Returns:
        By the name of the column, less empty cells and less the column that names the photos; columns without
        names are left out. Nothing where there is no such table.
    """
    names = PhotoNames(paths)
    found: dict[str, dict[str, str]] = {}
    for path in _tables(folder, paths):
        beside = path.rpartition("/")[0]
        text = tables.read_text(folder / path)
        if text is None or (delimiter := best_delimiter(text, names, beside)) is None:
            continue
        rows = tables.all_rows(text, delimiter)
        photo, count = photo_column(rows, names, beside)
        heads = rows[0] if rows else []
        if not count or photo >= len(heads) or _names_photo(heads[photo], names, beside):
            continue  # nothing to tell its columns by
        for row in rows[1:]:
            photos = names.find(row[photo], beside) if photo < len(row) else ()
            if not photos or (len(photos) > 1 and not is_one_photo(photos)):
                continue
            for column, (head, cell) in enumerate(zip(heads[:_MOST_COLUMNS], row, strict=False)):
                if column != photo and head and cell:
                    values = found.setdefault(one_form(head), {})
                    for each in photos:
                        values.setdefault(each, one_form(cell))
    return found


def _names_photo(head: str, names: PhotoNames, beside: str) -> bool:
    return bool(names.find(head, beside)) or is_photo_name(head)


def _tables(folder: Path, paths: Iterable[str]) -> list[str]:
    above = {""}
    for path in paths:
        parts = path.split("/")[:-1]
        above |= {"/".join(parts[:depth]) for depth in range(1, len(parts) + 1)}
    found = []
    for name in sorted(above, key=lambda each: (each.count("/"), each))[:_MOST_FOLDERS]:
        try:
            inside = sorted(entry.name for entry in (folder / name).iterdir())
        except OSError:  # it has gone; what its photos are called by is not known then
            continue
        endings = (each for each in inside if each.rpartition(".")[2].casefold() in tables.ENDINGS)
        found += [f"{name}/{each}" if name else each for each in endings]
    return found[:_MOST_TABLES]
