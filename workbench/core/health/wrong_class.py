"""Photos that are probably in the wrong class, from what models say that had not learned from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.core.data.catalog import Catalog
from workbench.core.events import Followed


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
