"""What was dropped or pasted: files and folders of this computer, or the pixels of a picture."""

from __future__ import annotations

import os
import time
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage

from workbench.core.errors import ResourceError
from workbench.core.paths import cache_dir
from workbench.ui.pages.page import Page
from workbench.ui.session.session import Session

_ENDINGS = {
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".webp", ".bmp", ".dib", ".tif", ".tiff", ".avif"),
    *(".ppm", ".pgm", ".pbm", ".pnm", ".heic", ".heif", ".mpo"),
}
_KEPT_SECONDS = 7 * 24 * 3600
MOST_FILES = 2000


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


def keep_image(image: QImage) -> Path:
    """Writes a dropped or pasted picture to a file in the cache, and clears away those of past weeks.

    Raises:
        ResourceError: The disk is full or may not be written to.
    """
    folder = cache_dir() / "dropped"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.png"):
        if time.time() - old.stat().st_mtime > _KEPT_SECONDS:
            old.unlink(missing_ok=True)
    path = folder / f"{uuid4().hex}.png"
    if not image.save(str(path)):
        raise ResourceError.said(
            f"The picture could not be kept in “{folder}”.",
            "Make room on that disk or check that you may write there, then try again.",
        )
    return path


def photos_under(paths: list[Path]) -> list[Path]:
    """Files as they are, and the photos in folders at any depth, in order; at most `MOST_FILES`.

    Links to folders are not followed, so that no loop can be entered. A file that was dropped by
    itself is kept whatever its name: the loader says what it is.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        for folder, inner, names in os.walk(path):
            inner.sort()
            wanted = [name for name in sorted(names) if Path(name).suffix.lower() in _ENDINGS]
            found += [Path(folder, name) for name in wanted if not name.startswith(".")]
            if len(found) >= MOST_FILES:
                return found[:MOST_FILES]
    return found[:MOST_FILES]


class DropPage(Page):
    """A page that takes drops anywhere on it."""

    def __init__(self, session: Session, title: str) -> None:
        super().__init__(session, title)
        self.setAcceptDrops(True)

    def show_over(self, over: bool) -> None:
        """Shows that something hovers over the page, or no longer does."""
        raise NotImplementedError

    def take(self, mime: QMimeData) -> None:
        """Takes what was dropped or pasted."""
        raise NotImplementedError

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcomes whatever could hold a photo; a drop that does not is answered by a sentence."""
        event.acceptProposedAction()
        self.show_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forgets about it."""
        self.show_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Takes it."""
        self.show_over(False)
        event.acceptProposedAction()
        self.take(event.mimeData())
