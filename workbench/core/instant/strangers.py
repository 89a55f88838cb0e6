"""Photos that look like no others: far from all in the features.

The distance of a photo is that to its fifth nearest neighbour among photos it does not belong together with,
on standardised features of length 1 (Sun, Ming, Zhu & Li, Out-of-distribution detection with deep nearest
neighbors, 2022). There are two passes: what is far in the first one is no neighbour in the second, so that
strangers do not make each other look usual. Six or more that look alike are a kind of their own, and
where all photos differ as much as strangers do (insects in gardens), none stands out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.core.instant.heads import Integers
from workbench.core.instant.parts import Rows, by_parts, by_rows, one_thread_a_product
from workbench.core.jobs import StopRequested, never
from workbench.core.models.linear_head import Floats

FEWEST = 40
"""Photos: with fewer, what is usual is not known."""
_NEIGHBOURS = 5
_MOST = 20_000  # neighbours are looked for among so many: among fewer, rare photos lose theirs
_EXACT, _PROJECTED = 4000, 512
"""With more photos, distances are those of a random projection to so many numbers (Johnson & Lindenstrauss,
1984)."""
_FAR, _STRANGE = 2.5, 4.0
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
    mean, spread = _moments(features, known)
    width = len(mean)
    projection = None
    if len(known) > _EXACT and width > _PROJECTED:
        projection = np.random.default_rng(0).standard_normal((width, _PROJECTED), np.float32)

    def scaled(rows: Rows, part: slice | Integers) -> Floats:
        moved = (np.asarray(rows[part], np.float32) - mean) / spread
        if projection is not None:
            moved = moved @ projection
        return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-12))

    parts = [known[at : at + _PART] for at in range(0, len(known), _PART)]
    among = np.concatenate(list(by_parts(lambda part: scaled(features, part), parts, stop=stop)))

    def furthest(part: slice) -> Floats:
        apart = 2 - 2 * scaled(features, part) @ among.T
        apart[numbers[part][:, None] == numbers[known][None]] = np.inf
        nearest = np.partition(apart, _NEIGHBOURS - 1, axis=1)[:, :_NEIGHBOURS]
        # One of a few groups has fewer neighbours: the furthest that there is.
        found: Floats = np.where(np.isfinite(nearest), nearest, np.float32(-np.inf)).max(axis=1)
        return found

    found = by_rows(furthest, len(features), most=_PART, stop=stop)
    distances = np.log(np.sqrt(np.maximum(np.concatenate(list(found)).astype(np.float64), 1e-12)))
    middle, upper = np.quantile(distances[known], (0.5, 0.75))
    return np.asarray((distances - middle) / max(upper - middle, _LEAST_SPREAD))


def _moments(features: Rows, known: Integers) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each feature, of some thousand samples: they need not be exact."""
    some = np.asarray(features[known[:: -(-len(known) // _EXACT)]], np.float32)
    return some.mean(axis=0), some.std(axis=0) + np.float32(1e-6)
