"""How good a model is of the photos as they are now, below the class list."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from workbench.ui.parts.widgets import column, label
from workbench.ui.session.state import State
from workbench.ui.style import theme


class FollowedNumber(QWidget):
    """The number of the model that follows edits, and whether it has learned the newest of them."""

    def __init__(self) -> None:
        super().__init__()
        self.number = label("", "strong", wrap=True)
        self.stands_on = label("", "muted", wrap=True)
        layout = column(self.number, self.stands_on, space=theme.XS)
        layout.setContentsMargins(theme.S, 0, 0, 0)
        self.setLayout(layout)
        self.hide()

    def show_state(self, state: State) -> None:
        """Draws the newest state."""
        found, catalog = state.health.followed, state.folders.catalog
        estimate = found.estimate if found is not None else None
        self.setVisible(estimate is not None)
        if estimate is None or found is None or catalog is None:
            return
        low, high = estimate.of_100
        self.number.setText(self.tr("Right for {low} to {high} of 100 photos").format(low=low, high=high))
        newest = found.revision == catalog.revision
        self.stands_on.setText(
            self.tr("A model of the photos as they are now.") if newest else self.tr("Learning your changes…")
        )
