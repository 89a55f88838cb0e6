"""Where buttons are in the program's window, found out with the same window from the sources.

python packaging/places.py WIDTH HEIGHT [FOLDER]

Prints JSON: the middle of each button, px from the corner; with a folder open, that of the first photos, too.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PySide6.QtCore import QEventLoop, QPoint
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from workbench.core.paths import use_temporary_profile
from workbench.ui.pages.images import ImagesPage
from workbench.ui.session.session import Session
from workbench.ui.style import theme
from workbench.ui.window import MainWindow

_PATIENCE = 60.0
_PHOTOS = 4


def main() -> None:
    """Shows the first page, and prints where its buttons and photos are."""
    use_temporary_profile()
    application = QApplication(sys.argv[:1])
    session = Session()
    appearance = theme.Theme(application)
    appearance.choose("light")
    window = MainWindow(session, appearance, "images")
    window.resize(int(sys.argv[1]), int(sys.argv[2]))
    window.show()
    application.processEvents()
    found = {button.text(): _middle(button, window) for button in _visible(window)}
    if len(sys.argv) > 3:
        found |= _photos(application, window, Path(sys.argv[3]))
    print(json.dumps({name: place for name, place in found.items() if name}))
    session.close()


def _photos(application: QApplication, window: MainWindow, folder: Path) -> dict[str, tuple[int, int]]:
    """Opens a folder; returns the middle of each of its first photos, by `photo NUMBER`."""
    session = window.session
    session.preferences.train_on_opening = False
    session.folders.open(folder)
    ending = time.monotonic() + _PATIENCE
    page = window.page
    assert isinstance(page, ImagesPage)
    while session.state.folders.catalog is None and time.monotonic() < ending:
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
    application.processEvents()
    gallery = page.folder_view.gallery
    found = {}
    for number in range(_PHOTOS):
        middle = gallery.visualRect(gallery.model().index(number, 0)).center()
        at = gallery.viewport().mapTo(window, middle)
        found[f"photo {number}"] = (at.x(), at.y())
    return found


def _visible(window: QWidget) -> list[QAbstractButton]:
    return [button for button in window.findChildren(QAbstractButton) if button.isVisible()]


def _middle(button: QWidget, window: QWidget) -> tuple[int, int]:
    place = button.mapTo(window, QPoint(button.width() // 2, button.height() // 2))
    return place.x(), place.y()


if __name__ == "__main__":
    main()
