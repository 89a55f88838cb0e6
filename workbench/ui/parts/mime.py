"""What was dropped or pasted: files and folders of this computer, or the pixels of a picture.

Apart from `drop`, which needs Pillow: the window paints before that is loaded.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QImage

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
