"""The small pictures that pages show: asked for once, kept while there is room, the newest wanted first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

_KEPT_BYTES = 160_000_000
_BATCH = 24
_WAITING = 400


class Pictures:
    """Which pictures are there, wanted, and on their way; a picture is known by path and size."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], QImage | None] = OrderedDict()
        self._bytes = 0
        self._wanted: OrderedDict[tuple[str, int], None] = OrderedDict()
        self._coming: set[tuple[str, int]] = set()

    def get(self, path: str, size: int) -> QImage | None:
        """The picture, or None where it is not there (yet) or cannot be read."""
        key = (path, size)
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def want(self, paths: Iterable[str], size: int) -> None:
        """Notes which pictures are wanted; what was wanted long ago and never came is forgotten."""
        for path in paths:
            key = (path, size)
            if key not in self._kept and key not in self._coming:
                self._wanted[key] = None
                self._wanted.move_to_end(key)
        while len(self._wanted) > _WAITING:
            self._wanted.popitem(last=False)

    def next_batch(self) -> tuple[list[str], int]:
        """The newest wanted pictures, all of one size; none while others are on their way."""
        if not self._wanted or self._coming:
            return [], 0
        size = next(reversed(self._wanted))[1]
        batch = [key for key in reversed(self._wanted) if key[1] == size][:_BATCH]
        for key in batch:
            del self._wanted[key]
        self._coming.update(batch)
        return [path for path, _ in batch], size

    def take(self, path: str, size: int, picture: QImage | None) -> None:
        """Keeps a picture that came; None where the file cannot be read."""
        self._coming.discard((path, size))
        self._kept[(path, size)] = picture
        self._bytes += picture.sizeInBytes() if picture is not None else 0
        while self._bytes > _KEPT_BYTES:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= oldest.sizeInBytes() if oldest is not None else 0

    def done(self) -> None:
        """The batch has ended: what did not come may be asked for again."""
        self._coming.clear()


def image_of(pixels: NDArray[np.uint8]) -> QImage:
    """A Qt image of pixels, shape (height, width, 3)."""
    height, width, _ = pixels.shape
    pixels = np.ascontiguousarray(pixels)
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
