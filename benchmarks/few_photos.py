"""How many photos of those held back instant models of few photos get right: one network, another, two."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.clock import drain
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Sample, Split
from workbench.core.data.scan import scan
from workbench.core.data.split import own_split
from workbench.core.features.extract import VIEWS
from workbench.core.features.runtime_choice import open_runtime
from workbench.core.instant.looking import PhotoFeatures
from workbench.core.instant.trainer import HeadTrainer
from workbench.core.jobs import never

EACH = (2, 5, 10, 20, 50)
"""Photos of each class that are learned from."""
DRAWS = 12
MOST = 90
"""Photos of each class that are looked at."""


def measure(folder: str, architecture: str) -> dict[str, Any]:
    """Accuracy on photos that were held back, the mean over draws, by photos of each class.

    Where the folder has a set to check with, that is what is held back; else another third in every draw.
    """
    split = _fewer(own_split(drain(scan(Path(folder)))))
    training, classes = split.training, split.class_names
    begun = time.monotonic()
    features = features_of(split, architecture)
    seconds = time.monotonic() - begun
    index = {each.id: number for number, each in enumerate(split.classes)}
    targets = np.array([index[sample.class_id] for sample in split.samples if sample.class_id is not None])
    found: dict[str, Any] = {"seconds": seconds, "photos": len(features)}
    for each in EACH:
        right = []
        for draw in range(DRAWS):
            random = np.random.default_rng([draw, each])
            learned, held = _drawn(targets, len(training), len(split.samples), each, random)
            groups = [f"photo {row}" for row in learned]
            trainer = HeadTrainer(len(classes))
            head = trainer.fit(features[learned], targets[learned], groups).head
            right.append((head.probabilities(features[held]).argmax(1) == targets[held]).mean())
        found[f"accuracy_{each}"] = float(np.mean(right))
    return found


def _drawn(
    targets: NDArray[np.int64], training: int, whole: int, each: int, random: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    pool, held = np.arange(training), np.arange(training, whole)
    if not len(held):
        shuffled = random.permutation(training)
        pool, held = shuffled[training // 3 :], shuffled[: training // 3]
    of_each = (random.permutation(pool[targets[pool] == number])[:each] for number in np.unique(targets))
    return np.concatenate(list(of_each)), held


def _fewer(split: Split) -> Split:
    """The first photos of each class to learn from, in a random order that is always the same."""
    random = np.random.default_rng(0)
    seen: dict[str | None, int] = {}
    kept: list[Sample] = []
    for place in random.permutation(len(split.training)):
        sample = split.training[place]
        seen[sample.class_id] = seen.get(sample.class_id, 0) + 1
        if seen[sample.class_id] <= (MOST if not split.validation else len(split.training)):
            kept.append(sample)
    return replace(split, training=tuple(kept))


def features_of(split: Split, architecture: str) -> NDArray[np.float32]:
    """Features of a split's photos, the mean of both views, in the order of `split.samples`."""
    runtime = drain(open_runtime(TrainingConfig(architecture=architecture), device="cpu"))
    recipe = replace(runtime.backbone.preprocessing, brightness=split.brightness)
    samples: Sequence[Sample] = split.samples
    with PhotoFeatures(split, runtime, recipe, "cpu") as features:
        for _ in features.look(samples, VIEWS, stop=never):
            pass
        return features.of(samples, VIEWS)
