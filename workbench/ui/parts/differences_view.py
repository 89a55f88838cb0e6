"""In what two runs differ: a table of words, and how many settings are the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from workbench.ui.parts.widgets import column, label
from workbench.ui.style import theme
from workbench.words.setting_values import value_words

if TYPE_CHECKING:  # it is loaded with the first comparison
    from workbench.core.project.run_differences import Difference

Row = tuple[str, str, str]


class DifferencesView(QWidget):
    """A line for each thing: what it is, A's value and B's; muted where both are the same."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.L)
        self._grid.setVerticalSpacing(theme.XS)
        for number, share in enumerate((3, 4, 4)):
            self._grid.setColumnStretch(number, share)
        self._table = QWidget()
        self._table.setLayout(self._grid)
        self.more = label("", "muted", wrap=True)
        title = label(self.tr("What differs"), "strong")
        self.setLayout(column(title, self._table, self.more, space=theme.S))

    def rows(self) -> list[Row]:
        """What is shown."""
        return self._rows

    def show_rows(self, facts: Sequence[Row], differ: Sequence[Difference] | None) -> None:
        """Shows what two runs are, and the settings in which they differ.

        Args:
            facts: Shown whether they differ or not.
            differ: None where settings cannot be read.
        """
        settings = [
            (_words(each.declared.label), *(value_words(each.declared, v, _words) for v in values))
            for each in differ or ()
            for values in [(each.first, each.second)]
        ]
        self._rows = [*facts, *((name, first, second) for name, first, second in settings)]
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for column_number, text in enumerate(("", "A", "B")):
            self._grid.addWidget(label(text, "caption"), 0, column_number)
        for number, (name, first, second) in enumerate(self._rows, start=1):
            role = "" if first != second else "muted"
            for place, text in enumerate((name, first, second)):
                cell = label(text, role if place else "muted", wrap=True)
                cell.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
                self._grid.addWidget(cell, number, place)
        if differ is None:
            self.more.setText(self.tr("The settings of one of them are from a newer version."))
        elif not differ:
            self.more.setText(self.tr("All settings that have an effect are the same."))
        else:
            self.more.setText(
                self.tr("All other settings are the same, or have no effect. “–”: no effect here.")
            )


def _words(text: str) -> str:
    return QCoreApplication.translate("settings", text)
