"""The classes of a folder: a thumbnail, the name, how many photos, and a thin bar to compare them by."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QFrame, QStyleOptionViewItem

from workbench.core.data.catalog import Catalog
from workbench.ui.parts.card_list import CardList, draw_ground, draw_square, draw_text
from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.session import Session
from workbench.ui.style import theme

_HEIGHT, _PICTURE = 52, 36


@dataclass(frozen=True)
class ClassRow:
    """All photos, or those of one class.

    Attributes:
        name: What it is called.
        count: How many photos.
        share: Of the largest class, 0 to 1.
        photo: The first of them; None for all photos.
    """

    name: str
    count: int
    share: float = 1.0
    photo: PhotoKey | None = None


class ClassList(CardList[ClassRow]):
    """Chooses which photos the gallery shows.

    Signals:
        chosen: The index of a class in the catalog; -1 for all.
    """

    chosen = Signal(int)

    def __init__(self, session: Session) -> None:
        super().__init__(session.thumbnails)
        self.setAccessibleName(self.tr("Classes"))
        self.setProperty("role", "plain")
        self.setFrameShape(QFrame.Shape.NoFrame)

    def show_catalog(self, catalog: Catalog) -> None:
        """Lists the classes of a catalog and chooses all of them."""
        first: dict[str | None, PhotoKey] = {}
        for sample in catalog.samples:
            if sample.class_id not in first:
                first[sample.class_id] = PhotoKey.of(catalog, sample)
        counts = catalog.counts
        most = max([1, *counts.values()])
        rows = [ClassRow(self.tr("All photos"), len(catalog.samples))]
        for each in catalog.classes:
            count = counts[each.name]
            rows.append(ClassRow(each.name, count, count / most, first.get(each.id)))
        self.show_rows(rows)
        self.setCurrentIndex(self.model().index(0, 0))

    def words(self, row: ClassRow) -> tuple[str, str]:
        """The name; with the number of photos."""
        return row.name, f"{row.name}, {row.count}"

    def row_size(self, number: int) -> QSize:
        """All photos have no picture and need less room."""
        return QSize(120, theme.px(_HEIGHT if number else _HEIGHT - theme.M))

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, row: ClassRow, chosen: bool, hovered: bool
    ) -> None:
        """Paints picture, name and number, and the bar below them."""
        whole = option.rect.adjusted(0, 1, -theme.S, -1)
        draw_ground(painter, whole, chosen, hovered)
        left = whole.left() + theme.S
        if row.photo:
            square = QRect(left, whole.center().y() - _PICTURE // 2, _PICTURE, _PICTURE)
            draw_square(painter, self.picture(row.photo), square)
            left += _PICTURE + 12
        right = whole.right() - theme.S
        room = QRect(left, whole.top(), right - left, whole.height() - (8 if row.photo else 0))
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold if chosen else QFont.Weight.Normal)
        painter.setFont(font)
        figure = f"{row.count:,}"
        width = painter.fontMetrics().horizontalAdvance(figure) + theme.M
        painter.setPen(theme.colour("muted"))
        draw_text(painter, room, figure, Qt.AlignmentFlag.AlignRight)
        painter.setPen(theme.colour("text"))
        draw_text(painter, room.adjusted(0, 0, -width, 0), row.name)
        if row.photo:
            bar = QRectF(left, whole.bottom() - 13, room.width(), 3)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("line"))
            painter.drawRoundedRect(bar, 1.5, 1.5)
            bar.setWidth(max(3.0, bar.width() * row.share))
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(bar, 1.5, 1.5)

    def current_changed(self, number: int) -> None:
        """Tells which class was chosen."""
        self.chosen.emit(number - 1)
