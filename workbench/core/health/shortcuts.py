"""Whether something that photos should not be told by tells the classes apart.

A model takes whatever tells classes apart: the table they lie on, the camera, the size of the files. On other
photos, that is of no use (Geirhos et al., Shortcut learning in deep neural networks, 2020). Here, each trait
alone has to answer: a photo is given the class of most of its nearest neighbours in that trait, copies of it
left out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.core.data.catalog import Catalog
from workbench.core.data.groups import groups_of
from workbench.core.health.traits import Traits

_NEIGHBOURS = 5
_MOST = 600
"""About so many photos are asked; more tell no more."""
_FEWEST = 8
"""Photos of a class: with fewer, luck may look like a shortcut."""
_TELLING = 0.5
"""Share of the way from chance to always right, class by class."""
_PAIRED = 1200
"""Up to so many photos are compared all with all."""
_BLOCK, _TRIED = 128, 24

TRAITS: dict[str, tuple[str, ...]] = {
    "brightness": ("brightness",),
    "border": ("border_red", "border_green", "border_blue"),
    "file_size": ("bytes_a_pixel",),
    "compression": ("compression",),
    "camera": ("camera",),
}
"""What is asked alone, and its columns; beside these the photo's size and its shape."""


@dataclass(frozen=True)
class Shortcut:
    """A trait that tells the classes apart.

    Attributes:
        trait: A key of `TRAITS`, `photo_size` or `shape`.
        found: Share of the photos of a class whose class it finds, 0 to 1, mean over the classes.
    """

    trait: str
    found: float


def shortcuts(catalog: Catalog, traits: Traits) -> list[Shortcut]:
    """The traits that alone tell the classes apart, the most telling first.

    Classes of fewer than eight photos are left out.
    """
    by_id = {sample.id: sample for sample in catalog.samples if sample.class_id is not None}
    members: dict[str | None, list[int]] = defaultdict(list)
    for row, name in enumerate(traits.samples):
        if name in by_id:
            members[by_id[name].class_id].append(row)
    large = [own for own in members.values() if len(own) >= _FEWEST]
    if len(large) < 2:
        return []
    step = max(1, -(-sum(map(len, large)) // _MOST))
    rows = [row for own in large for row in own[:: min(step, len(own) // _FEWEST)]]
    samples = [by_id[traits.samples[row]] for row in rows]
    names, targets = np.unique([sample.class_id or "" for sample in samples], return_inverse=True)
    _, groups = np.unique(groups_of(samples), return_inverse=True)
    sides = np.array([(sample.width, sample.height) for sample in samples], np.float64)
    columns = {
        name: np.stack([traits.column(each)[rows] for each in of], axis=1).astype(np.float64)
        for name, of in TRAITS.items()
    }
    columns["photo_size"] = np.sqrt(sides.prod(axis=1, keepdims=True))
    columns["shape"] = np.log(sides[:, :1] / sides[:, 1:])
    asked = ((name, _told(values, targets, groups)) for name, values in columns.items())
    chance = 1 / len(names)
    found = [Shortcut(name, share) for name, share in asked if share - chance >= _TELLING * (1 - chance)]
    return sorted(found, key=lambda each: -each.found)


def _told(values: NDArray[np.float64], targets: NDArray[np.int64], groups: NDArray[np.int64]) -> float:
    """Mean over the classes of the share of its samples that their nearest neighbours tell.

    Args:
        values: Shape (N, columns).
        targets: Shape (N,).
        groups: Samples of one number do not count as each other's neighbours, shape (N,).
    """
    spread = values.std(axis=0)
    if not spread.any():
        return 0.0
    scaled = values / np.where(spread > 0, spread, 1)
    random = np.random.default_rng(0)
    # Where many have the same value, those that are equally near come in any order.
    scaled = np.concatenate([scaled, 1e-6 * random.random((len(values), 1))], axis=1)
    nearest = _nearest(scaled, groups)
    told = targets[nearest]
    # Rare classes count as much as frequent ones.
    weights = (1 / np.bincount(targets))[told] * (groups[nearest] != groups[:, None])
    votes = np.where(told[:, :, None] == told[:, None, :], weights[:, None, :], 0).sum(axis=2)
    # Where classes have as many votes, it is the first of them.
    said = np.where(votes == votes.max(axis=1, keepdims=True), told, len(targets)).min(axis=1)
    right = np.bincount(targets, (said == targets) & (weights.any(axis=1)))
    return float(np.mean(right / np.bincount(targets)))


def _nearest(points: NDArray[np.float64], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """The nearest points of other groups, indices of shape (N, `_NEIGHBOURS`), in any order.

    Where there are fewer, points of its own group fill the row.

    Args:
        points: Shape (N, columns), N > `_NEIGHBOURS`.
        groups: Shape (N,).
    """
    nearest = np.empty((len(points), _NEIGHBOURS), np.int64)
    rows = np.arange(len(points))
    if len(points) > _PAIRED:
        from scipy.spatial import cKDTree  # a quarter of a second, which few photos need not wait for

        found = cKDTree(points).query(points, _TRIED)[1]
        of_others = groups[found] != groups[:, None]
        first = np.argsort(~of_others, axis=1, kind="stable")[:, :_NEIGHBOURS]
        nearest[:] = np.take_along_axis(found, first, axis=1)
        rows = rows[of_others.sum(axis=1) < _NEIGHBOURS]  # in a large group: its others lie further away
    for begin in range(0, len(rows), _BLOCK):
        block = rows[begin : begin + _BLOCK]
        apart = np.square(points[block, None] - points[None]).sum(axis=2)
        apart[groups[block, None] == groups[None]] = np.inf
        nearest[block] = np.argpartition(apart, _NEIGHBOURS, axis=1)[:, :_NEIGHBOURS]
    return nearest
