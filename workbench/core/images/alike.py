"""Which of many looks may be the same picture: all with all, from coarse to fine.

A look is described by the lowest waves of its cosine transform (as pHash does, with real values in place of
bits), for the whole of it and for the crops that are likely. Two looks are candidates where the description
of one whole correlates with that of the other, or of a crop of it, as it is or mirrored; turned by
quarters and upside down, wholes are compared with wholes. What passes is compared once more by more waves,
and what still does is laid over each other (`core.images.look`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from workbench.core.images.closer import DetailsOf, differs
from workbench.core.images.look import SIDE, Looks, fitted, is_flat
from workbench.core.images.overlay import Bools, Floats

Integers = NDArray[np.int64]

_CUT = 0.1  # of a side: what a crop is expected to take off
_INTERVALS = ((0.0, 1.0), (_CUT / 2, 1 - _CUT / 2), (0.0, 1 - _CUT), (_CUT, 1.0))
# Which interval across and which down; the whole comes first. Likely: all around, off two sides, off one.
_BOXES = tuple((across, down) for across in range(4) for down in range(4))
_LIKELY = ((0, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3), (2, 0), (3, 0), (0, 2), (0, 3))
_COARSE, _FINE = 5, 12  # waves along each side
_COARSE_ENOUGH, _FINE_ENOUGH = 0.75, 0.70
_BLOCK = 512
_MANY = 16  # of so many pairs one is enough to compute all of them at once
_THOROUGHLY = (
    20_000**2
)  # pairs; of more, only wholes are compared, as they are and mirrored: ten times quicker
_TRIED = 6  # candidates of a look, best first, before it is held to be new

# Turned and mirrored: whether rows and columns change places first, then whether columns, rows are reversed.
_TURNS = tuple((swap, across, down) for swap in (0, 1) for down in (0, 1) for across in (0, 1))
_MIRRORED = _TURNS.index((0, 1, 0))
_BACK = tuple(_TURNS.index((1, down, across) if swap else (0, across, down)) for swap, across, down in _TURNS)
_SYMMETRIC = (np.arange(_COARSE * _COARSE) % _COARSE % 2 == 0)[1:]  # waves that look the same mirrored


@dataclass(frozen=True)
class Candidates:
    """Pairs of looks that may be the same picture, an array of shape (n,) for each.

    Attributes:
        first, second: Which looks.
        turn: How the second has to be turned: an index of `_TURNS`.
        box: Where the first lies in the second before it is turned: an index of `_BOXES`.
        correlation: Correlation of their fine descriptions.
    """

    first: Integers
    second: Integers
    turn: Integers
    box: Integers
    correlation: Floats

    def __len__(self) -> int:
        return len(self.first)

    def take(self, rows: Integers | Bools) -> Candidates:
        """These of them."""
        return Candidates(
            self.first[rows], self.second[rows], self.turn[rows], self.box[rows], self.correlation[rows]
        )


def components(
    looks: Looks,
    before: Integers | None = None,
    *,
    details: DetailsOf | None = None,
    wanted: Callable[[], bool] = lambda: True,
) -> Integers:
    """A number for each look, the same for looks that show the same picture, directly or through others.

    Args:
        looks: (n, SIDE, SIDE).
        before: What this returned for some of them, -1 for those that are new: only these are compared.
        details: Gives the photos' details, for a closer look; None: the looks alone must do.
        wanted: Asked now and then; once it is false, what is returned means nothing.

    Returns:
        The least index of a look of the same picture, (n,).
    """
    parents = np.arange(len(looks)) if before is None else np.where(before < 0, np.arange(len(looks)), before)

    def top(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = int(parents[index])
        return index

    left = _to_compare(looks, before, wanted)
    while len(left) and wanted():
        chosen = _best_of_each(left)
        tried = left.take(chosen)
        same = is_same(looks, looks, tried, details)
        for one, other in zip(tried.first[same].tolist(), tried.second[same].tolist(), strict=True):
            low, high = sorted((top(one), top(other)))
            parents[high] = low
        roots = np.array([top(index) for index in range(len(looks))])
        rest = roots[left.first] != roots[left.second]
        rest[chosen] = False
        left = left.take(rest)
    return np.array([top(index) for index in range(len(looks))], np.int64)


def _to_compare(looks: Looks, before: Integers | None, wanted: Callable[[], bool]) -> Candidates:
    if before is None:
        return candidates(looks, looks, same=True, wanted=wanted)
    new = np.flatnonzero(before < 0)
    one, other = candidates(looks[new], looks, wanted=wanted), candidates(looks, looks[new], wanted=wanted)
    first, second = (
        np.concatenate([new[one.first], other.first]),
        np.concatenate([one.second, new[other.second]]),
    )
    rest = (
        np.concatenate([getattr(each, n) for each in (one, other)]) for n in ("turn", "box", "correlation")
    )
    both = Candidates(first, second, *rest)
    both = both.take(both.first != both.second)
    return both.take(np.argsort(-both.correlation, kind="stable"))


def known(looks: Looks, others: Looks) -> Bools:
    """Which looks show a picture that one of the others shows, (n,)."""
    found = np.zeros(len(looks), bool)
    left = candidates(looks, others)
    for _ in range(_TRIED):
        chosen = _best_of_each(left)
        tried = left.take(chosen)
        found[tried.first[is_same(looks, others, tried)]] = True
        rest = ~found[left.first]
        rest[chosen] = False
        left = left.take(rest)
    left = candidates(others, looks)  # a look that the other was cropped from
    left = left.take(~found[left.second])
    for _ in range(_TRIED):
        chosen = _best_of_each(left, second=True)
        tried = left.take(chosen)
        found[tried.second[is_same(others, looks, tried)]] = True
        rest = ~found[left.second]
        rest[chosen] = False
        left = left.take(rest)
    return found


def is_same(looks: Looks, others: Looks, pairs: Candidates, details: DetailsOf | None = None) -> Bools:
    """Which candidates are the same picture, (n,).

    Args:
        details: As `components` takes it, of looks and others that are the same list.
    """
    boxes = _edges_of(_BOXES)[pairs.box]
    mirrored = pairs.turn == _MIRRORED
    boxes[mirrored, :2] = 1 - boxes[mirrored, 1::-1]
    fit = fitted(looks[pairs.first], _laid_out(others[pairs.second], pairs.turn), boxes)
    same = fit.is_same
    if details is None:
        return same
    likely = np.flatnonzero(fit.is_likely)
    for begin in range(0, len(likely), _BLOCK):
        rows = likely[begin : begin + _BLOCK]
        first, of_use = details(pairs.first[rows])
        second, also = details(pairs.second[rows])
        unlike = differs(first, _laid_out(second, pairs.turn[rows]), fit.boxes[rows])
        same[rows] = np.where(of_use & also, ~unlike, same[rows])
    return same


def _laid_out(pictures: NDArray[np.uint8], turns: Integers) -> NDArray[np.uint8]:
    """Pictures (n, side, side), each turned."""
    turned = pictures.copy()
    for turn, (swap, across, down) in enumerate(_TURNS):
        rows = turns == turn
        part = pictures[rows].transpose(0, 2, 1) if swap else pictures[rows]
        turned[rows] = part[:, :: -1 if down else 1, :: -1 if across else 1]
    return turned


def candidates(
    looks: Looks, others: Looks, *, same: bool = False, wanted: Callable[[], bool] = lambda: True
) -> Candidates:
    """Pairs that may be the same picture: a look, and one of the others or a crop of it; the best first.

    Args:
        looks, others: (n, SIDE, SIDE) and (m, SIDE, SIDE).
        same: Both are the same list: no look is paired with itself, and no two wholes twice.
        wanted: As `components` takes it.
    """
    thorough = len(looks) * len(others) <= _THOROUGHLY
    whole = _described(looks, _COARSE, _BOXES[:1])[0]
    crops = _described(others, _COARSE, _LIKELY if thorough else _LIKELY[:1])
    fine = _Turned(_described(looks, _FINE, _BOXES[:1])[0], _FINE)
    found = [Candidates(_NONE, _NONE, _NONE, _NONE, _NONE.astype(np.float32))]
    for start in range(0, len(others), _BLOCK):  # what may be alike in a block is compared before the next
        if not wanted():
            break
        keys = [_NONE]
        for box, crop in enumerate(crops):
            last = min(start + _BLOCK, len(looks)) if same and not box else len(looks)
            for begin in range(0, last, _BLOCK):
                for turn, correlation in _correlations(
                    whole[begin : begin + _BLOCK],
                    crop[start : start + _BLOCK],
                    turned=thorough and not box,
                ):
                    hits = np.flatnonzero(correlation >= _COARSE_ENOUGH)
                    one, other = hits // correlation.shape[1] + begin, hits % correlation.shape[1] + start
                    if same:
                        fresh = one < other if not box else one != other
                        one, other = one[fresh], other[fresh]
                    keys.append((other * len(looks) + one) * len(_TURNS) + turn)
        found.append(_refined(fine, others, np.concatenate(keys), start))
    return _best_first(found)


_NONE = np.empty(0, np.int64)


class _Turned:
    """Descriptions of the same looks, turned as asked for.

    Args:
        descriptions: As they are, (n, waves² - 1).
    """

    def __init__(self, descriptions: Floats, waves: int) -> None:
        self._descriptions, self._waves = descriptions, waves
        self._made: dict[int, Floats] = {}

    def __len__(self) -> int:
        return len(self._descriptions)

    def back(self, turn: int) -> Floats:
        """So that they lie as what they are compared with, which is turned by this."""
        if turn not in self._made:
            self._made[turn] = _turned(self._descriptions, _BACK[turn], self._waves)
        return self._made[turn]


def _correlations(first: Floats, second: Floats, *, turned: bool) -> Iterator[tuple[int, Floats]]:
    """The correlations (n, m) of coarse descriptions: as they are, mirrored and, if asked for, turned."""
    symmetric = first[:, _SYMMETRIC] @ second[:, _SYMMETRIC].T
    opposite = first[:, ~_SYMMETRIC] @ second[:, ~_SYMMETRIC].T
    yield 0, symmetric + opposite
    yield _MIRRORED, symmetric - opposite
    if turned:
        for turn in range(len(_TURNS)):
            if turn not in (0, _MIRRORED):
                yield turn, first @ _turned(second, turn, _COARSE).T


def _refined(looks: _Turned, others: Looks, keys: Integers, start: int) -> Candidates:
    """Those that correlate in fine waves, too, each with its best box.

    Args:
        keys: Of pairs, with how the second is turned: other, look and turn in one number.
        start: The others of the pairs are one block from here.
    """
    keys = np.sort(keys)
    keys = keys[np.diff(keys, prepend=-1) > 0]
    pairs, turn = np.divmod(keys, np.int64(len(_TURNS)))
    second, first = np.divmod(pairs, np.int64(max(len(looks), 1)))
    crops = _described(others[start : start + _BLOCK], _FINE, _BOXES)
    correlation, box = np.empty(len(first), np.float32), np.zeros(len(first), np.int64)
    for number in range(len(_TURNS)):
        rows = np.flatnonzero(turn == number)
        if not len(rows):
            continue
        boxes = crops if number in (0, _MIRRORED) else crops[:1]
        correlation[rows], box[rows] = _best_boxes(
            looks.back(number), boxes, first[rows], second[rows] - start
        )
    return Candidates(first, second, turn, box, correlation).take(correlation >= _FINE_ENOUGH)


def _best_first(parts: Sequence[Candidates]) -> Candidates:
    columns = (np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Candidates))
    whole = Candidates(*columns)
    return whole.take(np.argsort(-whole.correlation, kind="stable"))


def _best_boxes(whole: Floats, crops: Floats, first: Integers, second: Integers) -> tuple[Floats, Integers]:
    """The best correlation of each pair, and with which crop.

    Args:
        whole: Descriptions of looks, (n, waves).
        crops: Of the crops of others, (boxes, m, waves).
        first, second: The pairs: looks, and others.
    """
    if len(first) * _MANY >= len(whole) * crops.shape[1]:  # then all with all costs less than picking them
        best, box = np.full(len(first), -2, np.float32), np.zeros(len(first), np.int64)
        for number, crop in enumerate(crops):
            found = (whole @ crop.T)[first, second]
            better = found > best
            best[better], box[better] = found[better], number
        return best, box
    parts = []
    for start in range(0, len(first), _BLOCK * 4):
        rows = slice(start, start + _BLOCK * 4)
        found = np.einsum("ij,bij->bi", whole[first[rows]], crops[:, second[rows]])
        parts.append((found.max(axis=0), found.argmax(axis=0)))
    return np.concatenate([best for best, _ in parts]), np.concatenate([box for _, box in parts])


def _best_of_each(pairs: Candidates, *, second: bool = False) -> Integers:
    """The first row of each look."""
    _, rows = np.unique(pairs.second if second else pairs.first, return_index=True)
    return np.asarray(rows, np.int64)


def _described(looks: Looks, waves: int, boxes: Sequence[tuple[int, int]]) -> Floats:
    """Descriptions of length 1 (of looks that show nothing: 0), (boxes, n, waves² - 1)."""
    values = looks.astype(np.float32)
    order = np.arange(waves)
    # Photos have ever less of the higher waves (their power falls with the square): all count the same.
    weight = np.hypot(order[:, None], order[None, :]).astype(np.float32)
    found = np.empty((len(boxes), len(looks), waves * waves - 1), np.float32)
    for number, (left, right, top, bottom) in enumerate(_edges_of(boxes).tolist()):
        down, across = _waves(top, bottom, waves), _waves(left, right, waves)
        spectrum = (down @ values @ across.T) * weight
        found[number] = spectrum.reshape(len(looks), waves * waves)[:, 1:]
    lengths = np.linalg.norm(found, axis=2, keepdims=True)
    found /= np.maximum(lengths, 1e-6)
    found[:, is_flat(looks)] = 0
    return found


def _waves(low: float, high: float, waves: int) -> Floats:
    """Cosine waves over a part of the side, each integrated over the pixels, (waves, SIDE)."""
    edge = np.clip((np.linspace(0, 1, SIDE + 1) - low) / (high - low), 0, 1)
    order = np.arange(1, waves)[:, None]
    integral = np.sin(np.pi * order * edge) / (np.pi * order)
    return np.asarray(np.diff(np.concatenate([edge[None], integral]), axis=1), np.float32)


def _turned(descriptions: Floats, turn: int, waves: int) -> Floats:
    """The descriptions (n, waves² - 1) of the same looks turned."""
    swap, across, down = _TURNS[turn]
    spectrum = np.concatenate([np.zeros((len(descriptions), 1), np.float32), descriptions], axis=1)
    spectrum = spectrum.reshape(-1, waves, waves)
    if swap:
        spectrum = spectrum.transpose(0, 2, 1)
    signs = np.where(np.arange(waves) % 2, -1, 1).astype(np.float32)
    if across:
        spectrum = spectrum * signs
    if down:
        spectrum = spectrum * signs[:, None]
    return np.ascontiguousarray(spectrum).reshape(len(descriptions), waves * waves)[:, 1:]


def _edges_of(boxes: Sequence[tuple[int, int]]) -> Floats:
    """Left, right, top and bottom of each box, (boxes, 4)."""
    return np.array([(*_INTERVALS[across], *_INTERVALS[down]) for across, down in boxes], np.float32)
