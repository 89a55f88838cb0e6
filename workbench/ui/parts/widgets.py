"""The few building blocks that every page is made of; each follows the theme and works from the keyboard."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workbench.ui.style import theme
from workbench.ui.style.icons import icon


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """Text in one of the roles title, section, answer, number, strong, muted, caption, good, warn, bad."""
    made = QLabel(text)
    made.setProperty("role", role)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if wrap:
        made.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)  # a new policy forgets it, and wrapped lines would be cut off
        made.setSizePolicy(policy)
    return made


def as_tip(text: str) -> str:
    """A text for `setToolTip`, which takes what looks like HTML for HTML: a class may be called “<b>”."""
    return f"<span>{html.escape(text)}</span>" if "<" in text else text


def set_role(widget: QWidget, role: str, name: str = "role") -> None:
    """Changes what the style sheet takes a widget for."""
    if widget.property(name) != role:
        widget.setProperty(name, role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


L = TypeVar("L", bound=QBoxLayout)


def column(*items: QWidget | QLayout | int, space: int = theme.S) -> QVBoxLayout:
    """Widgets and layouts below each other; a number stands for so much extra room."""
    return _filled(QVBoxLayout(), items, space)


def row(*items: QWidget | QLayout | int, space: int = theme.S) -> QHBoxLayout:
    """Widgets and layouts beside each other; a number stands for so much extra room, -1 for the rest."""
    return _filled(QHBoxLayout(), items, space)


def _filled(layout: L, items: tuple[QWidget | QLayout | int, ...], space: int) -> L:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(space)
    for item in items:
        if isinstance(item, int):
            layout.addStretch(1) if item < 0 else layout.addSpacing(item)
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addWidget(item)
    return layout


class Elided(QLabel):
    """One line that is shortened in the middle where it does not fit, with the whole of it on hover."""

    def __init__(self, text: str = "", role: str = "") -> None:
        super().__init__()
        self._whole = ""
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_whole(text)

    def set_whole(self, text: str) -> None:
        """Takes another text."""
        self._whole = text
        self.setAccessibleName(text)
        self._shorten()

    def whole(self) -> str:
        """The text before it was shortened."""
        return self._whole

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shortens the text to the new width."""
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        shown = self.fontMetrics().elidedText(
            self._whole, Qt.TextElideMode.ElideMiddle, max(self.width(), 20)
        )
        self.setText(shown)
        self.setToolTip(as_tip(self._whole) if shown != self._whole else "")


class Button(QPushButton):
    """A button that says what happens. Role: "" (with an outline), primary, quiet or row.

    It takes the keyboard focus by Tab only, so that the focus outline shows whom it helps. An ampersand is
    text: Qt would make a shortcut of “Hirsche & Rehe”.
    """

    def __init__(
        self, text: str, clicked: Callable[[], object] | None = None, *, role: str = "", icon_name: str = ""
    ) -> None:
        super().__init__()
        self._words = ""
        self.setText(text)
        self._icon_name = icon_name
        self.setProperty("role", role)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(24, 18))  # wider than the icon, for some room before the words
        self._tint()
        if clicked is not None:
            self.clicked.connect(clicked)

    def setText(self, text: str) -> None:
        """Takes other words."""
        self._words = text
        super().setText(text.replace("&", "&&"))

    def text(self) -> str:
        """Its words."""
        return self._words

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        if self._icon_name:
            colours = {"primary": "on_accent", "quiet": "accent"}
            self.setIcon(icon(self._icon_name, colours.get(self.property("role"), "muted")))


class PrimaryButton(Button):
    """The one primary action of a page."""

    def __init__(
        self, text: str, clicked: Callable[[], object] | None = None, *, icon_name: str = ""
    ) -> None:
        super().__init__(text, clicked, role="primary", icon_name=icon_name)


class IconButton(QToolButton):
    """A button with only an icon; its words are its accessible name and its tip."""

    def __init__(self, icon_name: str, words: str, clicked: Callable[[], object] | None = None) -> None:
        super().__init__()
        self._icon_name = icon_name
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setIconSize(QSize(18, 18))
        self._tint()
        if clicked is not None:
            self.clicked.connect(clicked)

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        self.setIcon(icon(self._icon_name, "muted"))


class Card(QFrame):
    """A surface with a hairline around it; put things into `body`."""

    def __init__(self, *items: QWidget | QLayout | int, margin: int = theme.M, space: int = theme.S) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.body = column(*items, space=space)
        self.body.setContentsMargins(margin, margin, margin, margin)
        self.setLayout(self.body)


class SectionHead(QWidget):
    """The head of a section: its name, what it means in muted text, and perhaps a button at the right."""

    def __init__(self, title: str, text: str = "", *actions: QWidget) -> None:
        super().__init__()
        self.title = label(title, "section")
        self.text = label(text, "muted", wrap=True)
        self.text.setVisible(bool(text))
        line = row(column(self.title, self.text, space=theme.XS), *actions)
        line.setStretch(0, 1)
        self.setLayout(line)

    def set_text(self, text: str) -> None:
        """Changes the muted text; empty hides it."""
        self.text.setText(text)
        self.text.setVisible(bool(text))


class Bar(QWidget):
    """A thin bar that shows a share of 0 to 1 in a token's colour."""

    def __init__(self, share: float = 0.0, colour: str = "accent", height: int = 6) -> None:
        super().__init__()
        self._share, self._colour = share, colour
        self.setFixedHeight(height)
        self.setMinimumWidth(theme.XL)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float, colour: str | None = None) -> None:
        """Shows another share."""
        self._share, self._colour = share, colour or self._colour
        self.update()

    def share(self) -> float:
        """The share shown."""
        return self._share

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        radius = whole.height() / 2
        painter.setBrush(theme.colour("line"))
        painter.drawRoundedRect(whole, radius, radius)
        if self._share > 0:
            painter.setBrush(theme.colour(self._colour))
            whole.setWidth(max(whole.height(), whole.width() * min(self._share, 1.0)))
            painter.drawRoundedRect(whole, radius, radius)


def hairline() -> QFrame:
    """A horizontal line of one pixel."""
    line = QFrame()
    line.setProperty("role", "line")
    return line


class Scrolled(QWidget):
    """The inside of a scroll area: as high as its words need at its own width, not at the narrowest."""

    def minimumSizeHint(self) -> QSize:
        """The area asks for the height that the width needs, unless this asks for more."""
        hint, layout = super().minimumSizeHint(), self.layout()
        high = 0 if layout is not None and layout.hasHeightForWidth() else hint.height()
        return QSize(hint.width(), high)


def scrolled(inner: QWidget) -> QScrollArea:
    """A widget that scrolls where there is too little room; from left to right only where it cannot wrap."""
    inner.setObjectName("body")
    area = QScrollArea()
    area.setWidget(inner)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def centre(layout: QBoxLayout) -> None:
    """Puts everything in a layout into the middle, from left to right."""
    for position in range(layout.count()):
        if (item := layout.itemAt(position)) is not None:
            item.setAlignment(Qt.AlignmentFlag.AlignHCenter)


def clear(layout: QBoxLayout) -> None:
    """Takes everything out of a layout and deletes it."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif isinstance(item, QBoxLayout):
            clear(item)
