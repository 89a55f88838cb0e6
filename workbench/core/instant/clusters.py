"""Clusters of photos by their features: k-means on their directions about the mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.core.models.linear_head import Floats

_ROUNDS = 20


@dataclass(frozen=True, eq=False)  # arrays cannot be compared with ==
class Clusters:
    """Photos by the middle that they lie nearest to.

    Attributes:
        of: The cluster of each photo, (photos,): 0 is the largest, then they are smaller and smaller.
        likeness: The cosine of each photo and the middle of its cluster, -1 to 1, (photos,).
        count: How many clusters there are; none is empty.
    """

    of: NDArray[np.int64]
    likeness: Floats
    count: int

    def typical(self, cluster: int, most: int) -> NDArray[np.int64]:
        """The photos nearest to the middle of a cluster, the nearest first."""
        rows = np.flatnonzero(self.of == cluster)
        found: NDArray[np.int64] = rows[np.argsort(-self.likeness[rows], kind="stable")][:most]
        return found


def clusters(features: Floats, count: int, seed: int = 0) -> Clusters:
    """Divides photos into clusters: k-means on directions (spherical k-means), begun as k-means++ does.

    Args:
        features: Of the photos, (photos, features).
        count: How many are wanted; there are fewer where photos are the same.
        seed: Draws the first middles.
    """
    random = np.random.default_rng(seed)
    count = min(count, len(features))
    if not count:
        return Clusters(np.zeros(0, np.int64), np.zeros(0, np.float32), 0)
    looks = directions(features)
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
    order = np.argsort(-sizes, kind="stable")
    rank = np.empty(count, np.int64)
    rank[order] = np.arange(count)
    return Clusters(rank[nearest], likeness.max(axis=1), int((sizes > 0).sum()))


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


def directions(features: Floats) -> Floats:
    """Features about their mean, each of length 1 (or 0)."""
    centred = np.asarray(features, np.float32)
    return _of_length_one(centred - centred.mean(axis=0))


def _of_length_one(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
