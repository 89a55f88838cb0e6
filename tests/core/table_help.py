"""Folders of real photos with a table beside them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.data.scan import scan
from workbench.core.jobs import run
from workbench.words import say

Pairs = list[tuple[str, str]]


def photos_into(folder: Path, signs: Path, classes: Sequence[str] = "01", each: int = 4) -> Pairs:
    """Copies photos of hand signs into one folder; the names of the files and their classes."""
    folder.mkdir(parents=True, exist_ok=True)
    pairs: Pairs = []
    for name in classes:
        for photo in sorted((signs / name).iterdir())[:each]:
            shutil.copyfile(photo, folder / f"sign{name}_{photo.name}")
            pairs.append((f"sign{name}_{photo.name}", name))
    return pairs


def write(path: Path, rows: Sequence[Sequence[str]], delimiter: str = ",", codec: str = "utf-8") -> None:
    text = "".join(delimiter.join(row) + "\r\n" for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(codec))


def read(folder: Path, key: str = "") -> Catalog:
    return run(scan(folder, reading=key))


def classes_of(catalog: Catalog) -> dict[str, str]:
    return {sample.path: catalog.name_of(sample.class_id) for sample in catalog.samples}


def sample(catalog: Catalog, path: str) -> Sample:
    return next(sample for sample in catalog.samples if sample.path == path)


def notes(catalog: Catalog) -> dict[str, str]:
    return {note.code: say(note) for note in catalog.notes}
