"""Which model is asked or handed out, and the way back from one that was opened by itself."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from workbench.ui.parts.widgets import Button, Elided, row
from workbench.ui.session.session import Session
from workbench.ui.session.state import State, model_in_use
from workbench.ui.style import theme
from workbench.ui.words.models import first_model_line, model_line


class ModelBar(QWidget):
    """One line: the model's name and its number; beside it the button that puts an opened file away."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.line = Elided("", "strong")
        self.put_away = Button(self.tr("Back to the folder's model"), session.models.put_away, role="quiet")
        line = row(self.line, self.put_away, space=theme.M)
        line.setStretch(0, 1)
        self.setLayout(line)

    def show_state(self, state: State) -> None:
        """Shows the model of the newest state."""
        model = model_in_use(state)
        self.setVisible(model is not None)
        if model is None:
            return
        line = model_line(model.run, model.file, model.estimate)
        self.line.set_whole(first_model_line(model.first) if model.first is not None else line)
        opened = state.opened.model is not None
        own = opened and state.runs.in_use is not None and state.runs.in_use.model
        self.put_away.setText(self.tr("Back to the folder's model") if own else self.tr("Close this model"))
        self.put_away.setVisible(opened)
