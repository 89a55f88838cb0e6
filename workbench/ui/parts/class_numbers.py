"""The numbers of each class as a model for tables."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from workbench.core.results.by_class import ByClass
from workbench.ui.parts.widgets import as_tip
from workbench.ui.words.outcome import share

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
SORT = Qt.ItemDataRole.UserRole
NAME, PHOTOS, CONFUSED = 0, 1, 7
"""Columns that are no shares."""


class ClassNumbers(QAbstractTableModel):
    """A row for each class: name, photos, five shares, and the class that it is mixed up with most."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._classes: tuple[str, ...] = ()
        self._found = ByClass.of_confusion(np.zeros((0, 0), np.int64))
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
            (
                self.tr("Overlap"),
                self.tr(
                    "IoU (Jaccard): of all photos that show this class or were taken for it, "
                    "the share that are both."
                ),
            ),
            (
                self.tr("Ranking"),
                self.tr(
                    "Average precision: how well its photos come first where all are ordered by the "
                    "probability of this class."
                ),
            ),
            (
                self.tr("Mixed up most with"),
                self.tr("The class that most of its photos were wrongly taken for, and how many."),
            ),
        )

    def take(self, classes: tuple[str, ...], found: ByClass) -> None:
        """Shows other numbers."""
        if classes == self._classes:  # what is selected and where one is stays
            self._found = found
            self.dataChanged.emit(self.index(0, 0), self.index(len(classes) - 1, CONFUSED))
            return
        self.beginResetModel()
        self._classes, self._found = classes, found
        self.endResetModel()

    @property
    def numbers(self) -> ByClass:
        """What is shown."""
        return self._found

    @property
    def classes(self) -> tuple[str, ...]:
        """The names, in the order of the numbers."""
        return self._classes

    def rowCount(self, parent: Index = ROOT) -> int:
        """One row a class."""
        return 0 if parent.isValid() else len(self._classes)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Those of `headerData`."""
        return 0 if parent.isValid() else len(self._heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Plain heads, with the field's own word on hover."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._heads[section][0]
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self._heads[section][1]
        if role == Qt.ItemDataRole.TextAlignmentRole and section in (NAME, CONFUSED):
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """A class name or a number in words."""
        row, column = index.row(), index.column()
        if column in (NAME, CONFUSED):
            text = self._classes[row] if column == NAME else self._confused(row)
            if role == SORT and column == CONFUSED:
                return int(self._found.confused[row])
            if role == Qt.ItemDataRole.ToolTipRole:
                return as_tip(text)
            return text if role in (Qt.ItemDataRole.DisplayRole, SORT) else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role not in (Qt.ItemDataRole.DisplayRole, SORT):
            return None
        if column == PHOTOS:
            count = int(self._found.samples[row])
            return f"{count:,}" if role == Qt.ItemDataRole.DisplayRole else count
        value = self._share(row, column)
        if role == Qt.ItemDataRole.DisplayRole:
            return share(value)
        return value if math.isfinite(value) else -1.0

    def _share(self, row: int, column: int) -> float:
        found = self._found
        shares = (found.recall, found.precision, found.f1, found.iou, found.average_precision)
        return float(shares[column - PHOTOS - 1][row])

    def _confused(self, row: int) -> str:
        other = int(self._found.confused_with[row])
        return f"{self._classes[other]} ({int(self._found.confused[row]):,})" if other >= 0 else "–"
