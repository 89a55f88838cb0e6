"""An order in which every beginning is a fair sample: no class comes first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def fair_order(targets: NDArray[np.int64], seed: int, handful: int = 0) -> NDArray[np.int64]:
    """Positions in an order in which each class is shuffled and spread evenly over the whole.

    Args:
        targets: Class of each sample, (samples,).
        seed: Another seed gives another order.
        handful: So many of each class come before all others: small classes whole.

    Returns:
        Shape (samples,), each position once.
    """
    random = np.random.default_rng(seed)
    place = np.empty(len(targets))
    for index in np.unique(targets).tolist():
        rows = random.permutation(np.flatnonzero(targets == index))
        step = random.random()
        place[rows] = (np.arange(len(rows)) + step) / len(rows)
        first = rows[:handful]
        place[first] = (np.arange(len(first)) + step) / max(handful, 1) - 1
    return np.argsort(place, kind="stable")
