"""An order of classes in which those that a model mixes up stand beside each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Doubles = NDArray[np.float64]


def mixed_up(confusion: Integers) -> Doubles:
    """Of the samples of two classes, the share that was taken for the other one of both.

    Args:
        confusion: Counts, (classes, classes), row = true class.

    Returns:
        0 to 1, symmetric, 0 on the diagonal and where neither class was tested, (classes, classes).
    """
    tested = confusion.sum(axis=1)
    both = np.maximum(tested[:, None] + tested[None, :], 1)
    shares = np.asarray((confusion + confusion.T) / both, np.float64)
    np.fill_diagonal(shares, 0.0)
    return shares


def order_by_similarity(confusion: Integers) -> Integers:
    """The classes in an order in which those that are mixed up are neighbours.

    Classes that hang together by mistakes are merged, the most mixed up first (average linkage); at each
    merge the two parts are turned so that of their ends those meet that are mixed up most (Gruvaeus & Wainer,
    Two additions to hierarchical cluster analysis, 1972). Classes without any mistake between them keep their
    order. A thousand classes take a fifth of a second.

    Args:
        confusion: Counts, (classes, classes), row = true class.

    Returns:
        The indices of the classes, each once, (classes,).
    """
    from scipy.sparse.csgraph import connected_components  # slow to load, and few ask for another order

    shares = mixed_up(confusion)
    count, member = connected_components(shares > 0, directed=False)
    if not count:
        return np.zeros(0, np.int64)
    together = np.split(np.argsort(member, kind="stable"), np.cumsum(np.bincount(member))[:-1])
    parts = [_ordered(shares, part) for part in sorted(together, key=lambda part: int(part[0]))]
    return np.concatenate(parts).astype(np.int64)


def _ordered(shares: Doubles, part: Integers) -> Integers:
    """Some classes that hang together, the end first that comes first in their own order."""
    if len(part) < 3:
        return part
    from scipy.cluster import hierarchy  # as above
    from scipy.spatial.distance import squareform  # as above

    own = shares[np.ix_(part, part)]
    distances = 1.0 - own
    np.fill_diagonal(distances, 0.0)
    tree = hierarchy.linkage(squareform(distances, checks=False), "average")
    leaves = _turned(tree, own)
    found: Integers = part[leaves]
    return found if found[0] <= found[-1] else found[::-1]


def _turned(tree: Doubles, shares: Doubles) -> Integers:
    """The leaves of a tree, each two parts with those of their ends together that are mixed up most."""
    parts: list[list[int]] = [[leaf] for leaf in range(len(shares))]
    for first, second, *_ in tree.tolist():
        left, right = parts[int(first)], parts[int(second)]
        ends = [(left, right), (left, right[::-1]), (left[::-1], right), (left[::-1], right[::-1])]
        one, other = max(ends, key=lambda pair: shares[pair[0][-1], pair[1][0]])
        parts.append(one + other)
    return np.array(parts[-1], np.int64)
