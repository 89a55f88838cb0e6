"""Few samples: logistic regression blended with the nearest centroid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.core.instant.heads import Integers
from workbench.core.instant.solver import Solutions
from workbench.core.models.linear_head import Floats

_SHARE = 0.5  # of the centroids where each class has a single sample

_ALIKE = 1e-5  # of the samples' lengths: a class that lies where all samples lie points nowhere


def blended(
    solutions: Solutions, coordinates: Floats, targets: Integers, learned: NDArray[np.bool_]
) -> Solutions:
    """Mixes each solution's logits with the cosine to the mean of each class, at the same loudness.

    The share of the centroids is a half where each class has one sample, and falls with the cube of how
    many it has: on photographs, centroids were better than logistic regression at one sample a class, and
    no help from two on (benchmarks/heads.py). A class that a problem has not seen is as far as can be.

    Args:
        learned: Which problem learns from which sample, (problems, samples).
    """
    classes, problems = solutions.bias.shape
    share = _SHARE / max(len(targets) / classes, 1.0) ** 3
    weight, bias = np.empty_like(solutions.weight), np.empty_like(solutions.bias)
    for problem in range(problems):
        own = solutions.weight[:, problem], solutions.bias[:, problem]
        seen = coordinates[learned[problem]]
        to, offset = _directions(seen, targets[learned[problem]], classes)
        factor = share * _spread(seen @ own[0].T + own[1]) / _spread(seen @ to.T + offset)
        weight[:, problem] = (1 - share) * own[0] + factor * to
        bias[:, problem] = (1 - share) * own[1] + factor * offset
    return Solutions(weight, bias)


def _directions(seen: Floats, targets: Integers, classes: int) -> tuple[Floats, Floats]:
    """From the mean of the samples to that of each class, as weights of length 1, and their biases."""
    counts = np.bincount(targets, minlength=classes)
    sums = np.zeros((classes, seen.shape[1]), dtype=np.float32)
    np.add.at(sums, targets, seen)
    middle = sums.sum(axis=0) / max(len(seen), 1)
    to = sums / np.maximum(counts, 1)[:, None].astype(np.float32) - middle
    lengths = np.linalg.norm(to, axis=1)
    distinct = (counts > 0) & (lengths > _ALIKE * np.linalg.norm(seen))
    to *= np.divide(1.0, lengths, out=np.zeros_like(lengths), where=distinct)[:, None]
    return to, np.where(counts > 0, -(to @ middle), -1.0).astype(np.float32)


def _spread(logits: Floats) -> float:
    """The root mean square of logits less their mean over the classes; 1 where there is none."""
    return float(np.sqrt(np.square(logits - logits.mean(axis=1, keepdims=True)).sum())) or 1.0
