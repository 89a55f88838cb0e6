"""How large the window is: never larger than the free area of its screen."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QRect, QSize
from PySide6.QtWidgets import QWidget

from workbench.ui.style import theme

USUAL = QSize(1200, 800)
_FRAME = QMargins(8, 36, 8, 8)
"""What a window's frame may take before it is known, px."""


def fit_to_screen(window: QWidget, *, remembered: bool) -> None:
    """Has a window, with its frame, lie within the free area of its screen.

    Args:
        window: It.
        remembered: Whether it has a size of its own already; else it gets the usual one, in the middle.
    """
    screen = window.screen()
    if screen is None or window.isFullScreen():
        return
    free = screen.availableGeometry()
    frame = _frame_of(window)
    window.setMinimumSize(QSize(*theme.MINIMUM_SIZE).boundedTo(free.marginsRemoved(frame).size()))
    if window.isMaximized():
        return
    wanted = window.geometry()
    if not remembered:
        wanted = QRect(wanted.topLeft(), USUAL.boundedTo(free.marginsRemoved(frame).size()))
        wanted.moveCenter(free.marginsRemoved(frame).center())
    fitted = fitting(wanted, free, frame)
    if fitted != window.geometry():
        window.setGeometry(fitted)


def fitting(wanted: QRect, free: QRect, frame: QMargins) -> QRect:
    """A window's rectangle, made smaller and moved as little as needed.

    Args:
        wanted: Without its frame, px.
        free: The free area of the screen, px.
        frame: What the frame takes, px.
    """
    room = free.marginsRemoved(frame)
    size = wanted.size().boundedTo(room.size())
    left = min(max(wanted.left(), room.left()), room.right() + 1 - size.width())
    top = min(max(wanted.top(), room.top()), room.bottom() + 1 - size.height())
    return QRect(left, top, size.width(), size.height())


def _frame_of(window: QWidget) -> QMargins:
    """What its frame takes; a guess before it is shown."""
    if not window.isVisible():
        return _FRAME
    inner, outer = window.geometry(), window.frameGeometry()
    return QMargins(
        inner.left() - outer.left(),
        inner.top() - outer.top(),
        outer.right() - inner.right(),
        outer.bottom() - inner.bottom(),
    )
