"""The list of runs: when, how, how good, how it ended; and one of them is shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workbench.core.project.runs import RunSummary
from workbench.ui.style import theme
from workbench.ui.words.outcome import run_accuracy, run_mode, run_network, run_state, run_title

_Index = QModelIndex | QPersistentModelIndex
_ROW_HEIGHT = 72
_RUN = Qt.ItemDataRole.UserRole


class RunList(QListView):
    """Every run of the open project, the newest first.

    Signals:
        chosen: The folder of the run that a person chose.
    """

    chosen = Signal(Path)

    def __init__(self) -> None:
        super().__init__()
        self._model = _Runs(self)
        self.setModel(self._model)
        self.setItemDelegate(_RunDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Runs"))
        self.selectionModel().currentChanged.connect(self._report)
        self._showing = False

    def show_runs(self, runs: Sequence[RunSummary], shown: Path | None) -> None:
        """Lists other runs and marks the one that is shown; reports nothing."""
        self._showing = True
        self._model.take(runs)
        rows = [number for number, run in enumerate(runs) if run.folder == shown]
        if rows and self.currentIndex().row() != rows[0]:
            self.setCurrentIndex(self._model.index(rows[0]))
        self._showing = False

    def _report(self, current: QModelIndex) -> None:
        if current.isValid() and not self._showing:
            self.chosen.emit(current.data(_RUN).folder)


class _Runs(QAbstractListModel):
    def __init__(self, parent: RunList) -> None:
        super().__init__(parent)
        self._runs: tuple[RunSummary, ...] = ()

    def take(self, runs: Sequence[RunSummary]) -> None:
        """Takes other runs; where only their numbers have changed, the list stays as it is."""
        if [run.folder for run in runs] == [run.folder for run in self._runs]:
            if any(new is not old for new, old in zip(runs, self._runs, strict=True)):
                self._runs = tuple(runs)
                self.dataChanged.emit(self.index(0), self.index(len(runs) - 1))
            return
        self.beginResetModel()
        self._runs = tuple(runs)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """How many runs there are."""
        return 0 if parent.isValid() else len(self._runs)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A run, or its words."""
        run = self._runs[index.row()]
        if role == _RUN:
            return run
        if role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return ", ".join(
                part(run) for part in (run_title, run_accuracy, run_mode, run_network, run_state)
            )
        return None


class _RunDelegate(QStyledItemDelegate):
    """Three lines: when and how good, how, how it ended."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Three lines high."""
        return QSize(200, _ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paints a run."""
        run = index.data(_RUN)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if selected or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("selected" if selected else "hover"))
            painter.drawRoundedRect(option.rect, theme.CONTROL_RADIUS, theme.CONTROL_RADIUS)
        inner = option.rect.adjusted(theme.S, theme.S, -theme.S, -theme.S)
        font = option.font
        height = inner.height() // 3
        accuracy = run_accuracy(run)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        width = QFontMetrics(font).horizontalAdvance(accuracy) + theme.S
        first = QRect(inner.left(), inner.top(), inner.width(), height)
        painter.drawText(first, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, accuracy)
        _line(painter, first.adjusted(0, 0, -width, 0), run_title(run))
        font.setBold(False)
        font.setPixelSize(theme.CAPTION)
        painter.setFont(font)
        painter.setPen(theme.colour("muted"))
        for place, text in enumerate((f"{run_mode(run)} · {run_state(run)}", run_network(run)), start=1):
            _line(painter, first.translated(0, place * height), text)
        painter.restore()


def _line(painter: QPainter, rect: QRect, text: str) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
