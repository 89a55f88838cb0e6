"""In what two runs differ: a table of words, and how many settings are the same."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from workbench.ui.parts.widgets import Button, column, label, row
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
        self._alone: list[Row] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.L)
        self._grid.setVerticalSpacing(theme.XS)
        for number, share in enumerate((3, 4, 4)):
            self._grid.setColumnStretch(number, share)
        self._table = QWidget()
        self._table.setLayout(self._grid)
        self.more = label("", "muted", wrap=True)
        self.expand = Button("", self._draw, role="quiet")
        self.expand.setCheckable(True)
        title = label(self.tr("What differs"), "strong")
        self.setLayout(column(title, self._table, self.more, row(self.expand, -1), space=theme.S))

    def rows(self) -> list[Row]:
        """What is shown."""
        return [*self._rows, *(self._alone if self.expand.isChecked() else [])]

    def show_rows(
        self, facts: Sequence[Row], differ: Sequence[Difference] | None, *, leave_out: Collection[str] = ()
    ) -> None:
        """Shows what two runs are, and the settings in which they differ.

        Args:
            facts: Shown whether they differ or not.
            differ: None where settings cannot be read.
            leave_out: Settings that the facts tell of.
        """
        shown = [each for each in differ or () if each.name not in leave_out]
        both = [each for each in shown if None not in (each.first, each.second)]
        self._rows = [*facts, *map(_row_of, both)]
        self._alone = [_row_of(each) for each in shown if each not in both]
        if differ is None:
            self.more.setText(self.tr("The settings of one of them are from a newer version."))
        elif not both:
            self.more.setText(self.tr("All settings that have an effect in both are the same."))
        else:
            self.more.setText(self.tr("All other settings that have an effect in both are the same."))
        self._draw()

    @Slot()
    def _draw(self) -> None:
        sign = "▾" if self.expand.isChecked() else "▸"
        text = self.tr("Settings of only one of them ({count})").format(count=len(self._alone))
        self.expand.setText(f"{sign} {text}")
        self.expand.setVisible(bool(self._alone))
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for place, text in enumerate(("", "A", "B")):
            self._grid.addWidget(label(text, "caption"), 0, place)
        for number, (name, first, second) in enumerate(self.rows(), start=1):
            role = "" if first != second else "muted"
            for place, text in enumerate((name, first, second)):
                cell = label(text, role if place else "muted", wrap=True)
                cell.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
                self._grid.addWidget(cell, number, place)


def _row_of(each: Difference) -> Row:
    first, second = (value_words(each.declared, value, _words) for value in (each.first, each.second))
    return _words(each.declared.label), first, second


def _words(text: str) -> str:
    return QCoreApplication.translate("settings", text)
