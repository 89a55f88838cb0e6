"""The classes of a folder: a thumbnail, the name, how many photos, and a thin bar to compare them by.

Photos of the gallery may be dragged onto a class, and so may files from elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QMimeData, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFont,
    QPainter,
)
from PySide6.QtWidgets import QFrame, QStyleOptionViewItem

from workbench.core.data.catalog import Catalog
from workbench.ui.parts.card_list import CardList, draw_frame, draw_ground, draw_square, draw_text
from workbench.ui.parts.dropped import Dropped
from workbench.ui.parts.mime import SAMPLES, Given
from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.session import Session
from workbench.ui.session.showing import Part, number_keys
from workbench.ui.style import theme

_HEIGHT, _PICTURE, _KEY = 52, 36, 18


@dataclass(frozen=True)
class ClassRow:
    """All photos, those of one class, or of none.

    Attributes:
        name: What it is called.
        count: How many photos.
        share: Of the largest class, 0 to 1.
        photo: The first of them; None where there is none.
        key: The number key that puts photos into the class; "" where there is none.
    """

    name: str
    count: int
    share: float = 1.0
    photo: PhotoKey | None = None
    part: Part = "all"
    class_id: str = ""
    key: str = ""


class ClassList(CardList[ClassRow]):
    """Chooses which photos the gallery shows.

    Attributes:
        can_add: Whether photos from elsewhere can be added now.

    Signals:
        chosen: The `ClassRow` that the person chose.
        dropped: The `ClassRow` that photos were dropped on.
        given: The `ClassRow` that something from elsewhere was dropped on, and what it was: `Given`.
    """

    chosen = Signal(object)
    dropped = Signal(object)
    given = Signal(object, object)

    def __init__(self, session: Session) -> None:
        super().__init__(session.thumbnails)
        self.setAccessibleName(self.tr("Classes"))
        self.setProperty("role", "plain")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAcceptDrops(True)
        self.can_add = False
        self._over = -1
        self._shows_keys = False

    def show_catalog(self, catalog: Catalog, part: Part = "all", class_id: str = "") -> None:
        """Lists the classes of a catalog, with one row chosen."""
        first: dict[str | None, PhotoKey] = {}
        for sample in catalog.samples:
            if sample.class_id not in first:
                first[sample.class_id] = PhotoKey.of(catalog, sample)
        counts = catalog.counts
        most = max([1, *counts.values()])
        rows, keys = [ClassRow(self.tr("All photos"), len(catalog.samples))], number_keys(catalog)
        for each in catalog.classes:
            count, key = counts[each.name], keys.get(each.id, "")
            rows.append(ClassRow(each.name, count, count / most, first.get(each.id), "class", each.id, key))
        if None in first:
            count = sum(sample.class_id is None for sample in catalog.samples)
            share = min(1.0, count / most)  # they may be more than any class
            rows.append(ClassRow(self.tr("Not classed"), count, share, first[None], "unclassed"))
        if catalog.excluded:
            photo, count = PhotoKey.of(catalog, catalog.excluded[0]), len(catalog.excluded)
            rows.append(ClassRow(self.tr("Left out"), count, min(1.0, count / most), photo, "excluded"))
        places = (n for n, each in enumerate(rows) if (each.part, each.class_id) == (part, class_id))
        self.show_rows(rows, next(places, 0))

    def show_keys(self, shown: bool) -> None:
        """Shows the number keys in front of the names, or not."""
        if shown != self._shows_keys:
            self._shows_keys = shown
            self.viewport().update()

    def is_same(self, new: ClassRow, old: ClassRow) -> bool:
        """The same photos, of which there may be more or fewer now."""
        return (new.part, new.class_id) == (old.part, old.class_id)

    def words(self, row: ClassRow) -> tuple[str, str]:
        """The name; with the number of photos, and the key that puts photos there."""
        key = self.tr(" · key {key}").format(key=row.key) if row.key else ""
        return row.name, f"{row.name}, {row.count}{key}"

    def row_size(self, number: int) -> QSize:
        """All photos have no picture and need less room."""
        return QSize(120, theme.px(_HEIGHT if number else _HEIGHT - theme.M))

    # Photos that are dragged here

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcomes photos, of the gallery or from elsewhere; models and the like are for the page."""
        if event.mimeData().hasFormat(SAMPLES) or self._may_be_added(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Frames the class that they would go into."""
        inside = event.mimeData().hasFormat(SAMPLES)
        self._mark(self.indexAt(event.position().toPoint()).row(), inside)
        if self._over >= 0:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forgets about it."""
        self._mark(-1)

    def dropEvent(self, event: QDropEvent) -> None:
        """Tells of it."""
        number = self.indexAt(event.position().toPoint()).row()
        inside = event.mimeData().hasFormat(SAMPLES)
        self._mark(-1)
        if not self._takes(number, inside):
            event.ignore()
            return
        event.acceptProposedAction()
        if inside:
            self.dropped.emit(self.rows[number])
        else:
            self.given.emit(self.rows[number], Given.of(event.mimeData()))

    def _may_be_added(self, mime: QMimeData) -> bool:
        return self.can_add and Dropped.of(mime).kind in ("photos", "picture", "folder", "folders", "mixed")

    def _takes(self, number: int, inside: bool) -> bool:
        """Whether something may be dropped on a row: photos of the gallery are among all photos already."""
        if number < 0:
            return False
        return number > 0 if inside else self.rows[number].part != "excluded"

    def _mark(self, number: int, inside: bool = True) -> None:
        self._over = number if self._takes(number, inside) else -1
        self.viewport().update()

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, row: ClassRow, chosen: bool, hovered: bool
    ) -> None:
        """Paints picture, name and number, and the bar below them."""
        whole = option.rect.adjusted(0, 1, -theme.S, -1)
        draw_ground(painter, whole, chosen, hovered)
        if self._over >= 0 and row is self.rows[self._over]:
            draw_frame(painter, whole, chosen=True)
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
        if self._shows_keys and row.key:
            square = QRect(room.left(), room.center().y() - _KEY // 2, _KEY, _KEY)
            painter.drawRoundedRect(square, 4, 4)
            draw_text(painter, square, row.key, Qt.AlignmentFlag.AlignHCenter)
            room.setLeft(square.right() + theme.S)
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
        self.chosen.emit(self.rows[number])
