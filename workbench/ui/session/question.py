"""A longer question about the open folder, asked of the service engine because somebody wants to know."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from workbench.core.errors import ErrorReport
from workbench.core.events import Progress
from workbench.engine.requests import Request
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.state import Edits, State
from workbench.ui.session.store import Store


class Question(QObject):
    """Asks one thing at a time, and keeps the newest answer until another folder is opened.

    Attributes:
        about: What the newest question was about; None before the first.
        found: Its answer; None until there is one.
        progress: How far it is; None while nothing is known of that.
        error: Why there is no answer; None unless it failed.

    Signals:
        changed: It has begun, come on or ended.
    """

    changed = Signal()

    def __init__(self, store: Store, service: ServiceEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._service = store, service
        self._job, self._opening = 0, -1
        self.about: Hashable = None
        self.found: Any = None
        self.progress: Progress | None = None
        self.error: ErrorReport | None = None
        self.stopping = False
        store.subscribe(self.show_state, Edits)

    @property
    def is_asking(self) -> bool:
        """Whether an answer is on its way."""
        return bool(self._job)

    def ask(self, request: Request, about: Hashable) -> None:
        """Asks; while another question is under way, does nothing."""
        if self._job:
            return
        self._opening = self._store.state.edits.opening
        self.about, self.found, self.progress, self.error = about, None, None, None
        self.stopping = False
        self._job = self._service.submit(
            request, event=self._told, completed=self._answered, failed=self._failed
        )
        self.changed.emit()

    @Slot()
    def stop(self) -> None:
        """Ends it early; nothing is known then."""
        if self._job and not self.stopping:
            self.stopping = True
            self._service.stop_job(self._job)
            self.changed.emit()

    @Slot(object)
    def show_state(self, state: State) -> None:
        """Forgets what was of another folder."""
        if state.edits.opening == self._opening:
            return
        self.stop()
        if self.about is not None:
            self.about, self.found, self.error = None, None, None
            self.changed.emit()

    def _told(self, event: object) -> None:
        if isinstance(event, Progress):
            self.progress = event
            self.changed.emit()

    def _answered(self, found: object) -> None:
        self._job, self.progress, self.stopping = 0, None, False
        if self._opening == self._store.state.edits.opening:
            self.found = found
        self.changed.emit()

    def _failed(self, error: ErrorReport) -> None:
        self._job, self.progress, self.stopping = 0, None, False
        if error.is_stop:
            self.about = None
        elif self._opening == self._store.state.edits.opening:
            self.error = error
        self.changed.emit()
