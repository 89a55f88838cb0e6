"""Edits of a catalog: each gives a new snapshot, one revision on, and changes nothing on the disk.

Ids stay whatever is renamed or sorted anew, so two edits of different things can be made in any order.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from workbench.core.data.added import with_added_root
from workbench.core.data.catalog import Catalog, ImageClass, Sample, Subset
from workbench.core.errors import InputError
from workbench.core.names import one_form


def renamed(catalog: Catalog, class_id: str, name: str) -> Catalog:
    """Gives a class another name.

    Raises:
        InputError: Another class has it, or it is empty. Classes become one by `merged`.
        KeyError: There is no such class.
    """
    _check_known(catalog, class_id)
    others = [each for each in catalog.classes if each.id != class_id]
    return _next(catalog, classes=_with(others, class_id, name))


def with_class(catalog: Catalog, name: str) -> Catalog:
    """Adds a class without samples; its id is its name, or one like it where that is taken.

    Raises:
        InputError: Another class has the name, or it is empty.
    """
    taken = {each.id for each in catalog.classes} | {sample.class_id for sample in catalog.samples}
    free = (name if number == 1 else f"{name} {number}" for number in itertools.count(1))
    return _next(catalog, classes=_with(catalog.classes, next(i for i in free if i not in taken), name))


def without_class(catalog: Catalog, class_id: str) -> Catalog:
    """Takes a class away; its samples are there and have no class.

    Raises:
        KeyError: There is no such class.
    """
    _check_known(catalog, class_id)
    classes = tuple(each for each in catalog.classes if each.id != class_id)

    def freed(samples: Iterable[Sample]) -> tuple[Sample, ...]:
        return tuple(replace(s, class_id=None) if s.class_id == class_id else s for s in samples)

    return _next(catalog, classes=classes, samples=freed(catalog.samples), excluded=freed(catalog.excluded))


def reclassed(catalog: Catalog, samples: Collection[str], class_id: str | None) -> Catalog:
    """Puts samples into a class, which is confirmed then, or with None into no class.

    Args:
        samples: Ids.

    Raises:
        KeyError: There is no such class or sample.
    """
    if class_id is not None:
        _check_known(catalog, class_id)
    chosen = _chosen(catalog, samples)
    moved = (replace(s, class_id=class_id) if s.id in chosen else s for s in catalog.samples)
    known = catalog.confirmed - chosen if class_id is None else catalog.confirmed | chosen
    return _next(catalog, samples=tuple(moved), confirmed=known)


def confirmed(catalog: Catalog, samples: Collection[str]) -> Catalog:
    """Notes that a person has found the classes of samples right.

    Args:
        samples: Ids.

    Raises:
        KeyError: There is no such sample.
    """
    return _next(catalog, confirmed=catalog.confirmed | _chosen(catalog, samples))


def merged(catalog: Catalog, class_ids: Collection[str], into: str) -> Catalog:
    """Puts the samples of several classes into one of them, which keeps its id and name; the others go.

    Raises:
        KeyError: There is no such class.
    """
    _check_known(catalog, into, *class_ids)
    gone = set(class_ids) - {into}
    classes = tuple(each for each in catalog.classes if each.id not in gone)

    def joined(samples: Iterable[Sample]) -> tuple[Sample, ...]:
        return tuple(replace(s, class_id=into) if s.class_id in gone else s for s in samples)

    return _next(catalog, classes=classes, samples=joined(catalog.samples), excluded=joined(catalog.excluded))


def without(catalog: Catalog, samples: Collection[str]) -> Catalog:
    """Leaves samples out. A class that has none left stays.

    Args:
        samples: Ids.

    Raises:
        KeyError: There is no such sample.
    """
    chosen = _chosen(catalog, samples)
    out = tuple(s for s in catalog.samples if s.id in chosen)
    left = tuple(s for s in catalog.samples if s.id not in chosen)
    return _next(catalog, samples=left, excluded=(*catalog.excluded, *out))


def brought_back(catalog: Catalog, samples: Collection[str]) -> Catalog:
    """Brings samples back that were left out, behind the others.

    Args:
        samples: Ids.

    Raises:
        KeyError: There is no such sample among those that were left out.
    """
    chosen = set(samples)
    if unknown := chosen - {sample.id for sample in catalog.excluded}:
        raise KeyError(f"not left out: {sorted(unknown)[:5]}")
    back = tuple(s for s in catalog.excluded if s.id in chosen)
    out = tuple(s for s in catalog.excluded if s.id not in chosen)
    return _next(catalog, samples=(*catalog.samples, *back), excluded=out)


def added(
    catalog: Catalog,
    new: Iterable[Sample],
    class_id: str | None,
    folder: Path,
    pictures: Mapping[str, str] | None = None,
) -> Catalog:
    """Adds samples that lie in the project's own folder, behind the others; with a class it is confirmed.

    What the catalog has already, by its content, is passed over, and so is a class that it has not.

    Args:
        new: Of the root `ADDED`.
        folder: That root's folder.
        pictures: `Sample.picture` of samples that stand for another one now, by their ids.
    """
    class_id = class_id if any(each.id == class_id for each in catalog.classes) else None
    every = (*catalog.samples, *catalog.excluded)
    digests, ids = {sample.digest for sample in every}, {sample.id for sample in every}
    subset: Subset = "training" if catalog.subsets else ""
    taken = []
    for sample in new:
        if sample.digest not in digests and sample.id not in ids:
            taken.append(replace(sample, class_id=class_id, subset=subset))
            digests.add(sample.digest)
    if not taken:
        return catalog
    known = catalog.confirmed | {sample.id for sample in taken if class_id is not None}
    roots = with_added_root(catalog.roots, folder)
    grown = _next(catalog, roots=roots, samples=(*catalog.samples, *taken), confirmed=known)
    return with_pictures_of(grown, pictures or {})


def with_pictures_of(catalog: Catalog, pictures: Mapping[str, str]) -> Catalog:
    """The same catalog, no revision on, with the names of pictures as they are now, by ids of samples."""

    def named(samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
        return tuple(
            replace(s, picture=pictures[s.id]) if pictures.get(s.id, s.picture) != s.picture else s
            for s in samples
        )

    if not pictures:
        return catalog
    return replace(catalog, samples=named(catalog.samples), excluded=named(catalog.excluded))


def _with(others: Iterable[ImageClass], class_id: str, name: str) -> tuple[ImageClass, ...]:
    """Classes and one more, sorted by name."""
    others = tuple(others)
    if not name.strip():
        raise InputError("class_name_empty")
    if any(one_form(each.name) == one_form(name) for each in others):
        raise InputError("class_name_taken", class_name=name)
    return tuple(sorted((*others, ImageClass(class_id, name)), key=lambda each: each.name))


def _next(catalog: Catalog, **changes: object) -> Catalog:
    return replace(catalog, revision=catalog.revision + 1, **changes)  # type: ignore[arg-type]


def _check_known(catalog: Catalog, *class_ids: str) -> None:
    if unknown := set(class_ids) - {each.id for each in catalog.classes}:
        raise KeyError(f"no such class: {sorted(unknown)}")


def _chosen(catalog: Catalog, samples: Collection[str]) -> set[str]:
    chosen = set(samples)
    if unknown := chosen - {sample.id for sample in catalog.samples}:
        raise KeyError(f"no such sample: {sorted(unknown)[:5]}")
    return chosen
