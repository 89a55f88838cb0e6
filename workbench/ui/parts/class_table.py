"""How good a model is at each class, as a table that can be sorted."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from workbench.core.results.metrics import Metrics
from workbench.ui.parts.widgets import as_tip
from workbench.ui.style import theme
from workbench.ui.words.outcome import share

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_SORT = Qt.ItemDataRole.UserRole
_ROWS_BEFORE_SCROLLING = 12


class ClassTable(QTableView):
    """A row for each class: its photos, how many were found, how often its name is right, and both in one."""

    def __init__(self) -> None:
        super().__init__()
        self._model = _Classes(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(_SORT)
        self.setModel(self._sorted)
        self.setSortingEnabled(True)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setAccessibleName(self.tr("How good it is at each class"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(theme.HIT))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumHeight(theme.px(theme.HIT))
        header.setResizeContentsPrecision(_ROWS_BEFORE_SCROLLING)  # measuring a thousand rows takes long
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def show_metrics(self, classes: tuple[str, ...], metrics: Metrics) -> None:
        """Shows the numbers of other classes."""
        self._model.take(classes, metrics)
        rows = min(len(classes), _ROWS_BEFORE_SCROLLING)
        self.setFixedHeight(
            self.horizontalHeader().sizeHint().height() + rows * theme.px(theme.HIT) + theme.S
        )

    def cell(self, row: int, column: int) -> str:
        """What a cell says, in the order shown."""
        return str(self._sorted.index(row, column).data())


class _Classes(QAbstractTableModel):
    def __init__(self, parent: ClassTable) -> None:
        super().__init__(parent)
        self._classes: tuple[str, ...] = ()
        self._numbers = np.zeros((0, 4))
        self._heads = (
            (self.tr("Class"), ""),
            (self.tr("Photos"), self.tr("How many photos of this class were tested.")),
            (
                self.tr("Recognised"),
                self.tr("Recall: of the photos of this class, the share that it recognised."),
            ),
            (
                self.tr("Right when it says so"),
                self.tr("Precision: of the photos that it took for this class, the share that show it."),
            ),
            (
                self.tr("Overall"),
                self.tr(
                    "F1: one number for the two before, their harmonic mean: low where one of them is low."
                ),
            ),
        )

    def take(self, classes: tuple[str, ...], metrics: Metrics) -> None:
        photos, named = metrics.confusion.sum(axis=1), metrics.confusion.sum(axis=0)
        recall = np.where(photos > 0, metrics.recall, math.nan)
        precision = np.where(named > 0, metrics.precision, math.nan)
        f1 = np.where(photos > 0, metrics.f1, math.nan)
        self.beginResetModel()
        self._classes = classes
        self._numbers = np.stack((photos.astype(float), recall, precision, f1), axis=1)
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """One row a class."""
        return 0 if parent.isValid() else len(self._classes)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        """The name and four numbers."""
        return 0 if parent.isValid() else len(self._heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Plain heads, with the field's own word on hover."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._heads[section][0]
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self._heads[section][1]
        if role == Qt.ItemDataRole.TextAlignmentRole and section == 0:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: _Index, role: int = 0) -> Any:
        """A class name or a number in words."""
        row, column = index.row(), index.column()
        if column == 0:
            text = self._classes[row]
            if role == Qt.ItemDataRole.ToolTipRole:
                return as_tip(text)
            return text if role in (Qt.ItemDataRole.DisplayRole, _SORT) else None
        value = float(self._numbers[row, column - 1])
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{value:,.0f}" if column == 1 else share(value)
        if role == _SORT:
            return value if math.isfinite(value) else -1.0
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None
