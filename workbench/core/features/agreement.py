"""How nearly two ways to compute features agree."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

AGREEMENT = 0.999
"""Mean cosine between a runtime's features of the probes and torch's in float32 that is asked of it."""
DEVIATION = 1e-4
"""Largest difference between a runtime's features of a probe and torch's, as a share of their length, with
which it may answer. Float32 stays a hundred times below it; TF32 and float16 are ten times above it, bfloat16
several hundred times."""


def largest_deviation(found: NDArray[np.float32], expected: NDArray[np.float32]) -> float:
    """The largest of the differences between the rows of two arrays of the same shape (N, width).

    Each is the length of the difference as a share of that of the row expected.
    """
    differences = np.linalg.norm(found.astype(np.float64) - expected, axis=1)
    lengths = np.linalg.norm(expected.astype(np.float64), axis=1)
    return float((differences / np.maximum(lengths, np.finfo(np.float64).tiny)).max())


def cosine(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float64]:
    """Cosine of the angle between the rows of two arrays of the same shape (N, width), shape (N,)."""
    a, b = first.astype(np.float64), second.astype(np.float64)
    lengths: NDArray[np.float64] = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    products: NDArray[np.float64] = (a * b).sum(axis=1)
    return products / np.maximum(lengths, np.finfo(np.float64).tiny)
