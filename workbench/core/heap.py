"""Memory that was freed, and that the C library keeps."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Gives memory that is not used any more back to the system; does nothing where that needs no asking.

    The GNU C library keeps what threads have freed for their next allocation, in an arena for each: after
    60,000 photos were read, four hundred megabytes that nobody uses.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other C libraries have none
        if trim is not None:
            trim(0)
