"""Classes of one folder by the names that another folder, or a model, has for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbench.core.data.catalog import Catalog, ImageClass
from workbench.core.names import matched, one_form


def spelled_as(catalog: Catalog, known: Sequence[str]) -> tuple[Catalog, dict[str, str]]:
    """The catalog with its classes called as they are known; see `names.matched`.

    Classes that mean the same one become one. A class that means none keeps its name.

    Returns:
        The catalog, and the known name of each class whose own differs from it in more than its Unicode form.
    """
    meant = matched(catalog.class_names, known)
    first: dict[str, str] = {}
    ids: dict[str, str] = {}
    for each in catalog.classes:
        ids[each.id] = first.setdefault(meant.get(each.name, each.name), each.id)
    classes = tuple(ImageClass(class_id, name) for name, class_id in first.items())
    samples = tuple(
        sample if sample.class_id is None else replace(sample, class_id=ids[sample.class_id])
        for sample in catalog.samples
    )
    other = {own: name for own, name in meant.items() if one_form(own) != one_form(name)}
    return replace(catalog, classes=classes, samples=samples), other
