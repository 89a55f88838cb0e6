"""Which fold of a cross-validation a sample belongs to."""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from workbench.core.instant import FOLDS
from workbench.core.instant.heads import Integers

_FEW = 5  # samples a class, on average


def is_few(samples: int, classes: int) -> bool:
    """Whether there are so few samples that they are treated with more care."""
    return samples <= _FEW * classes


def folds_of(targets: Integers, groups: Sequence[str], count: int = FOLDS, seed: int = 0) -> Integers:
    """Divides samples into folds of nearly the same size, class by class, groups kept together.

    Each class fills its seats, as many in every fold as can be, one more in some. A group's lot, drawn
    from its name and the seed alone, says which fold it asks first and when its turn is; where that fold
    is full, the next one takes it. So the folds are the same on every machine and in any order of the
    samples, and a photo more or less moves few of the others.

    A class with a single group lies in one fold: the head that answers for it has never seen its class,
    and cannot be right.

    Args:
        targets: Class of each sample, (samples,).
        groups: A name for each sample; those of one name share a fold.
        count: How many folds. There are fewer where classes have fewer groups on average, but two if there
            are two groups: leaving one of two samples out makes its class the rarer one, which alone
            would have it answered wrongly.

    Returns:
        The fold of each sample, (samples,), from 0 to the number of folds less one.
    """
    members: dict[str, Counter[int]] = defaultdict(Counter)
    for target, group in zip(targets.tolist(), groups, strict=True):
        members[group][target] += 1
    count = min(count, len(members), max(2, len(members) // len(np.unique(targets))))
    room = _seats(Counter(targets.tolist()), count)
    # Large groups sit down first, while there is room for them.
    lots = {group: _draw_number(group, seed) for group in members}
    sizes = {group: wanted.total() for group, wanted in members.items()}
    fold_of: dict[str, int] = {}
    for group in sorted(members, key=lambda name: (-sizes[name], lots[name])):
        wanted = members[group]
        fold = _with_room((((lots[group] + step) % count) for step in range(count)), wanted, room)
        for index, size in wanted.items():
            room[index][fold] -= size
        fold_of[group] = fold
    return np.array([fold_of[group] for group in groups], dtype=np.int64)


def _with_room(asked: Iterable[int], wanted: Counter[int], room: dict[int, list[int]]) -> int:
    """The first fold with a seat for each of a group's samples, else the first that lacks the fewest."""
    found, most = 0, -math.inf
    for fold in asked:
        left = min(room[index][fold] - size for index, size in wanted.items())
        if left >= 0:
            return fold
        if left > most:
            found, most = fold, left
    return found


def _seats(sizes: Counter[int], count: int) -> dict[int, list[int]]:
    """The seats of each class in each fold; the odd ones go round, so that the folds are even as well."""
    seats: dict[int, list[int]] = {}
    begin = 0
    for index in sorted(sizes):
        each, odd = divmod(sizes[index], count)
        seats[index] = [each + ((fold - begin) % count < odd) for fold in range(count)]
        begin = (begin + odd) % count
    return seats


def _draw_number(group: str, seed: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}:{group}".encode()).digest()[:8], "big")
