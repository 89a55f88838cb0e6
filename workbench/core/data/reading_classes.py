"""Readings without sets: which level of folders is the classes, and which folders are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from workbench.core.data import folder_words
from workbench.core.data.alike_names import meaning
from workbench.core.data.catalog import ReadingKey, Skipped
from workbench.core.data.folder_tree import Node
from workbench.core.data.reading import (
    ClassFolder,
    Reading,
    beside,
    holds_no_class,
    is_extra,
    mirrors,
    unwrapped,
    why_beside,
)
from workbench.core.messages import Message
from workbench.core.names import shown

_ALIKE = 0.5
"""This share of a folder's folders has to be in others too, for them to be arranged alike."""


def inside(top: Node) -> Iterable[Reading]:
    """The classes are one level down: `2019/CLASS` and `2020/CLASS`, or `images/CLASS` beside `masks`."""
    held = {child: unwrapped(child) for child in top.full}
    holders = [child for child in top.full if held[child].full and not held[child].direct]
    alike = _arranged_alike({child: held[child].inner for child in holders})
    if not alike:
        if len(holders) == 1 and len(held[holders[0]].full) >= 2:
            yield from _one_holder(top, holders[0])
        elif len(holders) >= 2 and holders == top.full and _are_parts(holders):
            alike = holders
    if not alike or sum(child.photos for child in alike) * 2 < top.photos:
        return
    below = [node for child in alike for node in held[child].full]
    rank = 1.25 - folder_words.as_parts(node.name for node in below)
    if len(_arranged_alike({node: node.inner for node in below if not node.direct})) == len(below):
        yield from _two_down(top, below)
    versions = {child: folder_words.version_of(child.name) for child in alike}
    used = [child for child in alike if versions[child] in ("", "photos")] or alike[:1]
    yield _read_inside("inside", used, top, rank)
    dropped = [child for child in alike if child not in used]
    if dropped and all(versions[child] == "changed" for child in dropped):
        yield _read_inside("together", alike, top, rank - 1.0)


def _two_down(top: Node, holders: list[Node]) -> Iterable[Reading]:
    """The classes are two levels down: `2019/north/CLASS`, `2019/south/CLASS`, `2020/north/CLASS`."""
    names = [node.name for holder in holders for node in holder.full]
    others = [
        child for child in top.children if not any(h.path.startswith(f"{child.path}/") for h in holders)
    ]
    folders = [ClassFolder(node.path, node.name, "", node.photos) for h in holders for node in h.full]
    left_out = [beside(child, why_beside(child)) for child in others if child.photos or child.others]
    why = Message("read_together", {"folders": [shown(holder.path) for holder in holders]})
    notes = (why, *(each.message for each in left_out))
    rank = 1.3 - folder_words.as_parts(names)
    yield Reading("deepest", tuple(folders), rank, why, notes, tuple(left_out))


def _arranged_alike(inner: Mapping[Node, Mapping[str, Node]]) -> list[Node]:
    """The folders whose folders have the same names: at least two, with two names in common."""
    names = Counter(name for names in inner.values() for name in names)
    shared = {name for name, count in names.items() if count >= 2}
    alike = [child for child, own in inner.items() if len(shared & own.keys()) >= _ALIKE * len(own)]
    return alike if len(shared) >= 2 and len(alike) >= 2 else []


def _are_parts(holders: list[Node]) -> bool:
    """Whether folders are parts of a collection by their names (years, cameras), with classes in them."""
    names = {name for child in holders for name in child.inner}
    parts = folder_words.as_parts(child.name for child in holders)
    return parts >= 0.8 and folder_words.as_parts(names) < 0.5 and len(names) >= 2


def _one_holder(top: Node, holder: Node) -> Iterable[Reading]:
    """One folder has folders in it, and all others are flat."""
    others = [child for child in top.full if child is not holder]
    expected = all(is_extra(child) or folder_words.version_of(child.name) for child in others)
    hinted = folder_words.version_of(holder.name) == "photos" or folder_words.subset_of(holder.name)[0]
    if expected or hinted:
        parts = folder_words.as_parts(node.name for node in unwrapped(holder).full)
        yield _read_inside("inside", [holder], top, (2.0 if expected else 1.1) - parts)


def _read_inside(key: ReadingKey, used: list[Node], top: Node, rank: float) -> Reading:
    others = [child for child in top.children if child not in used and (child.photos or child.others)]
    holders = [unwrapped(child) for child in used]
    folders = [
        ClassFolder(node.path, node.name, "", node.photos)
        for holder in holders
        for node in holder.children
        if node.photos or not holds_no_class(node)
    ]
    left_out = [beside(child, why_beside(child)) for child in others]
    where = {"folders": [shown(holder.path) for holder in holders]}
    why = Message("read_inside", where) if len(used) == 1 else Message("read_together", where)
    notes = (why, *(each.message for each in left_out))
    return Reading(key, tuple(folders), rank, why, notes, tuple(left_out))


def class_versions(top: Node) -> Iterable[Reading]:
    """`CLASS/images`, `CLASS/masks`: each class has its photos and other versions of them in it."""
    chosen: dict[Node, list[Node]] = {}
    for child in top.full:
        versions = {node: folder_words.version_of(node.name) for node in child.full}
        photos = [node for node, version in versions.items() if version == "photos"]
        if photos and len(photos) < len(versions) and all(versions.values()) and not child.direct:
            chosen[child] = photos
    if len(chosen) < 2 or len(chosen) * 2 < len(top.full):
        return
    folders = [
        ClassFolder(node.path, child.name, "", node.photos)
        for child in top.full
        for node in chosen.get(child, [child])
    ]
    left_out = [
        beside(node, "beside_classes.version")
        for child, photos in chosen.items()
        for node in child.full
        if node not in photos
    ]
    where = sorted({shown(node.name) for photos in chosen.values() for node in photos})
    why = Message("read_class_versions", {"folders": where})
    yield Reading("folders", tuple(folders), 3.5, why, (why, *_versions_note(left_out)), tuple(left_out))


def folders(top: Node) -> Iterable[Reading]:
    """Every folder is a class, with all that is in it; unless their names say that none is one."""
    full = top.full
    hints = {folder_words.subset_of(child.name) for child in full}
    versions = {folder_words.version_of(child.name) for child in full}
    sets_alone = len({rest for _, rest in hints}) == 1 and "" not in {subset for subset, _ in hints}
    versions_alone = "" not in versions and len(versions) > 1 and "photos" in versions
    names = [child.name for child in full]
    wrapped = bool(top.path) and not folder_words.is_container(top.name)
    lone_parts = wrapped and folder_words.as_parts(names) == 1.0
    counted = folder_words.only_count(names) and not any(child.full for child in full)
    if full and not (all(map(is_extra, full)) or sets_alone or versions_alone or lone_parts or counted):
        yield plain(top, 1.0)


def plain(top: Node, rank: float) -> Reading:
    """A folder's folders as classes, less those that hold no class."""
    full, left_out = top.full, list[Skipped]()
    copies = [child for child in full if _is_copy(child, [other for other in full if other is not child])]
    extras = [child for child in full if _is_flat_extra(child, full)]
    for child in copies:
        left_out.append(beside(child, "beside_classes.copy"))
    for child in extras:
        left_out.append(beside(child, "beside_classes.unsorted"))
    folders = []
    for child in top.children:
        if child in copies or child in extras:
            continue
        if not child.photos and holds_no_class(child):
            left_out.append(beside(child, "beside_classes.no_photos"))
        else:
            folders.append(ClassFolder(child.path, child.name, "", child.photos))
    classes = [folder for folder in folders if folder.photos]
    why = Message("read_folders", {"folders": [shown(folder.class_name) for folder in classes]})
    notes = [each.message for each in left_out if each.message.code != "beside_classes.no_photos"]
    if folder_words.as_parts(folder.class_name for folder in classes) >= 0.8:
        notes.insert(0, why)  # odd classes, such as years, are worth a word
    if top.path:
        notes.insert(0, Message("read_inside", {"folders": [shown(top.path)]}))
    hidden = [shown(folder.class_name) for folder in classes if folder.class_name.startswith(".")]
    if hidden:
        notes.append(Message("dot_classes", {"classes": hidden}))
    rank -= folder_words.as_parts(folder.class_name for folder in classes)
    return Reading("folders", tuple(folders), rank, why, tuple(notes), tuple(left_out))


def deepest(top: Node) -> Iterable[Reading]:
    """`animals/cat`, `plants/oak`: the folders are kinds, and the classes lie in them."""
    full = top.full
    nested = all(len(child.full) >= 2 and not child.direct for child in full)
    names = [node.name for child in full for node in child.full]
    if len(full) < 2 or not nested or len({meaning(name) for name in names}) < len(names):
        return
    if any(folder_words.as_parts([name]) for name in names) or folder_words.as_parts(c.name for c in full):
        return
    yield _read_inside("deepest", full, top, 0.75)


def _is_copy(node: Node, others: list[Node]) -> bool:
    """Whether a folder holds the classes beside it a second time: a backup, an export, a bin."""
    return not node.direct and mirrors(node, others) >= 2


def _is_flat_extra(node: Node, full: list[Node]) -> bool:
    """Whether a folder beside classes holds photos that nobody has sorted, by its name and its contents.

    A vehicle may be a class called “train”; hardly anything is one called “test” or “unlabeled”.
    """
    extras = [child for child in full if is_extra(child)]
    if node not in extras or node.full or len(full) - len(extras) < 2:
        return False
    return folder_words.subset_of(node.name)[0] != "training"


def _versions_note(left_out: list[Skipped]) -> list[Message]:
    names = sorted({each.path.rpartition("/")[2] for each in left_out})
    count = sum(each.message.values["count"] for each in left_out)
    return [Message("versions_left_out", {"folders": [shown(name) for name in names], "count": count})]
