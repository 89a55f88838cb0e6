"""The wheel over something that can be scrolled, or changed by it, and stands on a page that scrolls."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QWidget


def turned(widget: QWidget, event: QWheelEvent, usual: Callable[[QWheelEvent], None]) -> None:
    """Leaves the wheel to the page, unless one is at work in the widget.

    Scrolling a page must neither change nor hold on to what happens to lie under the pointer.
    """
    if widget.hasFocus():
        usual(event)
    else:
        event.ignore()
