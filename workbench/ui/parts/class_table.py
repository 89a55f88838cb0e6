"""How good a model is at each class, as a table that can be sorted, searched and copied."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSortFilterProxyModel, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from workbench.core.names import harmless, one_form
from workbench.core.results.by_class import ByClass
from workbench.core.results.metrics import Metrics
from workbench.ui.parts.class_numbers import CONFUSED, NAME, ROOT, SORT, ClassNumbers, Index
from workbench.ui.parts.wheel import turned
from workbench.ui.style import theme

_ROWS_BEFORE_SCROLLING, _LINES, _PADDING = 12, 2, 20


class ClassTable(QTableView):
    """A row for each class. The wheel scrolls the page, unless the table has the keyboard.

    Signals:
        class_chosen: The number of the class whose row became the current one.
    """

    class_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._model = ClassNumbers(self)
        self._shown = _Shown(self)
        self._shown.setSourceModel(self._model)
        self._shown.setSortRole(SORT)
        self.setModel(self._shown)
        self.setSortingEnabled(True)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setAccessibleName(self.tr("How good it is at each class"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(theme.HIT))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        )
        header.sortIndicatorChanged.connect(self._to_top)
        self.selectionModel().currentRowChanged.connect(self._choose)
        self._size_columns()

    def show_metrics(self, classes: tuple[str, ...], metrics: Metrics) -> None:
        """Shows what a confusion matrix tells; the average precision follows with `show_numbers`."""
        self.show_numbers(classes, ByClass.of_confusion(metrics.confusion))

    def show_numbers(self, classes: tuple[str, ...], numbers: ByClass) -> None:
        """Shows the numbers of other classes."""
        self._model.take(classes, numbers)
        self._fit_height()

    def show_only(self, part: str) -> None:
        """Shows the classes whose name contains a text, whatever its case; "" shows all."""
        self._shown.show_only(part)
        self.scrollToTop()

    def cell(self, row: int, column: int) -> str:
        """What a cell says, in the order shown."""
        return str(self._shown.index(row, column).data())

    @property
    def numbers(self) -> ByClass:
        """What is shown, in the order of the classes."""
        return self._model.numbers

    def copy(self) -> None:
        """Puts the selected rows, with their heads, onto the clipboard: a line each, cells parted by tabs."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        if not rows:
            return
        columns = range(self._shown.columnCount())
        heads = [str(self._shown.headerData(column, Qt.Orientation.Horizontal)) for column in columns]
        lines = [heads, *([self._as_text(row, column) for column in columns] for row in rows)]
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))

    def _as_text(self, row: int, column: int) -> str:
        text = " ".join(self.cell(row, column).split())  # a name may hold what would part the cells
        return harmless(text) if column in (NAME, CONFUSED) else text

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copies with the usual keys; all others move in the table."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            event.accept()
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leaves the wheel to the page, unless one is at work in the table."""
        turned(self, event, super().wheelEvent)

    def changeEvent(self, event: QEvent) -> None:
        """Follows the size of the font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._size_columns()

    def _size_columns(self) -> None:
        """Numbers are as wide as their heads in two lines; the names share the rest."""
        header = self.horizontalHeader()
        metrics = QFontMetrics(header.font())
        header.setMinimumSectionSize(theme.px(theme.XL))
        for column in range(self._shown.columnCount()):
            text = str(self._shown.headerData(column, Qt.Orientation.Horizontal))
            if column in (NAME, CONFUSED):
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
                continue
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            widest = max(_width_in_lines(text, metrics), metrics.horizontalAdvance("100 %")) + _PADDING
            header.resizeSection(column, widest)
        header.setFixedHeight(max(theme.px(theme.HIT), _LINES * metrics.lineSpacing() + _PADDING))

    def _fit_height(self) -> None:
        rows = min(max(len(self._model.classes), 1), _ROWS_BEFORE_SCROLLING)
        bar = self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(
            self.horizontalHeader().height() + rows * theme.px(theme.HIT) + theme.S + bar // 2
        )

    @Slot(int, Qt.SortOrder)
    def _to_top(self) -> None:
        self.scrollToTop()

    @Slot(QModelIndex, QModelIndex)
    def _choose(self, current: QModelIndex) -> None:
        if current.isValid():
            self.class_chosen.emit(self._shown.mapToSource(current).row())


class _Shown(QSortFilterProxyModel):
    """The rows whose names contain a text, sorted."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._part = ""

    def show_only(self, part: str) -> None:
        self._part = _comparable(part.strip())
        self.invalidate()

    def filterAcceptsRow(self, source_row: int, source_parent: Index = ROOT) -> bool:
        """Whether a class is shown."""
        name = str(self.sourceModel().index(source_row, NAME, source_parent).data())
        return self._part in _comparable(name)


def _comparable(text: str) -> str:
    return one_form(text).casefold()


def _width_in_lines(text: str, metrics: QFontMetrics) -> int:
    """The least width of a text in two lines that break between words, px."""
    words = text.split()
    halves = ((" ".join(words[:end]), " ".join(words[end:])) for end in range(1, len(words) + 1))
    return min(max(map(metrics.horizontalAdvance, lines)) for lines in halves)
