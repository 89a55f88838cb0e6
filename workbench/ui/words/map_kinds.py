"""By what the points of the map are told apart: their class, what a model says, what there is to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

from workbench.core.data.catalog import Catalog
from workbench.core.events import Followed
from workbench.ui.words.findings import Finding

By = Literal["class", "prediction", "problem"]
NONE = -1
"""The kind of those that step back."""


@dataclass(frozen=True)
class Kinds:
    """What the points of a map are.

    Attributes:
        each: The kind of each point; `NONE` where it has none.
        names: Of each kind that some point has: its number, its name, how many points it has; `NONE` last.
    """

    each: tuple[int, ...]
    names: tuple[tuple[int, str, int], ...]


def kinds_of(
    samples: Sequence[str], by: By, catalog: Catalog, followed: Followed | None, found: Iterable[Finding]
) -> Kinds:
    """The kinds of points.

    Args:
        samples: Ids of the photos that the points stand for.
        found: What there is to look at.
    """
    numbers = {each.id: number for number, each in enumerate(catalog.classes)}
    names: Sequence[str] = catalog.class_names
    if by == "class":
        of = {sample.id: numbers.get(sample.class_id or "", NONE) for sample in catalog.samples}
        none = _tr("not classed")
    elif by == "prediction":
        of, none = {}, _tr("no answer")
        if followed is not None:
            said = (numbers.get(each, NONE) for each in map(followed.classes.__getitem__, followed.said))
            of = dict(zip(followed.samples, said, strict=True))
    else:
        of, none = {}, _tr("nothing to look at")
        kinds = [finding for finding in found if finding.samples]
        names = [finding.title for finding in kinds]
        for number, finding in enumerate(kinds):  # what matters more stands first
            for sample in finding.samples:
                of.setdefault(sample, number)
    each = tuple(of.get(sample, NONE) for sample in samples)
    counts = Counter(each)
    known = [(kind, names[kind], counts[kind]) for kind in sorted(counts) if kind != NONE]
    return Kinds(each, (*known, (NONE, none, counts[NONE])) if counts[NONE] else tuple(known))


def _tr(text: str) -> str:
    return QCoreApplication.translate("MapKinds", text)
