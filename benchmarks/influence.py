"""What a learned photo adds to an answer, against really leaving it out and fitting again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from benchmarks.clock import Clock, drain
from benchmarks.few_photos import features_of, own_split
from workbench.core.data.scan import scan
from workbench.core.explain.influence import Influence
from workbench.core.instant.trainer import HeadTrainer

_LEFT_OUT, _ASKED = 50, 60


def left_out(folder: str) -> dict[str, Any]:
    """Some of the learned photos are left out, one at a time, and the head is fitted again.

    Args:
        folder: With a training and a validation set.

    Returns:
        Over photos of the validation set, the rank correlation of what the learned photos add with what their
        absence takes from the log odds: `correlation`, the median, and `least_tenth`; `pulls_ms` a photo that
        is asked about.
    """
    split = own_split(drain(scan(Path(folder))))
    features = features_of(split, "efficientnet_lite0")
    places = {each.id: place for place, each in enumerate(split.classes)}
    targets = np.array([places[sample.class_id or ""] for sample in split.samples])
    count, classes, random = len(split.training), len(split.classes), np.random.default_rng(0)
    learned, told = features[:count], targets[:count]
    settings = HeadTrainer(classes).fit(learned, told, [each.id for each in split.training]).settings
    assert settings is not None
    clock = Clock()
    influence = Influence(learned, told, classes, settings)
    clock.mark("fitted")
    some = random.choice(count, _LEFT_OUT, replace=False)
    asked = features[count + random.choice(len(features) - count, _ASKED, replace=False)]
    begun = clock.seconds
    pulls = [influence.pulls(each) for each in asked]
    pulling = clock.seconds - begun
    without = np.stack([influence.without(np.array([row])).probabilities(asked) for row in some], axis=1)
    found = []
    for after, pulled in zip(without, pulls, strict=True):
        lost = _log_odds(pulled.probabilities[pulled.index]) - _log_odds(after[:, pulled.index])
        found.append(float(spearmanr(pulled.added[some], lost)[0]))
    clock.mark("left out")
    return clock.results(
        correlation=round(float(np.median(found)), 4),
        least_tenth=round(float(np.quantile(found, 0.1)), 4),
        pulls_ms=round(1000 * pulling / len(asked), 1),
    )


def _log_odds(probability: Any) -> Any:
    return np.log(probability) - np.log1p(-probability)
