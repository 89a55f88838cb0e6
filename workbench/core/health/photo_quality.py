"""Photos that stand out by how they were taken or kept: dark, blown out, blank, blurred, tiny, damaged.

What is usual decides: objects on white paper are no mistakes where all photos are so.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from workbench.core.data.catalog import Catalog
from workbench.core.health.traits import Traits

Bools = NDArray[np.bool_]

_DARK, _USUAL_LIGHT = 30.0, 60.0  # of 255
_BURNT, _USUALLY_BURNT = 0.6, 0.2  # share of the pixels
_BLANK = 4.0
_SPREADS, _LEAST_SPREAD = 4.0, 0.03
"""So many times the usual deviation from the median of the folder (at least so much) is much."""
_TINY, _SMALLER = 64, 4
"""Pixels of the short side, and how many times smaller than usual."""


def stand_out(kind: str, catalog: Catalog, traits: Traits) -> tuple[str, ...]:
    """Ids of the photos that stand out in a way: a key of `KINDS`; the worst first."""
    by_id = {sample.id: sample for sample in catalog.samples}
    known = np.array([sample in by_id for sample in traits.samples], bool)
    if not known.any():
        return ()
    chosen, order = KINDS[kind](traits, catalog)
    rows = [row for row in np.argsort(order, kind="stable").tolist() if known[row] and chosen[row]]
    return tuple(traits.samples[row] for row in rows)


def _dark(traits: Traits, _: Catalog) -> tuple[Bools, NDArray[np.float32]]:
    light = traits.column("brightness")
    usual = float(np.median(light)) >= _USUAL_LIGHT
    return (light < _DARK) & usual & ~_is_blank(traits), light


def _burnt(traits: Traits, _: Catalog) -> tuple[Bools, NDArray[np.float32]]:
    share = traits.column("bright_share")
    usual = float(np.median(share)) <= _USUALLY_BURNT
    return (share > _BURNT) & usual & ~_is_blank(traits), -share


def _blank(traits: Traits, _: Catalog) -> tuple[Bools, NDArray[np.float32]]:
    return _is_blank(traits), traits.column("contrast")


def _is_blank(traits: Traits) -> Bools:
    blank: Bools = traits.column("contrast") < _BLANK
    return blank


def _damaged(traits: Traits, _: Catalog) -> tuple[Bools, NDArray[np.float32]]:
    column = traits.column("damaged")
    return column > 0, -column


def _blurred(traits: Traits, _: Catalog) -> tuple[Bools, NDArray[np.float32]]:
    blur = traits.column("blur")
    usual = float(np.median(blur))
    spread = max(_LEAST_SPREAD, 1.4826 * float(np.median(np.abs(blur - usual))))
    return (blur > usual + _SPREADS * spread) & ~_is_blank(traits), -blur


def _tiny(traits: Traits, catalog: Catalog) -> tuple[Bools, NDArray[np.float32]]:
    sides = {sample.id: min(sample.width, sample.height) for sample in catalog.samples}
    short = np.array([sides.get(sample, 0) for sample in traits.samples], np.float32)
    usual = float(np.median(list(sides.values())))
    return (short < _TINY) & (short * _SMALLER < usual), short


KINDS: dict[str, Callable[[Traits, Catalog], tuple[Bools, NDArray[np.float32]]]] = {
    "dark": _dark,
    "burnt": _burnt,
    "blank": _blank,
    "blurred": _blurred,
    "tiny": _tiny,
    "damaged": _damaged,
}
"""Each way to stand out: from traits to which photos do, and an order in which the worst come first."""
