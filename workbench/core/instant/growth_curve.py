"""The learning curve: how right models of a quarter, half and all of the photos are, and what more would do.

The share of mistakes falls with the number of photos as a power of it (Hestness et al., Deep learning scaling
is predictable, empirically, 2017). Where that is seen in the photos that there are, it is drawn out a little.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.core.events import Growth
from workbench.core.instant.heads import Integers
from workbench.core.instant.parts import Rows
from workbench.core.instant.ridge import fit_ridge
from workbench.core.jobs import StopRequested, never

Curve = NDArray[np.float64]

_SHARES = ((0.25, 3), (0.5, 2), (1.0, 1))
"""Shares of the photos, and how many draws of each."""
_FEWEST = 8  # photos of a class: two make a quarter
_MOST = 4000  # photos: more tell no more
_MISTAKES, _LEAST_MISTAKES = 0.05, 2
"""Share and number of the photos of a class with fewer mistakes than which it needs none."""
_FEW_MISTAKES = 0.02  # of all photos
_SURE = 2.0  # standard errors
_STEEP, _STEEPEST = 0.4, 1.0
"""Powers: a flatter curve would need more than 1.8 times the photos again, a steeper one is luck."""
_LEFT = 2 / 3  # of the mistakes


def curve(
    features: Rows,
    targets: Integers,
    groups: Sequence[str],
    classes: int,
    *,
    seed: int = 0,
    stop: StopRequested = never,
) -> Curve:
    """How often each sample was answered right from a quarter, half and all samples, (3, samples), 0 to 1.

    What a head has learned from is answered by one that left its group out.

    Args:
        features: (samples, features).
        targets: (samples,), each from 0 to `classes` - 1.
        groups: A name for each sample.

    Raises:
        Stopped: `stop` returned true.
    """
    found = np.zeros((len(_SHARES), len(targets)))
    for row, (share, draws) in enumerate(_SHARES):
        for draw in range(draws):
            own = _drawn(targets, groups, classes, share, f"{seed}:{draw}")
            some = features[own]
            fitted = fit_ridge(
                some, targets[own], [groups[each] for each in own.tolist()], classes, stop=stop
            )
            if len(own) == len(targets):
                answers = fitted.out_of_fold
            else:
                answers = fitted.head.probabilities(np.asarray(features[:], np.float32))
                learned = {groups[each] for each in own.tolist()}
                answers[own] = fitted.out_of_fold
                # Others of a group that was learned from would be too easy.
                beside = np.array([group in learned for group in groups], bool)
                beside[own] = False
                answers[beside] = np.nan
            right = answers.argmax(axis=1) == targets
            found[row] += np.where(np.isnan(answers).any(axis=1), np.nan, right) / draws
    return found


def growth(
    right: Curve, targets: Integers, classes: Sequence[str], *, of: Sequence[int] | None = None
) -> Growth | None:
    """What more photos would change; None where some class has too few to tell.

    Args:
        right: As `curve` has it.
        targets: (samples,).
        classes: Ids, in the order of their indices.
        of: How many photos of each class there are, where `right` is about a part of them.
    """
    told = ~np.isnan(right).any(axis=0)
    sizes = np.bincount(targets[told], minlength=len(classes))
    if sizes.min() < _FEWEST:
        return None
    counts = sizes.tolist() if of is None else list(of)
    found = []
    for index, class_id in enumerate(classes):
        own = right[:, told & (targets == index)]
        mistakes = 1 - own[-1].mean()
        if mistakes >= _MISTAKES and mistakes * own.shape[1] >= _LEAST_MISTAKES:
            more = _more(own, counts[index])
            if more:
                found.append((mistakes, class_id, more))
    found.sort(key=lambda each: -each[0])
    every = right[:, told]
    everywhere = 0
    if not found and 1 - every[-1].mean() >= _FEW_MISTAKES:
        everywhere = _more(every, sum(counts))
    classes_found = tuple((class_id, more) for _, class_id, more in found)
    return Growth(classes_found, everywhere, float(every[1].mean()), float(every[2].mean()))


def rounded(number: float) -> int:
    """A number as one says it who does not know it exactly: to one figure, or to a half of it."""
    size = int(10 ** math.floor(math.log10(max(number, 1))))
    step = max(1, size // 2)
    return max(step, round(number / step) * step)


def _more(right: Curve, count: int) -> int:
    """About how many more photos would spare a third of the mistakes; 0 where the curve does not say so."""
    gained = right[-1] - right[0]
    error = gained.std() / math.sqrt(len(gained))
    mistakes = 1 - right.mean(axis=1)
    if gained.mean() <= _SURE * error or not mistakes[0] > mistakes[1] > mistakes[2] > 0:
        return 0
    shares = [share for share, _ in _SHARES]
    power = -float(np.polyfit(np.log(shares), np.log(mistakes), 1)[0])
    if power < _STEEP:
        return 0
    return rounded(count * (_LEFT ** (-1 / min(power, _STEEPEST)) - 1))


def _drawn(targets: Integers, groups: Sequence[str], classes: int, share: float, seed: str) -> Integers:
    """Positions of a share of the samples of each class, whole groups first, in the order of their lots."""
    lots = {group: hashlib.sha256(f"{seed}:{group}".encode()).digest() for group in set(groups)}
    chosen: list[int] = []
    for index in range(classes):
        own = sorted(np.flatnonzero(targets == index).tolist(), key=lambda row: (lots[groups[row]], row))
        chosen += own[: max(2, round(share * len(own)))]
    return np.array(sorted(chosen), np.int64)


def part_of(targets: Integers, most: int = _MOST) -> Integers:
    """Positions of the samples that are enough for a curve: every so many of each class."""
    step = -(-len(targets) // most)
    own = [np.flatnonzero(targets == index) for index in np.unique(targets)]
    return np.sort(np.concatenate([rows[::step] if len(rows) >= _FEWEST * step else rows for rows in own]))
