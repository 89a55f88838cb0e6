"""What has changed in the folder since it was open the last time, as one line above its photos."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal

from workbench.core.project.outside import Outside
from workbench.ui.parts.widgets import Button, Card, IconButton, label, row


class FolderChanges(Card):
    """Says how many photos are new, gone, changed, moved or told otherwise; hidden where none are.

    Args:
        seen: Called when the person has seen it.

    Signals:
        wants_new: The person wants to see what is new.
    """

    wants_new = Signal()

    def __init__(self, seen: Callable[[], object]) -> None:
        super().__init__(margin=8)
        self.text = label("", wrap=True)
        self.show_new = Button(self.tr("Show the new ones"), self.wants_new.emit)
        line = row(self.text, self.show_new, IconButton("ph.x", self.tr("Dismiss this message"), seen))
        line.setStretch(0, 1)
        self.body.addLayout(line)
        self.hide()

    def show_changes(self, outside: Outside) -> None:
        """Shows other changes."""
        counts = (
            (len(outside.new), self.tr("{count:,} new")),
            (len(outside.gone), self.tr("{count:,} gone")),
            (len(outside.changed), self.tr("{count:,} changed")),
            (len(outside.moved), self.tr("{count:,} moved or renamed")),
            (len(outside.retold), self.tr("{count:,} with another class, set or group in the table")),
        )
        parts = ", ".join(words.format(count=count) for count, words in counts if count)
        self.text.setText(
            self.tr("Photos in this folder since it was last open here: {changes}.").format(changes=parts)
        )
        self.show_new.setVisible(bool(outside.new or outside.changed or outside.moved or outside.retold))
        self.setVisible(bool(outside))
