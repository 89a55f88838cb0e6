"""What was dropped or pasted: files and folders of this computer, or the pixels of a picture.

Apart from `drop`, which needs Pillow: the window paints before that is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QImage


@dataclass(frozen=True)
class Given:
    """What a person gave: files and folders, or else a picture that is in no file.

    Attributes:
        paths: In the order in which they came.
        image: The picture; None where there are paths, or nothing.
    """

    paths: tuple[Path, ...] = ()
    image: QImage | None = None

    @classmethod
    def of(cls, mime: QMimeData) -> Given:
        """What was dropped or pasted."""
        paths = tuple(local_paths(mime))
        return cls(paths, None if paths else image_in(mime))

    def __bool__(self) -> bool:
        return bool(self.paths) or self.image is not None


SAMPLES = "application/x-workbench-samples"
"""The type of what is dragged within the window: ids of samples."""


def local_paths(mime: QMimeData) -> list[Path]:
    """Files and folders of this computer, each once; addresses of other computers are passed over."""
    found = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile() and not url.host()]
    return list(dict.fromkeys(path for path in found if path.is_absolute()))


def image_in(mime: QMimeData) -> QImage | None:
    """The picture that a browser or an image program put there, None where there is none."""
    found = mime.imageData()
    if isinstance(found, QByteArray):  # some programs hand over a file's bytes
        found = QImage.fromData(found)
    return found if isinstance(found, QImage) and not found.isNull() else None
