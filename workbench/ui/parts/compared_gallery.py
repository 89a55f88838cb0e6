"""Photos that two runs answered differently, with their class and both answers below each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QPainter, QWheelEvent
from PySide6.QtWidgets import QStyleOptionViewItem

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.project.run_photos import Answer
from workbench.ui.parts.card_list import draw_text
from workbench.ui.parts.gallery import Gallery
from workbench.ui.parts.wheel import turned
from workbench.ui.session.session import Session
from workbench.ui.style import theme
from workbench.ui.words.comparing import answer_line, true_line

_LINE, _LINES, _HIGH = 17, 3, 236


class ComparedGallery(Gallery):
    """A gallery that is only looked at: nothing is edited or dragged here."""

    def __init__(self, session: Session, name: str) -> None:
        super().__init__(session)
        self.below = _LINES * theme.px(_LINE) + 4
        self._answers: Mapping[str, tuple[Answer, Answer]] = {}
        self.setAccessibleName(name)
        self.setDragEnabled(False)
        self.setSelectionMode(Gallery.SelectionMode.SingleSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setFixedHeight(theme.px(_HIGH))

    def show_answers(
        self, catalog: Catalog, samples: Sequence[Sample], answers: Mapping[str, tuple[Answer, Answer]]
    ) -> None:
        """Shows other photos.

        Args:
            answers: Of A and of B, by the photo's id.
        """
        self._answers = answers
        self.show_photos(catalog, samples)

    def words(self, row: Sample) -> tuple[str, str]:
        """The file's name; its place, its class and both answers."""
        name, _ = super().words(row)
        return name, " · ".join((row.path, *self._lines(row)))

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Sample, chosen: bool, hovered: bool
    ) -> None:
        """Paints the photo, and the lines below it."""
        super().paint_row(painter, option, row, chosen, hovered)
        font = QFont(option.font)
        font.setPixelSize(theme.caption())
        painter.setFont(font)
        high = theme.px(_LINE)
        line = QRect(option.rect.left() + 4, option.rect.bottom() - self.below, option.rect.width() - 8, high)
        for number, words in enumerate(self._lines(row)):
            painter.setPen(theme.colour("text" if number else "muted"))
            draw_text(painter, line.translated(0, number * (high - 1)), words)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leaves the wheel to the page, unless one is at work here."""
        turned(self, event, super().wheelEvent)

    def _lines(self, row: Sample) -> tuple[str, ...]:
        if row.id not in self._answers:
            return ()
        first, second = self._answers[row.id]
        return (
            true_line(self._catalog, second),
            answer_line("A", self._catalog, first),
            answer_line("B", self._catalog, second),
        )
