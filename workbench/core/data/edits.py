"""Edits of a catalog: each gives a new snapshot, one revision on, and changes nothing on the disk.

Ids stay whatever is renamed or sorted anew, so two edits of different things can be made in any order.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from workbench.core.data.catalog import Catalog, ImageClass
from workbench.core.errors import InputError
from workbench.core.names import one_form


def renamed(catalog: Catalog, class_id: str, name: str) -> Catalog:
    """Gives a class another name.

    Raises:
        InputError: Another class has it, or it is empty. Classes become one by `merged`.
        KeyError: There is no such class.
    """
    _check_known(catalog, class_id)
    if not name.strip():
        raise InputError("class_name_empty")
    if any(one_form(each.name) == one_form(name) and each.id != class_id for each in catalog.classes):
        raise InputError("class_name_taken", class_name=name)
    classes = [ImageClass(class_id, name) if each.id == class_id else each for each in catalog.classes]
    return _next(catalog, classes=tuple(sorted(classes, key=lambda each: each.name)))


def reclassed(catalog: Catalog, samples: Collection[str], class_id: str | None) -> Catalog:
    """Puts samples into a class, or with None into no class.

    Args:
        samples: Ids.

    Raises:
        KeyError: There is no such class or sample.
    """
    if class_id is not None:
        _check_known(catalog, class_id)
    chosen = _chosen(catalog, samples)
    moved = (replace(s, class_id=class_id) if s.id in chosen else s for s in catalog.samples)
    return _next(catalog, samples=tuple(moved))


def merged(catalog: Catalog, class_ids: Collection[str], into: str) -> Catalog:
    """Puts the samples of several classes into one of them, which keeps its id and name; the others go.

    Raises:
        KeyError: There is no such class.
    """
    _check_known(catalog, into, *class_ids)
    gone = set(class_ids) - {into}
    classes = tuple(each for each in catalog.classes if each.id not in gone)
    samples = (replace(s, class_id=into) if s.class_id in gone else s for s in catalog.samples)
    return _next(catalog, classes=classes, samples=tuple(samples))


def without(catalog: Catalog, samples: Collection[str]) -> Catalog:
    """Leaves samples out. A class that has none left stays.

    Args:
        samples: Ids.

    Raises:
        KeyError: There is no such sample.
    """
    chosen = _chosen(catalog, samples)
    return _next(catalog, samples=tuple(s for s in catalog.samples if s.id not in chosen))


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
