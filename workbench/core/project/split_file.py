"""The split of a run as a file: which sample is in which set."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from workbench.core.data.catalog import Sample, Split
from workbench.core.files import read_json, write_json

_SETS = ("training", "validation", "test")


def write_split(path: Path, split: Split) -> None:
    """Writes a split as JSON."""
    sets = {name: [dataclasses.astuple(sample) for sample in getattr(split, name)] for name in _SETS}
    about = {"schema_version": 1, "folder": str(split.folder)}
    write_json(path, {**about, "classes": list(split.classes), **sets})


def read_split(path: Path) -> Split:
    """Reads what `write_split` wrote.

    Raises:
        OSError, ValueError, KeyError: It is missing or not what was written.
    """
    values = read_json(path)
    training, validation, test = (tuple(Sample(*row) for row in values[name]) for name in _SETS)
    return Split(Path(values["folder"]), tuple(values["classes"]), training, validation, test)
