"""Temperature scaling: one factor on all logits that makes probabilities honest."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.core.results.predictions import group_numbers
from workbench.core.results.probabilities import SMALLEST, Doubles, Integers, log_loss, softmax

PARTS = 5
"""Into so many parts samples are divided; each is scaled by what was found from the others."""
_TELLING, _LEAST_ROWS = 200_000, 1000  # probabilities and samples that are enough to find one number


def inverse_temperature(logits: Doubles, targets: Integers, *, expected: float) -> float:
    """The factor on logits at which their softmax has the least log loss: one over the temperature.

    To be found from out-of-fold logits only (Guo et al., On Calibration of Modern Neural Networks, 2017).
    Few samples, all right or all wrong by luck, would draw it to infinity or to nothing, so it is held
    near what is expected: twice or half of that costs as much as half a nat on one sample.
    """
    import scipy.optimize  # a quarter of a second, for which opening a folder need not wait

    def cost(power: float) -> float:
        loss = log_loss(softmax(logits * (expected * math.exp(power))), targets) if len(targets) else 0.0
        return loss * len(targets) + (power / math.log(2)) ** 2 / 2

    found = scipy.optimize.minimize_scalar(
        cost, bounds=(-7.0, 7.0), method="bounded", options={"xatol": 1e-3}
    )
    return float(expected * math.exp(found.x))


def temperature_of(probabilities: Doubles, targets: Integers) -> float:
    """The temperature, > 0, that fits these predictions: above 1 where they are surer than they may be.

    Args:
        probabilities: (samples, classes), of samples that the model had not learned from.
        targets: (samples,).
    """
    enough = max(_LEAST_ROWS, _TELLING // probabilities.shape[1])
    rows = slice(None, None, max(1, len(probabilities) // enough))
    logits = np.log(np.maximum(probabilities[rows], SMALLEST))
    return 1.0 / inverse_temperature(logits, targets[rows], expected=1.0)


def scaled(probabilities: Doubles, temperature: float) -> Doubles:
    """Probabilities, (samples, classes), at another temperature."""
    return softmax(np.log(np.maximum(probabilities, SMALLEST)) / temperature)


def cross_fitted(probabilities: Doubles, targets: Integers, groups: Integers) -> Doubles | None:
    """Probabilities scaled by temperatures that were found from other samples than those they scale.

    Args:
        probabilities: (samples, classes).
        targets: (samples,).
        groups: A number for each sample; those with the same one are never on both sides. (samples,).

    Returns:
        (samples, classes); None where all samples are one group.
    """
    parts = parts_of(groups)
    if len(np.unique(parts)) < 2:
        return None
    found = np.empty_like(probabilities)
    for part in np.unique(parts):
        inside = parts == part
        temperature = temperature_of(probabilities[~inside], targets[~inside])
        found[inside] = scaled(probabilities[inside], temperature)
    return found


def parts_of(groups: Integers, parts: int = PARTS) -> NDArray[np.int64]:
    """The part of each sample, 0 to `parts` − 1, by its group: each has as many groups, or one less."""
    _, place = np.unique(groups, return_inverse=True)
    return np.asarray(place.ravel() % parts, np.int64)


def groups_or_samples(groups: Integers | None, samples: Sequence[str]) -> Integers:
    """Group numbers, where each sample is for itself a number for each, in no order that says anything."""
    return group_numbers(samples) if groups is None else groups
