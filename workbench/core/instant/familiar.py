"""How far photos lie from what a head learns from: the description of it, and distances out of fold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.core.data.stored_split import SampleSet
from workbench.core.instant.basis import Scale, Standardised, measured
from workbench.core.instant.heads import FittedHead, Integers, answerable
from workbench.core.instant.parts import Rows, by_rows, one_thread_a_product
from workbench.core.jobs import StopRequested, never
from workbench.core.models.distance import FeatureDistance, unpacked
from workbench.core.models.learned_cloud import ball, signs_for
from workbench.core.models.linear_head import Doubles, Floats
from workbench.core.results.reject import RejectRule
from workbench.core.results.reject_thresholds import FEWEST, calibrated

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
        mean, whitening = ball(places[~out] if not out.all() else places)
        apart[out] = np.square((places[out] - mean) @ whitening, dtype=np.float64).mean(axis=1)
    # The features' own mean stands for that of the places, which are centred as they are.
    return FeatureDistance(scale.mean, scale.factor, signs, ball(places)[1]), apart


def _places(features: Rows, stop: StopRequested) -> tuple[Scale, NDArray[np.uint8], Floats]:
    """The scale of features, the signs of the projection, and where samples lie then, (samples, axes)."""
    scale = measured(features, stop=stop)
    signs = signs_for(len(scale.mean))
    projection, standard = unpacked(signs), Standardised(features, scale)
    parts = by_rows(lambda part: standard[part] @ projection, len(features), most=_PART, stop=stop)
    return scale, signs, np.concatenate(list(parts))
