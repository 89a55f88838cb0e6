"""The split of a run as a file: which sample is in which set."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from workbench.core.data.catalog import ImageClass, Roots, Sample, Split
from workbench.core.errors import InputError
from workbench.core.files import read_json, write_json
from workbench.core.images.brightness_rule import brightness_json, brightness_of

_VERSION = 2
_SETS = ("training", "validation", "test")
_DEFAULTS = {field.name: field.default for field in fields(Sample)}


def write_split(path: Path, split: Split) -> None:
    """Writes a split as JSON: classes and samples by their ids, every value by its name."""
    write_json(
        path,
        {
            "schema_version": _VERSION,
            "roots": {root: str(folder) for root, folder in split.roots.folders.items()},
            "classes": [asdict(each) for each in split.classes],
            **{name: [_row(sample) for sample in getattr(split, name)] for name in _SETS},
            **brightness_json(split.brightness),
        },
        indent=None,  # a hundred thousand samples take ten times as long with it
    )


def read_split(path: Path) -> Split:
    """Reads what this version or an older one wrote.

    Raises:
        InputError: A newer version wrote it.
        OSError, ValueError, KeyError, TypeError: It is missing or not what was written.
    """
    values = read_json(path)
    version = int(values["schema_version"])
    if version > _VERSION:
        raise InputError("newer_run", folder=path.parent.name)
    if version == 1:
        values = _from_1(values)
    training, validation, test = (
        tuple(Sample(**{"path": row["id"], **row}) for row in values[name]) for name in _SETS
    )
    return Split(
        Roots({root: Path(folder) for root, folder in values["roots"].items()}),
        tuple(ImageClass(**each) for each in values["classes"]),
        training,
        validation,
        test,
        brightness_of(values),
    )


def _row(sample: Sample) -> dict[str, Any]:
    """A sample's values by name; those are left out that go without saying, as there may be many samples."""
    values = ((name, getattr(sample, name)) for name in _DEFAULTS)
    row = {name: value for name, value in values if value != _DEFAULTS[name]}
    if sample.path == sample.id:
        del row["path"]
    return row


def _from_1(values: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had one folder, class names, and samples as rows of six values with the index of a class."""
    names: list[str] = values["classes"]
    keys = ("id", "class_id", "subset", "digest", "width", "height")

    def migrated(row: list[Any]) -> dict[str, Any]:
        return {**dict(zip(keys, row, strict=True)), "class_id": names[row[1]]}

    return {
        "roots": {"": values["folder"]},
        "classes": [{"id": name, "name": name} for name in names],
        **{name: [migrated(row) for row in values[name]] for name in _SETS},
    }
