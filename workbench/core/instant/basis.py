"""Standardised features in the coordinates of their own principal axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg

from workbench.core.errors import WorkbenchError
from workbench.core.models.linear_head import Floats, LinearHead

_SHRINKAGE = 0.02  # of the mean variance, added to each: best or nearly so from 1 to 800 samples a class
_LOST = 1e-6  # float32 knows no eigenvalue below this share of the largest

_TOGETHER = 256  # columns
_OUTSIDE = 1e-4  # a sample has left the axes where more of its length than this lies beside them


@dataclass(frozen=True)
class Basis:
    """Principal axes of standardised features. Nothing is dropped: L2 penalties keep their value.

    Attributes:
        mean: (features,).
        scale: Nearly one over the standard deviation, (features,); 0 where no column varies.
        axes: Orthonormal columns, (features, axes).
        energy: Sum of squares of the coordinates along each axis, (axes,).
    """

    mean: Floats
    scale: Floats
    axes: Floats
    energy: Floats

    def coordinates(self, features: Floats) -> Floats:
        """Where samples lie, (samples, axes)."""
        return np.asarray(((features - self.mean) * self.scale) @ self.axes)

    def extended(self, features: Floats) -> tuple[Basis, Floats]:
        """A basis in which these samples have a place too, and their coordinates in it.

        What lies in the present axes keeps its coordinates, with 0 along each new axis.
        """
        standard = (features - self.mean) * self.scale
        inside = standard @ self.axes
        outside = standard - inside @ self.axes.T
        outside -= (outside @ self.axes) @ self.axes.T  # once more, against rounding
        new, corner, order = scipy.linalg.qr(outside.T, mode="economic", pivoting=True, check_finite=False)
        count = int((np.abs(np.diag(corner)) > _OUTSIDE * np.linalg.norm(standard, axis=1).max()).sum())
        places = np.zeros((len(features), count), dtype=np.float32)
        places[order] = corner[:count].T
        axes = np.concatenate([self.axes, new[:, :count]], axis=1)
        return Basis(self.mean, self.scale, axes, np.pad(self.energy, (0, count))), np.concatenate(
            [inside, places], axis=1
        )

    def head(self, weight: Floats, bias: Floats) -> LinearHead:
        """A head on coordinates, (classes, axes), as a head on features."""
        raw = (weight @ self.axes.T) * self.scale
        return LinearHead(
            raw.astype(np.float32), (bias - raw.astype(np.float64) @ self.mean).astype(np.float32)
        )


def decompose(features: Floats, weights: Floats | None = None) -> tuple[Basis, Floats]:
    """Finds the basis of features, (samples, features), and the samples' coordinates in it.

    With weights, (samples,), the mean is the weighted one, and each sample's coordinates come out times
    the root of its weight, as weighted least squares wants them.

    One eigendecomposition of a Gram matrix: of the samples where they are few, else of the features.
    """
    mean, scale = _moments(features)
    if weights is not None:
        mean = np.asarray(np.average(features, axis=0, weights=weights), dtype=np.float32)
    standard = features - mean
    standard *= scale
    if weights is not None:
        standard *= np.sqrt(weights)[:, None]
    samples, size = standard.shape
    few = 2 * samples < size  # nearer to square, the other side is as quick and the axes more exact
    gram = standard @ standard.T if few else standard.T @ standard
    energy, vectors = scipy.linalg.eigh(gram, driver="evd", check_finite=False, overwrite_a=True)
    kept = energy > _LOST * max(float(energy[-1]), 1e-30)
    energy, vectors = energy[kept][::-1], np.ascontiguousarray(vectors[:, kept][:, ::-1])
    if few:
        root = np.sqrt(energy)
        return Basis(mean, scale, (standard.T @ vectors) / root, energy), vectors * root
    return Basis(mean, scale, vectors, energy), standard @ vectors


def _moments(features: Floats) -> tuple[Floats, Floats]:
    """The mean, and one over the standard deviation, shrunk towards that of all columns.

    A column that hardly varies among these samples tells little of how it varies elsewhere; blown up to
    full size it would drown the others, most of all where samples are few.
    """
    mean = features.mean(axis=0, dtype=np.float64)
    # A part at a time: a copy of all of them in float64 would be the largest thing in memory.
    parts = np.array_split(features, max(1, features.shape[1] // _TOGETHER), axis=1)
    variance = np.concatenate([part.var(axis=0, dtype=np.float64) for part in parts])
    if not np.isfinite(variance).all():
        raise WorkbenchError("features_not_finite")
    variance += _SHRINKAGE * variance.mean()
    scale = np.divide(1.0, np.sqrt(variance), out=np.zeros_like(variance), where=variance > 0)
    return mean.astype(np.float32), scale.astype(np.float32)
