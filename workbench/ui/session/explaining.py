"""Why the model in use answers what it answers of one photo; asked of the service engine."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.errors import ErrorReport
from workbench.core.explain.explanation import Explanation, HeldOut, Influential
from workbench.core.project.runs import RunSummary
from workbench.engine.requests import Explain, ExplainHeldOut, FindInfluential
from workbench.ui.session.follow_control import instant_run
from workbench.ui.session.run_record import config_of
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.state import Model, State, is_same_run, model_in_use

Wish = Explain | ExplainHeldOut


class Explaining(QObject):
    """Fetches explanations; while one is on its way, only the newest wish waits.

    Signals:
        explained: The request, and its `Explanation` or `HeldOut`.
        failed: The request, and an `ErrorReport`.
        influenced: The request, the `Influential` photos of the open folder, and the `Catalog` that has
            them. After an `Explain` it only comes where the model in use learned from that folder.
    """

    explained = Signal(object, object)
    failed = Signal(object, object)
    influenced = Signal(object, object, object)

    def __init__(self, service: ServiceEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._wanted: Wish | None = None
        self._under_way: Wish | None = None
        self._held_out = 0
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
        request = Explain(model.file, path, class_name)
        self._influential = _influential(state, model, path, class_name)
        self._wish(request)
        return request

    def explain_answer(
        self, run: RunSummary, catalog: Catalog, sample: Sample, class_name: str, *, held_out: bool
    ) -> Wish:
        """Asks why a run answers what it does of a photo of the open folder.

        Args:
            class_name: What the run took it for.
            held_out: Whether to ask a model that has not learned from the photo; else the finished one is.
        """
        request: Wish = Explain(run.folder, catalog.roots.locate(sample), class_name)
        if held_out:
            request = ExplainHeldOut(catalog, config_of(run), sample.id)
        self._influential = None
        self._wish(request)
        return request

    def leave(self) -> None:
        """Nobody looks at what was asked for any more."""
        self._wanted = self._influential = None
        for job in (self._job, self._held_out):
            self._service.stop_job(job)

    def _wish(self, request: Wish) -> None:
        self._wanted = request
        for job in (self._job, self._held_out):  # of the photo before, which nobody looks at any more
            self._service.stop_job(job)
        if self._under_way is None:
            self._begin()

    def _begin(self) -> None:
        self._under_way, self._wanted = self._wanted, None
        if (asked := self._under_way) is None:
            return
        if isinstance(asked, Explain):
            self._service.submit(asked, completed=self._explained, failed=self._not_explained)
            return
        self._held_out = self._service.submit(
            asked, completed=partial(self._explained_held_out, asked), failed=self._not_explained
        )

    def _explained(self, found: Explanation) -> None:
        asked = self._under_way
        assert asked is not None
        self.explained.emit(asked, found)
        if self._wanted is None and (request := self._influential) is not None:
            self._influential = None
            influenced = partial(self._influenced, asked, request.catalog)
            self._job = self._service.submit(request, completed=influenced, failed=_pass)
        self._begin()

    def _explained_held_out(self, asked: ExplainHeldOut, found: HeldOut) -> None:
        self.explained.emit(asked, found)
        self._influenced(asked, asked.catalog, found.influential)
        self._begin()

    def _influenced(self, asked: Wish, catalog: Catalog, found: Influential | None) -> None:
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
