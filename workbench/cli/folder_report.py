"""What a command says of a folder that it has read: a line for each thing, or JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

from workbench.core.data.catalog import Catalog, ReadAs, Skipped
from workbench.core.data.left_out import gathered
from workbench.core.health.checks import CHECKS, examine
from workbench.words import say
from workbench.words.findings import told

_SAID_OF_READING = "read_"


def scan_json(catalog: Catalog) -> dict[str, Any]:
    """Everything that `scan` has found, for programs."""
    skipped = [{"path": s.path, "reason": s.reason, "message": s.message.title} for s in catalog.skipped]
    return {
        "classes": catalog.counts,
        "samples": len(catalog.samples),
        "skipped": skipped,
        "split": catalog.subsets or None,
        "findings": [dataclasses.asdict(each) | {"text": told(each)} for each in examine(catalog)],
        "empty_classes": list(catalog.empty_classes),
        "notes": [
            {"code": note.code, "count": note.values.get("count"), "text": say(note)}
            for note in catalog.notes
        ],
        "left_out": left_out_json(catalog.skipped),
        "system_files": catalog.system_files,
        "hidden_photos": catalog.hidden_photos,
        "reading": _reading_json(catalog.reading) if catalog.reading is not None else None,
        "other_readings": [_reading_json(each) for each in catalog.other_readings],
    }


def left_out_json(skipped: Iterable[Skipped]) -> list[dict[str, Any]]:
    """What was left out, one entry for each kind."""
    return [
        {
            "reason": each.files[0].reason,
            "code": each.code,
            "count": len(each.files),
            "classes": list(each.classes),
            "text": say(each.message),
        }
        for each in gathered(skipped)
    ]


def _reading_json(reading: ReadAs) -> dict[str, Any]:
    return {"key": reading.key, "text": say(reading.why), "classes": dict(reading.classes)}


def say_reading(catalog: Catalog, say_line: Callable[[str], None]) -> None:
    """Says how the folder was read, where that does not go without saying, and how it could be read else."""
    notes = [say(note) for note in catalog.notes if note.code.startswith(_SAID_OF_READING)]
    if catalog.other_readings and catalog.reading is not None and not notes:
        notes = [say(catalog.reading.why)]
    notes += (
        f"That is not certain. If it is wrong, add --read-as {each.key}: {say(each.why)}"
        for each in catalog.other_readings
    )
    for sentence in notes:
        say_line(sentence)


def lines_of(catalog: Catalog, *, learning: bool = False) -> list[str]:
    """What is to be said of a folder, a line for each thing: lost classes first, then notes and findings.

    Args:
        learning: Only what matters to who is about to learn from it.
    """
    notes = [note for note in catalog.notes if not note.code.startswith(_SAID_OF_READING)]
    found = [each for each in examine(catalog) if CHECKS.of(each.check).learning or not learning]
    return [*map(say, notes), *map(told, found)]


def left_out_lines(catalog: Catalog) -> list[str]:
    """What was left out, a line for each kind; what a note tells already is not said twice."""
    noted = {say(note) for note in catalog.notes}
    lines = [say(each.message) for each in gathered(catalog.skipped)]
    if catalog.system_files:
        lines.append(f"System files and folders that were passed over: {catalog.system_files:,}.")
    return [line for line in lines if not any(line in note for note in noted)]
