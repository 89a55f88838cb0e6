"""The list of runs: what each is called, how it learned, how good it is, how it ended; one is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from workbench.core.project.runs import RunSummary
from workbench.ui.parts.card_list import CardList, draw_ground, draw_text
from workbench.ui.style import theme
from workbench.ui.style.icons import icon
from workbench.ui.words.comparing import share_on, why_grey
from workbench.ui.words.outcome import run_accuracy, run_mode, run_network, run_state, run_title

if TYPE_CHECKING:  # NumPy is loaded with the first numbers
    from workbench.core.results.yardstick import OnTheSame

_HEIGHT, _LINE = 72, 18


class RunList(CardList[RunSummary]):
    """Every run of the open project, the newest first, by one yardstick once that is known.

    Signals:
        chosen: The folder of the run that a person chose.
        renaming: F2 was pressed.
        deleting: Delete was pressed.
    """

    chosen = Signal(Path)
    renaming = Signal()
    deleting = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._in_use: Path | None = None
        self._shown: Path | None = None
        self._same: Mapping[Path, OnTheSame | None] | None = None
        self.setAccessibleName(self.tr("Runs"))
        self.setUniformItemSizes(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def show_runs(
        self, runs: Sequence[RunSummary], shown: Path | None, in_use: RunSummary | None = None
    ) -> None:
        """Lists other runs, and marks the one that is shown and the one in use; reports nothing."""
        self._in_use, self._shown = in_use.folder if in_use is not None else None, shown
        self.viewport().update()
        self.show_rows(runs, next((number for number, run in enumerate(runs) if run.folder == shown), -1))

    def show_yardstick(self, same: Mapping[Path, OnTheSame | None] | None) -> None:
        """Takes how each run does on the photos of the one shown.

        Args:
            same: By run folder; None for a run that was not tested on photos of its own. None for all where
                it is not known (yet), or there is nothing to hold it against.
        """
        if same != self._same:
            self._same = same
            self.scheduleDelayedItemsLayout()
            self.viewport().update()

    def number(self, run: RunSummary) -> tuple[str, str]:
        """The number that stands beside a run, and why it is grey; "" where it is not."""
        own = run_accuracy(run)
        if self._same is None or run.folder == self._shown or run.fairest is None:
            return own, ""
        found = self._same.get(run.folder)
        why = why_grey(run, found)
        return (own, why) if why or found is None else (share_on(found), "")

    def is_same(self, new: RunSummary, old: RunSummary) -> bool:
        """A run stays the same one while its numbers change."""
        return new.folder == old.folder

    def words(self, row: RunSummary) -> tuple[str, str]:
        """Everything that is painted, in one line, and what was noted."""
        number, why = self.number(row)
        said = [row.about.name] if row.about.name else []
        said += [run_title(row), f"{number} ({why})" if why else number]
        said += [part(row) for part in (run_mode, run_network, run_state)]
        if row.folder == self._in_use:
            said.append(self.tr("in use"))
        text = ", ".join(said)
        return text, f"{text}\n{row.about.note}" if row.about.note else text

    def row_size(self, number: int) -> QSize:
        """Three lines, and one more where a number is grey."""
        grey = self._same is not None and any(self.number(row)[1] for row in self.rows)
        return QSize(200, theme.px(_HEIGHT + (_LINE if grey else 0)))

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, row: RunSummary, chosen: bool, hovered: bool
    ) -> None:
        """Paints what it is called and how good it is; how; the network and how it ended."""
        draw_ground(painter, option.rect, chosen, hovered)
        inner = option.rect.adjusted(theme.S, theme.S, -theme.S, -theme.S)
        number, why = self.number(row)
        height = (theme.px(_HEIGHT) - 2 * theme.S) // 3
        first = QRect(inner.left(), inner.top(), inner.width(), height)
        font = QFont(option.font)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(theme.colour("muted" if why else "text"))
        width = painter.fontMetrics().horizontalAdvance(number) + theme.S
        draw_text(painter, first, number, Qt.AlignmentFlag.AlignRight)
        painter.setPen(theme.colour("text"))
        title = row.about.name or run_title(row)
        draw_text(painter, first.adjusted(0, 0, -width, 0), title, elide=Qt.TextElideMode.ElideRight)
        font.setBold(False)
        font.setPixelSize(theme.caption())
        painter.setFont(font)
        painter.setPen(theme.colour("muted"))
        how = f"{run_mode(row)} · {run_title(row)}" if row.about.name else run_mode(row)
        marked = row.folder == self._in_use
        room = painter.fontMetrics().horizontalAdvance(self.tr("in use")) + 2 * theme.M if marked else 0
        _draw_ends(painter, first.translated(0, height).adjusted(0, 0, -room, 0), how, "")
        if marked:
            self._draw_mark(painter, first.translated(0, height))
            painter.setPen(theme.colour("muted"))
        _draw_ends(painter, first.translated(0, 2 * height), run_network(row), run_state(row))
        if why:
            _draw_ends(painter, first.translated(0, 3 * height), "", why)

    def _draw_mark(self, painter: QPainter, line: QRect) -> None:
        words = self.tr("in use")
        side = painter.fontMetrics().height()
        left = line.right() - painter.fontMetrics().horizontalAdvance(words) - side - theme.XS
        icon("ph.check-circle-fill", "good").paint(painter, QRect(left, line.top(), side, line.height()))
        painter.setPen(theme.colour("good"))
        draw_text(painter, line, words, Qt.AlignmentFlag.AlignRight)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A right click is for the menu of a run, and does not show it."""
        if event.button() == Qt.MouseButton.RightButton:
            event.accept()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 names the run, Delete deletes it."""
        if event.key() == Qt.Key.Key_F2:
            self.renaming.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.deleting.emit()
        else:
            super().keyPressEvent(event)

    def current_changed(self, number: int) -> None:
        """Tells which run it is."""
        self.chosen.emit(self.rows[number].folder)


def _draw_ends(painter: QPainter, line: QRect, left: str, right: str) -> None:
    """Paints a text at each end of a line; the left one is shortened where both do not fit."""
    width = painter.fontMetrics().horizontalAdvance(right) + theme.S if right else 0
    draw_text(painter, line, right, Qt.AlignmentFlag.AlignRight)
    draw_text(painter, line.adjusted(0, 0, -width, 0), left, elide=Qt.TextElideMode.ElideRight)
