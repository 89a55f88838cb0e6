"""The form of a settings class, made from its declarations."""

from __future__ import annotations

import functools
import typing
from collections.abc import Callable, Collection
from itertools import groupby
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from workbench.core.settings import refusal, settings_of
from workbench.ui.parts.columns import Columns
from workbench.ui.parts.editors import Editor, NumberEdit, WholeNumberEdit, editor_for
from workbench.ui.parts.widgets import column, label
from workbench.ui.style import theme

_EDITOR_WIDTH = 184
_SECTION_WIDTH = 320


def words(text: str) -> str:
    """A text that is declared outside the window (a setting's label, a choice), in the person's language."""
    return QCoreApplication.translate("settings", text)


class SettingsForm(QWidget):
    """Every declared setting of a settings class, by group: its label, its editor, its help on hover.

    Args:
        settings: The settings class.
        leave_out: Fields that are chosen elsewhere.
        hint: Of a field's name what is shown on hover; the declared help where it is None.

    Signals:
        edited: Field name and new value, when a person changed it.
        refused: Field name, and why what a person typed is not taken: a sentence or two.
    """

    edited = Signal(str, object)
    refused = Signal(str, str)

    def __init__(
        self, settings: type, *, leave_out: Collection[str] = (), hint: Callable[[str], str] | None = None
    ) -> None:
        super().__init__()
        self._settings = settings
        self._editors: dict[str, Editor] = {}
        self._lines: dict[str, tuple[QGridLayout, int, QWidget]] = {}
        self._sections: list[tuple[QWidget, frozenset[str]]] = []
        kinds = typing.get_type_hints(settings)
        declared = {name: each for name, each in settings_of(settings).items() if name not in leave_out}
        for group, fields in groupby(declared.items(), key=lambda item: item[1].group):
            members = dict(fields)
            grid = QGridLayout()
            grid.setHorizontalSpacing(theme.M)
            grid.setVerticalSpacing(theme.S)
            grid.setColumnStretch(0, 1)
            for line, (name, each) in enumerate(members.items()):
                editor = editor_for(name, kinds[name], each)
                caption = label(words(each.label), wrap=True)
                caption.setBuddy(editor)
                help_shown = hint(name) if hint is not None else words(each.help)
                for widget in (caption, editor):
                    widget.setToolTip(help_shown)
                editor.setAccessibleName(words(each.label))
                editor.setAccessibleDescription(help_shown)
                editor.setFixedWidth(_EDITOR_WIDTH)
                editor.setMinimumHeight(theme.HIT)
                grid.setRowMinimumHeight(line, theme.HIT)  # the style sheet has its own idea of a tick box
                editor.edited.connect(functools.partial(self.edited.emit, name))
                if isinstance(editor, WholeNumberEdit | NumberEdit):
                    editor.refused.connect(functools.partial(self._refuse, name))
                grid.addWidget(caption, line, 0, Qt.AlignmentFlag.AlignVCenter)
                grid.addWidget(editor, line, 1)
                self._editors[name] = editor
                self._lines[name] = grid, line, caption
            section = QWidget()
            lines = column(label(words(group), "strong"))
            lines.addLayout(grid)
            section.setLayout(lines)
            self._sections.append((section, frozenset(members)))
        self._columns = Columns([section for section, _ in self._sections], least=_SECTION_WIDTH)
        self.setLayout(column(self._columns))

    def show_only(self, names: Collection[str]) -> None:
        """Shows the settings of these names, and the groups that they are in."""
        for name, (grid, line, caption) in self._lines.items():
            shown = name in names
            caption.setVisible(shown)
            self._editors[name].setVisible(shown)
            grid.setRowMinimumHeight(line, theme.HIT if shown else 0)
        for section, members in self._sections:
            section.setVisible(not members.isdisjoint(names))
        self._columns.arrange()

    def put_below(self, name: str, widget: QWidget) -> None:
        """Puts something below the settings of the group that `name` is in."""
        section = next(section for section, members in self._sections if name in members)
        lines = section.layout()
        assert lines is not None
        lines.addWidget(widget)

    def show_values(self, values: Any) -> None:
        """Shows an instance of the settings class; reports nothing."""
        for name, editor in self._editors.items():
            editor.show_value(getattr(values, name))

    def _refuse(self, name: str, text: str) -> None:
        called, point = words(settings_of(self._settings)[name].label), self.locale().decimalPoint()
        self.refused.emit(name, str(refusal(self._settings, name, text, called=called, point=point)))

    def editor(self, name: str) -> Editor:
        """The editor of a field."""
        return self._editors[name]

    def names(self) -> list[str]:
        """The fields in the form, in order."""
        return list(self._editors)
