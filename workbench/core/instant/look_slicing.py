"""Photos divided by what they look like to a network: clusters of their features."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.core.data.catalog import Sample
from workbench.core.features.extract import VIEWS
from workbench.core.instant.basis import Basis, decompose
from workbench.core.instant.clusters import clusters
from workbench.core.instant.looking import PhotoFeatures
from workbench.core.instant.photo_map import Seen
from workbench.core.jobs import StopRequested, never
from workbench.core.results.slicing import FEWEST, Slicing, Typical

_EACH, _MOST = 25, 12
"""About so many photos for each cluster, and so many clusters at most."""
_MOST_FITTED, _AXES = 4000, 64
_SHOWN = 5


def by_look(
    features: PhotoFeatures, samples: Sequence[Sample], *, seed: int = 0, stop: StopRequested = never
) -> Slicing:
    """Clusters of those of the samples that were looked at, along the leading axes of their features.

    Each is known by the photos in its middle. There are none where photos are too few for two.

    Raises:
        Stopped: `stop` returned true.
    """
    seen = features.seen(samples, VIEWS)
    if len(seen) < 2 * FEWEST:
        return Slicing("look", (), {})
    rows = Seen(features, seen)
    step = -(-len(rows) // _MOST_FITTED)
    basis, _ = decompose(rows if step == 1 else rows[np.arange(0, len(rows), step)], _AXES, stop=stop)
    places = Basis(basis.scale, basis.axes[:, :_AXES]).coordinates(rows, stop)
    found = clusters(places, min(_MOST, max(2, len(seen) // _EACH)), seed)
    middles = (found.typical(each, _SHOWN).tolist() for each in range(found.count))
    values = tuple(Typical(tuple(seen[row].id for row in each)) for each in middles)
    return Slicing("look", values, {s.id: of for s, of in zip(seen, found.of.tolist(), strict=True)})
