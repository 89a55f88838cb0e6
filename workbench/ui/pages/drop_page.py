"""A page that takes drops anywhere on it, and lights up while something hovers over it."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QRectF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from workbench.core.errors import ErrorReport
from workbench.ui.pages.page import Page
from workbench.ui.parts.dropped import Dropped, promise
from workbench.ui.parts.mime import SAMPLES
from workbench.ui.session.session import Session
from workbench.ui.style import theme

_TYPE_SIZE = 22


class DropPage(Page):
    """Base of the pages that photos or folders are dropped on; model files are opened by all of them."""

    name = ""
    """How the window calls the page."""

    def __init__(self, session: Session, title: str) -> None:
        super().__init__(session, title)
        self.setAcceptDrops(True)
        self.light = Light(self)

    def take(self, mime: QMimeData) -> None:
        """Takes what was dropped or pasted; model files have been taken already."""
        raise NotImplementedError

    def promise(self, dropped: Dropped) -> str:
        """What will happen where something is let go here; "" where nothing can come of it."""
        return promise(dropped, self.name)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcomes whatever could hold a photo; a drop that does not is answered by a sentence."""
        if event.mimeData().hasFormat(SAMPLES):  # on their way to a class
            event.ignore()
            return
        event.acceptProposedAction()
        self.light.show_words(self.promise(Dropped.of(event.mimeData())))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forgets about it."""
        self.light.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Takes it."""
        self.light.hide()
        event.acceptProposedAction()
        if not open_model(self.session, Dropped.of(event.mimeData())):
            self.take(event.mimeData())


class Light(QWidget):
    """Lies over a page while something hovers over it, and says what letting it go would do."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page, self._words = page, ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_over(self, dropped: Dropped, page: str) -> None:
        """Lights up, for something that can be taken or not."""
        self.show_words(promise(dropped, page))

    def show_words(self, words: str) -> None:
        """Lights up with what will happen; "" where nothing can come of it."""
        self._words = words
        self.setAccessibleName(self._words)
        self.setGeometry(self._page.rect())
        self.raise_()
        self.show()

    def words(self) -> str:
        """What it says; "" where nothing can come of it."""
        return self._words if self.isVisible() else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints a veil, a border and the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        usable = bool(self._words)
        veil = theme.colour("canvas")
        veil.setAlphaF(0.86 if usable else 0.5)
        painter.fillRect(self.rect(), veil)
        room = QRectF(self.rect()).adjusted(theme.S, theme.S, -theme.S, -theme.S)
        painter.setPen(QPen(theme.colour("accent" if usable else "line"), 3, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(room, theme.CARD_RADIUS, theme.CARD_RADIUS)
        font = QFont(painter.font())
        font.setPixelSize(theme.px(_TYPE_SIZE))
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(room.adjusted(theme.L, theme.L, -theme.L, -theme.L), wrapped, self._words)


def open_model(session: Session, dropped: Dropped) -> bool:
    """Opens a model that was dropped, or says why it cannot; whether a model was among what was dropped."""
    if dropped.kind == "model":
        session.models.open(dropped.paths[0])
    elif dropped.kind == "models":
        title = session.tr("Several things were dropped at once, and one of them is a model.")
        hint = session.tr("Drop the model by itself first, and the photos after it.")
        session.work.report(ErrorReport.said(title, hint, "", is_input=True))
    return dropped.kind in ("model", "models")
