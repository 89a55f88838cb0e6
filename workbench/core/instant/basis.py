"""Standardised features in the coordinates of their own principal axes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from workbench.core.instant.parts import Rows, by_rows, floats
from workbench.core.jobs import StopRequested, never
from workbench.core.models.learned_cloud import shrunk_factor
from workbench.core.models.linear_head import Doubles, Floats, LinearHead

MOST_AXES = 1024
_LOST = 1e-6  # float32 knows no eigenvalue below this share of the largest

_PART = 1024  # samples: their features are widened to float32 a part at a time
_OUTSIDE = 1e-4  # a sample has left the axes where more of its length than this lies beside them
_SKETCHED = 1.1  # times the axes that are wanted
_NEARLY_ALL = 0.7  # of the axes: wanted so many, all are found as quickly


@dataclass(frozen=True)
class Scale:
    """How features are standardised.

    Attributes:
        mean: (features,).
        factor: Nearly one over the standard deviation, (features,); 0 where no column varies.
    """

    mean: Floats
    factor: Floats

    def standard(self, features: Floats) -> Floats:
        """Standardised features, a new array."""
        standard = floats(features) - self.mean
        standard *= self.factor
        return standard

    def head(self, weight: Floats, bias: Floats) -> LinearHead:
        """A head on standardised features, weights (classes, features), as a head on features."""
        raw = (weight * self.factor).astype(np.float32)
        return LinearHead(raw, (bias - raw.astype(np.float64) @ self.mean).astype(np.float32))


@dataclass(frozen=True)
class Standardised:
    """Features of samples, standardised when they are asked for: see `Rows`."""

    features: Rows
    scale: Scale

    @property
    def shape(self) -> tuple[int, ...]:
        """(samples, features)."""
        return self.features.shape

    def __len__(self) -> int:
        return len(self.features)

    def __getitem__(self, key: slice | NDArray[np.int64], /) -> Floats:
        return self.scale.standard(self.features[key])


@dataclass(frozen=True)
class Basis:
    """Principal axes of standardised features: all of them, or the leading ones.

    Attributes:
        scale: How the features are standardised.
        axes: Orthonormal columns, (features, axes).
    """

    scale: Scale
    axes: Floats

    def coordinates(self, features: Rows, stop: StopRequested = never) -> Floats:
        """Where samples lie, (samples, axes)."""
        found = np.empty((len(features), self.axes.shape[1]), dtype=np.float32)

        def work(part: slice) -> None:
            found[part] = self.scale.standard(features[part]) @ self.axes

        for _ in by_rows(work, len(features), most=_PART, stop=stop):
            pass
        return found

    def extended(self, features: Floats) -> tuple[Basis, Floats]:
        """A basis in which these samples have a place too, and their coordinates in it.

        What lies in the present axes keeps its coordinates, with 0 along each new axis.
        """
        standard = self.scale.standard(features)
        inside = standard @ self.axes
        outside = standard - inside @ self.axes.T
        outside -= (outside @ self.axes) @ self.axes.T  # once more, against rounding
        new, corner, order = scipy.linalg.qr(outside.T, mode="economic", pivoting=True, check_finite=False)
        count = int((np.abs(np.diag(corner)) > _OUTSIDE * np.linalg.norm(standard, axis=1).max()).sum())
        places = np.zeros((len(features), count), dtype=np.float32)
        places[order] = corner[:count].T
        axes = np.concatenate([self.axes, new[:, :count]], axis=1)
        return Basis(self.scale, axes), np.concatenate([inside, places], axis=1)

    def head(self, weight: Floats, bias: Floats) -> LinearHead:
        """A head on coordinates, (classes, axes), as a head on features."""
        return self.scale.head(weight @ self.axes.T, bias)


def are_few(features: Rows) -> bool:
    """Whether products of the samples with one another are the quicker ones to make."""
    samples, size = features.shape
    return 2 * samples < size  # nearer to square, the other side is as quick and the axes more exact


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
    if are_few(features):
        return _of_few(features)
    scale = measured(features, stop=stop)
    gram = _products(Standardised(features, scale), stop)
    axes = _leading(gram, most, stop) if most < _NEARLY_ALL * len(gram) else _eigen(gram)[1]
    basis = Basis(scale, axes)
    return basis, basis.coordinates(features, stop)


def measured(features: Rows, *, stop: StopRequested = never) -> Scale:
    """The scale of features, (samples, features).

    Raises:
        WorkbenchError: Some feature is not a finite number.
        Stopped: `stop` returned true.
    """

    def sums(of: Callable[[slice], Floats]) -> Doubles:
        total: Doubles = np.zeros(features.shape[1])
        for part in by_rows(lambda part: of(part).sum(axis=0, dtype=np.float64), len(features), most=_PART,
                            stop=stop):  # fmt: skip
            total += part
        return total / len(features)

    mean = sums(lambda part: floats(features[part])).astype(np.float32)
    return Scale(mean, shrunk_factor(sums(lambda part: np.square(floats(features[part]) - mean))))


def _of_few(features: Rows) -> tuple[Basis, Floats]:
    """All axes, from the products of the samples with one another."""
    scale = measured(features)
    standard = scale.standard(floats(features[:]))
    energy, vectors = _eigen(standard @ standard.T)
    root: Floats = np.sqrt(energy)
    return Basis(scale, (standard.T @ vectors) / root), vectors * root


def _products(standard: Standardised, stop: StopRequested) -> Floats:
    """The products of the columns with one another, (features, features)."""

    def work(part: slice) -> Floats:
        rows = standard[part]
        return rows.T @ rows

    gram = np.zeros((standard.shape[1],) * 2, dtype=np.float32)
    for product in by_rows(work, len(standard), most=2 * _PART, large=True, stop=stop):
        gram += product
    return gram


def _eigen(gram: Floats) -> tuple[Floats, Floats]:
    """The eigenvalues that float32 can tell from nothing, falling, and their eigenvectors as columns."""
    energy, vectors = scipy.linalg.eigh(gram, driver="evd", check_finite=False, overwrite_a=True)
    kept = energy > _LOST * max(float(energy[-1]), 1e-30)
    return energy[kept][::-1], np.ascontiguousarray(vectors[:, kept][:, ::-1])


def _leading(gram: Floats, count: int, stop: StopRequested) -> Floats:
    """Nearly the leading eigenvectors of a positive semidefinite matrix, orthonormal columns.

    A random subspace, drawn through the matrix once, and the eigenvectors within it (Halko, Martinsson &
    Tropp, Finding structure with randomness, 2011, algorithms 4.1 and 5.3). The draw is always the same.
    """
    random = np.random.default_rng(0)
    sketched = min(len(gram), int(count * _SKETCHED))
    sketch = _times(gram, random.standard_normal((len(gram), sketched), dtype=np.float32), stop)
    inside, _ = scipy.linalg.qr(sketch, mode="economic", overwrite_a=True, check_finite=False)
    _, vectors = _eigen(inside.T @ _times(gram, inside, stop))
    return np.ascontiguousarray(inside @ vectors[:, :count])


def _times(gram: Floats, columns: Floats, stop: StopRequested) -> Floats:
    return np.concatenate(list(by_rows(lambda part: gram[part] @ columns, len(gram), stop=stop)))
