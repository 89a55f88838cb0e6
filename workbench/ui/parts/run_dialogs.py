"""The two small dialogs about a run: its name and note, and whether to delete it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QWidget

from workbench.core.project.run_about import LONGEST_NAME, LONGEST_NOTE, RunAbout
from workbench.core.project.runs import RunSummary
from workbench.ui.parts.widgets import Button, PrimaryButton, column, label, row
from workbench.ui.style import theme
from workbench.ui.words.comparing import in_full

_WIDTH, _NOTE_HEIGHT = 460, 120


class AboutRun(QDialog):
    """Asks what a run is called, and for a note about it.

    Args:
        described: Told what was typed, once it is to be kept.
    """

    def __init__(self, parent: QWidget, run: RunSummary, described: Callable[[RunAbout], object]) -> None:
        super().__init__(parent)
        self._described = described
        self.setWindowTitle(self.tr("Name and note"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.name = QLineEdit(run.about.name)
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setAccessibleName(self.tr("Name of the run"))
        self.name.setPlaceholderText(self.tr("For example: more photos of leaves"))
        self.note = QPlainTextEdit(run.about.note)
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(theme.px(_NOTE_HEIGHT))
        self.note.setAccessibleName(self.tr("Note about the run"))
        limit = self.tr("At most {count} characters.").format(count=f"{LONGEST_NOTE:,}")
        self.keep = PrimaryButton(self.tr("Keep"), self._keep)
        self.keep.setDefault(True)
        layout = column(
            label(in_full(run), "muted", wrap=True),
            label(self.tr("Name"), "caption"),
            self.name,
            label(self.tr("Note"), "caption"),
            self.note,
            label(limit, "caption"),
            row(-1, Button(self.tr("Cancel"), self.reject), self.keep),
        )
        layout.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        self.setLayout(layout)
        self.setFixedWidth(theme.px(_WIDTH))

    def _keep(self) -> None:
        about = RunAbout.typed(self.name.text(), self.note.toPlainText())
        self.accept()
        self._described(about)


class DeleteRun(QDialog):
    """Asks whether to delete a run.

    Args:
        delete: Called where that is wished.
    """

    def __init__(self, parent: QWidget, run: RunSummary, delete: Callable[[], object]) -> None:
        super().__init__(parent)
        self._delete = delete
        self.setWindowTitle(self.tr("Delete a run"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = label(in_full(run), "strong", wrap=True)
        more = self.tr(
            "Its model, numbers and settings are moved to the trash, where you can get them back. "
            "Your photos and the other runs stay."
        )
        self.keep = PrimaryButton(self.tr("Keep it"), self.reject)
        self.keep.setDefault(True)
        self.to_trash = Button(self.tr("Move to the trash"), self._move)
        layout = column(
            label(self.tr("Delete this run?"), "section"),
            self.text,
            label(more, "muted", wrap=True),
            theme.S,
            row(-1, self.to_trash, self.keep),
        )
        layout.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        self.setLayout(layout)
        self.setFixedWidth(theme.px(_WIDTH))

    def _move(self) -> None:
        self.accept()
        self._delete()
