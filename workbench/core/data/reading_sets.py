"""Readings in which folders are sets: `train/CLASS`, `CLASS/train`, and copies of such."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from workbench.core.data import folder_words
from workbench.core.data.alike_names import meaning
from workbench.core.data.catalog import Skipped, Subset
from workbench.core.data.folder_tree import Node
from workbench.core.data.reading import (
    ClassFolder,
    Reading,
    beside,
    holds_no_class,
    is_extra,
    mirrors,
    unwrapped,
    within,
)
from workbench.core.messages import Message
from workbench.core.names import shown

_ORDER: tuple[Subset, ...] = ("training", "validation", "test")


def sets(top: Node) -> Iterable[Reading]:
    """`train/CLASS`, `test/CLASS` and the like; the folders of one set may also lie beside the classes."""
    sets = _set_folders(top)
    distinct = set(sets.values())
    if not sets or not any(within(node).full for node in sets):
        return
    others = [child for child in top.children if child not in sets]
    if len(distinct) < 2:
        (only,) = distinct
        beside = [child for child in others if child.photos]
        if len(sets) == 1 and only != "training" and mirrors(next(iter(sets)), beside) >= 1:
            yield _beside_a_set(top, next(iter(sets)), only, beside)
            return
        if not beside or any(not is_extra(child) for child in beside):
            return
        if len(_class_names(sets)) < 2:
            return
    yield _read_sets(sets, others, distinct)


def _set_folders(top: Node) -> dict[Node, Subset]:
    """The folders that are sets by their names, and are arranged like each other or at least named alike."""
    hinted = {child: folder_words.subset_of(child.name) for child in top.full}
    marked = {child: hint for child, hint in hinted.items() if hint[0]}
    if len({subset for subset, _ in marked.values()}) == 1 and len(marked) < len(top.full):
        # One kind of set alone: only where nothing else is in its name.
        marked = {child: hint for child, hint in marked.items() if not hint[1] or within(child).full}
    names = Counter(name for child in marked for name in within(child).inner)
    rests = Counter(rest for _, rest in marked.values())
    accepted: dict[Node, Subset] = {}
    for child, (subset, rest) in marked.items():
        shares = any(names[name] > 1 for name in within(child).inner)
        if not rest or shares or (rests[rest] > 1 and any(within(other).full for other in marked)):
            accepted[child] = subset
    if accepted and "training" not in accepted.values():
        accepted |= _training_beside(top, accepted)
    return accepted


def _training_beside(top: Node, sets: Iterable[Node]) -> dict[Node, Subset]:
    """The one folder that holds the classes of sets beside it is their training set: `rps` and `rps-test`."""
    names = _class_names(sets)
    alike = [
        child
        for child in top.full
        if child not in sets and len(names & within(child, names).inner.keys()) >= max(2, len(names) // 2)
    ]
    return {alike[0]: "training"} if len(alike) == 1 else {}


def _class_names(sets: Iterable[Node]) -> set[str]:
    found: set[str] = set()
    for node in sets:
        inner = within(node).inner
        if len(inner) > 1:
            found |= inner.keys()
    return found


def _read_sets(sets: dict[Node, Subset], others: list[Node], distinct: set[Subset]) -> Reading:
    names = _class_names(sets)
    learned = any(subset == "training" and within(node, names).full for node, subset in sets.items())
    whole = not learned or len(distinct) == 1
    folders: list[ClassFolder] = []
    notes: list[Message] = []
    if not learned:
        notes.append(Message("no_training_set"))
    for node, subset in sorted(sets.items(), key=lambda item: _ORDER.index(item[1])):
        inner = within(node, names)
        classes = [child for child in inner.children if child.photos or not holds_no_class(child)]
        folders += (
            ClassFolder(each.path, each.name, "" if whole else subset, each.photos) for each in classes
        )
        if inner.direct and not inner.full:
            notes.append(Message("set_unsorted", {"name": shown(node.path), "count": inner.direct}))
        elif not folder_words.is_usual_set(node.name):
            notes.append(_set_note(node, subset))
    left_out = []
    for other in others:
        again = {folder_words.subset_of(child.name)[0] for child in other.full} - {""}
        code = "outside_sets.copy" if len(again) >= 2 else "outside_sets"
        left_out.append(beside(other, code))
        if other.photos:
            notes.append(left_out[-1].message)
    parents = [shown(node.path) for node in sets]
    return Reading(
        "sets", tuple(folders), 4.0, Message("read_sets", {"folders": parents}), tuple(notes), tuple(left_out)
    )


def _set_note(node: Node, subset: Subset) -> Message:
    notes = {
        "training": Message("read_set.training", {"name": shown(node.name)}),
        "validation": Message("read_set.validation", {"name": shown(node.name)}),
        "test": Message("read_set.test", {"name": shown(node.name)}),
    }
    return notes[subset]


def _beside_a_set(top: Node, set_folder: Node, subset: Subset, classes: list[Node]) -> Reading:
    """`cat`, `dog` and `test/cat`, `test/dog`: the classes of the training set lie beside the other set."""
    inner = within(set_folder, [meaning(child.name) for child in classes])
    folders = [ClassFolder(each.path, each.name, "training", each.photos) for each in classes]
    folders += (ClassFolder(each.path, each.name, subset, each.photos) for each in inner.full)
    note = _set_note(set_folder, subset)
    why = Message("read_folders", {"folders": [shown(child.name) for child in classes]})
    return Reading("sets", tuple(folders), 3.5, why, (note,))


def class_sets(top: Node) -> Iterable[Reading]:
    """`CLASS/train`, `CLASS/test`: each class has the sets in it."""
    held = {child: _hinted(child) for child in top.full if child.full}
    with_sets = [child for child, hints in held.items() if len(set(hints.values())) >= 2]
    if len(with_sets) < 2 or len({s for child in with_sets for s in held[child].values()}) < 2:
        return
    if folder_words.as_parts(child.name for child in with_sets) >= 0.8:
        return  # folds, years: see `_copies`
    folders: list[ClassFolder] = []
    left_out: list[Skipped] = []
    for child in top.full:
        hints = held.get(child, {})
        if not hints:
            folders.append(ClassFolder(child.path, child.name, "", child.photos))
            continue
        folders += (ClassFolder(node.path, child.name, subset, node.photos) for node, subset in hints.items())
        left_out += (beside(node, "outside_sets") for node in child.full if node not in hints)
    why = Message("read_class_sets", {"folders": [shown(child.name) for child in top.full]})
    notes = (why, *dict.fromkeys(each.message for each in left_out))
    yield Reading("sets", tuple(folders), 3.5, why, notes, tuple(left_out))


def _hinted(node: Node) -> dict[Node, Subset]:
    hints = {child: folder_words.subset_of(child.name) for child in node.full}
    return {child: subset for child, (subset, _) in hints.items() if subset}


def set_names(top: Node) -> Iterable[Reading]:
    """`train_cats`, `train_dogs`, `test_cats`, …: names say both; without a set, it is the training set."""
    full = top.full
    hints = {child: folder_words.subset_of(child.name) for child in full}
    named = {child: hint for child, hint in hints.items() if hint[0] and hint[1] and not child.full}
    bare = {meaning(child.name): child for child in full if not hints[child][0]}
    rests = Counter(rest for _, rest in named.values()) + Counter(bare.keys())
    pairs = [child for child, (_, rest) in named.items() if rests[rest] >= 2]
    if len({rest for rest in rests if rests[rest] >= 2}) < 2 or len(pairs) < len(named):
        return
    folders = [ClassFolder(child.path, rest, subset, child.photos) for child, (subset, rest) in named.items()]
    folders += (ClassFolder(child.path, name, "training", child.photos) for name, child in bare.items())
    if len({folder.subset for folder in folders}) >= 2:
        why = Message("read_set_names", {"folders": [shown(child.name) for child in full]})
        yield Reading("sets", tuple(folders), 3.5, why, (why,))


def copies(top: Node) -> Iterable[Reading]:
    """`fold1/train/CLASS`, `fold2/train/CLASS`: the sets lie there several times, and one is enough.

    In years or from cameras (`2019/train/CLASS`, `2020/train/CLASS`) they are other photos, and all count.
    """
    holding = [child for child in top.full if len(set(_set_folders(unwrapped(child)).values())) >= 2]
    if len(holding) == 1:
        yield from _sets_below(top, holding[0])
    if len(holding) < 2 or folder_words.as_parts(child.name for child in holding) < 0.8:
        return
    if not any(map(_again, holding)):
        own = [reading for child in holding for reading in sets(child)]
        left_out = [beside(child, "outside_sets") for child in top.children if child not in holding]
        left_out += (skipped for each in own for skipped in each.left_out)
        where = Message("read_together", {"folders": [shown(child.path) for child in holding]})
        notes = (where, *dict.fromkeys(note for each in own for note in each.notes))
        folders = tuple(folder for each in own for folder in each.folders)
        yield Reading("sets", folders, 3.0, where, notes, tuple(left_out))
        return
    first = next((c for c in holding if folder_words.version_of(c.name) == "photos"), holding[0])
    for reading in sets(first):
        others = [child for child in top.children if child is not first]
        left_out = [beside(child, "outside_sets.copy") for child in others]
        note = Message("read_inside", {"folders": [shown(first.path)]})
        notes = (note, *reading.notes, *(each.message for each in left_out))
        yield replace(reading, rank=3.0, notes=notes, left_out=(*reading.left_out, *left_out))


def _sets_below(top: Node, holder: Node) -> Iterable[Reading]:
    """`raw/CLASS` beside `split/train/CLASS`: one folder has the sets, the others the same classes again."""
    others = [child for child in top.children if child is not holder]
    for reading in sets(unwrapped(holder)):
        names = {meaning(folder.class_name) for folder in reading.folders}
        again = [
            child for child in others if 2 * len(names & within(child, names).inner.keys()) >= len(names)
        ]
        if all(child in again or is_extra(child) for child in others if child.photos):
            left_out = [
                beside(child, "outside_sets.copy" if child in again else "outside_sets") for child in others
            ]
            note = Message("read_inside", {"folders": [shown(holder.path)]})
            notes = (note, *reading.notes, *(each.message for each in left_out))
            yield replace(reading, rank=3.0, notes=notes, left_out=(*reading.left_out, *left_out))


def _again(node: Node) -> bool:
    """Whether a folder's name hints at the same photos a second time: a fold, a version."""
    repeated = re.match(r"(?i)(fold|split|cv)", node.name) is not None
    return repeated or folder_words.version_of(node.name) != ""
