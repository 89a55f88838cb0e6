"""What the shown model costs, on Results: closed at first, as most people never ask."""

from __future__ import annotations

from PySide6.QtCore import Slot

from workbench.core.errors import ErrorReport
from workbench.core.project.runs import RunSummary
from workbench.core.results.cost import Cost
from workbench.ui.parts.widgets import Button, Card, label, row
from workbench.ui.session.costing import is_learning
from workbench.ui.session.session import Session
from workbench.ui.session.state import State
from workbench.ui.words.cost import lines

_OPEN = "results/cost_open"


class CostCard(Card):
    """A head that opens it, and a line each on size, work, file and time."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._run: RunSummary | None = None
        self._asked: bool | None = None
        self._cost: Cost | None = None
        self._error = ""
        self.expand = Button("", self._toggle, role="quiet")
        self.expand.setAccessibleName(self.tr("Cost"))
        self.expand.setCheckable(True)
        self.expand.setChecked(bool(session.preferences.recall(_OPEN, False)))
        self.said = label("", "muted", wrap=True)
        self.body.addLayout(row(self.expand, -1))
        self.body.addWidget(self.said)
        session.costing.found.connect(self._found)
        session.costing.failed.connect(self._failed)
        self._show()

    def show_state(self, state: State) -> None:
        """Follows the run that is shown; one that still learns has no model to measure yet."""
        run = state.runs.shown
        self.setVisible(run is not None and run.model and run.state != "training")
        if run is None or not run.is_unchanged(self._run):
            self._cost, self._asked, self._error = None, None, ""
        self._run = run
        self._show()

    def _toggle(self) -> None:
        self._session.preferences.remember(_OPEN, self.expand.isChecked())
        self._show()

    def _show(self) -> None:
        opened, state = self.expand.isChecked(), self._session.state
        self.expand.setText(("▾ " if opened else "▸ ") + self.tr("What it costs"))
        self.said.setVisible(opened)
        if not opened or self.isHidden() or self._run is None:
            return
        learning = is_learning(state)
        untimed = self._cost is None or self._cost.milliseconds is None
        if untimed and self._asked is not learning:
            self._asked, self._error = learning, ""
            self._session.costing.measure(self._run, state)
        if self._cost is None:
            self.said.setText(self._error or self.tr("Measuring…"))
        else:
            self.said.setText("\n".join(lines(self._cost, learning=learning)))

    @Slot(object, object)
    def _found(self, run: RunSummary, cost: Cost) -> None:
        if run.is_unchanged(self._run) and (self._cost is None or cost.milliseconds is not None):
            self._cost = cost
            self._show()

    @Slot(object, object)
    def _failed(self, run: RunSummary, error: ErrorReport) -> None:
        if run.is_unchanged(self._run) and self._cost is None:
            self._error = f"{error.title} {error.hint}".rstrip()
            self._show()
