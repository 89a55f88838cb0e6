"""Why the model in use answers what it answers of one photo; asked of the service engine."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.core.data.catalog import Catalog
from workbench.core.errors import ErrorReport
from workbench.core.explain.explanation import Explanation, Influential
from workbench.engine.requests import Explain, FindInfluential
from workbench.ui.session.follow_control import instant_run
from workbench.ui.session.run_record import config_of
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.state import Model, State, is_same_run, model_in_use


class Explaining(QObject):
    """Fetches explanations; while one is on its way, only the newest wish waits.

    Signals:
        explained: The `Explain` that was asked for, and its `Explanation`.
        failed: The `Explain`, and an `ErrorReport`.
        influenced: The `Explain`, the `Influential` photos of the open folder, and the `Catalog` that has
            them. It only comes where the model in use learned from that folder.
    """

    explained = Signal(object, object)
    failed = Signal(object, object)
    influenced = Signal(object, object, object)

    def __init__(self, service: ServiceEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._wanted: Explain | None = None
        self._under_way: Explain | None = None
        self._influential: FindInfluential | None = None
        self._job = 0

    def explain(self, path: Path, class_name: str, state: State) -> Explain | None:
        """Asks why a photo may show a class.

        Returns:
            What was asked for; None without a model.
        """
        model = model_in_use(state)
        if model is None:
            return None
        self._wanted = request = Explain(model.file, path, class_name)
        self._influential = _influential(state, model, path, class_name)
        self._service.stop_job(self._job)  # of the photo before, which nobody looks at any more
        if self._under_way is None:
            self._begin()
        return request

    def _begin(self) -> None:
        self._under_way, self._wanted = self._wanted, None
        if self._under_way is not None:
            self._service.submit(self._under_way, completed=self._explained, failed=self._not_explained)

    def _explained(self, found: Explanation) -> None:
        asked = self._under_way
        assert asked is not None
        self.explained.emit(asked, found)
        if self._wanted is None and (request := self._influential) is not None:
            self._influential = None
            influenced = partial(self._influenced, asked, request.catalog)
            self._job = self._service.submit(request, completed=influenced, failed=_pass)
        self._begin()

    def _influenced(self, asked: Explain, catalog: Catalog, found: Influential | None) -> None:
        if found is not None:
            self.influenced.emit(asked, found, catalog)

    def _not_explained(self, error: ErrorReport) -> None:
        self.failed.emit(self._under_way, error)
        self._begin()


def _pass(error: ErrorReport) -> None:
    """The explanation stands without it; what is wrong with a folder or photo is said where it matters."""


def _influential(state: State, model: Model, path: Path, class_name: str) -> FindInfluential | None:
    """What to ask of the open folder; None where the model is none of its instant ones."""
    catalog, run = state.folders.catalog, instant_run(state)
    if catalog is None or run is None or model.run is None or not is_same_run(run, model.run):
        return None
    ids = {each.name: each.id for each in catalog.classes}
    if class_name not in ids:
        return None
    return FindInfluential(catalog, config_of(run), path, ids[class_name])
