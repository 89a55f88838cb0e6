"""Two models on the same photos: those that both were tested on and neither had learned from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.core.results.comparison import Comparison
from workbench.core.results.held_out import HeldOut


@dataclass(frozen=True)
class LeftOut:
    """How many photos are not compared, and why: of each pair, what goes for the first and the second model.

    Attributes:
        learned: Photos that the other was tested on and this one learned from (or nearly the same picture).
        missing: Photos that the other was tested on and this one has no answer for.
        reclassed: Photos that are in different classes on the two sides.
        unchecked: Photos that can be neither right nor wrong on one side.
    """

    learned: tuple[int, int] = (0, 0)
    missing: tuple[int, int] = (0, 0)
    reclassed: int = 0
    unchecked: int = 0


@dataclass(frozen=True, eq=False)  # arrays cannot be compared with ==
class Paired:
    """Two models on the N photos that can be compared.

    Attributes:
        first, second: Everything that each was tested on.
        rows: Where each photo stands in them, int64, shape (N,) each.
        right: Whether each model is right about it, bool, shape (N,) each.
        groups: Photos that belong together on either side, or are one file, have one number, shape (N,).
        comparison: Of groups, each of which counts as one photo.
        left_out: The photos that are not compared.
    """

    first: HeldOut
    second: HeldOut
    rows: tuple[NDArray[np.int64], NDArray[np.int64]]
    right: tuple[NDArray[np.bool_], NDArray[np.bool_]]
    groups: NDArray[np.int64]
    comparison: Comparison
    left_out: LeftOut

    @classmethod
    def of(cls, first: HeldOut, second: HeldOut) -> Paired:
        """Pairs the photos of two models, by their ids and what is in the files.

        A photo is the same where its id and its file are, or its file alone (it was renamed). Where it is not
        known what is in the files, ids count alone.
        """
        pairs, alone = _matched(first, second)
        same = classes_of(first, second)
        of_one_class = [
            pair for pair in pairs if same.get(int(second.true[pair[1]]), -1) == first.true[pair[0]]
        ]
        rows = np.array(of_one_class, np.int64).reshape(-1, 2)
        here, there = rows[:, 0], rows[:, 1]
        right = (
            first.predicted[here] == first.true[here],
            second.predicted[there] == second.true[there],
        )
        groups = _together(first, second, rows)
        gained: dict[Hashable, int] = defaultdict(int)
        for group, before, after in zip(groups.tolist(), right[0].tolist(), right[1].tolist(), strict=True):
            gained[group] += after - before
        reasons = [_reasons(first, alone[0], second), _reasons(second, alone[1], first)]
        left_out = LeftOut(
            (reasons[1]["learned"], reasons[0]["learned"]),
            (reasons[1]["missing"], reasons[0]["missing"]),
            len(pairs) - len(of_one_class),
            reasons[0]["unchecked"] + reasons[1]["unchecked"],
        )
        return cls(
            first, second, (here, there), right, groups, Comparison.of_gains(gained), left_out
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.rows[0])

    @property
    def accuracy(self) -> tuple[float, float] | None:
        """Share of right answers of each, 0 to 1; a group counts as one photo. None where there is none."""
        if not len(self):
            return None
        _, place = np.unique(self.groups, return_inverse=True)
        sizes = np.bincount(place)
        first, second = (float((np.bincount(place, each) / sizes).mean()) for each in self.right)
        return first, second

    @property
    def fixed(self) -> NDArray[np.int64]:
        """The photos that only the second is right about, the surest mistakes of the first coming first."""
        return self._only(1)

    @property
    def broken(self) -> NDArray[np.int64]:
        """The photos that only the first is right about, the surest mistakes of the second coming first."""
        return self._only(0)

    def _only(self, side: int) -> NDArray[np.int64]:
        chosen = np.flatnonzero(self.right[side] & ~self.right[1 - side])
        other = (self.second, self.first)[side]
        wrong = other.probability[self.rows[1 - side][chosen]]
        found: NDArray[np.int64] = chosen[np.argsort(-wrong, kind="stable")]
        return found

    def sets(self, side: int) -> dict[str, int]:
        """From what the answers of one side come, with how many, as far as they are compared."""
        whole = (self.first, self.second)[side].sets
        return dict(Counter(whole[row] for row in self.rows[side].tolist()))


def classes_of(first: HeldOut, second: HeldOut) -> dict[int, int]:
    """The class of the first for each class of the second that both know: by id, else by name."""
    by_id = {each: number for number, each in enumerate(first.classes)}
    by_name = {each: number for number, each in enumerate(first.names)}
    found = {
        number: by_id[each] for number, each in enumerate(second.classes) if each in by_id
    }  # fmt: skip
    for number, name in enumerate(second.names):
        if number not in found and name in by_name and by_name[name] not in found.values():
            found[number] = by_name[name]
    return found


def _matched(first: HeldOut, second: HeldOut) -> tuple[list[tuple[int, int]], tuple[list[int], list[int]]]:
    """Rows of the same photos, and those of either side that are alone."""
    places = {sample: row for row, sample in enumerate(second.samples)}
    pairs, here = [], []
    for row, (sample, digest) in enumerate(zip(first.samples, first.digests, strict=True)):
        other = places.get(sample)
        if other is not None and _is_same(digest, second.digests[other]):
            pairs.append((row, other))
        else:
            here.append(row)
    taken = {other for _, other in pairs}
    by_digest = defaultdict(list)
    for row in range(len(second.samples) - 1, -1, -1):
        if row not in taken and second.digests[row]:
            by_digest[second.digests[row]].append(row)
    alone = []
    for row in here:
        if first.digests[row] and by_digest[first.digests[row]]:
            other = by_digest[first.digests[row]].pop()
            pairs.append((row, other))
            taken.add(other)
        else:
            alone.append(row)
    return sorted(pairs), (alone, [row for row in range(len(second.samples)) if row not in taken])


def _is_same(one: str, other: str) -> bool:
    return not one or not other or one == other


def _reasons(tested: HeldOut, rows: list[int], other: HeldOut) -> dict[str, int]:
    """Why photos that one side was tested on cannot be compared."""
    found = {"learned": 0, "unchecked": 0, "missing": 0}
    contents = {name: set(getattr(other, name).values()) - {""} for name in ("learned", "unchecked")}
    for row in rows:
        sample, digest = tested.samples[row], tested.digests[row]
        for name in ("learned", "unchecked"):
            own = getattr(other, name)
            if (sample in own and _is_same(digest, own[sample])) or digest in contents[name]:
                found[name] += 1
                break
        else:
            found["missing"] += 1
    return found


def _together(first: HeldOut, second: HeldOut, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """A number for each pair, the same for what belongs together on either side or has one content."""
    parents: dict[Hashable, Hashable] = {}

    def top(key: Hashable) -> Hashable:
        while (parent := parents.setdefault(key, key)) != key:
            parents[key] = parents[parent]
            key = parents[key]
        return key

    keys = []
    for here, there in rows.tolist():
        mine = ("first", int(first.groups[here]))
        parents[top(("second", int(second.groups[there])))] = top(mine)
        for digest in filter(None, (first.digests[here], second.digests[there])):
            parents[top(("content", digest))] = top(mine)
        keys.append(mine)
    numbers: dict[Hashable, int] = {}
    found = [numbers.setdefault(top(key), len(numbers)) for key in keys]
    return np.array(found, np.int64)
