"""Where buttons are in the program's window, found out with the same window from the sources.

python packaging/places.py WIDTH HEIGHT     prints JSON: the middle of each button, px from the corner
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from workbench.core.paths import use_temporary_profile
from workbench.ui.session.session import Session
from workbench.ui.style import theme
from workbench.ui.window import MainWindow


def main() -> None:
    """Shows the first page and *Try it*, and prints where their buttons are."""
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
    print(json.dumps({name: place for name, place in found.items() if name}))
    session.close()


def _visible(window: QWidget) -> list[QAbstractButton]:
    return [button for button in window.findChildren(QAbstractButton) if button.isVisible()]


def _middle(button: QWidget, window: QWidget) -> tuple[int, int]:
    place = button.mapTo(window, QPoint(button.width() // 2, button.height() // 2))
    return place.x(), place.y()


if __name__ == "__main__":
    main()
