"""What checks say of an `Insight`: strangers, and what more photos and keeping some together change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from workbench.core.data.catalog import Catalog
from workbench.core.events import Insight
from workbench.core.results.cautions import about_groups

Told = tuple[tuple[str, ...], dict[str, Any]]
"""Ids of samples, and what the sentence names."""

_LITTLE, _MISTAKES = 0.02, 0.02
"""Accuracy that twice the photos gain at most where more help little; with fewer mistakes none are missed."""


def strangers(catalog: Catalog, insight: Insight) -> Iterator[Told]:
    """Photos that look like no others, the strangest first, less those that a person has found right."""
    here = {sample.id for sample in catalog.samples} - catalog.confirmed
    samples = tuple(each for each in insight.strangers if each in here)
    if samples:
        yield samples, {"count": len(samples)}


def too_few(catalog: Catalog, insight: Insight) -> Iterator[Told]:
    """Each class that more photos would help."""
    for class_id, more in insight.growth.classes if insight.growth is not None else ():
        name = catalog.name_of(class_id)
        if name:
            yield (), {"more": more, "classes": [name]}


def too_few_in_all(_: Catalog, insight: Insight) -> Iterator[Told]:
    """How many more photos would help where that holds for no class alone."""
    if insight.growth is not None and insight.growth.everywhere:
        yield (), {"more": insight.growth.everywhere}


def enough(_: Catalog, insight: Insight) -> Iterator[Told]:
    """That more photos would help little, where mistakes are left."""
    growth = insight.growth
    if growth is None or growth.classes or growth.everywhere or 1 - growth.whole < _MISTAKES:
        return
    if growth.whole - growth.half <= _LITTLE:
        yield (), {"half": round(100 * growth.half), "whole": round(100 * growth.whole)}


def kept_together(_: Catalog, insight: Insight) -> Iterator[Told]:
    """What a split at random would have shown, where that is more than what is so."""
    if insight.measures is not None and (told := about_groups(insight.measures)) is not None:
        yield (), dict(told.values)


Find = Callable[[Catalog, Insight], Iterator[Told]]
