"""Predicts new photos with the model of the run shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from workbench.core.data.catalog import Catalog
from workbench.core.events import Prediction, Progress
from workbench.core.messages import Message
from workbench.core.project.runs import MODEL
from workbench.engine.requests import Predict
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.state import Predictions
from workbench.ui.session.store import Store
from workbench.ui.session.work_control import WorkControl

MOST_PREDICTIONS = 500
"""So many are kept; the page says so where there are more."""


class PredictionControl(QObject):
    """Changes the slice `predictions`."""

    def __init__(
        self, store: Store, service: ServiceEngine, work: WorkControl, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store, self._service, self._work = store, service, work

    def predict(self, files: Sequence[Path]) -> None:
        """Predicts what is on some photos; nothing happens without a model or photos."""
        run = self._store.state.runs.shown
        if run is None or not run.model or not files:
            return
        self._work.dismiss_error()
        begin = Progress("predict", 0, len(files), Message.said(self.tr("Looking at your photos…")))
        request = Predict(run.folder / MODEL, tuple(files))
        self._service.submit(request, "predict", begin=begin, event=self._take)

    def stop(self) -> None:
        """Stops looking at photos; the predictions that have come stay."""
        self._work.note_stopping("predict")
        self._service.stop("predict")

    @Slot(object, bool)
    def take_folder(self, _: Catalog, another: bool) -> None:
        """Forgets what was predicted where another folder has been opened."""
        if another:
            self._store.put(Predictions())

    def _take(self, event: object) -> None:
        if isinstance(event, Prediction):
            made = (event, *self._store.state.predictions.made)
            self._store.put(Predictions(made[:MOST_PREDICTIONS]))
