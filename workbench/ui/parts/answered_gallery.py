"""Photos with what a model took each for, as cards of which only those in view are painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QPainter, QWheelEvent
from PySide6.QtWidgets import QStyleOptionViewItem

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.project.run_photos import Answer
from workbench.ui.parts.card_list import draw_text
from workbench.ui.parts.gallery import Gallery
from workbench.ui.parts.wheel import turned
from workbench.ui.session.session import Session
from workbench.ui.style import theme
from workbench.ui.words.mistakes import class_line, said_line, whole_line

_LINE = 17


class AnsweredGallery(Gallery):
    """The gallery of *Images* with two lines below each photo: the answer, and the class."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.below = 2 * theme.px(_LINE) + 4
        self._answer: Callable[[str], Answer] = _none
        self.setAccessibleName(self.tr("Photos with the model's answers"))

    def show_answers(
        self, catalog: Catalog, samples: Sequence[Sample], answer: Callable[[str], Answer]
    ) -> None:
        """Shows other photos, or the same ones after an edit.

        Args:
            answer: What a run says of a photo, by the photo's id.
        """
        self._answer = answer
        self.show_photos(catalog, samples)

    def words(self, row: Sample) -> tuple[str, str]:
        """The file's name; its place, its class and the answer."""
        name, _ = super().words(row)
        out = row.id in self._excluded
        return name, f"{row.path} · {whole_line(self._catalog, row, self._answer(row.id), out=out)}"

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Sample, chosen: bool, hovered: bool
    ) -> None:
        """Paints the photo, and the lines below it."""
        super().paint_row(painter, option, row, chosen, hovered)
        font = QFont(option.font)
        font.setPixelSize(theme.caption())
        painter.setFont(font)
        answer, high = self._answer(row.id), theme.px(_LINE)
        line = QRect(option.rect.left() + 4, option.rect.bottom() - self.below, option.rect.width() - 8, high)
        painter.setPen(theme.colour("text"))
        draw_text(painter, line, said_line(self._catalog, answer))
        words, changed = class_line(self._catalog, row, answer, out=row.id in self._excluded)
        painter.setPen(theme.colour("accent" if changed else "muted"))
        draw_text(painter, line.translated(0, high - 1), words)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leaves the wheel to the page, unless one is at work here."""
        turned(self, event, super().wheelEvent)


def _none(_: str) -> Answer:
    return Answer("", "", 0.0)
