"""How often the 95 % interval of an instant model holds what it is right about among thousands of others."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.clock import drain
from benchmarks.few_photos import features_of
from workbench.core.config.training_config import recommended
from workbench.core.data.catalog import Split
from workbench.core.data.scan import scan
from workbench.core.instant.trainer import HeadTrainer
from workbench.core.results.estimate import Estimate
from workbench.core.results.metrics import metrics_of
from workbench.core.results.predictions import PredictionTable

DRAWS = 200
"""Training sets that are drawn."""
SIZES = (100, 300)
"""Photos in each."""


def measure(folder: str, sizes: tuple[int, ...] = SIZES, draws: int = DRAWS) -> dict[str, Any]:
    """The share of draws in which the interval holds the accuracy on all photos that were not drawn.

    Features are computed once. Each draw takes so many photos at random, as they come, fits a head to them,
    and makes the estimate of its out-of-fold predictions, as the program does; the head that stays is then
    tested on all others.

    Returns:
        By size: `held`, the share, with how many intervals lay `above` and `below` the accuracy; `gap`, by
        how much the estimate exceeds the accuracy on average; `wide`, the mean width of the intervals.
    """
    catalog = drain(scan(Path(folder)))
    known = tuple(sample for sample in catalog.samples if sample.class_id is not None)
    split = Split(catalog.roots, catalog.classes, known, ())
    begun = time.monotonic()
    features = features_of(split, recommended("instant").architecture)
    found: dict[str, Any] = {"features_seconds": time.monotonic() - begun, "photos": len(features)}
    targets = split.targets(known)
    for size in sizes:
        found |= {
            f"{key}_{size}": value for key, value in _of_size(features, targets, split, size, draws).items()
        }
    return {"seconds": time.monotonic() - begun, **found}


def _of_size(
    features: NDArray[np.float32], targets: NDArray[np.int64], split: Split, size: int, draws: int
) -> dict[str, float]:
    above = below = 0
    gaps, widths = [], []
    for draw in range(draws):
        order = np.random.default_rng([draw, size]).permutation(len(targets))
        learned, others = order[:size], order[size:]
        groups = [f"photo {row}" for row in learned]
        fitted = HeadTrainer(len(split.classes), seed=draw).fit(features[learned], targets[learned], groups)
        table = PredictionTable.of(
            split.class_names, groups, targets[learned], fitted.out_of_fold, folds=fitted.folds
        )
        estimate = Estimate.of("cross_validated", metrics_of(table).measures)
        answers = fitted.head.probabilities(features[others]).argmax(axis=1)
        accuracy = float((answers == targets[others]).mean())
        above += estimate.low > accuracy
        below += estimate.high < accuracy
        gaps.append(estimate.accuracy - accuracy)
        widths.append(estimate.high - estimate.low)
    return {
        "held": 1 - (above + below) / draws,
        "above": above / draws,
        "below": below / draws,
        "gap": float(np.mean(gaps)),
        "wide": float(np.mean(widths)),
    }
