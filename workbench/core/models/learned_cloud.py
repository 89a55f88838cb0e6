"""Describes where the photos lie that a model learned from; see `distance`."""

from __future__ import annotations

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from workbench.core.errors import WorkbenchError
from workbench.core.models.distance import AXES, FeatureDistance, unpacked
from workbench.core.models.linear_head import Doubles, Floats

_SHRINKAGE = 0.3
"""Of the covariance, towards equal variances: best or nearly so of 0.02 to 0.5, with 20 to 1,600 photos."""
_ADDED = 0.02
"""Of the mean variance, to that of each feature: best or nearly so from 1 to 800 samples a class."""


def describe(features: Floats) -> FeatureDistance:
    """The description of photos by their features, (samples, features).

    Raises:
        WorkbenchError: Some feature is not a finite number.
    """
    mean: Floats = features.mean(axis=0)
    factor = shrunk_factor(np.asarray(np.square(features - mean).mean(axis=0), np.float64))
    signs = signs_for(len(mean))
    places = np.asarray(((features - mean) * factor) @ unpacked(signs), np.float32)
    # The features' own mean stands for that of the places, which are centred as they are.
    return FeatureDistance(mean, factor, signs, ball(places)[1])


def signs_for(width: int) -> NDArray[np.uint8]:
    """Bits of the random projection of so many features, (features, axes / 8); always the same."""
    random = np.random.default_rng(0)
    return np.frombuffer(random.bytes(width * AXES // 8), np.uint8).reshape(width, -1).copy()


def shrunk_factor(variance: Doubles) -> Floats:
    """One over the standard deviation of features, shrunk towards that of all, (features,).

    A feature that hardly varies among these samples tells little of how it varies elsewhere; blown up to
    full size it would drown the others, most of all where samples are few.

    Raises:
        WorkbenchError: Some variance is not a finite number.
    """
    if not np.isfinite(variance).all():
        raise WorkbenchError("features_not_finite")
    variance = variance + _ADDED * variance.mean()
    scale = np.divide(1.0, np.sqrt(variance), out=np.zeros_like(variance), where=variance > 0)
    return scale.astype(np.float32)


def ball(places: Floats) -> tuple[Floats, Floats]:
    """The mean of places, (axes,), and what makes their cloud a ball of unit variance, (axes, axes)."""
    mean: Floats = places.mean(axis=0)
    centred = places - mean
    covariance = centred.T @ centred / len(places)
    even = np.trace(covariance) / len(covariance)
    covariance *= 1 - _SHRINKAGE
    covariance[np.diag_indices_from(covariance)] += max(_SHRINKAGE * even, 1e-12)
    lower = scipy.linalg.cholesky(covariance, lower=True, check_finite=False)
    whitening = scipy.linalg.solve_triangular(lower, np.eye(len(lower)), lower=True, check_finite=False).T
    return mean, np.ascontiguousarray(whitening, np.float32)
