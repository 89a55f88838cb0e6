"""How good a model is at each kind of photos, as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from workbench.core.data.catalog import Catalog
from workbench.core.health.honesty import in_percent
from workbench.core.results.slices import Slice
from workbench.core.results.slicing import Typical
from workbench.ui.parts.thumbnail_row import ThumbnailRow
from workbench.ui.parts.wheel import turned
from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.session import Session
from workbench.ui.style import theme
from workbench.ui.words.slices import kind_of, name_of, range_of

_ROWS_BEFORE_SCROLLING, _WITH_PHOTOS, _PADDING, _SHOWN = 12, 72, 24, 3
_BY, _NAME, _PHOTOS, _RIGHT, _RANGE, _REST = range(6)


class SliceTable(QTableWidget):
    """A row for each kind. The wheel scrolls the page, unless the table has the keyboard.

    Signals:
        chosen: The number of a kind that was clicked, or chosen with Return.
    """

    chosen = Signal(int)

    def __init__(self, session: Session) -> None:
        super().__init__(0, 6)
        self._session = session
        self.setHorizontalHeaderLabels(
            [
                self.tr("Divided by"),
                self.tr("Kind"),
                self.tr("Photos"),
                self.tr("Right"),
                self.tr("Expect"),
                self.tr("The others"),
            ]
        )
        self.setAccessibleName(self.tr("How good it is at each kind of photos"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        for column in (_BY, _NAME):
            head = self.horizontalHeaderItem(column)
            if head is not None:
                head.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.cellClicked.connect(self._clicked)
        self._size_columns()

    def show_slices(self, found: Sequence[Slice], paths: Mapping[str, str], catalog: Catalog) -> None:
        """Shows other kinds; clusters with the photos that they are known by."""
        samples = {each.id: each for each in catalog.samples}
        self.clearSelection()
        self.setRowCount(len(found))
        for place, each in enumerate(found):
            cells = (
                kind_of(each.by, each.name),
                name_of(each, paths),
                f"{each.samples:,}",
                f"{in_percent(each.accuracy)} %",
                range_of(each),
                f"{in_percent(each.rest)} %",
            )
            for number, text in enumerate(cells):
                item = QTableWidgetItem(text)
                side = Qt.AlignmentFlag.AlignLeft if number in (_BY, _NAME) else Qt.AlignmentFlag.AlignRight
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                if number == _NAME:
                    item.setToolTip(text)
                self.setItem(place, number, item)
            self.removeCellWidget(place, _NAME)
            self.setRowHeight(place, theme.px(theme.HIT))
            if isinstance(each.value, Typical):
                photos = [samples[name] for name in each.value.samples[:_SHOWN] if name in samples]
                row = ThumbnailRow(self._session, [PhotoKey.of(catalog, photo) for photo in photos])
                row.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
                row.setAccessibleName(cells[_NAME])
                self.setCellWidget(place, _NAME, row)
                self._item(place, _NAME).setText("")  # the photos are its name
                self._item(place, _NAME).setData(Qt.ItemDataRole.AccessibleTextRole, cells[_NAME])
                self.setRowHeight(place, _WITH_PHOTOS)
        self._fit_height()

    def cell(self, row: int, column: int) -> str:
        """What a cell says."""
        item = self._item(row, column)
        return item.text() or str(item.data(Qt.ItemDataRole.AccessibleTextRole) or "")

    def _item(self, row: int, column: int) -> QTableWidgetItem:
        item = self.item(row, column)
        assert item is not None, "every cell has one"
        return item

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return and the space bar choose; all others move in the table."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentRow() >= 0:
            self.chosen.emit(self.currentRow())
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
        header, metrics = self.horizontalHeader(), self.fontMetrics()
        widest = {_PHOTOS: "10,000", _RIGHT: "100 %", _RANGE: self.tr("100 to 100 of 100"), _REST: "100 %"}
        for column in range(self.columnCount()):
            if column in (_BY, _NAME):
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
                continue
            head = self.horizontalHeaderItem(column)
            texts = (head.text() if head is not None else "", widest[column])
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, max(map(metrics.horizontalAdvance, texts)) + _PADDING)

    def _fit_height(self) -> None:
        rows = range(min(self.rowCount(), _ROWS_BEFORE_SCROLLING))
        high = sum(self.rowHeight(row) for row in rows)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + high + theme.S)

    @Slot(int, int)
    def _clicked(self, row: int, _: int) -> None:
        self.chosen.emit(row)
