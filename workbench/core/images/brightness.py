"""From samples of more than 8 bits to 8: which value becomes black and which white, for a whole folder.

A camera with 12 bits stores them in 16, a height model has metres: what is black and what is white has
to be found out. It is decided once for the photos of a folder, from where the bulk of their values lies,
and the recipe of a model carries it (`Preprocessing.brightness`), so that a photo is as bright at
prediction as it was in training. A few hot pixels, a scale bar burnt into a photo, or values that say
"nothing was measured here" do not count.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.core.images.brightness_rule import Brightness

_INTEGER_TOPS = (255.0, 1023.0, 4095.0, 16383.0, 65535.0)
_TOPS = {
    "int8": (127.0,),
    "uint16": _INTEGER_TOPS,
    "int16": (*_INTEGER_TOPS[:-1], 32767.0),
    "uint32": (*_INTEGER_TOPS, 4294967295.0),
    "int32": (*_INTEGER_TOPS, 2147483647.0),
    "float": (1.0, *_INTEGER_TOPS),
}
_SIGNED = {"int8": 127.0, "int16": 32767.0, "int32": 2147483647.0}
_FEW = 0.005  # so large a share of a photo's values, at either end, may lie outside of what is told apart
_BULK = 0.95
_PHOTOS = 0.05  # and so large a share of a folder's photos
_SAMPLED = 1 << 20
_ANNOTATED = 0.05  # at most so large a share of a photo is a scale bar
_FAR = 10  # values so many times as far off as the others are wide stand for something else
_NOTHING = frozenset((-9999.0, -32768.0, -32767.0, -99999.0))  # such values need not be as far off
_NARROW = 8  # values in less than this part of their range: the range is theirs
_ENOUGH_PHOTOS = 4


@dataclass(frozen=True)
class Depth:
    """Where the values of a photo with more than 8 bits lie, and what was made of them.

    Attributes:
        kind: As `kind_of` names it.
        low, high: Between these lie all but 0.5 % at either end, what stands apart left out.
        bulk: Below this lie 95 % of them.
        least, most: Where its values begin and end, without what lies far beyond `low` and `high`.
        stated: What its tags call black and white, where they do.
        black, white: What became 0 and 255.
        before: Whether this was the way of recipes without a rule.
    """

    kind: str
    low: float
    high: float
    bulk: float
    least: float
    most: float
    stated: tuple[float, float] | None
    black: float
    white: float
    before: bool = False

    def holds_for(self, rule: Brightness | None) -> bool:
        """Whether it would have come out the same with this rule."""
        if rule is None or self.before:
            return rule is None and self.before
        return range_for(self, rule) == (self.black, self.white)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Depth:
        """Reads what `to_dict` gave."""
        stated = values.pop("stated")
        return cls(stated=None if stated is None else (stated[0], stated[1]), **values)


@dataclass(frozen=True)
class Numbers:
    """Samples of more than 8 bits, or fewer, that are to become 8.

    Attributes:
        values: Shape (height, width) or (height, width, channels), real numbers.
        stated: What the file's tags call black and white.
        is_certain: The statement holds whatever the values are: the number of bits made it.
        holes: Where nothing was measured, shape (height, width).
    """

    values: NDArray[Any]
    stated: tuple[float, float] | None = None
    is_certain: bool = False
    holes: NDArray[np.bool_] | None = None


def kind_of(values: NDArray[Any]) -> str:
    """Photos whose samples are of one kind share a range: `uint16`, `int32`, …, `float`."""
    if values.dtype.kind == "f":
        return "float"
    nbytes = min(values.dtype.itemsize, 4)
    return f"{'int' if values.dtype.kind == 'i' else 'uint'}{8 * nbytes}"


def to_8_bits(
    numbers: Numbers, rule: Brightness | None
) -> tuple[NDArray[np.uint8], tuple[str, ...], Depth | None]:
    """Samples as 0 to 255, what had to be done (`rescaled`, `not_finite`, `no_data`), and how.

    Where there is no number, or nothing was measured, it is black.
    """
    values, holes = numbers.values, numbers.holes
    if numbers.is_certain and numbers.stated:
        changes = ("rescaled",) if numbers.stated[1] > 255 else ()
        return _mapped(values, *numbers.stated), changes, None
    made = ["rescaled"]
    wrong = ~np.isfinite(values) if values.dtype.kind == "f" else None
    if wrong is not None and not wrong.any():
        wrong = None
    usable = values[_valid(values, wrong, holes)]
    depth, far = _measured(usable, kind_of(values), numbers.stated)
    black, white = _as_before(values, wrong) if rule is None else range_for(depth, rule)
    depth = replace(depth, black=black, white=white, before=rule is None)
    if far is not None:
        beyond = _of_pixels((values <= far[0]) | (values >= far[1]))
        holes = beyond if holes is None else holes | beyond
    out = _mapped(values if wrong is None else np.nan_to_num(values, nan=black), black, white)
    if wrong is not None:
        made.append("not_finite")
        out[wrong] = 0
    if holes is not None and holes.any():
        made.append("no_data")
        out[holes] = 0
    return out, tuple(made), depth


def range_for(depth: Depth, rule: Brightness) -> tuple[float, float]:
    """What becomes black and what white in a photo; by itself where the rule has no such kind."""
    for kind, black, white in rule:
        if kind == depth.kind:
            return black, white
    return _range_of([depth])


def rule_of(depths: Iterable[Depth]) -> Brightness:
    """The rule for photos that belong together."""
    by_kind: dict[str, list[Depth]] = defaultdict(list)
    for depth in depths:
        by_kind[depth.kind].append(depth)
    return tuple((kind, *_range_of(found)) for kind, found in sorted(by_kind.items()))


def _range_of(depths: list[Depth]) -> tuple[float, float]:
    """The smallest usual range that holds the bulk of the values, else where they begin and end.

    Usual ranges begin at 0 and end where 8, 10, 12, 14 or 16 bits do; for floating-point numbers also
    0 to 1 and −1 to 1. The tags of the photos count where all of them state the same.
    """
    low = _share([depth.low for depth in depths], _PHOTOS, "lower")
    # One photo with many bright spots does not count; one that is bright as a whole does.
    highs = sorted(depth.high for depth in depths)
    spared = max(1, int(len(highs) * _PHOTOS)) if len(highs) >= _ENOUGH_PHOTOS else 0
    high = max(highs[-1 - spared], _share([depth.bulk for depth in depths], 1 - _PHOTOS, "higher"))
    least = _share([depth.least for depth in depths], _PHOTOS, "lower")
    most = _share([depth.most for depth in depths], 1 - _PHOTOS, "higher")
    stated = {depth.stated for depth in depths}
    if len(stated) == 1:
        (common,) = stated
        if common is not None and common[0] <= low and high <= common[1]:
            return common
    kind = depths[0].kind
    if kind == "float" and -1 <= low < 0 and high <= 1:
        return -1.0, 1.0
    whole = _SIGNED.get(kind)
    if low < 0 and whole is not None and most - least > whole / 2:
        return -whole - 1, whole
    if low >= 0:
        tops = _TOPS.get(kind, _INTEGER_TOPS)
        top = next((top for top in tops if high <= top), None)
        usual = kind not in ("float", "uint32", "int32") or top == tops[0]
        if top is not None and (usual or high > top / 16):
            if len(depths) >= _ENOUGH_PHOTOS and top > 255 and most - least < top / _NARROW:
                return least, max(most, least + 1)
            return 0.0, top
        if least < high / 4:
            least = 0.0
    if most <= least:
        return least, least + 1
    return least, most


def _share(values: list[float], share: float, method: Any) -> float:
    return float(np.quantile(np.array(values, np.float64), share, method=method))


def _valid(values: NDArray[Any], wrong: NDArray[np.bool_] | None, holes: NDArray[np.bool_] | None) -> Any:
    """What selects the values that say something."""
    if wrong is None and holes is None:
        return ...
    valid = np.ones(values.shape, bool) if wrong is None else ~wrong
    if holes is not None:
        valid[holes] = False
    return valid


def _of_pixels(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return mask if mask.ndim == 2 else np.asarray(mask.any(axis=2))


def _measured(
    values: NDArray[Any], kind: str, stated: tuple[float, float] | None
) -> tuple[Depth, tuple[float, float] | None]:
    """Where values lie, and the limits beyond which they stand for "nothing was measured"."""
    flat = values.reshape(-1)
    found = np.sort(flat[:: max(1, len(flat) // _SAMPLED) | 1]).astype(np.float64)
    if not len(found):
        return Depth(kind, 0.0, 0.0, 0.0, 0.0, 0.0, stated, 0.0, 1.0), None
    found, far = _without_far(found) if kind != "uint16" else (found, None)
    if kind.startswith("uint"):
        found = _without_annotation(found, float(np.iinfo(values.dtype).max))
    low, high = _ends(found)
    margin = (high - low) / 10
    least, most = max(float(found[0]), low - margin), min(float(found[-1]), high + margin)
    bulk = float(found[int((len(found) - 1) * _BULK)])
    return Depth(kind, low, high, bulk, least, most, stated, 0.0, 1.0), far


def _ends(found: NDArray[np.float64]) -> tuple[float, float]:
    """All but the few at either end lie between these; by position, so that they are values that occur."""
    few = int(len(found) * _FEW)
    return float(found[few]), float(found[-1 - few])


def _without_far(found: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[float, float] | None]:
    """Sorted values less those that are far off at one end, as −9999 among 0 to 1, and where these begin."""
    far = (-math.inf, math.inf)
    for end in (0, -1):
        value = float(found[end])
        rest = found[found != value]
        if len(rest) < max(4, len(found) // 50):
            continue
        low, high = _ends(rest)
        gap = low - value if end == 0 else value - high
        if high > low and gap > (1 if value in _NOTHING else _FAR) * (high - low):
            found, far = rest, (value, far[1]) if end == 0 else (far[0], value)
    return found, None if far == (-math.inf, math.inf) else far


def _without_annotation(found: NDArray[np.float64], full: float) -> NDArray[np.float64]:
    """Sorted values less what was drawn in at the type's largest value, where no other is near it."""
    drawn = len(found) - int(np.searchsorted(found, full))
    rest = found[: len(found) - drawn]
    if not drawn or not len(rest) or drawn > _ANNOTATED * len(found):
        return found
    low, high = _ends(rest)
    return rest if high <= full / 4 and high > low else found


def _mapped(values: NDArray[Any], black: float, white: float) -> NDArray[np.uint8]:
    if values.dtype.kind == "u" and values.dtype.itemsize <= 2:
        every = np.arange(1 << 8 * values.dtype.itemsize, dtype=np.float64)
        return np.asarray(_scaled(every, black, white)[values])
    return _scaled(values, black, white)


def _scaled(values: NDArray[Any], black: float, white: float) -> NDArray[np.uint8]:
    exact = np.float64 if values.dtype.itemsize > 2 and values.dtype.kind != "f" else np.float32
    if values.dtype == np.float64:
        exact = np.float64
    scaled = np.clip(values.astype(exact), exact(black), exact(white))
    scaled -= exact(black)
    scaled *= exact(255.0 / (white - black))
    return np.asarray(np.rint(scaled, out=scaled), np.uint8)


def _as_before(values: NDArray[Any], wrong: NDArray[np.bool_] | None) -> tuple[float, float]:
    """The range of recipes without a rule: for colours 16 bits, for grey the smallest usual one."""
    if values.ndim == 3 and values.dtype.kind != "f":
        return 0.0, 65535.0
    usual: tuple[tuple[float, float], ...] = ((0, 255), (0, 4095), (0, 65535))
    if values.dtype.kind == "f":
        usual = ((0, 1), (-1, 1), *usual)
    finite = values if wrong is None else np.where(wrong, 0, values)
    least, most = float(finite.min()), float(finite.max())
    for low, high in usual:
        if low <= least and most <= high:
            return float(low), float(high)
    return least, max(most, least + 1.0)
