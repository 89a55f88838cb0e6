"""How far photos lie from what a head learns from: the description of it, and distances out of fold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from workbench.core.data.stored_split import SampleSet
from workbench.core.instant.basis import Scale, Standardised, measured
from workbench.core.instant.heads import FittedHead, Integers, answerable
from workbench.core.instant.parts import Rows, by_rows, one_thread_a_product
from workbench.core.jobs import StopRequested, never
from workbench.core.models.distance import AXES, FeatureDistance, unpacked
from workbench.core.models.linear_head import Doubles, Floats
from workbench.core.results.reject import RejectRule
from workbench.core.results.reject_thresholds import FEWEST, calibrated

_SHRINKAGE = 0.3
"""Of the covariance, towards equal variances: best or nearly so of 0.02 to 0.5, with 20 to 1,600 photos."""
_PART = 1024  # samples


@dataclass(frozen=True)
class Familiar:
    """When a model with a head says nothing.

    Attributes:
        rule: Found from photos that heads and descriptions had not learned.
        distance: Of all that was learned.
    """

    rule: RejectRule
    distance: FeatureDistance


def familiar(
    features: Rows, fitted: FittedHead, learned: SampleSet, *, stop: StopRequested = never
) -> Familiar | None:
    """What a head's features and answers say about when to say nothing; None where photos are few.

    Args:
        features: What the head was fitted to, (samples, features).
        learned: Its samples.

    Raises:
        Stopped: `stop` returned true.
    """
    if len(learned) < FEWEST:
        return None
    known = answerable(learned.targets, fitted.folds)
    table = learned.table("instant", fitted.out_of_fold, folds=fitted.folds, answerable=known)
    with one_thread_a_product():
        distance, apart = described(features, fitted.folds, stop=stop)
    rule = calibrated(table, apart)
    return Familiar(rule, distance) if rule is not None else None


def described(
    features: Rows, folds: Integers, *, stop: StopRequested = never
) -> tuple[FeatureDistance, Doubles]:
    """The description of all samples, and the distance of each from that of the other folds, (samples,).

    The scale of the features is that of all samples: of these a photo changes next to nothing.

    Args:
        features: (samples, features).
        folds: The fold of each sample, (samples,).

    Raises:
        Stopped: `stop` returned true.
    """
    scale, signs, places = _places(features, stop)
    apart = np.zeros(len(places))
    for fold in np.unique(folds):
        out = folds == fold
        mean, whitening = _ball(places[~out] if not out.all() else places)
        apart[out] = np.square((places[out] - mean) @ whitening, dtype=np.float64).mean(axis=1)
    return _distance(scale, signs, places), apart


def describe(features: Rows, *, stop: StopRequested = never) -> FeatureDistance:
    """The description of samples by their features, (samples, features).

    Raises:
        Stopped: `stop` returned true.
    """
    with one_thread_a_product():
        return _distance(*_places(features, stop))


def _places(features: Rows, stop: StopRequested) -> tuple[Scale, NDArray[np.uint8], Floats]:
    """The scale of features, the signs of the projection, and where samples lie then, (samples, axes)."""
    scale = measured(features, stop=stop)
    random = np.random.default_rng(0)
    signs = np.frombuffer(random.bytes(len(scale.mean) * AXES // 8), np.uint8).reshape(len(scale.mean), -1)
    projection, standard = unpacked(signs), Standardised(features, scale)
    parts = by_rows(lambda part: standard[part] @ projection, len(features), most=_PART, stop=stop)
    return scale, signs.copy(), np.concatenate(list(parts))


def _distance(scale: Scale, signs: NDArray[np.uint8], places: Floats) -> FeatureDistance:
    # The features' own mean stands for that of the places, which are centred as they are.
    return FeatureDistance(scale.mean, scale.factor, signs, _ball(places)[1])


def _ball(places: Floats) -> tuple[Floats, Floats]:
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
