"""How far a photo's features lie from those that a model learned from.

The Mahalanobis distance (Lee, Lee, Lee & Shin, A simple unified framework for detecting out-of-distribution
samples, 2018) from one normal distribution of all classes, with a shrunk covariance. The features are
projected to a few hundred numbers by random signs (Achlioptas, Database-friendly random projections, 2003),
so that a model file grows by a third of a megabyte and the distance of a photo that was not learned is that
of any other: principal axes would have been fitted to the few that were.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from workbench.core.models.linear_head import Doubles, Floats

AXES = 256


@dataclass(frozen=True)
class FeatureDistance:
    """What was learned, as one cloud.

    Attributes:
        mean: Of the features, float32, (features,).
        factor: By which each is standardised, float32, (features,).
        signs: Bits of the projection, uint8, (features, axes / 8); see `numpy.packbits`.
        whitening: Makes the cloud a ball of unit variance, float32, (axes, axes).
    """

    mean: Floats
    factor: Floats
    signs: NDArray[np.uint8]
    whitening: Floats

    def distances(self, features: Floats) -> Doubles:
        """The squared distances by the number of axes, (samples,), of features, (samples, features)."""
        standard = (features - self.mean) * self.factor
        ball = (standard @ unpacked(self.signs)) @ self.whitening
        return np.asarray(np.square(ball, dtype=np.float64).mean(axis=1))

    def to_entry(self) -> bytes:
        """As an entry of a model file."""
        return safetensors.numpy.save({name: getattr(self, name) for name in _KINDS})

    @classmethod
    def from_entry(cls, entry: bytes) -> FeatureDistance:
        """Reads what `to_entry` wrote.

        Raises:
            KeyError, ValueError, safetensors.SafetensorError: It is something else.
        """
        arrays = safetensors.numpy.load(entry)
        found = cls(**{name: arrays[name] for name in _KINDS})
        width, axes = found.mean.size, math.isqrt(found.whitening.size)
        shapes = {
            "mean": (width,),
            "factor": (width,),
            "signs": (width, axes // 8),
            "whitening": (axes, axes),
        }
        for name, kind in _KINDS.items():
            array = arrays[name]
            if array.dtype != kind or array.shape != shapes[name] or not np.isfinite(array).all():
                raise ValueError(f"{name} of the distance does not fit")
        return found

    def check(self, width: int) -> None:
        """Refuses a description of features that are not so many.

        Raises:
            ValueError: It is of others.
        """
        if len(self.mean) != width:
            raise ValueError(f"the distance is one of {len(self.mean)} features, not of {width}")


_KINDS = {"mean": np.float32, "factor": np.float32, "signs": np.uint8, "whitening": np.float32}


def unpacked(signs: NDArray[np.uint8]) -> Floats:
    """The projection of packed bits, 1 or -1, float32, (features, axes)."""
    return np.unpackbits(signs, axis=1).astype(np.float32) * 2 - 1
