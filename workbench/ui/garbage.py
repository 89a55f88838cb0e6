"""Garbage is collected in the window's thread alone.

Python collects objects that refer to each other in whichever thread happens to create one more. Where a
widget is among them, Qt then loses it outside the window's thread, perhaps while it is painted, and the
program dies: seldom, and without a word.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

from workbench.core.garbage import collect_where_due

INTERVAL_MS = 1000


class Garbage(QObject):
    """Takes collecting over from Python, and does it once a second in the window's thread."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._automatic = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(collect_where_due)
        self._timer.start(INTERVAL_MS)

    def give_back(self) -> None:
        """Leaves it to Python again, as it was before."""
        self._timer.stop()
        if self._automatic:
            gc.enable()
