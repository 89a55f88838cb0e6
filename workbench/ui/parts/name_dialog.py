"""The small dialog that asks for a name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QInputDialog, QWidget


def ask_name(window: QWidget, title: str, question: str, text: str, named: Callable[[str], object]) -> None:
    """Asks for a name.

    Args:
        window: What the dialog belongs to.
        text: What stands there at first.
        named: Told the name, without blanks at its ends; nothing where the person thinks better of it.
    """
    dialog = _NameDialog(window, named)
    dialog.setWindowTitle(title)
    dialog.setLabelText(question)
    dialog.setTextValue(text)
    dialog.open()


class _NameDialog(QInputDialog):
    """Asks for a name, and goes when it has been given or not."""

    def __init__(self, window: QWidget, named: Callable[[str], object]) -> None:
        super().__init__(window)
        self._named = named
        self.textValueSelected.connect(self._chosen)
        self.finished.connect(self.deleteLater)

    @Slot(str)
    def _chosen(self, name: str) -> None:
        self._named(name.strip())
