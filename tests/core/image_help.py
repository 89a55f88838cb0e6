"""What the one image loader makes of some bytes."""

from __future__ import annotations

import io

import numpy as np
import pytest

from workbench.core.errors import ImageError
from workbench.core.images.loader import decode


def pixels(content: bytes, **options: int) -> np.ndarray:
    image = decode(io.BytesIO(content), "photo", **options).image
    assert image.mode == "RGB"
    return np.asarray(image)


def reason(content: bytes) -> str:
    with pytest.raises(ImageError) as caught:
        decode(io.BytesIO(content), "photo.jpg")
    assert caught.value.title.endswith(".")
    assert caught.value.hint.endswith(".")
    return caught.value.reason
