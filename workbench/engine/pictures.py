"""Small pictures of photos, for the window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.core.data.photo_cache import small_picture
from workbench.core.errors import ImageError


def small(path: Path, size: int) -> NDArray[np.uint8] | None:
    """A photo with a longest side of `size` px, shape (height, width, 3); None where it is unreadable."""
    try:
        return small_picture(path, size)
    except ImageError:
        return None
