"""What was asked so far, as a strip of small photos with their predictions, the newest first."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyleOptionViewItem

from workbench.core.events import Prediction
from workbench.ui.parts.card_list import CardList, draw_frame, draw_square, draw_text
from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.session import Session
from workbench.ui.style import theme

_SQUARE, _WORDS = 80, 22


class FilmStrip(CardList[Prediction]):
    """The history of *Try it*.

    Signals:
        chosen: The `Prediction` that the person went to.
    """

    chosen = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session.thumbnails)
        self.setAccessibleName(self.tr("Photos that you asked about"))
        self.setProperty("role", "plain")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(_SQUARE + theme.px(_WORDS) + theme.L)

    def show_predictions(self, made: tuple[Prediction, ...], current: Prediction | None) -> None:
        """Shows another history, with one of its predictions chosen."""
        self.show_rows(made, next((number for number, each in enumerate(made) if each is current), -1))

    def words(self, row: Prediction) -> tuple[str, str]:
        """The class; with the file's name, or why there is none."""
        if row.refusal:
            told = self.tr("none of these; the nearest is {name}").format(name=row.nearest)
            return self.tr("none of these"), f"{Path(row.path).name} · {told}"
        return row.class_name or "–", f"{Path(row.path).name} · {row.class_name or row.error}"

    def row_size(self, number: int) -> QSize:
        """A square with a line of text below it."""
        return QSize(_SQUARE + theme.S, _SQUARE + theme.px(_WORDS) + 4)

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Prediction, chosen: bool, hovered: bool
    ) -> None:
        """Paints the photo and its class."""
        square = QRect(option.rect.left() + 2, option.rect.top() + 2, _SQUARE, _SQUARE)
        draw_square(painter, self.picture(PhotoKey(row.path, row.stamp)), square)
        if chosen:
            draw_frame(painter, square, chosen)
        font = QFont(option.font)
        font.setPixelSize(theme.caption())
        painter.setFont(font)
        painter.setPen(theme.colour("text" if chosen else "muted"))
        room = QRect(square.left(), square.bottom() + 2, _SQUARE, theme.px(_WORDS))
        draw_text(painter, room, self.words(row)[0], Qt.AlignmentFlag.AlignHCenter)

    def current_changed(self, number: int) -> None:
        """Tells which prediction it is."""
        self.chosen.emit(self.rows[number])
