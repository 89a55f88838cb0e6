"""Photos as points in a plane: the two principal axes of their features, standardised as heads take them.

Of ways to lay out photos that show more of what is near what (t-SNE, UMAP), none is quick enough for twenty
thousand on a laptop, and they move every point when one is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.core.data.catalog import Sample
from workbench.core.events import PhotoMap, Plane
from workbench.core.features.extract import VIEWS
from workbench.core.instant.basis import Basis, Scale, decompose
from workbench.core.instant.looking import PhotoFeatures
from workbench.core.instant.parts import Rows
from workbench.core.jobs import StopRequested, never
from workbench.core.models.linear_head import Floats

_MOST_FITTED = 4000
"""Photos that the axes are found from, spread over the folder: with more, they hardly turn any more."""
_AXES = 64
"""So many are found, in one pass, so that the first two are exact."""
_LEAST = 3


@dataclass(frozen=True)
class Seen:
    """Features of samples that were looked at, some at a time: see `workbench.core.instant.parts.Rows`.

    Attributes:
        features: Has them.
        samples: In the order of the rows.
    """

    features: PhotoFeatures
    samples: Sequence[Sample]

    @property
    def shape(self) -> tuple[int, ...]:
        """(samples, features)."""
        return len(self.samples), self[:1].shape[1]

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, key: slice | NDArray[np.int64], /) -> Floats:
        chosen = self.samples[key] if isinstance(key, slice) else [self.samples[row] for row in key.tolist()]
        return self.features.of_seen(chosen, VIEWS)


def map_of(
    features: PhotoFeatures, samples: Sequence[Sample], plane: Plane | None, *, stop: StopRequested = never
) -> PhotoMap:
    """Lays out those of the samples that were looked at.

    Args:
        plane: The one of before, so that photos stay where they were; None finds one. Another one is found
            where the features are those of another backbone.

    Raises:
        WorkbenchError: Some feature is not a finite number.
        Stopped: `stop` returned true.
    """
    seen = features.seen(samples, VIEWS)
    lost = sum(sample.id in features.lost for sample in samples)
    unknown = len(samples) - len(seen) - lost
    ids = tuple(sample.id for sample in seen)
    if len(seen) < _LEAST:
        return PhotoMap(ids, np.zeros((len(seen), 2), np.float32), None, unknown, lost)
    rows = Seen(features, seen)
    key = features.runtime.backbone.key
    if plane is None or plane.backbone != key or len(plane.mean) != rows.shape[1]:
        plane = found_plane(rows, key, stop=stop)
    basis = Basis(Scale(plane.mean, plane.factor), plane.axes)
    return PhotoMap(ids, basis.coordinates(rows, stop), plane, unknown, lost)


def found_plane(rows: Rows, key: str, *, stop: StopRequested = never) -> Plane:
    """The plane of the two principal axes of features, (samples, features), three samples at least.

    Which way an axis points is chosen so that its largest part is positive: the same photos give the same
    picture.
    """
    step = -(-len(rows) // _MOST_FITTED)
    chosen = rows if step == 1 else rows[np.arange(0, len(rows), step)]
    basis, _ = decompose(chosen, _AXES, stop=stop)
    axes = np.zeros((len(basis.axes), 2), np.float32)
    axes[:, : basis.axes.shape[1]] = basis.axes[:, :2]
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(2)]
    return Plane(
        key, basis.scale.mean, basis.scale.factor, axes * np.where(largest < 0, -1, 1).astype(np.float32)
    )
