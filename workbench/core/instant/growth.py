"""After how many photos a model is made while the rest is still being looked at."""

from __future__ import annotations

_FIRST = 100  # photos: a second of looking
_HANDFUL = 10  # of each class, where there are not too many classes
_LEAST = 2
_FACTOR = 3.5
"""Each model learns from so many times as many photos as the one before: all of them together cost about
half of what the last one does."""
_WORTH = 2.5  # times as many photos are still to come: else the next model is soon there
_SMALL = 400  # photos that are looked at in a few seconds


def handful(classes: int) -> int:
    """How many photos of each class are looked at first."""
    return max(_LEAST, min(_HANDFUL, 10 * _FIRST // max(classes, 1)))


def first_size(classes: int) -> int:
    """How many photos the first model learns from."""
    return max(_FIRST, handful(classes) * classes)


def prefixes(samples: int, classes: int) -> list[int]:
    """The sizes of the samples that models on the way learn from, in order; none where there are few.

    Args:
        samples: How many there are in all.
        classes: How many classes they are of.
    """
    if samples < _SMALL:
        return []
    found, size = [], float(first_size(classes))
    while size * _WORTH <= samples:
        found.append(round(size))
        size *= _FACTOR
    return found
