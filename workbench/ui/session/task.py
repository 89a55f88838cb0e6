"""Small work beside the window's thread: reading run folders, walking through dropped folders."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal

from workbench.core.errors import ErrorReport


class Task(QThread):
    """Runs one function and ends.

    Connect its signals to `@Slot` methods with a queued connection, keep a reference, and `wait()`
    for it before the window closes.

    Signals:
        completed: What the function returned.
        failed: An `ErrorReport`; exactly one of the two is emitted.
    """

    completed = Signal(object)
    failed = Signal(object)

    def __init__(self, work: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work

    def run(self) -> None:
        """Does the work. Nothing escapes."""
        try:
            result = self._work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the window must be told
            self.failed.emit(ErrorReport.of(error))
        else:
            self.completed.emit(result)
