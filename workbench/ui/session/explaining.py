"""Why the model in use answers what it answers of one photo; asked of the service engine."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.core.errors import ErrorReport
from workbench.core.explain.explanation import Explanation
from workbench.engine.requests import Explain
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.state import State, model_in_use


class Explaining(QObject):
    """Fetches explanations; while one is on its way, only the newest wish waits.

    Signals:
        explained: The `Explain` that was asked for, and its `Explanation`.
        failed: The `Explain`, and an `ErrorReport`.
    """

    explained = Signal(object, object)
    failed = Signal(object, object)

    def __init__(self, service: ServiceEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._wanted: Explain | None = None
        self._under_way: Explain | None = None

    def explain(self, path: Path, class_name: str, state: State) -> Explain | None:
        """Asks why a photo may show a class.

        Returns:
            What was asked for; None without a model.
        """
        model = model_in_use(state)
        if model is None:
            return None
        self._wanted = request = Explain(model.file, path, class_name)
        if self._under_way is None:
            self._begin()
        return request

    def _begin(self) -> None:
        self._under_way, self._wanted = self._wanted, None
        if self._under_way is not None:
            self._service.submit(self._under_way, completed=self._explained, failed=self._not_explained)

    def _explained(self, found: Explanation) -> None:
        self.explained.emit(self._under_way, found)
        self._begin()

    def _not_explained(self, error: ErrorReport) -> None:
        self.failed.emit(self._under_way, error)
        self._begin()
