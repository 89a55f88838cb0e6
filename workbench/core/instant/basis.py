"""Standardised features in the coordinates of their own principal axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg

from workbench.core.errors import WorkbenchError
from workbench.core.instant.parts import Rows, by_rows, floats
from workbench.core.jobs import StopRequested, never
from workbench.core.models.linear_head import Doubles, Floats, LinearHead

MOST_AXES = 1024
_SHRINKAGE = 0.02  # of the mean variance, added to each: best or nearly so from 1 to 800 samples a class
_LOST = 1e-6  # float32 knows no eigenvalue below this share of the largest

_PART = 1024  # samples: their features are widened to float32 a part at a time
_OUTSIDE = 1e-4  # a sample has left the axes where more of its length than this lies beside them
_SKETCHED = 1.25  # times the axes that are wanted
_NEARLY_ALL = 0.7  # of the axes: wanted so many, all are found as quickly


@dataclass(frozen=True)
class Basis:
    """Principal axes of standardised features: all of them, or the leading ones.

    Attributes:
        mean: (features,).
        scale: Nearly one over the standard deviation, (features,); 0 where no column varies.
        axes: Orthonormal columns, (features, axes).
    """

    mean: Floats
    scale: Floats
    axes: Floats

    def coordinates(self, features: Rows, stop: StopRequested = never) -> Floats:
        """Where samples lie, (samples, axes)."""
        found = np.empty((len(features), self.axes.shape[1]), dtype=np.float32)

        def work(part: slice) -> None:
            found[part] = self.standard(features[part]) @ self.axes

        for _ in by_rows(work, len(features), most=_PART, stop=stop):
            pass
        return found

    def standard(self, features: Floats) -> Floats:
        """Standardised features, a new array."""
        standard = floats(features) - self.mean
        standard *= self.scale
        return standard

    def extended(self, features: Floats) -> tuple[Basis, Floats]:
        """A basis in which these samples have a place too, and their coordinates in it.

        What lies in the present axes keeps its coordinates, with 0 along each new axis.
        """
        standard = self.standard(features)
        inside = standard @ self.axes
        outside = standard - inside @ self.axes.T
        outside -= (outside @ self.axes) @ self.axes.T  # once more, against rounding
        new, corner, order = scipy.linalg.qr(outside.T, mode="economic", pivoting=True, check_finite=False)
        count = int((np.abs(np.diag(corner)) > _OUTSIDE * np.linalg.norm(standard, axis=1).max()).sum())
        places = np.zeros((len(features), count), dtype=np.float32)
        places[order] = corner[:count].T
        axes = np.concatenate([self.axes, new[:, :count]], axis=1)
        return Basis(self.mean, self.scale, axes), np.concatenate([inside, places], axis=1)

    def head(self, weight: Floats, bias: Floats) -> LinearHead:
        """A head on coordinates, (classes, axes), as a head on features."""
        raw = (weight @ self.axes.T) * self.scale
        return LinearHead(
            raw.astype(np.float32), (bias - raw.astype(np.float64) @ self.mean).astype(np.float32)
        )


def decompose(features: Rows, most: int = MOST_AXES, *, stop: StopRequested = never) -> tuple[Basis, Floats]:
    """Finds the principal axes of features, (samples, features), and the samples' coordinates along them.

    Args:
        features: float16 or float32, (samples, features).
        most: So many axes, the leading ones, where there are more samples than half the features.
        stop: Asked at every part of the samples.

    Raises:
        WorkbenchError: Some feature is not a finite number.
        Stopped: `stop` returned true.
    """
    samples, size = features.shape
    if 2 * samples < size:  # nearer to square, the other side is as quick and the axes more exact
        return _of_few(features)
    mean, gram = _products(features, stop)
    scale = _scale(np.diag(gram).astype(np.float64) / samples)
    gram *= scale
    gram *= scale[:, None]
    axes = _leading(gram, most) if most < _NEARLY_ALL * size else _all(gram)
    basis = Basis(mean, scale, axes)
    return basis, basis.coordinates(features, stop)


def _of_few(features: Rows) -> tuple[Basis, Floats]:
    """All axes, from the products of the samples with one another."""
    held = floats(features[:])
    mean = held.mean(axis=0, dtype=np.float64).astype(np.float32)
    standard = held - mean
    scale = _scale(np.einsum("ij,ij->j", standard, standard, dtype=np.float64) / len(held))
    standard *= scale
    energy, vectors = _eigen(standard @ standard.T)
    root = np.sqrt(energy)
    return Basis(mean, scale, (standard.T @ vectors) / root), vectors * root


def _products(features: Rows, stop: StopRequested) -> tuple[Floats, Floats]:
    """The mean of the features, and the products of the columns less their means, (features, features)."""
    samples, size = features.shape
    total: Doubles = np.zeros(size)
    for part in by_rows(
        lambda part: features[part].sum(axis=0, dtype=np.float64), samples, most=_PART, stop=stop
    ):
        total += part
    mean = (total / samples).astype(np.float32)

    def work(part: slice) -> Floats:
        centred = floats(features[part]) - mean
        return centred.T @ centred

    gram = np.zeros((size, size), dtype=np.float32)
    for product in by_rows(work, samples, most=2 * _PART, stop=stop):
        gram += product
    return mean, gram


def _scale(variance: Doubles) -> Floats:
    """One over the standard deviation, shrunk towards that of all columns.

    A column that hardly varies among these samples tells little of how it varies elsewhere; blown up to
    full size it would drown the others, most of all where samples are few.
    """
    if not np.isfinite(variance).all():
        raise WorkbenchError("features_not_finite")
    variance = variance + _SHRINKAGE * variance.mean()
    scale = np.divide(1.0, np.sqrt(variance), out=np.zeros_like(variance), where=variance > 0)
    return scale.astype(np.float32)


def _eigen(gram: Floats) -> tuple[Floats, Floats]:
    """The eigenvalues that float32 can tell from nothing, falling, and their eigenvectors as columns."""
    energy, vectors = scipy.linalg.eigh(gram, driver="evd", check_finite=False, overwrite_a=True)
    kept = energy > _LOST * max(float(energy[-1]), 1e-30)
    return energy[kept][::-1], np.ascontiguousarray(vectors[:, kept][:, ::-1])


def _all(gram: Floats) -> Floats:
    return _eigen(gram)[1]


def _leading(gram: Floats, count: int) -> Floats:
    """Nearly the leading eigenvectors of a positive semidefinite matrix, orthonormal columns.

    Nyström's approximation from a random sketch (Tropp, Yurtsever, Udell & Cevher, Fixed-rank approximation
    of a positive-semidefinite matrix from streaming data, 2017, algorithm 3).
    """
    size = len(gram)
    random = np.random.default_rng(0)
    sketched = min(size, int(count * _SKETCHED))
    sketch = random.standard_normal((size, sketched), dtype=np.float32)
    image = _times(gram, sketch)
    shift = np.float32(np.sqrt(size) * np.finfo(np.float32).eps * np.linalg.norm(image))
    image += shift * sketch
    core = sketch.T @ image
    corner = scipy.linalg.cholesky((core + core.T) / 2, lower=False, check_finite=False)
    root = scipy.linalg.solve_triangular(corner, image.T, trans="T", check_finite=False).T
    energy, vectors = _eigen(root.T @ root)
    axes = (root @ vectors[:, :count]) / np.sqrt(energy[:count])
    lengths = scipy.linalg.cholesky(axes.T @ axes, lower=False, check_finite=False)
    return np.ascontiguousarray(
        scipy.linalg.solve_triangular(lengths, axes.T, trans="T", check_finite=False).T
    )


def _times(gram: Floats, columns: Floats) -> Floats:
    return np.concatenate(list(by_rows(lambda part: gram[part] @ columns, len(gram))))
