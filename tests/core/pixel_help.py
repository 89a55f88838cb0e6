"""A picture that is known before it is written, and how far what is read is off it."""

from __future__ import annotations

import io

import numpy as np
import pytest

from workbench.core.errors import ImageError
from workbench.core.images.loader import Decoded, decode

CLOSE = 2.0


def known_picture() -> np.ndarray:
    """A colour picture of 52 × 40 with all of 0 to 255 in it, shape (40, 52, 3)."""
    y, x = np.mgrid[0:40, 0:52]
    return np.stack([x * 255 // 51, y * 255 // 39, (x * 5 + y * 7) % 256], axis=-1).astype(np.uint8)


def read(content: bytes, name: str = "picture.tif") -> Decoded:
    return decode(io.BytesIO(content), name)


def off(content: bytes, expected: np.ndarray) -> float:
    """Mean difference from what should be seen, of 255."""
    found = np.asarray(read(content).image).astype(int)
    if expected.ndim == 2:
        expected = np.stack([expected] * 3, axis=-1)
    assert found.shape == expected.shape
    return float(np.abs(found - expected).mean())


def refused(content: bytes, name: str = "picture.tif") -> str:
    with pytest.raises(ImageError) as caught:
        decode(io.BytesIO(content), name)
    return caught.value.message.code
