"""What has changed in an image folder since a project last took it in, and what becomes of edits then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from workbench.core.data.catalog import Catalog, ImageClass, Sample
from workbench.core.project.change import Standing


@dataclass(frozen=True)
class Kept:
    """A sample as a project knows it.

    Attributes:
        sample: With the class that the folder gives it.
        standing: Where the person has put it.
        gone: Whether the folder no longer has it; should it come back, it stands where it stood.
    """

    sample: Sample
    standing: Standing
    gone: bool = False

    @property
    def edited(self) -> bool:
        """Whether the person has put it elsewhere than the folder has it."""
        return self.standing != Standing(self.sample.class_id)

    @property
    def placed(self) -> Sample:
        """The sample in the class that the person has put it in."""
        class_id = self.standing.class_id
        return self.sample if self.sample.class_id == class_id else replace(self.sample, class_id=class_id)


@dataclass(frozen=True)
class Outside:
    """How a folder differs from what its project knows. Ids of samples.

    Attributes:
        new: Only in the folder.
        gone: Only in the project.
        changed: Their files hold something else now.
        moved: They lie elsewhere in the folder: where they lay, and where they lie.
        retold: Of the same photo, the table beside them says another class, set or group.
    """

    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    retold: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.changed or self.moved or self.retold)


def compared(known: Iterable[Kept], read: Catalog, *, by_table: bool = False) -> Outside:
    """How a folder that was read again differs from what was known of it.

    Args:
        by_table: Both times, a table said the classes.
    """
    here = {each.sample.id: each.sample for each in known if not each.gone}
    there = {sample.id: sample for sample in read.samples}
    gone = [each for each in here if each not in there]
    new = [each for each in there if each not in here]
    lay: dict[str, list[str]] = {}
    for each in gone:
        lay.setdefault(here[each].digest, []).append(each)
    moved = []
    for each in new:
        if before := lay.get(there[each].digest):
            moved.append((before.pop(0), each))
    pairs = {name for pair in moved for name in pair}
    return Outside(
        tuple(each for each in new if each not in pairs),
        tuple(each for each in gone if each not in pairs),
        tuple(each for each in there if each in here and here[each].digest != there[each].digest),
        tuple(moved),
        tuple(each for each in there if by_table and each in here and _retold(here[each], there[each])),
    )


def _retold(known: Sample, read: Sample) -> bool:
    said = (known.class_id, known.subset, known.group), (read.class_id, read.subset, read.group)
    return known.digest == read.digest and said[0] != said[1]


def taken_in(
    known: Iterable[Kept], classes: Iterable[ImageClass], read: Catalog
) -> tuple[list[Kept], tuple[ImageClass, ...]]:
    """What a project knows once it has taken in a folder that was read again: all samples, and classes.

    A person's edits stay with the photo: where its file was moved within the folder, and where it had gone
    and has come back. A file that holds another photo now has the class that the folder gives it. Samples of
    a folder whose class the person has merged into another go where its others went.
    """
    every = {each.sample.id: each for each in known}
    outside = compared(every.values(), read)
    came_from = {now: before for before, now in outside.moved}
    heirs, names = _heirs(every), {each.id: each.name for each in classes}
    kept: list[Kept] = []
    for sample in read.samples:
        old = every.get(came_from.get(sample.id, sample.id))
        standing = Standing(_class_here(sample.class_id, names, heirs))
        is_same = old is not None and old.sample.digest == sample.digest
        if old is not None and is_same and old.edited and old.standing.class_id in (None, *names):
            standing = old.standing
        if standing.class_id is not None and standing.class_id not in names:
            names[standing.class_id] = _free(read.name_of(standing.class_id), names)
        kept.append(Kept(sample, standing))
    given = {each.sample.class_id for each in every.values()} - {each.id for each in read.classes}
    stands = {each.standing.class_id for each in kept}
    for class_id in given - stands:  # the folder had it, and has it no longer
        names.pop(class_id or "", None)
    listed = {each.sample.id for each in kept} | {before for before, _ in outside.moved}
    kept += [replace(each, gone=True) for each in every.values() if each.sample.id not in listed]
    found = sorted((ImageClass(*pair) for pair in names.items()), key=lambda each: each.name)
    return kept, tuple(found)


def _heirs(every: Mapping[str, Kept]) -> dict[str, str | None]:
    """For each class of the folder, the class in which most of its samples are now."""
    went: dict[str, Counter[str | None]] = {}
    for each in every.values():
        if each.sample.class_id is not None:
            went.setdefault(each.sample.class_id, Counter())[each.standing.class_id] += 1
    return {class_id: counted.most_common(1)[0][0] for class_id, counted in went.items()}


def _class_here(
    class_id: str | None, names: Mapping[str, str], heirs: Mapping[str, str | None]
) -> str | None:
    """The class in the project of a sample that the folder has in one of its own."""
    if class_id is None or class_id in names or class_id not in heirs:
        return class_id
    heir = heirs[class_id]
    return heir if heir is None or heir in names else class_id


def _free(name: str, names: Mapping[str, str]) -> str:
    taken = set(names.values())
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} {number}"
    return free
