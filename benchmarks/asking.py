"""How many photos a person has to class until a model is nearly as good as with all of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.clock import drain
from benchmarks.few_photos import features_of
from workbench.core.data.scan import scan
from workbench.core.data.split import own_split
from workbench.core.instant.asking import ASKED, teaching, typical
from workbench.core.instant.trainer import HeadTrainer
from workbench.core.models.linear_head import LinearHead

_NEARLY = 0.95
_Rows = NDArray[np.int64]


def needed(folder: str, asked: str, draws: int) -> dict[str, Any]:
    """Photos classed, one after the other, until accuracy on photos held back is 95 % of what all give.

    Where the folder has a set to check with, that is what is held back; else another third in every draw. The
    head is fitted anew after each photo, as in the window.

    Args:
        folder: Its photos.
        asked: `useful`, as the window asks, or `random`.
        draws: How often it is done, with other random numbers.
    """
    split = own_split(drain(scan(Path(folder))))
    features = features_of(split, "efficientnet_lite0")
    index = {each.id: number for number, each in enumerate(split.classes)}
    targets = np.array([index[sample.class_id] for sample in split.samples if sample.class_id is not None])
    counts, whole = [], []
    for draw in range(draws):
        random = np.random.default_rng(draw)
        pool, held = np.arange(len(split.training)), np.arange(len(split.training), len(targets))
        if not len(held):
            shuffled = random.permutation(len(pool))
            held, pool = shuffled[: len(pool) // 3], shuffled[len(pool) // 3 :]
        right = _rightness(features, targets, held)
        whole.append(right(pool))
        next_ones = _useful if asked == "useful" else _at_random
        counts.append(_until(_NEARLY * whole[-1], right, features, targets, pool, next_ones, random))
    return {"needed": float(np.mean(counts)), "each": counts, "whole": float(np.mean(whole))}


def _rightness(features: NDArray[np.float32], targets: _Rows, held: _Rows) -> Callable[[_Rows], float]:
    def right(rows: _Rows) -> float:
        head, known = _fitted(features[rows], targets[rows])
        if head is None:
            return float((targets[held] == known[0]).mean())
        return float((known[head.probabilities(features[held]).argmax(axis=1)] == targets[held]).mean())

    return right


def _until(
    goal: float,
    right: Callable[[_Rows], float],
    features: NDArray[np.float32],
    targets: _Rows,
    pool: _Rows,
    next_ones: Callable[..., _Rows],
    random: np.random.Generator,
) -> int:
    rows, left = np.zeros(0, np.int64), pool
    while len(left):
        head, _ = _fitted(features[rows], targets[rows]) if len(rows) else (None, ())
        chosen = left[next_ones(features[left], head, len(rows), random)]
        rows = np.concatenate([rows, chosen])
        left = np.setdiff1d(left, chosen)
        if right(rows) >= goal:
            return len(rows)
    return len(pool)


def _useful(
    features: NDArray[np.float32], head: LinearHead | None, classed: int, random: np.random.Generator
) -> _Rows:
    if head is not None:
        return teaching(features, head.probabilities(features), 1)
    return typical(features, 1 if classed else ASKED, seed=int(random.integers(1000)))


def _at_random(
    features: NDArray[np.float32], head: LinearHead | None, classed: int, random: np.random.Generator
) -> _Rows:
    return random.permutation(len(features))[: 1 if classed else ASKED]


def _fitted(features: NDArray[np.float32], targets: _Rows) -> tuple[LinearHead | None, _Rows]:
    """A head of the classes that are there, None where it is only one; and these."""
    known, own = np.unique(targets, return_inverse=True)
    if len(known) < 2:
        return None, known
    groups = [f"photo {row}" for row in range(len(own))]
    return HeadTrainer(len(known)).fit(features, own.astype(np.int64), groups).head, known
