"""The list of runs: when, how, how good, how it ended; and one of them is shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from workbench.core.project.runs import RunSummary
from workbench.ui.parts.card_list import CardList, draw_ground, draw_text
from workbench.ui.style import theme
from workbench.ui.style.icons import icon
from workbench.ui.words.outcome import run_accuracy, run_mode, run_network, run_state, run_title

_HEIGHT = 72


class RunList(CardList[RunSummary]):
    """Every run of the open project, the newest first.

    Signals:
        chosen: The folder of the run that a person chose.
    """

    chosen = Signal(Path)

    def __init__(self) -> None:
        super().__init__()
        self._in_use: Path | None = None
        self.setAccessibleName(self.tr("Runs"))
        self.setUniformItemSizes(True)

    def show_runs(
        self, runs: Sequence[RunSummary], shown: Path | None, in_use: RunSummary | None = None
    ) -> None:
        """Lists other runs, and marks the one that is shown and the one in use; reports nothing."""
        self._in_use = in_use.folder if in_use is not None else None
        self.viewport().update()
        self.show_rows(runs, next((number for number, run in enumerate(runs) if run.folder == shown), -1))

    def is_same(self, new: RunSummary, old: RunSummary) -> bool:
        """A run stays the same one while its numbers change."""
        return new.folder == old.folder

    def words(self, row: RunSummary) -> tuple[str, str]:
        """Everything that is painted, in one line."""
        parts = (run_title, run_accuracy, run_mode, run_network, run_state)
        said = [part(row) for part in parts]
        if row.folder == self._in_use:
            said.append(self.tr("in use"))
        text = ", ".join(said)
        return text, text

    def row_size(self, number: int) -> QSize:
        """Three lines."""
        return QSize(200, theme.px(_HEIGHT))

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, row: RunSummary, chosen: bool, hovered: bool
    ) -> None:
        """Paints three lines: when and how good, how, the network and how it ended."""
        draw_ground(painter, option.rect, chosen, hovered)
        inner = option.rect.adjusted(theme.S, theme.S, -theme.S, -theme.S)
        height = inner.height() // 3
        first = QRect(inner.left(), inner.top(), inner.width(), height)
        font = QFont(option.font)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        _draw_ends(painter, first, run_title(row), run_accuracy(row))
        font.setBold(False)
        font.setPixelSize(theme.caption())
        painter.setFont(font)
        painter.setPen(theme.colour("muted"))
        _draw_ends(painter, first.translated(0, height), run_mode(row), "")
        if row.folder == self._in_use:
            self._draw_mark(painter, first.translated(0, height))
            painter.setPen(theme.colour("muted"))
        _draw_ends(painter, first.translated(0, 2 * height), run_network(row), run_state(row))

    def _draw_mark(self, painter: QPainter, line: QRect) -> None:
        words = self.tr("in use")
        side = painter.fontMetrics().height()
        left = line.right() - painter.fontMetrics().horizontalAdvance(words) - side - theme.XS
        icon("ph.check-circle-fill", "good").paint(painter, QRect(left, line.top(), side, line.height()))
        painter.setPen(theme.colour("good"))
        draw_text(painter, line, words, Qt.AlignmentFlag.AlignRight)

    def current_changed(self, number: int) -> None:
        """Tells which run it is."""
        self.chosen.emit(self.rows[number].folder)


def _draw_ends(painter: QPainter, line: QRect, left: str, right: str) -> None:
    """Paints a text at each end of a line; the left one is shortened where both do not fit."""
    width = painter.fontMetrics().horizontalAdvance(right) + theme.S if right else 0
    draw_text(painter, line, right, Qt.AlignmentFlag.AlignRight)
    draw_text(painter, line.adjusted(0, 0, -width, 0), left, elide=Qt.TextElideMode.ElideRight)
