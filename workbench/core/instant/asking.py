"""Which photos without a class a person should be asked about next: those from which a model learns most."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.core.instant.clusters import clusters, directions
from workbench.core.models.linear_head import Doubles, Floats

ASKED = 6
"""Photos that a person is asked about at a time."""
_MOST = 2000
"""Photos that are compared with each other: the most doubtful ones of more."""


def teaching(features: Floats, probabilities: Doubles, count: int) -> NDArray[np.int64]:
    """Photos that a model is unsure of and that differ from each other, the most useful first.

    Each photo stands for the gradient that it would give the head if it were what the model takes it for;
    the longest is taken first, then always the one farthest from those taken (the gradients of BADGE: Ash et
    al., Deep Batch Active Learning by Diverse, Uncertain Gradient Lower Bounds, 2020; taken greedily as in
    Sener & Savarese, Active Learning for Convolutional Neural Networks: A Core-Set Approach, 2018).

    Args:
        features: Of the photos, (photos, features).
        probabilities: What the head says of them, (photos, classes).
        count: How many are wanted.

    Returns:
        Their rows, at most `count`.
    """
    errors = probabilities.copy()
    errors[np.arange(len(errors)), probabilities.argmax(axis=1)] -= 1
    doubt = np.square(errors).sum(axis=1)
    rows = np.argsort(-doubt, kind="stable")[:_MOST]
    errors, looks = errors[rows].astype(np.float32), directions(features[rows])
    lengths = doubt[rows] * np.square(looks).sum(axis=1)
    distances, taken = lengths.copy(), []
    for _ in range(min(count, len(rows))):
        last = int(distances.argmax())
        taken.append(last)
        alike = (errors @ errors[last]) * (looks @ looks[last])
        distances = np.minimum(distances, np.maximum(lengths + lengths[last] - 2 * alike, 0.0))
        distances[taken] = -1.0
    return np.asarray(rows[taken], np.int64)


def typical(features: Floats, count: int, seed: int = 0) -> NDArray[np.int64]:
    """Photos to begin with, when there is no model: the middles of clusters, the largest cluster first.

    With few photos typical ones teach more than doubtful ones (Hacohen, Dekel & Weinshall, Active Learning on
    a Budget, 2022).

    Args:
        features: Of the photos, (photos, features).
        count: How many are wanted.
        seed: Draws the first middles.

    Returns:
        Their rows, at most `count`.
    """
    found = clusters(features, count, seed)
    return np.array(
        [int(np.where(found.of == each, found.likeness, -2.0).argmax()) for each in range(found.count)],
        np.int64,
    )
