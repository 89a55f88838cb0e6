"""Which edition of the program this is: the full one, or the light one, which comes without torch."""

from __future__ import annotations

import functools
import importlib.util
from typing import Literal

Edition = Literal["full", "light"]


def edition() -> Edition:
    """`full`, or `light` where torch is not there: then nothing is learned by gradients."""
    return "full" if has_torch() else "light"


def has_torch() -> bool:
    """Whether torch is there; it is looked for, not imported."""
    return _is_there()


@functools.cache
def _is_there() -> bool:
    return importlib.util.find_spec("torch") is not None
