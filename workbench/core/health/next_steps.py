"""What to do next about a folder and its model: at most three steps, those that promise most first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from workbench.core.data.catalog import Catalog
from workbench.core.events import Followed, Insight
from workbench.core.health.wrong_class import mixed_up
from workbench.core.results.comparison import FEWEST

StepKind = Literal["check_classes", "add_to_class", "add_photos", "merge", "practise", "train_longer"]
MOST = 3
_SURE, _HARDLY = 0.8, 0.1
"""What a model that has not learned a photo gives another class at least, and the photo's own at most, where
the class is more likely to be wrong than the model."""
_ABLE = 0.6
"""Accuracy: models that are right less often cannot tell that a class is wrong."""
_SPARED = 1 / 3
"""The share of mistakes that as many more photos spare as `Growth` says."""
_LEAST = 0.002
"""Accuracy: what promises less is not worth a person's time."""


@dataclass(frozen=True)
class Step:
    """One thing to do.

    Attributes:
        kind: `check_classes`: look at photos that are probably in the wrong class; `add_to_class`,
            `add_photos`: photos of one class, or of all; `merge`: two classes that look the same;
            `practise`: learn from photos that are changed as those at which the stress test saw the model
            fail; `train_longer`: with *Better*.
        gain: What it may bring, as accuracy on the photos of the folder, 0 to 1; at most so much where photos
            are in the wrong class or classes are merged, about so much where photos are added; None where
            nothing says how much.
        samples: Ids of the photos that it is about.
        values: What its sentence names: class ids (`classes`), how many photos more (`more`), how many
            mistakes there are (`mistakes`) of how many photos (`photos`), a disturbance (`disturbance`, the
            key of its row).
    """

    kind: StepKind
    gain: float | None
    samples: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)


def next_steps(
    catalog: Catalog,
    followed: Followed,
    insight: Insight | None,
    *,
    is_instant: bool,
    fails_at: str = "",
) -> list[Step]:
    """The steps that promise most, the most promising first.

    Args:
        catalog: The folder as it is now.
        followed: What a model says of its photos that had not learned them; of the same revision.
        insight: Where known, with the learning curve.
        is_instant: Whether the model in use is an instant one, which could be improved.
        fails_at: Key of the disturbance that shows the model in use to fail and that it could practise with;
            "" where there is none.
    """
    answers = _Answers.of(catalog, followed)
    if not answers.count:
        return []
    found = [*_check_classes(answers), *_merge(catalog, followed, answers)]
    if insight is not None and insight.growth is not None:
        found += _add(catalog, insight, answers)
    found = [step for step in found if step.gain is not None and step.gain >= _LEAST]
    found.sort(key=lambda step: -(step.gain or 0.0))
    if fails_at:
        found.append(Step("practise", None, values={"disturbance": fails_at}))
    if is_instant and answers.wrong >= FEWEST:
        values = {"mistakes": answers.wrong, "photos": answers.count}
        found.append(Step("train_longer", None, values=values))
    return found[:MOST]


@dataclass(frozen=True)
class _Answers:
    """What a model says of photos that it had not learned and whose class it knows.

    Attributes:
        count: How many photos.
        strong: Ids of those whose class is probably wrong, the least likely first.
        mistaken: Ids of the photos of a class that are taken for another, by the ids of both classes.
    """

    count: int
    strong: tuple[str, ...]
    mistaken: dict[tuple[str, str], list[str]]

    @property
    def wrong(self) -> int:
        """About how many photos it is wrong."""
        return sum(map(len, self.mistaken.values()))

    @classmethod
    def of(cls, catalog: Catalog, followed: Followed) -> _Answers:
        classes = {sample.id: sample.class_id for sample in catalog.samples}
        known = {each.id for each in catalog.classes}
        count, strong, mistaken = 0, [], dict[tuple[str, str], list[str]]()
        for row in np.argsort(followed.own, kind="stable").tolist():  # NaN stands last
            own = float(followed.own[row])
            sample, said = followed.samples[row], followed.classes[followed.said[row]]
            now = classes.get(sample)
            if np.isnan(own) or now is None or said not in known:
                continue
            count += 1
            if now == said:
                continue
            mistaken.setdefault((now, said), []).append(sample)
            sure = float(followed.probability[row]) >= _SURE and own <= _HARDLY
            if sure and sample not in catalog.confirmed:
                strong.append(sample)
        return cls(count, tuple(strong), mistaken)


def _check_classes(answers: _Answers) -> list[Step]:
    if not answers.strong or 1 - answers.wrong / answers.count < _ABLE:
        return []
    return [Step("check_classes", len(answers.strong) / answers.count, answers.strong)]


def _merge(catalog: Catalog, followed: Followed, answers: _Answers) -> list[Step]:
    """Classes that a model hardly tells apart; the folder keeps at least two."""
    if len({sample.class_id for sample in catalog.samples if sample.class_id is not None}) < 3:
        return []
    here, steps = {each.id for each in catalog.classes}, []
    for one, other, _ in mixed_up(catalog, followed):
        if {one, other} <= here:
            pairs = ((one, other), (other, one))
            samples = tuple(sample for pair in pairs for sample in answers.mistaken.get(pair, []))
            values = {"classes": (one, other), "mistakes": len(samples)}
            steps.append(Step("merge", len(samples) / answers.count, samples, values))
    return steps


def _add(catalog: Catalog, insight: Insight, answers: _Answers) -> list[Step]:
    growth, here = insight.growth, {each.id for each in catalog.classes}
    assert growth is not None
    steps = []
    for class_id, more in growth.classes:
        wrong = sum(len(ids) for (own, _), ids in answers.mistaken.items() if own == class_id)
        if class_id in here:
            gain = _SPARED * wrong / answers.count
            own = tuple(sample.id for sample in catalog.samples if sample.class_id == class_id)
            steps.append(Step("add_to_class", gain, own, {"classes": (class_id,), "more": more}))
    if growth.everywhere and not growth.classes:
        gain = _SPARED * answers.wrong / answers.count
        steps.append(Step("add_photos", gain, values={"more": growth.everywhere}))
    return steps
