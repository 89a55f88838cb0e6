"""Photos that look like no others: far from all in the features.

The distance of a photo is that to its fifth nearest neighbour among photos it does not belong together with,
on standardised features of length 1 (Sun, Ming, Zhu & Li, Out-of-distribution detection with deep nearest
neighbors, 2022). Strangers are found in two passes: many of one kind are each other's neighbours, so that
what is far in the first pass is no neighbour in the second.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.core.instant.heads import Integers
from workbench.core.instant.parts import Rows, by_rows, one_thread_a_product
from workbench.core.jobs import StopRequested, never
from workbench.core.models.linear_head import Floats

FEWEST = 40
"""Photos: with fewer, what is usual is not known."""
_NEIGHBOURS = 5
_MOST = 2000  # neighbours are looked for among so many
_FAR, _STRANGE = 2.0, 4.5
"""In distances from the median to the upper quartile, of the logarithm. Measured: `health.outliers`."""
_LEAST_SPREAD = 0.02
_PART = 512  # photos


def strangeness(features: Rows, groups: Sequence[str], *, stop: StopRequested = never) -> NDArray[np.float64]:
    """How far each photo is from all others, (samples,): 0 is usual, from 1 on it is a stranger.

    Args:
        features: (samples, features); all 0 where there are fewer than `FEWEST` samples.
        groups: A name for each sample; those of one name are not each other's neighbours.

    Raises:
        Stopped: `stop` returned true.
    """
    count = len(features)
    if count < FEWEST:
        return np.zeros(count)
    _, numbers = np.unique(groups, return_inverse=True)
    known = np.arange(count)[:: -(-count // _MOST)]
    with one_thread_a_product():
        far = _distances(features, numbers, known, stop)
        usual = far[known] < _FAR
        if usual.sum() > max(FEWEST // 2, _NEIGHBOURS):
            far = _distances(features, numbers, known[usual], stop)
    return np.asarray(np.maximum(0.0, far / _STRANGE))


def _distances(
    features: Rows, numbers: Integers, known: Integers, stop: StopRequested
) -> NDArray[np.float64]:
    """Of all samples from their neighbours among the known ones, in quartiles beyond the median of these."""
    among = np.asarray(features[known], np.float32)
    mean, spread = among.mean(axis=0), among.std(axis=0) + 1e-6

    def scaled(rows: Floats) -> Floats:
        moved = (rows.astype(np.float32) - mean) / spread
        return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-12))

    among = scaled(among)

    def furthest(part: slice) -> Floats:
        apart = 2 - 2 * scaled(np.asarray(features[part])) @ among.T
        apart[numbers[part][:, None] == numbers[known][None]] = np.inf
        nearest = np.partition(apart, _NEIGHBOURS - 1, axis=1)[:, :_NEIGHBOURS]
        # One of a few groups has fewer neighbours: the furthest that there is.
        furthest_of: Floats = np.where(np.isfinite(nearest), nearest, np.float32(-np.inf)).max(axis=1)
        return furthest_of

    parts = by_rows(furthest, len(features), most=_PART, stop=stop)
    squared = np.concatenate(list(parts)).astype(np.float64)
    distances = np.log(np.sqrt(np.maximum(squared, 1e-12)))
    middle, upper = np.quantile(distances[known], (0.5, 0.75))
    return np.asarray((distances - middle) / max(upper - middle, _LEAST_SPREAD))
