"""Finds when a model is to say nothing, from photos that it had not learned."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.core.results.predictions import PredictionTable
from workbench.core.results.reject import CAUTIONS, RejectRule, Thresholds

FEWEST = 40
"""Photos: with fewer, what is usual is not known, and too many are refused (decision 27)."""
SILENT = {"bold": 0.01, "middle": 0.04, "careful": 0.08}
"""The share of photos of the known kinds on which a setting may say nothing."""
_FARTHER = 2
"""For each photo that may be refused for its probability, so many may for their distance: strangers are known
by that."""


def calibrated(table: PredictionTable, distances: NDArray[np.float64] | None = None) -> RejectRule | None:
    """The rule for a model, from predictions of photos that it had not learned.

    For a setting, the k least probable answers and the 2 k farthest photos are refused; k is the largest at
    which the setting's share of photos holds. Photos of one group count as one: each for its part.

    The price is that of a new photo: of n photos one of which is new, it is as likely to be any of them, so
    that with k of the others refused it is refused about (k + 1) times in n + 1 (conformal prediction; Vovk,
    Gammerman & Shafer, Algorithmic Learning in a Random World, 2005).

    Args:
        table: The predictions; those that count are taken (`PredictionTable.counts`).
        distances: Of its rows from what was learned without them, (N,); None where there are none.

    Returns:
        None where fewer than `FEWEST` count, or groups of them.
    """
    counts = np.flatnonzero(table.counts)
    weights = _weights(table, counts)
    if weights.sum() < FEWEST - 1e-6:
        return None
    probability, right = table.probabilities[counts].max(axis=1), table.is_right[counts]
    far = None if distances is None else distances[counts]
    low = np.sort(probability)
    high = np.array([np.inf]) if far is None else np.sort(far)[::-1]
    found: dict[str, Thresholds] = {}
    whole = float(weights.sum())

    def thresholds(k: int) -> tuple[float, float | None, NDArray[np.bool_]]:
        least = float(low[min(k, len(low) - 1)])
        refused = probability < least
        if far is None:
            return least, None, refused
        most = float(high[min(_FARTHER * k, len(high) - 1)])
        return least, most, refused | (far > most)

    k = 0
    for name in CAUTIONS:  # each goes on from the one before
        while k + 1 < len(low) and _share(weights, thresholds(k + 1)[2]) <= SILENT[name]:
            k += 1
        least, most, refused = thresholds(k)
        silent = float(weights[refused].sum())
        rest = whole - silent
        share = float(weights[~refused & right].sum()) / rest if rest > 0 else 0.0
        found[name] = Thresholds(least, most, (silent + 1) / (whole + 1), min(share, 1.0))
    return RejectRule(found["bold"], found["middle"], found["careful"], len(counts))


def _share(weights: NDArray[np.float64], refused: NDArray[np.bool_]) -> float:
    return float(weights[refused].sum() / weights.sum())


def _weights(table: PredictionTable, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """What each row counts for: all of a group together 1."""
    if table.groups is None:
        return np.ones(len(rows))
    _, group, sizes = np.unique(table.groups[rows], return_inverse=True, return_counts=True)
    return np.asarray(1.0 / sizes[group.ravel()])
