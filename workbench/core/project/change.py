"""What an edit changes, as data that a journal keeps: each sample and class before and after.

An edit is a function from a catalog to the next (`core.data.edits`). What it changed is found by comparing
the two, so that undoing needs no second function.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from workbench.core.data.catalog import Catalog, ImageClass, Sample
from workbench.core.data.edits import with_pictures_of


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person has put a sample.

    Attributes:
        class_id: None where it has no class.
        excluded: Whether it is left out.
        confirmed: Whether a person has given it its class, or found it right.
    """

    class_id: str | None
    excluded: bool = False
    confirmed: bool = False


@dataclass(frozen=True)
class Moved:
    """Samples that went from one standing to another.

    Attributes:
        samples: Ids.
    """

    before: Standing
    after: Standing
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Renamed:
    """A class whose name changed.

    Attributes:
        class_id: Its id.
        before, after: Its name; None where there was, or is, no such class.
    """

    class_id: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Placed:
    """A sample that an edit added, and where it stands then."""

    sample: Sample
    standing: Standing


@dataclass(frozen=True)
class Pictured:
    """A sample that stands for another picture: `Sample.picture` before and after."""

    sample_id: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """What an edit changed; empty where it changed nothing.

    Attributes:
        moved: Samples that stand elsewhere.
        renamed: Classes that have another name, are new, or have gone.
        added, removed: Samples that there were not before, and that there are no longer.
        pictured: What follows from that for what the others show.
    """

    moved: tuple[Moved, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    added: tuple[Placed, ...] = ()
    removed: tuple[Placed, ...] = ()
    pictured: tuple[Pictured, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.moved or self.renamed or self.added or self.removed)

    def backwards(self) -> Change:
        """What undoes it."""
        return Change(
            tuple(Moved(each.after, each.before, each.samples) for each in self.moved),
            tuple(Renamed(each.class_id, each.after, each.before) for each in self.renamed),
            added=self.removed,
            removed=self.added,
            pictured=tuple(Pictured(each.sample_id, each.after, each.before) for each in self.pictured),
        )


def change_between(before: Catalog, after: Catalog) -> Change:
    """What an edit of a catalog changed.

    An edit leaves samples that it does not change as they are, the very objects: only others are compared.
    """
    there = {id(sample) for sample in before.samples}, {id(sample) for sample in before.excluded}
    pairs = zip(there, (after.samples, after.excluded), strict=True)
    changed = {sample.id for known, samples in pairs for sample in samples if id(sample) not in known}
    changed |= before.confirmed ^ after.confirmed
    changed |= _gone(before, after)
    stood, stands = _placed(before, changed), _placed(after, changed)
    moved: dict[tuple[Standing, Standing], list[str]] = defaultdict(list)
    pictured = []
    for sample_id in filter(stood.__contains__, stands):
        then, now = stood[sample_id], stands[sample_id]
        if then.standing != now.standing:
            moved[then.standing, now.standing].append(sample_id)
        if then.sample.picture != now.sample.picture:
            pictured.append(Pictured(sample_id, then.sample.picture, now.sample.picture))
    names = {each.id: each.name for each in before.classes}
    renames = {each.id: each.name for each in after.classes}
    return Change(
        tuple(Moved(then, now, tuple(ids)) for (then, now), ids in moved.items()),
        tuple(
            Renamed(class_id, names.get(class_id), renames.get(class_id))
            for class_id in sorted(names.keys() | renames.keys())
            if names.get(class_id) != renames.get(class_id)
        ),
        tuple(each for key, each in stands.items() if key not in stood),
        tuple(each for key, each in stood.items() if key not in stands),
        tuple(pictured),
    )


def _gone(before: Catalog, after: Catalog) -> set[str]:
    """Ids of the samples that there are no longer; most edits take none away."""
    counts = (len(each.samples) + len(each.excluded) for each in (before, after))
    if len({*counts}) == 1:  # what is new is found by itself, and no edit puts one in the place of another
        return set()
    left = {sample.id for sample in (*after.samples, *after.excluded)}
    return {sample.id for sample in (*before.samples, *before.excluded)} - left


def _placed(catalog: Catalog, wanted: Collection[str]) -> dict[str, Placed]:
    """Some samples and their standing, by their ids."""
    return {
        sample.id: Placed(sample, Standing(sample.class_id, excluded, sample.id in catalog.confirmed))
        for excluded, samples in ((False, catalog.samples), (True, catalog.excluded))
        for sample in samples
        if sample.id in wanted
    }


def applied(catalog: Catalog, change: Change) -> Catalog:
    """A catalog after a change, one revision on. Samples and classes that there are not are passed over.

    Samples that were moved stand behind the others, and those that were added behind these.
    """
    catalog = _with_pictures(_without(catalog, change.removed), change.pictured)
    now = {sample: each.after for each in change.moved for sample in each.samples}
    names = {each.id: each.name for each in catalog.classes}
    for each in change.renamed:
        if each.after is None:
            names.pop(each.class_id, None)
        else:
            names[each.class_id] = each.after
    classes = sorted((ImageClass(*pair) for pair in names.items()), key=lambda each: each.name)
    samples = [sample for sample in catalog.samples if sample.id not in now]
    excluded = [sample for sample in catalog.excluded if sample.id not in now]
    confirmed = set(catalog.confirmed)
    moved = [sample for sample in (*catalog.samples, *catalog.excluded) if sample.id in now]
    for sample in moved:
        after = now[sample.id]
        if sample.class_id != after.class_id:
            sample = replace(sample, class_id=after.class_id)
        (excluded if after.excluded else samples).append(sample)
        (confirmed.add if after.confirmed else confirmed.discard)(sample.id)
    there = {sample.id for sample in (*samples, *excluded)} if change.added else set()
    for placed in change.added:
        if placed.sample.id not in there:
            sample = replace(placed.sample, class_id=placed.standing.class_id)
            (excluded if placed.standing.excluded else samples).append(sample)
            (confirmed.add if placed.standing.confirmed else confirmed.discard)(sample.id)
    return replace(
        catalog,
        classes=tuple(classes),
        samples=tuple(samples),
        excluded=tuple(excluded),
        confirmed=frozenset(confirmed),
        revision=catalog.revision + 1,
    )


def _without(catalog: Catalog, removed: Iterable[Placed]) -> Catalog:
    gone = {each.sample.id for each in removed}
    if not gone:
        return catalog
    return replace(
        catalog,
        samples=tuple(sample for sample in catalog.samples if sample.id not in gone),
        excluded=tuple(sample for sample in catalog.excluded if sample.id not in gone),
        confirmed=catalog.confirmed - gone,
    )


def _with_pictures(catalog: Catalog, pictured: Iterable[Pictured]) -> Catalog:
    return with_pictures_of(catalog, {each.sample_id: each.after for each in pictured})


def with_known_classes(catalog: Catalog) -> Catalog:
    """The same with no class for samples of a class that there is not."""
    known = {None, *(each.id for each in catalog.classes)}

    def freed(samples: Iterable[Sample]) -> tuple[Sample, ...]:
        return tuple(s if s.class_id in known else replace(s, class_id=None) for s in samples)

    return replace(catalog, samples=freed(catalog.samples), excluded=freed(catalog.excluded))
