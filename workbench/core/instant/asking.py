"""Which photos without a class a person should be asked about next: those from which a model learns most."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.core.models.linear_head import Doubles, Floats

ASKED = 6
"""Photos that a person is asked about at a time."""
_MOST = 2000
"""Photos that are compared with each other: the most doubtful ones of more."""
_ROUNDS = 20


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
    errors, looks = errors[rows].astype(np.float32), _directions(features[rows])
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
    random = np.random.default_rng(seed)
    count = min(count, len(features))
    if not count:
        return np.zeros(0, np.int64)
    looks = _directions(features)
    middles = looks[_spread(looks, count, random)]
    for _ in range(_ROUNDS):
        nearest = (looks @ middles.T).argmax(axis=1)
        sums = np.zeros_like(middles)
        np.add.at(sums, nearest, looks)
        filled = np.bincount(nearest, minlength=count) > 0
        middles[filled] = _of_length_one(sums[filled])
    likeness = looks @ middles.T
    nearest = likeness.argmax(axis=1)
    sizes = np.bincount(nearest, minlength=count)
    taken = [
        int(np.where(nearest == each, likeness[:, each], -2.0).argmax())
        for each in np.argsort(-sizes, kind="stable")
        if sizes[each]
    ]
    return np.array(taken, np.int64)


def _spread(looks: Floats, count: int, random: np.random.Generator) -> list[int]:
    """Rows that lie far from each other (k-means++: Arthur & Vassilvitskii, 2007)."""
    taken = [int((looks @ looks.mean(axis=0)).argmax())]
    distances = np.full(len(looks), np.inf)
    while len(taken) < count:
        distances = np.minimum(distances, np.maximum(2 - 2 * (looks @ looks[taken[-1]]), 0.0))
        distances[taken] = 0.0
        whole = distances.sum()
        left = [row for row in range(len(looks)) if row not in taken]
        chosen = random.choice(len(looks), p=distances / whole) if whole > 0 else left[0]
        taken.append(int(chosen))
    return taken


def _directions(features: Floats) -> Floats:
    """Features about their mean, each of length 1 (or 0)."""
    centred = np.asarray(features, np.float32)
    return _of_length_one(centred - centred.mean(axis=0))


def _of_length_one(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
