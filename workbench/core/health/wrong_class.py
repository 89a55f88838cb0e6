"""Photos that are probably in the wrong class, from what models say that had not learned from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.core.data.catalog import Catalog
from workbench.core.events import Followed

_MIXED = 0.2


@dataclass(frozen=True)
class Suggestion:
    """A class that a photo may belong to.

    Attributes:
        class_id: Of the class.
        probability: That a model gives it, 0 to 1.
    """

    class_id: str
    probability: float


def suspects(catalog: Catalog, followed: Followed) -> dict[str, Suggestion]:
    """Photos whose class a model does not believe, by id, the least believable first.

    They are ranked by the probability of their own class, out of fold, which finds mistakes about as well as
    more involved measures (“self-confidence”: Northcutt, Jiang & Chuang, Confident Learning, 2021). What a
    person has confirmed is no longer among them.

    Args:
        catalog: As the person has it now; `followed` may be a little older.
    """
    classes = {sample.id: sample.class_id for sample in catalog.samples}
    known = {each.id for each in catalog.classes}
    found = {}
    for row in np.argsort(followed.own, kind="stable").tolist():  # NaN stands last
        sample, said = followed.samples[row], followed.classes[followed.said[row]]
        if np.isnan(followed.own[row]) or sample in catalog.confirmed or said not in known:
            continue
        if classes.get(sample) not in (None, said):
            found[sample] = Suggestion(said, float(followed.probability[row]))
    return found


def mixed_up(catalog: Catalog, followed: Followed) -> list[tuple[str, str, float]]:
    """Pairs of classes that a model hardly tells apart: two ids, and the share that is taken for the other.

    That share is over the photos of both, and at least `_MIXED` of either class is taken for the other one.
    """
    index = {class_id: place for place, class_id in enumerate(followed.classes)}
    classes = {sample.id: sample.class_id for sample in catalog.samples}
    own = np.array([index.get(classes.get(sample) or "", -1) for sample in followed.samples], np.int64)
    told = (own >= 0) & ~np.isnan(followed.own)
    counts = np.zeros((len(index), len(index)))
    np.add.at(counts, (own[told], followed.said[told]), 1)
    sizes = np.maximum(1, counts.sum(axis=1))
    taken = counts / sizes[:, None]
    found = []
    for one, other in np.argwhere(np.triu(np.minimum(taken, taken.T), 1) >= _MIXED).tolist():
        share = float((counts[one, other] + counts[other, one]) / (sizes[one] + sizes[other]))
        found.append((followed.classes[one], followed.classes[other], share))
    return sorted(found, key=lambda each: -each[2])


def suggestions(catalog: Catalog, followed: Followed) -> dict[str, Suggestion]:
    """For each photo without a class the one that a model suggests, by id, the surest first."""
    loose = {sample.id for sample in catalog.samples if sample.class_id is None}
    known = {each.id for each in catalog.classes}
    found = {}
    for row in np.argsort(-followed.probability, kind="stable").tolist():
        sample, said = followed.samples[row], followed.classes[followed.said[row]]
        if sample in loose and said in known:
            found[sample] = Suggestion(said, float(followed.probability[row]))
    return found
