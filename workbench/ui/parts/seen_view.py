"""What the model sees of one photo: the square that it is given, in words, and random changes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Slot
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.messages import Message
from workbench.ui.parts.widgets import Button, column, label, row, set_role
from workbench.ui.session.inspection import VARIANTS
from workbench.ui.session.pictures import image_of
from workbench.ui.session.session import Session
from workbench.ui.style import theme
from workbench.ui.style.icons import icon
from workbench.ui.words.photo_facts import seen_words
from workbench.words import say

if TYPE_CHECKING:  # NumPy is loaded with the first photo
    from workbench.core.images.facts import Inspected

_ICON = 16


class SeenView(QWidget):
    """Shows the square; what is lost on the way to it is said, with a sign where that is much."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: tuple[Catalog, Sample] | None = None
        self.square, self.variants = Pictures(1), Pictures(VARIANTS)
        self.square.setAccessibleName(self.tr("What the model sees"))
        self.variants.setAccessibleName(self.tr("The photo as training may change it"))
        self.words, self._sign = label("", "muted", wrap=True), label()
        self.notes = label("", "muted", wrap=True)
        self.vary = Button(self.tr("Show random changes"), self._vary)
        self.vary.setVisible(session.inspection.can_vary)
        line = row(self._sign, self.words)
        line.setStretch(1, 1)
        self.setLayout(
            column(
                label(self.tr("What the model sees"), "strong"),
                self.square, line, self.notes, self.variants, row(self.vary, -1),
            )
        )  # fmt: skip
        session.inspection.varied.connect(self._varied)

    def show_sample(self, catalog: Catalog, sample: Sample, found: Inspected | None) -> None:
        """Shows another photo; None while that is on its way."""
        if self._shown is None or self._shown[1].id != sample.id:
            self.variants.show_images([])
            self.variants.hide()
        self._shown = (catalog, sample)
        self.square.show_images([] if found is None else [image_of(found.pixels)])
        words, warns = ("", False) if found is None else seen_words(found.seen, sample.width, sample.height)
        self.words.setText(words)
        set_role(self.words, "warn" if warns else "muted")
        self._sign.setPixmap(icon("ph.warning", "warn").pixmap(QSize(_ICON, _ICON)))
        self._sign.setVisible(warns)
        changes = () if found is None else found.changes
        self.notes.setText("\n".join(say(Message(f"this_photo.{change}")) for change in changes))
        self.notes.setVisible(bool(changes))

    @Slot()
    def _vary(self) -> None:
        if self._shown is not None:
            self._session.inspection.vary(*self._shown, self._session.state.preferences.config)

    @Slot(str, list)
    def _varied(self, sample: str, images: list[QImage]) -> None:
        if self._shown is not None and self._shown[1].id == sample:
            self.variants.show_images(images)
            self.variants.setVisible(bool(images))
            self.vary.setText(self.tr("Show others"))


class Pictures(QWidget):
    """Square pictures beside each other, as wide as there is room; grey squares while they are on their way.

    Args:
        count: How many there are room for.
    """

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count
        self.images: list[QImage] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_images(self, images: list[QImage]) -> None:
        """Shows other pictures."""
        self.images = images[: self._count]
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as it has to be."""
        return QSize(160, self.heightForWidth(160))

    def heightForWidth(self, width: int) -> int:
        """As high as one picture is wide."""
        return max(1, (width - theme.S * (self._count - 1)) // self._count)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints them with round corners."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        side = min(float(self.heightForWidth(self.width())), float(self.height()))
        for place in range(self._count):
            square = QRectF(place * (side + theme.S), 0, side, side)
            shape = QPainterPath()
            shape.addRoundedRect(square, theme.CONTROL_RADIUS, theme.CONTROL_RADIUS)
            painter.setClipPath(shape)
            if place < len(self.images):
                painter.drawImage(square, self.images[place])
            else:
                painter.fillRect(square, theme.colour("skeleton"))
