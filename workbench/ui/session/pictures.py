"""The pictures that pages show: asked for once, kept while there is room, the newest wanted first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.events import Thumbnail
from workbench.engine import requests
from workbench.ui.session.service_engine import ServiceEngine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_KEPT_BYTES = 160_000_000
_BATCH = 24
_WAITING = 400


class PhotoKey(NamedTuple):
    """A photo, and not whatever takes its name later.

    Attributes:
        path: Of the file.
        stamp: Its digest, or `files.stamp_of` when it was looked at; "" where it does not matter.
    """

    path: str
    stamp: str = ""

    @classmethod
    def of(cls, catalog: Catalog, sample: Sample) -> PhotoKey:
        """Of a sample of a catalog."""
        return cls(str(catalog.roots.locate(sample)), sample.digest)

    def is_of(self, stamp: str) -> bool:
        """Whether a file with this stamp is still the photo; a digest cannot be compared."""
        return "-" not in self.stamp or self.stamp == stamp


class PictureCache:
    """Which pictures are there, wanted, and on their way; a picture is known by its photo and its size."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[PhotoKey, int], QImage | None] = OrderedDict()
        self._bytes = 0
        self._wanted: OrderedDict[tuple[PhotoKey, int], None] = OrderedDict()
        self._coming: set[tuple[PhotoKey, int]] = set()

    def get(self, photo: PhotoKey, size: int) -> QImage | None:
        """The picture, or None where it is not there (yet) or cannot be read."""
        key = (photo, size)
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def request(self, photos: Iterable[PhotoKey], size: int) -> None:
        """Notes which pictures are wanted; what was wanted long ago and never came is forgotten."""
        for photo in photos:
            key = (photo, size)
            if key not in self._kept and key not in self._coming:
                self._wanted[key] = None
                self._wanted.move_to_end(key)
        while len(self._wanted) > _WAITING:
            self._wanted.popitem(last=False)

    def next_batch(self) -> tuple[list[PhotoKey], int]:
        """The newest wanted pictures, all of one size; none while others are on their way."""
        if not self._wanted or self._coming:
            return [], 0
        size = next(reversed(self._wanted))[1]
        batch = [key for key in reversed(self._wanted) if key[1] == size][:_BATCH]
        for key in batch:
            del self._wanted[key]
        self._coming.update(batch)
        return [photo for photo, _ in batch], size

    def take(self, photo: PhotoKey, size: int, picture: QImage | None) -> None:
        """Keeps a picture that came; None where the file cannot be read, or is another one by now."""
        self._coming.discard((photo, size))
        self._kept[(photo, size)] = picture
        self._bytes += picture.sizeInBytes() if picture is not None else 0
        while self._bytes > _KEPT_BYTES:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= oldest.sizeInBytes() if oldest is not None else 0

    def done(self) -> None:
        """The batch has ended: what did not come may be asked for again."""
        self._coming.clear()


class Thumbnails(QObject):
    """Fetches upright small pictures of photos, those that were wanted last first.

    Signals:
        arrived: `PhotoKey` and picture.
    """

    arrived = Signal(object, QImage)

    def __init__(self, service: ServiceEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._pictures = PictureCache()
        self._size = 0
        self._batch: list[PhotoKey] = []
        self._soon = QTimer(self, singleShot=True, interval=0)  # so that a page's wishes go together
        self._soon.timeout.connect(self._fetch)

    def get(self, photo: PhotoKey, size: int) -> QImage | None:
        """The picture with a longest side of `size` px; asks for it where it is not there."""
        found = self._pictures.get(photo, size)
        if found is None:
            self.request([photo], size)
        return found

    def peek(self, photo: PhotoKey, size: int) -> QImage | None:
        """The picture where it is there; it is not asked for."""
        return self._pictures.get(photo, size)

    def request(self, photos: Iterable[PhotoKey], size: int) -> None:
        """Asks for pictures; those that are there come at once."""
        photos = list(photos)
        for photo in photos:
            found = self._pictures.get(photo, size)
            if found is not None:
                self.arrived.emit(photo, found)
        self._pictures.request(photos, size)
        self._soon.start()

    @Slot()
    def _fetch(self) -> None:
        batch, size = self._pictures.next_batch()
        if batch:
            self._size, self._batch = size, batch
            request = requests.Thumbnails(tuple(photo.path for photo in batch), size)
            self._service.submit(request, event=self._take, completed=self._done, failed=self._done)

    def _take(self, event: Thumbnail) -> None:
        picture = image_of(event.pixels) if event.pixels is not None else None
        for photo in [each for each in self._batch if each.path == event.path]:
            found = picture if photo.is_of(event.stamp) else None
            self._pictures.take(photo, self._size, found)
            if found is not None:
                self.arrived.emit(photo, found)

    def _done(self, _: object) -> None:
        self._pictures.done()
        self._fetch()


def image_of(pixels: NDArray[np.uint8]) -> QImage:
    """A Qt image of pixels, shape (height, width, 3)."""
    height, width, _ = pixels.shape
    return QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
