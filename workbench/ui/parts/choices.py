"""Choosing one of a few things: as cards with a sentence each, or as buttons in a row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from workbench.ui.parts.widgets import Button, clear, column, label, row
from workbench.ui.parts.wrapping import Wrapped
from workbench.ui.style import theme
from workbench.ui.style.icons import icon

_TICK = 18


class ChoiceCard(QAbstractButton):
    """One of several choices: its name, what it is, and perhaps its figures."""

    def __init__(self, title: str, text: str, caption: str = "") -> None:
        super().__init__()
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._title = label(title, "strong", wrap=True)
        self._text = label(text, "muted", wrap=True)
        self._caption = label("", "caption", wrap=True)
        head = row(self._title, _TICK + theme.S)
        head.setStretch(0, 1)
        layout = column(head, self._text, self._caption, space=theme.XS)
        layout.setContentsMargins(theme.M, theme.M, theme.M, theme.M)
        self.setLayout(layout)
        for each in (self._title, self._text, self._caption):
            each.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.say(title, text, caption)

    def say(self, title: str, text: str, caption: str = "") -> None:
        """Takes other words."""
        self._title.setText(title)
        self._text.setText(text)
        self._caption.setText(caption)
        self._caption.setVisible(bool(caption))
        self.setAccessibleName(title)
        self.setAccessibleDescription(f"{text} {caption}".strip())

    def lock(self) -> None:
        """Can't be chosen any more; its caption says why."""
        self.setEnabled(False)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen, focused = self.isChecked(), self.hasFocus()
        hovered = self.isEnabled() and self.underMouse()
        edge = theme.colour("accent" if chosen or focused else "muted" if hovered else "line")
        width = 2.0 if chosen or focused else 1.0
        painter.setPen(
            QPen(edge, width, Qt.PenStyle.DashLine if focused and not chosen else Qt.PenStyle.SolidLine)
        )
        ground = "selected" if focused and chosen else "surface" if self.isEnabled() else "canvas"
        painter.setBrush(theme.colour(ground))
        inset = width / 2
        outline = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(outline, theme.CARD_RADIUS, theme.CARD_RADIUS)
        if chosen:
            at = QRect(self.width() - theme.M - _TICK, theme.M, _TICK, _TICK)
            icon("ph.check-circle-fill", "accent").paint(painter, at)


class ChoiceCards(QWidget):
    """Cards below each other, one of which is chosen.

    Signals:
        chosen: The key of the card that a person chose.
    """

    chosen = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._cards: dict[str, ChoiceCard] = {}
        self._column = column()
        self.setLayout(self._column)
        self._group.buttonClicked.connect(self._report)

    def fill(
        self, choices: Iterable[tuple[str, str, str, str]], locked: Collection[str] = frozenset()
    ) -> None:
        """Takes other choices: key, title, text and caption of each; those locked can't be chosen."""
        clear(self._column)
        for card in self._cards.values():
            self._group.removeButton(card)
        self._cards = {}
        for key, title, text, caption in choices:
            card = ChoiceCard(title, text, caption)
            if key in locked:
                card.lock()
            self._cards[key] = card
            self._group.addButton(card)
            self._column.addWidget(card)

    def show_value(self, key: str) -> None:
        """Shows which card is chosen, without reporting it; a key without a card chooses none."""
        _check(self._group, self._cards.get(key))

    def card(self, key: str) -> ChoiceCard:
        """The card of a key."""
        return self._cards[key]

    def keys(self) -> list[str]:
        """The keys of all cards, in order."""
        return list(self._cards)

    def _report(self, card: QAbstractButton) -> None:
        self.chosen.emit(next(key for key, each in self._cards.items() if each is card))


class Segments(QWidget):
    """Buttons in a row, in several where there is too little room; one of them is chosen.

    Signals:
        chosen: The key of the button that a person chose.
    """

    chosen = Signal(str)

    def __init__(self, name: str, choices: Mapping[str, str]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, Button] = {}
        for key, words in choices.items():
            button = Button(words)
            button.setCheckable(True)
            button.setAccessibleDescription(name)
            self._buttons[key] = button
            self._group.addButton(button)
        self.setLayout(Wrapped(*self._buttons.values()))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._group.buttonClicked.connect(self._report)

    def show_value(self, key: str) -> None:
        """Shows which button is chosen, without reporting it; a key without a button chooses none."""
        _check(self._group, self._buttons.get(key))

    def button(self, key: str) -> Button:
        """The button of a key."""
        return self._buttons[key]

    def _report(self, button: QAbstractButton) -> None:
        self.chosen.emit(next(key for key, each in self._buttons.items() if each is button))


def _check(group: QButtonGroup, button: QAbstractButton | None) -> None:
    if button is not None:
        button.setChecked(True)
    elif (checked := group.checkedButton()) is not None:
        group.setExclusive(False)
        checked.setChecked(False)
        group.setExclusive(True)
