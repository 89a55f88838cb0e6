"""The line below the gallery: how many photos are selected, what can be done with them; undo and redo."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtWidgets import QWidget

from workbench.ui.parts.widgets import Button, IconButton, as_tip, label, row
from workbench.ui.parts.wrapping import Wrapped
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.state import State
from workbench.ui.style import theme
from workbench.words import say


class SelectionBar(QWidget):
    """What can be done with the photos that are selected.

    Signals:
        put, left_out, brought_back, accepted, confirmed: A button was pressed; `put` comes with where a menu
            fits, on the screen.
        undo, redo: The arrows.
    """

    put = Signal(QPoint)
    left_out = Signal()
    brought_back = Signal()
    accepted = Signal()
    confirmed = Signal()
    undo = Signal()
    redo = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.count = label("", "muted")
        self.count.setMinimumHeight(theme.px(32))  # in the middle of a line of buttons
        self.put_button = Button(self.tr("Put into…"), self._put)
        self.out_button = Button(self.tr("Leave out"), self.left_out.emit)
        self.back_button = Button(self.tr("Bring back"), self.brought_back.emit)
        self.accept_button = Button(self.tr("As suggested"), self.accepted.emit)
        self.accept_button.setToolTip(self.tr("Space bar"))
        self.right_button = Button(self.tr("The class is right"), self.confirmed.emit)
        self.undo_button = IconButton("ph.arrow-u-up-left", self.tr("Undo"), self.undo.emit)
        self.redo_button = IconButton("ph.arrow-u-up-right", self.tr("Redo"), self.redo.emit)
        buttons = Wrapped(
            self.count, self.accept_button, self.right_button,
            self.put_button, self.out_button, self.back_button,
            space=theme.S,
        )  # fmt: skip
        line = row(buttons, self.undo_button, self.redo_button)
        line.setStretch(0, 1)
        self.setLayout(line)
        self.show_selection(0, 0, 0)
        self.show_doubts(0, 0)

    def show_selection(self, here: int, out: int, shown: int) -> None:
        """Says how many are selected.

        Args:
            here: Photos that are selected and not left out.
            out: Photos that are selected and left out.
            shown: Photos in the gallery.
        """
        self.count.setText(
            self.tr("{count:,} of {all:,} selected").format(count=here + out, all=shown)
            if here + out
            else self.tr("{all:,} photos").format(all=shown)
        )
        self.put_button.setVisible(here > 0)
        self.out_button.setVisible(here > 0)
        self.back_button.setVisible(out > 0)

    def show_doubts(self, suggested: int, doubted: int) -> None:
        """Offers what can be said of a suggestion.

        Args:
            suggested: Photos that are selected and have a class suggested.
            doubted: Those of them that have a class all the same.
        """
        self.accept_button.setVisible(suggested > 0)
        self.right_button.setVisible(doubted > 0)

    def show_state(self, state: State) -> None:
        """Offers what can be taken back, and made again."""
        actions, edits = enabled_actions(state), state.edits
        for button in (
            self.accept_button, self.right_button, self.put_button, self.out_button, self.back_button,
        ):  # fmt: skip
            button.setEnabled("edit_photos" in actions)
        undo, redo = self.tr("Undo"), self.tr("Redo")
        if edits.can_undo is not None:
            undo = self.tr("Undo: {edit} (Ctrl+Z)").format(edit=say(edits.can_undo))
        if edits.can_redo is not None:
            redo = self.tr("Redo: {edit} (Ctrl+Shift+Z)").format(edit=say(edits.can_redo))
        for arrow, words, action in ((self.undo_button, undo, "undo"), (self.redo_button, redo, "redo")):
            arrow.setEnabled(action in actions)
            arrow.setToolTip(as_tip(words))
            arrow.setAccessibleName(words)
            arrow.setVisible(edits.can_undo is not None or edits.can_redo is not None)

    @Slot()
    def _put(self) -> None:
        self.put.emit(self.put_button.mapToGlobal(QPoint(0, 0)))
