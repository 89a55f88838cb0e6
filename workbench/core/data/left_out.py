"""What was left out of a catalog, told as a person sees it: by class and by kind, not file by file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.core.data.catalog import ImageClass, Skipped
from workbench.core.errors import InputError
from workbench.core.messages import Message
from workbench.core.names import shown

_BESIDE = frozenset({"side_file", "no_class", "mask_file", "raw_twin"})
"""Reasons that say nothing against a class: these files were never meant to be its photos."""
_OF_FOLDERS = ("class_unknown_to_model", "beside_classes.")
"""How the codes of notes begin that may stand for all files of a folder; their `count` says how many."""


@dataclass(frozen=True)
class LeftOut:
    """Files that were left out for the same reason.

    Attributes:
        code: Of their messages.
        message: What to say of all of them.
        files: In the order of their paths.
        classes: The classes that they lie in, in order.
    """

    code: str
    message: Message
    files: tuple[Skipped, ...]
    classes: tuple[str, ...]


def count_files(skipped: Iterable[Skipped]) -> int:
    """How many files were left out: what is said of a folder stands for all in it."""
    return sum(
        int(each.message.values.get("count", 1)) if each.message.code.startswith(_OF_FOLDERS) else 1
        for each in skipped
    )


def gathered(skipped: Iterable[Skipped]) -> list[LeftOut]:
    """One entry for each thing that a person sees as one: all files of the same code.

    The one that most files share comes first.
    """
    groups: dict[str, list[Skipped]] = defaultdict(list)
    for each in skipped:
        groups[each.message.code].append(each)
    found = [_together(code, files) for code, files in groups.items()]
    return sorted(found, key=lambda each: (-len(each.files), each.code))


def vanished(names: Sequence[str], skipped: Sequence[Skipped]) -> list[Message]:
    """For each class without a usable photo why that is so."""
    return [_why_vanished(name, [each for each in skipped if each.class_name == name]) for name in names]


def only_class(
    folder: Path, classes: Sequence[ImageClass], empty: Sequence[str], skipped: Sequence[Skipped]
) -> InputError:
    """Why a folder with classes cannot be learned from: at most one of them has photos that can be used."""
    details = Message("lines", {"messages": [each.message for each in gathered(skipped)]})
    meant = [each for each in skipped if each.class_name in empty and each.reason not in _BESIDE]
    if not meant:
        if classes:
            return InputError("only_one_usable_class", details, class_name=shown(classes[0].name))
        return InputError("no_usable_photos", details, folder=shown(folder.name))
    most = gathered(meant)[0]
    if classes:
        name = shown(classes[0].name)
        return InputError("only_one_usable_class.unreadable", details, class_name=name, why=most.message)
    return InputError("no_usable_photos.unreadable", details, folder=shown(folder.name), why=most.message)


def _together(code: str, files: list[Skipped]) -> LeftOut:
    files.sort(key=lambda each: each.path)
    classes = tuple(dict.fromkeys(each.class_name for each in files if each.class_name))
    first = files[0].message
    if len(files) == 1:
        return LeftOut(code, first, tuple(files), classes)
    names = [shown(each.path) for each in files]
    values = {"code": code, "first": first, "count": len(files), "more": len(files) - 1, "names": names}
    return LeftOut(code, Message("several", values), tuple(files), classes)


def _why_vanished(name: str, own: list[Skipped]) -> Message:
    meant = [each for each in own if each.reason not in _BESIDE]
    if not meant:
        return Message("class_vanished.no_photos", {"class_name": shown(name)})
    reason = gathered(meant)[0]
    if reason.code == "class_not_in_training":
        return Message("class_vanished.untrained", {"class_name": shown(name), "count": len(meant)})
    values = {"class_name": shown(name), "count": len(meant), "why": reason.message}
    return Message("class_vanished", values)
