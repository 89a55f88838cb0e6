"""How often a second something can be done."""

from __future__ import annotations

import time
from collections.abc import Callable


def rate(work: Callable[[], object], seconds: float) -> float:
    """Does it again and again for about so many seconds, at least once; returns how often a second."""
    begun, count = time.monotonic(), 0
    while (passed := time.monotonic() - begun) < seconds or not count:
        work()
        count += 1
    return count / max(passed, 1e-9)
