"""Python's garbage, collected in a thread of the program's choice."""

from __future__ import annotations

import gc


def collect_where_due() -> None:
    """Collects, in the calling thread, the oldest generation of objects whose turn has come.

    For a program that turned Python's own collection off (`gc.disable`), because that runs in whichever
    thread happens to create an object.
    """
    counts, thresholds = gc.get_count(), gc.get_threshold()
    for generation in reversed(range(len(counts))):
        if counts[generation] > thresholds[generation] > 0:
            gc.collect(generation)
            return
