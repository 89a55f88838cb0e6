"""What a catalog says besides its samples and classes, as JSON."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from workbench.core.data.catalog import Catalog, ReadAs, Roots, Skipped
from workbench.core.images.brightness_rule import brightness_json, brightness_of
from workbench.core.messages import Message

_ELSEWHERE = ("roots", "classes", "samples", "excluded", "confirmed", "revision", "brightness", "test_asked")


def about_json(catalog: Catalog) -> dict[str, Any]:
    """Everything but samples, classes and revision, as JSON values."""
    import msgspec  # with the first project: the window paints before it

    told = {f.name: getattr(catalog, f.name) for f in fields(Catalog) if f.name not in _ELSEWHERE}
    values: dict[str, Any] = msgspec.to_builtins(told)
    roots = {root: os.fspath(folder) for root, folder in catalog.roots.folders.items()}
    return {**values, "roots": roots, **brightness_json(catalog.brightness)}


def catalog_about(values: dict[str, Any]) -> Catalog:
    """A catalog without samples and classes, as `about_json` wrote it.

    Raises:
        KeyError, ValueError, TypeError, AttributeError: It is something else.
    """
    import msgspec  # with the first project: the window paints before it

    def of(kind: Any, name: str) -> Any:
        return msgspec.convert(values[name], kind)

    roots = Roots({root: Path(folder) for root, folder in values["roots"].items()})
    reading, others = of(ReadAs | None, "reading"), of(tuple[ReadAs, ...], "other_readings")
    return Catalog(
        roots,
        (),
        (),
        tuple(replace(each, message=_alive(each.message)) for each in of(tuple[Skipped, ...], "skipped")),
        empty_classes=of(tuple[str, ...], "empty_classes"),
        system_files=of(int, "system_files"),
        hidden_photos=of(int, "hidden_photos"),
        notes=tuple(map(_alive, of(tuple[Message, ...], "notes"))),
        reading=reading and replace(reading, why=_alive(reading.why)),
        other_readings=tuple(replace(each, why=_alive(each.why)) for each in others),
        brightness=brightness_of(values),
    )


def _alive(value: Any) -> Any:
    """A message that was read, with the messages among its values as such."""
    if isinstance(value, Message):
        return Message(value.code, {name: _alive(each) for name, each in value.values.items()})
    if isinstance(value, dict):
        return _alive(Message(**value)) if value.keys() == {"code", "values"} else value
    return [_alive(each) for each in value] if isinstance(value, list) else value
