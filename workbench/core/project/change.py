"""What an edit changes, as data that a journal keeps: each sample and class before and after.

An edit is a function from a catalog to the next (`core.data.edits`). What it changed is found by comparing
the two, so that undoing needs no second function.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from workbench.core.data.catalog import Catalog, ImageClass, Sample


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
class Change:
    """What an edit changed; empty where it changed nothing."""

    moved: tuple[Moved, ...] = ()
    renamed: tuple[Renamed, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.moved or self.renamed)

    def backwards(self) -> Change:
        """What undoes it."""
        return Change(
            tuple(Moved(each.after, each.before, each.samples) for each in self.moved),
            tuple(Renamed(each.class_id, each.after, each.before) for each in self.renamed),
        )


def change_between(before: Catalog, after: Catalog) -> Change:
    """What an edit of a catalog changed."""
    stood = standings(before)
    moved: dict[tuple[Standing, Standing], list[str]] = defaultdict(list)
    for sample_id, now in standings(after).items():
        if (then := stood[sample_id]) != now:
            moved[then, now].append(sample_id)
    names = {each.id: each.name for each in before.classes}
    renames = {each.id: each.name for each in after.classes}
    return Change(
        tuple(Moved(then, now, tuple(ids)) for (then, now), ids in moved.items()),
        tuple(
            Renamed(class_id, names.get(class_id), renames.get(class_id))
            for class_id in sorted(names.keys() | renames.keys())
            if names.get(class_id) != renames.get(class_id)
        ),
    )


def standings(catalog: Catalog) -> dict[str, Standing]:
    """The standing of every sample, by its id."""
    found = {}
    for excluded, samples in ((False, catalog.samples), (True, catalog.excluded)):
        for sample in samples:
            found[sample.id] = Standing(sample.class_id, excluded, sample.id in catalog.confirmed)
    return found


def applied(catalog: Catalog, change: Change) -> Catalog:
    """A catalog after a change, one revision on. Samples and classes that there are not are passed over.

    A sample that has come back stands behind the others.
    """
    now = {sample: each.after for each in change.moved for sample in each.samples}
    names = {each.id: each.name for each in catalog.classes}
    for each in change.renamed:
        if each.after is None:
            names.pop(each.class_id, None)
        else:
            names[each.class_id] = each.after
    classes = sorted((ImageClass(*pair) for pair in names.items()), key=lambda each: each.name)
    every = [*catalog.samples, *catalog.excluded]
    after = {sample_id: now.get(sample_id, standing) for sample_id, standing in standings(catalog).items()}
    moved = [
        s if after[s.id].class_id == s.class_id else replace(s, class_id=after[s.id].class_id) for s in every
    ]
    return replace(
        catalog,
        classes=tuple(classes),
        samples=tuple(sample for sample in moved if not after[sample.id].excluded),
        excluded=tuple(sample for sample in moved if after[sample.id].excluded),
        confirmed=frozenset(sample_id for sample_id, standing in after.items() if standing.confirmed),
        revision=catalog.revision + 1,
    )


def with_known_classes(catalog: Catalog) -> Catalog:
    """The same with no class for samples of a class that there is not."""
    known = {None, *(each.id for each in catalog.classes)}

    def freed(samples: Iterable[Sample]) -> tuple[Sample, ...]:
        return tuple(s if s.class_id in known else replace(s, class_id=None) for s in samples)

    return replace(catalog, samples=freed(catalog.samples), excluded=freed(catalog.excluded))
