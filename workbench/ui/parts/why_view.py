"""Why?: the square that the model was given, bright where it speaks for a class, and what that means."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.core.data.catalog import Catalog
from workbench.core.errors import ErrorReport
from workbench.core.events import Prediction
from workbench.core.explain.explanation import Explanation, HeldOut, Influential
from workbench.ui.parts.thumbnail_row import ThumbnailRow
from workbench.ui.parts.widgets import Button, as_tip, clear, column, label, row
from workbench.ui.session.explaining import Wish
from workbench.ui.session.pictures import PhotoKey, image_of
from workbench.ui.session.session import Session
from workbench.ui.style import theme
from workbench.ui.words.explaining import (
    explanation_words,
    instead_words,
    speak_against_words,
    speak_for_words,
)

_DARKEST = 200
"""How much of 255 is taken from a place that adds nothing."""


class WhyView(QWidget):
    """A button; once it was pressed, the sentence. The picture stands where its owner puts it.

    Args:
        session: Whose model is asked.

    Signals:
        shows_why: 1 where the picture is to be seen, 0 where the photo is.
    """

    shows_why = Signal(int)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._prediction: Prediction | None = None
        self._asked: Wish | None = None
        self.ask = Button(self.tr("Why?"), self._toggle)
        self.ask.setToolTip(self.tr("Shows which parts of the photo speak for this class."))
        self.picture = HeatPicture()
        self.words = label("", "muted", wrap=True)
        self.influential = QWidget()
        self._rows = column(space=theme.XS)
        self.influential.setLayout(self._rows)
        self.whole = column(row(self.ask, -1), self.words, self.influential, space=theme.S)
        self.setLayout(self.whole)
        session.explaining.influenced.connect(self._influenced)
        session.explaining.explained.connect(self._explained)
        session.explaining.failed.connect(self._failed)
        self.forget()

    def show_prediction(self, prediction: Prediction) -> None:
        """Offers to explain another prediction."""
        self._prediction = prediction
        self.forget()
        self.setVisible(not prediction.error)

    def forget(self) -> None:
        """Shows the photo again."""
        self._asked = None
        self.words.hide()
        self.influential.hide()
        self.ask.setText(self.tr("Why?"))
        self.shows_why.emit(0)

    @Slot()
    def _toggle(self) -> None:
        if self._asked is not None:
            self.forget()
        elif (asked := self.wish()) is not None:
            self._asked = asked
            self._say(self.tr("Looking…"))

    def wish(self) -> Wish | None:
        """Asks; None where there is nobody to ask."""
        shown, explaining = self._prediction, self._session.explaining
        if shown is None:
            return None
        return explaining.explain(Path(shown.path), shown.most_probable, self._session.state)

    def back_words(self) -> str:
        """What the button says once it was pressed."""
        return self.tr("Show the photo")

    def sentence(self, found: Explanation | HeldOut) -> str:
        """What the picture means."""
        assert isinstance(found, Explanation)
        return explanation_words(found)

    @Slot(object, object)
    def _explained(self, asked: Wish, found: Explanation | HeldOut) -> None:
        if asked is self._asked:
            self.picture.show_heat(found.explanation if isinstance(found, HeldOut) else found)
            self.ask.setText(self.back_words())
            self.shows_why.emit(1)
            self._say(self.sentence(found))

    @Slot(object, object, object)
    def _influenced(self, asked: Wish, found: Influential, catalog: Catalog) -> None:
        if asked is not self._asked:
            return
        names = {each.id: each.name for each in catalog.classes}
        clear(self._rows)
        self._add_photos(speak_for_words(names[found.class_id]), catalog, found.speak_for)
        if found.instead:
            self._rows.addWidget(label(instead_words(names[found.instead]), "strong", wrap=True))
        self._add_photos(speak_against_words(), catalog, found.speak_against)
        self.influential.show()

    def _add_photos(self, sentence: str, catalog: Catalog, ids: Sequence[str]) -> None:
        if not ids:
            return
        samples = {each.id: each for each in catalog.samples}
        photos = [samples[each] for each in ids]
        names = {each.id: each.name for each in catalog.classes}
        told = [f"{each.path} ({names.get(each.class_id or '', '')})" for each in photos]
        keys = [PhotoKey.of(catalog, each) for each in photos]
        thumbnails = ThumbnailRow(self._session, keys, chosen=True)
        thumbnails.opened.connect(partial(self._open, tuple(ids), sentence.rstrip(":")))
        thumbnails.setToolTip(as_tip("\n".join(told)))
        thumbnails.setAccessibleName(", ".join(told))
        self._rows.addWidget(label(sentence, "muted", wrap=True))
        self._rows.addWidget(thumbnails)

    def _open(self, ids: tuple[str, ...], title: str, place: int) -> None:
        """Shows these photos on *Images*, the chosen one first."""
        self._session.photos_wanted.emit((ids[place], *ids[:place], *ids[place + 1 :]), title)

    @Slot(object, object)
    def _failed(self, asked: Wish, error: ErrorReport) -> None:
        if asked is self._asked:
            self.forget()
            self._session.work.report(error)

    def _say(self, text: str) -> None:
        self.words.setText(text)
        self.words.show()


class HeatPicture(QWidget):
    """A square picture that is darker where it adds less to a class."""

    def __init__(self) -> None:
        super().__init__()
        self._image, self._shade = QImage(), QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 96)

    def show_heat(self, found: Explanation) -> None:
        """Shows another one."""
        self._image, self._shade = image_of(found.pixels), _shade_of(found)
        self.setAccessibleName(explanation_words(found))
        self.update()

    def sizeHint(self) -> QSize:
        """Room for a photo."""
        return QSize(480, 480)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints both with round corners."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        side = float(min(self.width(), self.height()))
        square, shape = QRectF((self.width() - side) / 2, 0, side, side), QPainterPath()
        shape.addRoundedRect(square, theme.CARD_RADIUS, theme.CARD_RADIUS)
        painter.setClipPath(shape)
        painter.drawImage(square, self._image)
        smooth = self._shade.scaled(
            square.size().toSize(), Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )  # fmt: skip
        painter.drawImage(square, smooth)


def _shade_of(found: Explanation) -> QImage:
    """Black that hides what adds nothing, and lets through what adds most."""
    dark = ((1 - found.heat) * _DARKEST).round().astype("uint8")
    height, width = dark.shape
    alpha = QImage(dark.tobytes(), width, height, width, QImage.Format.Format_Alpha8)
    shade: QImage = alpha.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    return shade
