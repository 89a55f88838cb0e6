"""What a model costs: asked of the service engine, where it is counted and timed."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.core.errors import ErrorReport
from workbench.core.project.runs import RunSummary
from workbench.core.results.cost import Cost
from workbench.engine.requests import MeasureCost
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.state import State

PHOTOS = 24
"""So many are offered to be timed: a few of them may be unreadable."""


class Costing(QObject):
    """Measures the models of runs.

    Signals:
        found: A `RunSummary`, and the `Cost` of its model.
        failed: A `RunSummary`, and an `ErrorReport`.
    """

    found = Signal(object, object)
    failed = Signal(object, object)

    def __init__(self, service: ServiceEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service

    def measure(self, run: RunSummary, state: State) -> None:
        """Asks for the cost of a run's model, timed with photos of the open folder.

        While a model learns nothing is timed: it would say how busy the computer is.
        """
        catalog = state.folders.catalog
        paths: tuple[Path, ...] = ()
        if catalog is not None and not is_learning(state):
            every = catalog.samples[:: max(1, len(catalog.samples) // PHOTOS)][:PHOTOS]
            paths = tuple(catalog.roots.locate(each) for each in every)
        self._service.submit(
            MeasureCost(run.folder, paths),
            completed=partial(self._found, run),
            failed=partial(self._failed, run),
        )

    def _found(self, run: RunSummary, cost: Cost) -> None:
        self.found.emit(run, cost)

    def _failed(self, run: RunSummary, error: ErrorReport) -> None:
        self.failed.emit(run, error)


def is_learning(state: State) -> bool:
    """Whether a model learns on this computer now."""
    return "train" in state.work.working or state.runs.under_way is not None
